"""Server time of the pages at 1,000 points with a year of history: one web worker, median of 20 requests each.

python -m bench.pages [--folder var/demo] [--json]

Makes the demonstration city in a temporary folder unless `--folder` names one that has it.
"""

import argparse
import http.client
import json
import statistics
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from bench.city import City, free_port, memory_mb, wait_for

PAGES = ("/", "/points", "/points?sort=availability", "/points?q=masjid&page=2", "/outages", "/rollout", "/map")
REQUESTS = 20


class Browser:
    """One kept connection with the cookies of a signed-in admin."""

    def __init__(self, address: str) -> None:
        self.connection = http.client.HTTPConnection(address, timeout=30)
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, bytes, float]:
        """Status, body and seconds of one request."""
        started = time.perf_counter()
        self.connection.request("GET", path, headers={"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())})
        answer = self.connection.getresponse()
        body = answer.read()
        elapsed = time.perf_counter() - started
        for header in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, body, elapsed


def measure(city: City, address: str) -> dict[str, dict[str, float]]:
    browser = Browser(address)
    link = next(word for word in city.run("user", "link", "bench").split() if "://" in word)
    parts = urlsplit(link)
    browser.get(parts.path + (f"?{parts.query}" if parts.query else ""))
    figures = {}
    for page in PAGES:
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
        if options.folder is None:
            city.run("demo", "--create-only")
        city.run("user", "add", "bench", "--role", "admin")
        with city.start("web") as web:
            wait_for(lambda: answers(address), 30, "the pages")
            figures = measure(city, address)
            print(json.dumps({"pages": figures, "web_memory_mb": round(memory_mb(web.pid), 1)}, indent=2))


def answers(address: str) -> bool:
    try:
        return Browser(address).get("/healthz")[0] == 200
    except OSError:
        return False


if __name__ == "__main__":
    main()
