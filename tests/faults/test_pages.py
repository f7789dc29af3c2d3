"""What must hold when the pages are killed while people read them."""

import random
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from hotspot.clock import now
from hotspot.store.base import writing
from hotspot.store.tokens import create_token
from tests.faults.conftest import DEVICES, INTERVAL_S, Town
from tests.faults.long import saved, times
from tests.hotspot.polled_city import until

KILLS = times(4, 100)
READERS = 8


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read(url: str, token: str) -> str:
    """The status, or that nobody answered."""
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"}), timeout=5
        ) as answer:
            return str(answer.status)
    except urllib.error.HTTPError as error:
        return str(error.code)
    except OSError:
        return "nobody"


@contextmanager
def readers(url: str, token: str) -> Iterator[list[str]]:
    """Eight people who load a list again and again; what they got."""
    stop, got = threading.Event(), list[str]()

    def work() -> None:
        while not stop.is_set():
            got.append(read(url, token))
            stop.wait(0.02)

    threads = [threading.Thread(target=work) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        yield got
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def serving(town: Town, port: int, answers: Callable[[], bool]) -> subprocess.Popen[bytes]:
    """As the supervisor does: started again while the workers of the killed one still hold the port for a moment."""
    pages = town.start("web", HOTSPOT_BIND=f"127.0.0.1:{port}")
    end = time.monotonic() + 60
    while not answers():
        assert time.monotonic() < end
        if pages.poll() is not None:
            pages = town.start("web", HOTSPOT_BIND=f"127.0.0.1:{port}")
        time.sleep(0.1)
    return pages


def test_killed_pages_come_back_and_cost_no_poll(sqlite_engine: Engine, build: Callable[[Engine], Town]) -> None:
    town = build(sqlite_engine)
    with writing(sqlite_engine) as session:
        token = create_token(session, "readers", now())
    town.start()
    first = until(town.newest_slot) + INTERVAL_S
    port, chance = free_port(), random.Random(4)
    url = f"http://127.0.0.1:{port}/api/v1/access-points"
    with readers(url, token) as got:
        for _ in range(KILLS):
            pages = serving(town, port, lambda: read(url, token) == "200")
            time.sleep(chance.random() / 2)  # to be killed at any moment
            pages.kill()
            pages.wait()
    until(lambda: town.newest_slot() > first + 2 * INTERVAL_S)
    last = town.newest_slot() - INTERVAL_S
    per_cycle = "SELECT count(*) FROM poll_hot WHERE slot >= :a AND slot < :b GROUP BY slot / :s"
    counts = [row[0] for row in town.rows(per_cycle, a=first, b=last, s=INTERVAL_S)]
    assert counts == [DEVICES] * ((last - first) // INTERVAL_S)
    assert set(got) <= {"200", "nobody"}
    assert got.count("200") > KILLS * READERS
    assert "locked" not in town.log(0).read_text()
    assert town.value("PRAGMA integrity_check") == "ok"
    saved("pages killed", kills=KILLS, requests=len(got), errors=0, polls=sum(counts), lost=0)
