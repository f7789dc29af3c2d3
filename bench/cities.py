"""What a city costs in the pages, by asking many one after the other. `python -m bench.cities --cities 200`."""

import argparse
import logging
import statistics
import tempfile
import time
from pathlib import Path

from werkzeug.test import Client

from hotspot.front import Front
from hotspot.settings import Settings
from hotspot.store.areas import create_city, official
from hotspot.store.base import make_engine, writing
from hotspot.store.migrate import migrate

PAGES = ("/healthz", "/sign-in", "/track/")


def memory_mib() -> float:
    """Of this process alone: what no other shares."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def make(root: Path, count: int) -> None:
    first = Settings(data_dir=str(root / "first"))
    first.folder.mkdir(parents=True)
    engine = make_engine(first.database)
    migrate(engine)
    with writing(engine) as session:
        create_city(session, official("36.74"), poll_interval_s=60)
    engine.dispose()
    whole = (first.folder / "hotspot.sqlite").read_bytes()
    for number in range(count):
        folder = root / "cities" / f"city-{number}"
        folder.mkdir(parents=True)
        (folder / "hotspot.sqlite").write_bytes(whole)


def timed(client: Client, address: str) -> float:
    began = time.perf_counter()
    answer = client.get(address, follow_redirects=True)
    if answer.status_code >= 400:
        raise SystemExit(f"{address}: {answer.status}")
    return (time.perf_counter() - began) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=200)
    count: int = parser.parse_args().cities
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as root:
        make(Path(root), count)
        client = Client(Front(Settings(data_dir=root)))
        print(f"directory of {count}: {timed(client, '/'):.0f} ms, again {timed(client, '/'):.1f} ms")
        begin, first, again = memory_mib(), [], []
        for number in range(count):
            one, *others = (timed(client, f"/city-{number}{page}") for page in PAGES)
            first.append(one)
            again += others
            if number + 1 in (1, 8, 16, 32, 64, 128, count):
                held = f"{memory_mib() - begin:.1f} MiB more, {len(list(Path('/proc/self/fd').iterdir()))} open files"
                print(f"{number + 1} cities asked: {held}")
        print(f"first answer {statistics.median(first):.0f} ms, later ones {statistics.median(again):.1f} ms")


if __name__ == "__main__":
    main()
