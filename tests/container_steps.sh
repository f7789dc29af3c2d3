#!/bin/sh
# The Dockerfile's steps as ordinary commands in a clean folder, for machines without a Docker engine:
# what the image would copy, its two build stages, and the command it runs, until /healthz answers.
set -eu
project=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
running=""
trap 'test -z "$running" || kill "$running" 2>/dev/null || true; wait; rm -rf "$folder"' EXIT

mkdir "$folder/app" "$folder/data"
cd "$project"
git ls-files -z -- requirements.txt requirements.in pyproject.toml README.md LICENSE package.json package-lock.json .npmrc \
    hotspot collectors templates migrations | xargs -0 cp --parents -t "$folder/app"
cd "$folder/app"
npm ci --silent --ignore-scripts
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --require-hashes -r requirements.txt
"$folder/venv/bin/python" -m hotspot.web.vendor
rm -rf node_modules
"$folder/venv/bin/pip" install --quiet --no-deps .
cd /
rm -rf "$folder/app" # the image's last stage has the virtual environment alone

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOTSPOT_DATA_DIR="$folder/data" HOTSPOT_BIND="127.0.0.1:$port" "$folder/venv/bin/hotspot" run &
running=$!
python3 - "$port" <<'PYTHON'
import sys, time, urllib.request
deadline = time.monotonic() + 60
while True:
    try:
        print("healthz:", urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/healthz", timeout=4).status)
        break
    except OSError:
        if time.monotonic() > deadline:
            raise
        time.sleep(0.5)
PYTHON
kill -TERM "$running"
wait "$running"
running=""
echo "container steps: all ran, SIGTERM ended it with exit code 0"
