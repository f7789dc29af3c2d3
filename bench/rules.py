"""Time of the rules at a city's size: one look of all of them, and the preview of each over 30 days.

    python -m bench.rules [--points 1000] [--url postgresql://...]

Fills a temporary SQLite file, or the empty database of `--url`, as bench.questions does; prints the CPU of this
process, the median and the most of 5 runs, and the time of the first. One in twenty access points is down.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, update

from bench.questions import NOW, fill
from hotspot.alerts.judge import judge
from hotspot.analytics.alert_rules import KINDS
from hotspot.analytics.rule_params import Capacity, Firmware, MonitoringBroken, Outage, Unused
from hotspot.analytics.rule_scope import EVERYWHERE
from hotspot.settings import Settings
from hotspot.store.alerts.rule_history import preview
from hotspot.store.alerts.rules import ensure_defaults
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.city import current_city
from hotspot.store.migrate import migrate
from hotspot.store.models import AlertRule, City

RUNS = 5
HARD: dict[str, Any] = {  # params for which as much as possible is found
    "outage": Outage(0, 1), "monitoring_broken": MonitoringBroken(1), "capacity": Capacity(clients=10),
    "unused": Unused(60), "firmware": Firmware("*/*: 0"),
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--url")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(given.url or Settings(data_dir=folder).database)
        migrate(engine)
        fill(engine, given.points)
        with writing(engine) as session:
            ensure_defaults(session, city_of(session), NOW)
            session.execute(update(AlertRule).values(enabled=True))
        tell("one look of all rules", lambda: look(engine))
        for kind in KINDS:
            for params in filter(None, (KINDS[kind].params(), HARD.get(kind))):
                tell(f"preview: {params}", lambda kind=kind, params=params: shown(engine, kind, params))  # type: ignore[misc]
        engine.dispose()


def look(engine: Engine) -> int:
    with writing(engine) as session:
        judge(session, city_of(session), NOW)
    return 0


def shown(engine: Engine, kind: str, params: Any) -> int:
    with reading(engine) as session:
        return preview(session, city_of(session), kind, params, EVERYWHERE, NOW).spoken


def city_of(session: Any) -> City:
    city = current_city(session)
    assert city
    return city


def tell(name: str, ask: Callable[[], int]) -> None:
    begun, found = time.perf_counter(), ask()
    first, times = 1000 * (time.perf_counter() - begun), []
    for _ in range(RUNS):
        begun = time.process_time()
        ask()
        times.append(1000 * (time.process_time() - begun))
    print(f"{statistics.median(times):6.0f} {max(times):6.0f} ms, first {first:6.0f} ms, {found:5d} found  {name}")


if __name__ == "__main__":
    main()
