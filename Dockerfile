# Stage 1: the browser libraries, pinned by package-lock.json.
FROM node:22-slim AS libraries
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --silent --ignore-scripts

# Stage 2: a virtual environment with the pinned Python packages and the service.
FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv /opt/venv
COPY requirements.txt ./
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml requirements.in README.md LICENSE ./
COPY hotspot hotspot
COPY collectors collectors
COPY templates templates
COPY migrations migrations
COPY --from=libraries /build/node_modules node_modules
RUN /opt/venv/bin/python -m hotspot.web.vendor && rm -rf node_modules \
    && /opt/venv/bin/pip install --no-cache-dir --no-deps .

# Stage 3: what runs. Not root, nothing writable but /data.
FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data hotspot && install -d -o hotspot -m 0700 /data
COPY --from=build /opt/venv /opt/venv
USER hotspot
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOTSPOT_DATA_DIR=/data HOTSPOT_BIND=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", \
  "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
CMD ["hotspot", "run"]
