"""Server time of the pages at 1,000 points with a year of history: one web worker, median of 20 requests each.

python -m bench.pages [--folder var/demo]

Makes the demonstration city in a temporary folder unless `--folder` names one that has it.
"""

import argparse
import http.client
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from bench.city import City, free_port, memory_mb, wait_for

PAGES = (
    "/",
    "/points",
    "/points?sort=availability",
    "/points?q=masjid&page=2",
    "/outages",
    "/rollout",
    "/map",
    "/points.csv",
)
REQUESTS = 20


class Browser:
    """One kept connection with the cookies of a signed-in admin."""

    def __init__(self, address: str) -> None:
        self.connection = http.client.HTTPConnection(address, timeout=30)
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, bytes, float]:
        return self.ask("GET", path)

    def sign_in(self, path: str) -> None:
        """Opens a one-time link and presses its button."""
        _, page, _ = self.get(path)
        token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
        if token is None:
            raise RuntimeError(f"{path} has no form")
        status, _, _ = self.ask("POST", path, urlencode({"csrf_token": token[1].decode()}))
        if status != 302:
            raise RuntimeError(f"{path} answered {status}")

    def ask(self, method: str, path: str, form: str | None = None) -> tuple[int, bytes, float]:
        """Status, body and seconds of one request."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        self.connection.request(method, path, form, headers)
        answer = self.connection.getresponse()
        body = answer.read()
        elapsed = time.perf_counter() - started
        for header in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, body, elapsed


def pages(browser: Browser) -> list[str]:
    """PAGES, and the pages of the first point of the list and of its first access point."""
    found = list(PAGES)
    for kind in (b"/points/", b"/access-points/"):
        link = re.search(rb'href="(%s[^"?#]+)"' % kind, browser.get("/points" if kind == b"/points/" else found[-1])[1])
        if link is not None:
            found.append(link[1].decode())
    return found


def measure(address: str, link: str) -> dict[str, dict[str, float]]:
    browser = Browser(address)
    browser.sign_in(urlsplit(link).path)
    figures = {}
    for page in pages(browser):
        answers = [browser.get(page) for _ in range(REQUESTS + 1)][1:]
        if any(status != 200 for status, _, _ in answers):
            raise RuntimeError(f"{page} answered {answers[0][0]}")
        times = sorted(seconds * 1000 for _, _, seconds in answers)
        figures[page] = {
            "median_ms": round(statistics.median(times), 1),
            "max_ms": round(times[-1], 1),
            "kilobytes": round(len(answers[0][1]) / 1024, 1),
        }
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="data folder of a demonstration city that is there already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        address = f"127.0.0.1:{free_port()}"
        city = City(options.folder or Path(made), {"bind": address, "web_workers": "1"})
        link = made_demonstration(city)
        with city.start("web") as web:
            wait_for(lambda: answers(address), 30, "the pages")
            figures = measure(address, link)
            print(json.dumps({"pages": figures, "web_memory_mb": round(memory_mb(web.pid), 1)}, indent=2))


def made_demonstration(city: City) -> str:
    """The link with which its admin signs in; the city is made when the folder has none."""
    command = (sys.executable, "-m", "hotspot.demo")
    return subprocess.run(command, env=city.environment, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def answers(address: str) -> bool:
    try:
        return Browser(address).get("/healthz")[0] == 200
    except OSError:
        return False


if __name__ == "__main__":
    main()
