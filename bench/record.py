"""CPU of the recorder and of a roll-up: `python -m bench.record [access points]`; saves nothing."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, insert

from collectors.result import AgentClock, PollResult, Sample
from hotspot.recorder import Poll, Recorder
from hotspot.store.base import make_engine, writing
from hotspot.store.migrate import migrate
from hotspot.store.models import AccessPoint, Area, City, Point, Site
from hotspot.store.rollups import roll_up

START = 1_800_000_000
CYCLES = 59  # nearly an hour, so that the roll-up has a full one to sum
PER_TRANSACTION = 500


def city(engine: Engine, access_points: int) -> None:
    with writing(engine) as session:
        session.execute(insert(City).values(id=1, code="1", name="City"))
        session.execute(insert(Area).values(id=1, city_id=1, code="1", name="Area", level="village"))
        session.execute(insert(Site).values(id=1, city_id=1, area_id=1, name="Hall", venue_kind="park"))
        session.execute(insert(Point).values(id=1, city_id=1, site_id=1, code="1", name="Hall", lifecycle="active"))
        rows = [
            {"id": i, "city_id": 1, "point_id": 1, "name": f"ap{i}", "address": f"10.0.{i // 256}.{i % 256}"}
            for i in range(1, access_points + 1)
        ]
        session.execute(insert(AccessPoint), rows)


def answer(ap_id: int, cycle: int, start: int = START) -> Poll:
    """Two radios, two interfaces, one SSID."""
    at = start + 60 * cycle
    samples = [Sample("clients", 7), Sample("ssid_clients", 7, "FREE"), Sample("cpu", 12), Sample("memory", 44)]
    for name in ("wifi0", "wifi1"):
        for metric, value in (("clients", 3), ("channel", 6), ("utilisation", 33), ("noise", -95), ("tx_power", 20)):
            samples.append(Sample(f"radio_{metric}", value, name))
    for name in ("eth0", "eth1"):
        samples.append(Sample("if_speed", 1e9, name))
        for metric, step in (("in_octets", 10**6), ("out_octets", 10**5), ("in_errors", 0), ("out_errors", 0)):
            samples.append(Sample(f"if_{metric}", 10**9 + cycle * step, name, 64))
    clock = AgentClock(10**6 + 6000 * cycle)
    return Poll(at, 60, PollResult(ap_id, at + 0.5, True, 0.004, "bench", clock, None, tuple(samples)))


def spent(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds of processor and of wall clock."""
    cpu, wall = time.process_time(), time.perf_counter()
    act()
    return time.process_time() - cpu, time.perf_counter() - wall


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'bench.sqlite'}")
        migrate(engine)
        city(engine, count)
        recorder = Recorder(engine, 1, misses=3)
        told = sorted(cycle(recorder, number, count) for number in range(CYCLES))
        cpu, wall = told[len(told) // 2]
        print(f"recorder: {cpu / count * 1e6:.0f} us of CPU a poll, {wall * 1000:.0f} ms a cycle of {count}")
        now = START + 60 * CYCLES
        make(engine, now)
        cpu, wall = spent(lambda: make(engine, now))
        print(f"roll-up of the current hour and day: {cpu * 1000:.0f} ms of CPU, {wall * 1000:.0f} ms")
        engine.dispose()


def cycle(recorder: Recorder, number: int, count: int) -> tuple[float, float]:
    polls = [answer(ap_id, number) for ap_id in range(1, count + 1)]
    parts = [polls[start : start + PER_TRANSACTION] for start in range(0, count, PER_TRANSACTION)]
    return spent(lambda: [recorder.record(part, fence=None) for part in parts])


def make(engine: Engine, now: int) -> None:
    with writing(engine) as session:
        roll_up(session, session.get_one(City, 1), now - 60, now)


if __name__ == "__main__":
    main()
