"""Storing cycles of 1,000 polls while readers load pages: milliseconds of a cycle, refusals, times of the pages.

    python -m bench.ingest [--folder DIR] [--cycles 120] [--readers 8] [--json]

`--folder` names one that `bench.history --folder` filled; it is copied and stays as it is. Without it a shorter record
is made. The recorder stores a cycle each second as the collector does, 500 polls a transaction; the readers, processes
of their own, ask one page after another of the real web process on the same SQLite file. Right after each transaction
the same rows are written by the driver's bare `executemany` into a file beside it that nobody reads: what the machine
takes for it at that moment, whatever else is going on.
"""

import argparse
import json
import multiprocessing
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any
from unittest import mock

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bench.city import City, free_port, wait_for
from bench.history import PAGES, fill, login
from bench.pages import Browser, answers
from bench.record import PER_TRANSACTION, answer
from hotspot import recorder as recorder_module
from hotspot.batch import Batch
from hotspot.recorder import Recorder, write
from hotspot.store.base import make_engine
from hotspot.store.migrate import migrate
from hotspot.store.polls import INSERT_POLL, UPDATE_READ, UPSERT_STATE, read_of

ACCESS_POINTS, DAYS, WARM, PACE_S = 1000, 30, 3, 1.0


class Locks:
    """How long each write transaction of an engine waited for the lock and then held it, and its processor time."""

    def __init__(self, engine: Engine) -> None:
        self.waited: list[float] = []
        self.held: list[float] = []
        self.cpu: list[float] = []
        self.asked = self.begun = self.begun_cpu = 0.0
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)
        event.listen(engine, "checkin", self._released)  # right after the commit

    def _before(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement == "BEGIN IMMEDIATE":
            self.asked = time.perf_counter()

    def _after(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement == "BEGIN IMMEDIATE":
            self.begun, self.begun_cpu = time.perf_counter(), time.thread_time()
            self.waited.append(self.begun - self.asked)

    def _released(self, *_: Any) -> None:
        if self.begun:
            self.held.append(time.perf_counter() - self.begun)
            self.cpu.append(time.thread_time() - self.begun_cpu)
        self.begun = 0.0


class Bare:
    """The rows of each batch, written into tables of the same shape with nothing around it."""

    def __init__(self, path: Path) -> None:
        engine = make_engine(f"sqlite:///{path}")
        migrate(engine)
        engine.dispose()
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("foreign_keys=OFF", "cache_size=-4096", "synchronous=FULL", "wal_autocheckpoint=0"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.batch: Batch | None = None
        self.written = 0

    def write(self, session: Session, batch: Batch) -> None:
        """In the place of the recorder's, which it calls, to see what it writes."""
        write(session, batch)
        self.batch = batch

    def again(self) -> tuple[float, float]:
        """Seconds of wall clock and of processor in the transaction."""
        assert self.batch is not None
        states, changed, polls = self.batch.states, self.batch.changed, self.batch.polls
        whole = [row for ap_id, row in states.items() if ap_id in changed]
        read = [read_of(row) for ap_id, row in states.items() if ap_id not in changed]
        begun, cpu = time.perf_counter(), time.thread_time()
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(UPSERT_STATE, whole)
        self.connection.executemany(UPDATE_READ, read)
        self.connection.executemany(INSERT_POLL, polls)
        self.connection.execute("COMMIT")
        spent = time.perf_counter() - begun, time.thread_time() - cpu
        self.written += len(polls)
        if self.written % ACCESS_POINTS == 0:
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        return spent


def signed_in(address: str, database: Path) -> dict[str, str]:
    """The cookies of one more browser of the admin."""
    browser = Browser(address)
    browser.sign_in(login(database))
    browser.connection.close()
    return browser.cookies


def read_pages(address: str, cookies: dict[str, str], first: int, done: Event, told: Connection) -> None:
    """One reader: seconds of each page; statuses that are not 200."""
    browser = Browser(address)
    browser.cookies = cookies
    times: dict[str, list[float]] = defaultdict(list)
    refused: list[int] = []
    place = first
    while not done.is_set():
        page = PAGES[place % len(PAGES)]
        status, _, seconds = browser.get(page)
        times[page].append(seconds)
        refused += [status] if status != 200 else []
        place += 1
    told.send((dict(times), refused))


def store(recorder: Recorder, locks: Locks, bare: Bare, cycles: int) -> dict[str, Any]:
    """Cycles at a steady pace; the first ones, in which every access point wakes up, don't count."""
    start = int(time.time()) // 60 * 60
    figures: dict[str, list[float]] = defaultdict(list)
    locked = 0
    for number in range(WARM + cycles):
        begun = time.perf_counter()
        polls = [answer(ap_id, number, start) for ap_id in range(1, ACCESS_POINTS + 1)]
        parts = [polls[at : at + PER_TRANSACTION] for at in range(0, len(polls), PER_TRANSACTION)]
        locks.waited, locks.held, locks.cpu = [], [], []
        alone = []
        spent_s = spent_cpu_s = 0.0
        for part in parts:
            clock, cpu = time.perf_counter(), time.thread_time()
            try:
                recorder.record(part, fence=None)
            except OperationalError:
                locked += 1
            spent_s, spent_cpu_s = spent_s + time.perf_counter() - clock, spent_cpu_s + time.thread_time() - cpu
            alone.append(bare.again())
        if number >= WARM:
            figures["all of it"].append(spent_s)
            figures["its CPU"].append(spent_cpu_s)
            figures["bare executemany of the same rows"].append(sum(wall for wall, _ in alone))
            figures["CPU of that"].append(sum(cpu for _, cpu in alone))
            figures["waiting for the lock"].append(sum(locks.waited))
            figures["holding the lock"].append(sum(locks.held))
            figures["CPU while holding it"].append(sum(locks.cpu))
        time.sleep(max(0.0, PACE_S - (time.perf_counter() - begun)))
    ratios = [
        ours / theirs
        for ours, theirs in zip(figures["holding the lock"], figures["bare executemany of the same rows"], strict=True)
    ]
    times = {name: spread(times) for name, times in figures.items()}
    return {"cycle_ms": times, "times_as_long_as_bare_p50": round(statistics.median(ratios), 2), "locked": locked}


def spread(times: Sequence[float]) -> dict[str, float]:
    """Milliseconds."""
    ordered = sorted(seconds * 1000 for seconds in times)
    at = {"p50": statistics.median(ordered), "p95": ordered[len(ordered) * 95 // 100], "max": ordered[-1]}
    return {name: round(value, 1) for name, value in at.items()}


def run(folder: Path, cycles: int, readers: int) -> dict[str, Any]:
    address = f"127.0.0.1:{free_port()}"
    city, database = City(folder, {"bind": address, "web_workers": "1"}), folder / "hotspot.sqlite"
    engine = make_engine(f"sqlite:///{database}")
    context = multiprocessing.get_context("spawn")
    done, pipes, processes = context.Event(), [], []
    with city.start("web"):
        wait_for(lambda: answers(address), 60, "the pages")
        for number, cookies in enumerate([signed_in(address, database) for _ in range(readers)]):
            ours, theirs = context.Pipe(duplex=False)
            pipes.append(ours)
            processes.append(context.Process(target=read_pages, args=(address, cookies, number, done, theirs)))
            processes[-1].start()
        bare = Bare(folder / "bare.sqlite")
        with mock.patch.object(recorder_module, "write", bare.write):
            report = store(Recorder(engine, 1, misses=3), Locks(engine), bare, cycles)
        done.set()
        found = [pipe.recv() for pipe in pipes]
        for process in processes:
            process.join()
    engine.dispose()
    pages = {page: [seconds for times, _ in found for seconds in times.get(page, [])] for page in PAGES}
    log = (folder / "web.log").read_text()
    report["pages"] = {page: spread(times) | {"loaded": len(times)} for page, times in pages.items() if times}
    report["pages_refused"] = sorted({status for _, refused in found for status in refused})
    report["locked"] += log.count("database is locked") - log.count("not noted: database is locked")
    report["jottings_left_out"] = log.count("not noted")
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--cycles", type=int, default=120)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hotspot-bench-") as made:
        folder = Path(made)
        if chosen.folder:
            shutil.copytree(chosen.folder, folder, dirs_exist_ok=True)
            (folder / "web.log").write_text("")
        else:
            engine = make_engine(f"sqlite:///{folder / 'hotspot.sqlite'}")
            migrate(engine)
            fill(engine, ACCESS_POINTS, DAYS, DAYS, False, int(time.time()))
            engine.dispose()
        report = {"sqlite": sqlite3.sqlite_version} | run(folder, chosen.cycles, chosen.readers)
    if chosen.json:
        print(json.dumps(report))
        return
    print(json.dumps({key: value for key, value in report.items() if key != "pages"}, indent=2))
    for page, times in report["pages"].items():
        print(f"{page:<30} {times}")


if __name__ == "__main__":
    main()
