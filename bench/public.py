"""A spike of visitors on the public site: requests a second of one web worker, on generated history.

    python -m bench.public [--access-points 1000] [--days 90] [--visitors 16] [--seconds 10] [--folder DIR] [--json]

Visitors are threads of two processes that ask one page after the other over kept connections, as phones do: packed, in
Indonesian, without an account. Points are asked at random. The generator shares the machine's cores with the server.
"""

import argparse
import http.client
import multiprocessing
import random
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench.city import City, free_port, memory_mb, tell, wait_for
from bench.history import fill, spent
from bench.pages import answers
from hotspot.store.base import make_engine
from hotspot.store.migrate import migrate

PAGES = (
    "/public",
    "/p/P-00001",
    "/p/P-{:05d}",
    "/public?q=P-{:05d}",
    "/public/points.json",
    "/open-data/points.csv",
    "/badge/city.svg",
)
PROCESSES = 2
HEADERS = {"Accept-Encoding": "gzip", "Accept-Language": "id"}


def visit(address: str, page: str, points: int, until: float, seed: int, told: list[float]) -> None:
    """Appends the seconds of each answer; an answer that is none ends the bench."""
    chance = random.Random(seed)
    connection = http.client.HTTPConnection(address, timeout=60)
    while time.time() < until:
        started = time.perf_counter()
        connection.request("GET", page.format(chance.randint(1, points)), headers=HEADERS)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{page} answered {answer.status}")
        told.append(time.perf_counter() - started)


def crowd(address: str, page: str, points: int, until: float, visitors: int, first: int, out: Any) -> None:
    told: list[list[float]] = [[] for _ in range(visitors)]
    threads = [
        threading.Thread(target=visit, args=(address, page, points, until, first + number, times))
        for number, times in enumerate(told)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    out.put([seconds for times in told for seconds in times])


def measured(address: str, page: str, points: int, visitors: int, seconds: float, web: int) -> dict[str, float]:
    out: Any = multiprocessing.Queue()
    before, until = spent(web), time.time() + seconds
    each = visitors // PROCESSES
    crowds = [
        multiprocessing.Process(target=crowd, args=(address, page, points, until, each, number * each, out))
        for number in range(PROCESSES)
    ]
    for one in crowds:
        one.start()
    times = sorted(took for _ in crowds for took in out.get())
    for one in crowds:
        one.join()
    return {
        "requests_a_second": round(len(times) / seconds),
        "median_ms": round(statistics.median(times) * 1000, 1),
        "p99_ms": round(times[int(len(times) * 0.99)] * 1000, 1),
        "cpu_ms": round((spent(web) - before) * 1000 / len(times), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--access-points", type=int, default=1000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--visitors", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hotspot-bench-") as made:
        folder = chosen.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        address = f"127.0.0.1:{free_port()}"
        city = City(folder, {"bind": address, "web_workers": "1"})
        database = folder / "hotspot.sqlite"
        if not database.exists():
            engine = make_engine(f"sqlite:///{database}")
            migrate(engine)
            fill(engine, chosen.access_points, chosen.days, 2, polls=False, now=int(time.time()))
            engine.dispose()
        city.write("UPDATE collector_status SET heartbeat = ?", int(time.time()) + 600)
        city.write("UPDATE ap_state SET last_poll = ?", int(time.time()))
        report: dict[str, Any] = {"points": chosen.access_points, "visitors": chosen.visitors, "pages": {}}
        with city.start("web") as web:
            wait_for(lambda: answers(address), 60, "the pages")
            for page in PAGES:
                told = measured(address, page, chosen.access_points, chosen.visitors, chosen.seconds, web.pid)
                report["pages"][page] = told
            report["web_memory_mb"] = round(memory_mb(web.pid), 1)
    tell(report, as_json=chosen.json)


if __name__ == "__main__":
    main()
