"""Our store beside others, in one run, on the same month of polls: ingest, bytes at rest, six questions.

    python -m bench.stores [--access-points 1000] [--days 30] [--interval 300] [--json]

The month is loaded day by day as fast as each store can, its last day cycle by cycle; then each store packs what it
has and is asked. The answers are compared. `pip install duckdb` and `apt-get install victoria-metrics` (for this
alone) fill their columns; without them they are left out.
"""

import argparse
import json
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import text

from bench.history import ZONE, inventory
from bench.month import DAY, Cycle, Month, generate
from bench.rivals import HOUR, AbsentError, Duck, Narrow, Pairs, Victoria
from hotspot.analytics.availability import Figure
from hotspot.analytics.calendar import day_of, day_start
from hotspot.analytics.outages import Change, Seen, Watch, advance
from hotspot.analytics.stays import Presence
from hotspot.store import availability, fleet, usage
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.bulk import Row
from hotspot.store.chunks import COLUMNS, compact, packed_polls
from hotspot.store.lease import take
from hotspot.store.migrate import migrate
from hotspot.store.models import City
from hotspot.store.polls import STATE, add_polls, save_states
from hotspot.store.rollups import roll_up
from hotspot.store.spans import SpanChange, change_spans

RUNS, ENOUGH_S, MISSES = 20, 5.0, 3
WEEK = 7 * DAY
CLIENTS_AT = COLUMNS.index("clients")


class Store(Protocol):
    """Windows are [a, b); an availability is a share; charts and the top list tell of clients."""

    name: str
    durable: str  # when what was taken survives a power cut

    def prepared(self, cycles: Iterable[Cycle]) -> Any:
        """In the form the store takes; not timed."""

    def load(self, polls: Any) -> None: ...
    def ingest(self, polls: Any) -> None: ...
    def settle(self) -> None: ...
    def octets(self) -> int: ...
    def chart(self, ap: int, a: int, b: int) -> Pairs: ...
    def availability(self, ap: int, a: int, b: int) -> float: ...
    def fleet(self, a: int, b: int) -> float: ...
    def city(self, a: int, b: int, step: int) -> Pairs: ...
    def top(self, a: int, b: int) -> Pairs: ...
    def close(self) -> None: ...


class Ours:
    """Polls in rows until their day is over, then packed; spans; roll-ups: all by the code that runs in service."""

    name = "this project"
    durable = "when committed"

    def __init__(self, folder: Path, month: Month) -> None:
        self.month = month
        self.engine = make_engine(f"sqlite:///{folder / 'hotspot.sqlite'}")
        migrate(self.engine)
        inventory(self.engine, month.aps, month.start)
        with writing(self.engine) as session:
            fence = take(session, "collector", "bench", 1, 60)
        assert fence is not None
        self.fence = fence
        self.watches: dict[int, Watch] = {}
        self.seconds = {"roll-ups": 0.0, "packing": 0.0}
        self.day: tuple[int, int] = (0, 0)

    def prepared(self, cycles: Iterable[Cycle]) -> tuple[list[Row], list[SpanChange]]:
        """Rows, and what the outage rules make of them."""
        rows, changes = [], []
        for slot, answers in cycles:
            self.day = (day_start(ZONE, slot), day_start(ZONE, slot) + DAY)
            for ap, values in answers:
                offset = self.month.offset(ap)
                rows.append((slot, ap, 1, offset, *values, None))
                before = self.watches.get(ap)
                seen = Seen(slot + offset, slot, self.month.interval_s, bool(values[0]))
                self.watches[ap], changed = advance(before, seen, MISSES)
                changes += self._changes(ap, before, changed)
        return rows, changes

    def _changes(self, ap: int, before: Watch | None, changed: Sequence[Change]) -> list[SpanChange]:
        since = before.since if before else None
        found = []
        for change in changed:
            found.append(SpanChange(ap, since, change))
            since = change.at
        return found

    def ingest(self, polls: tuple[list[Row], list[SpanChange]]) -> None:
        rows, changes = polls
        with writing(self.engine) as session:
            add_polls(session, rows)
            for change in changes:  # one by one: a span may end in the batch it began in
                change_spans(session, 1, [change])

    def load(self, polls: tuple[list[Row], list[SpanChange]]) -> None:
        self.ingest(polls)
        self.end_day()

    def end_day(self) -> None:
        """The present state, hours, days, areas; then the day's rows become chunks."""
        nothing: dict[str, Any] = dict.fromkeys(STATE) | {
            "city_id": 1, "interval_s": self.month.interval_s, "profile": "", "error": "", "detail": "{}", "memory": "",
        }  # fmt: skip
        fields = ("state", "since", "cause", "last_poll", "last_ok", "last_slot", "missed", "silent")
        with writing(self.engine) as session:
            states = (
                nothing | {"ap_id": ap} | {name: getattr(watch, name) for name in fields}
                for ap, watch in self.watches.items()
            )
            save_states(session, [tuple(state[name] for name in STATE) for state in states])
        started = time.perf_counter()
        with writing(self.engine) as session:
            roll_up(session, session.get_one(City, 1), self.day[0], self.day[1] - 1)
        self.seconds["roll-ups"] += time.perf_counter() - started
        started = time.perf_counter()
        compact(self.engine, self.fence, 1, self.day)
        self.seconds["packing"] += time.perf_counter() - started

    def settle(self) -> None:
        self.end_day()
        with self.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    def octets(self) -> int:
        """All tables; without the pages of past rows, which the next polls fill again."""
        with reading(self.engine) as session:
            pages, free, size = (
                session.execute(text(f"PRAGMA {name}")).scalar_one()
                for name in ("page_count", "freelist_count", "page_size")
            )
        return int((pages - free) * size)

    def chunk_octets(self) -> int:
        """Of the polls alone, their index included."""
        with reading(self.engine) as session:
            query = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%poll_chunk%'"
            return int(session.execute(text(query)).scalar_one())

    def chart(self, ap: int, a: int, b: int) -> Pairs:
        with reading(self.engine) as session:
            rows, _ = packed_polls(session, ap, a, b)
        return [(row[0], row[CLIENTS_AT]) for row in rows if row[CLIENTS_AT] is not None]

    def availability(self, ap: int, a: int, b: int) -> float:
        with reading(self.engine) as session:
            return availability.answer(session, [Presence(ap)], a, b, b).figure.availability or 0.0

    def fleet(self, a: int, b: int) -> float:
        with reading(self.engine) as session:
            days = fleet.city_days(session, session.get_one(City, 1), day_of(ZONE, a), day_of(ZONE, b))
            figure = sum((day.figure for day in days), Figure())
        return figure.availability or 0.0

    def fleet_exact(self) -> float:
        """From the spans; the roll-ups, which the pages ask, come to the same."""
        a, b = self.month.start, self.month.end
        with reading(self.engine) as session:
            return (
                availability.answer(session, [Presence(ap) for ap in self.month.aps], a, b, b).figure.availability
                or 0.0
            )

    def city(self, a: int, b: int, step: int) -> Pairs:
        with reading(self.engine) as session:
            city = session.get_one(City, 1)
            if step == HOUR:
                found = [(hour.t, hour.clients_mean) for hour in fleet.city_hours(session, city, a, b)]
            else:
                found = [(day.t, day.clients) for day in usage.by_day(session, city, a, b)]
        return [(t, clients) for t, clients in found if clients is not None]

    def top(self, a: int, b: int) -> Pairs:
        with reading(self.engine) as session:
            points = usage.by_point(session, session.get_one(City, 1), a, b)[:20]
        return [(int(point.code[2:]), point.clients or 0.0) for point in points]

    def close(self) -> None:
        self.engine.dispose()


def questions(store: Store, month: Month) -> dict[str, Callable[[], Any]]:
    a, b = month.start, month.end
    return {
        "chart, 7 days": lambda: store.chart(17, max(a, b - WEEK), b),
        "availability, 30 days": lambda: store.availability(17, a, b),
        "fleet's availability": lambda: store.fleet(a, b),
        "city, 7 days by hour": lambda: store.city(max(a, b - WEEK), b, HOUR),
        "city, month by day": lambda: store.city(a, b, DAY),
        "top 20 of the month": lambda: store.top(a, b),
    }


def run(month: Month, folder: Path) -> dict[str, Any]:
    stores: list[Store] = []
    report: dict[str, Any] = {"access_points": month.access_points, "days": month.days, "stores": {}}
    kinds: tuple[Callable[[Path, Month], Store], ...] = (Ours, Narrow, Duck, Victoria)
    for kind in kinds:
        try:
            stores.append(kind(folder, month))
        except AbsentError as why:
            report.setdefault("left_out", []).append(str(why))
    try:
        report["samples"] = samples = fill(stores, month, report["stores"])
        answers = {}
        for store in stores:
            figures = report["stores"][store.name]
            figures["bytes_per_sample"] = round(store.octets() / samples, 2)
            figures["ms"], answers[store.name] = asked(questions(store, month))
            if isinstance(store, Ours):
                figures["polls_alone_bytes_per_sample"] = round(store.chunk_octets() / samples, 3)
                figures["seconds"] = {name: round(spent, 1) for name, spent in store.seconds.items()}
                figures["ms_to_the_second"], _ = asked({"fleet's availability": store.fleet_exact})
        report["differences"] = {name: compared(answers[stores[0].name], answers[name]) for name in list(answers)[1:]}
    finally:
        for store in stores:
            store.close()
    return report


def fill(stores: Sequence[Store], month: Month, figures: dict[str, Any]) -> int:
    """All days but the last at once, the last cycle by cycle; the number of values."""
    samples = 0
    spent = {store.name: 0.0 for store in stores}
    times: dict[str, list[float]] = {store.name: [] for store in stores}
    for number, day in enumerate(generate(month)):
        print(f"day {number + 1} of {month.days}", file=sys.stderr)
        samples += sum(value is not None for _, rows in day for _, values in rows for value in values)
        for store in stores:
            if number < month.days - 1:
                spent[store.name] += seconds(store.load, store.prepared(day))
            else:
                times[store.name] = [seconds(store.ingest, store.prepared([cycle])) for cycle in day]
    for store in stores:
        cycles = sorted(times[store.name])
        figures[store.name] = {
            "durable": store.durable,
            "cycle_p50_ms": round(statistics.median(cycles) * 1000, 1),
            "cycle_p95_ms": round(cycles[len(cycles) * 95 // 100] * 1000, 1),
            "cycle_max_ms": round(cycles[-1] * 1000, 1),
            "load_s": round(spent[store.name], 1),
            "settle_s": round(seconds(lambda store=store: store.settle()), 1),
        }
    return samples


def seconds(act: Callable[..., None], *values: Any) -> float:
    started = time.perf_counter()
    act(*values)
    return time.perf_counter() - started


def asked(every: dict[str, Callable[[], Any]]) -> tuple[dict[str, float], dict[str, Any]]:
    """Median milliseconds of each question, and its answer."""
    figures, answers = {}, {}
    for name, ask in every.items():
        answers[name] = ask()
        times: list[float] = []
        while len(times) < RUNS and sum(times) < ENOUGH_S:
            times.append(seconds(ask))
        figures[name] = round(statistics.median(times) * 1000, 2)
    return figures, answers


def compared(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """By question the greatest difference, of clients or of a share; "wrong" where it is more than TOLERANCE."""
    found = {name: round(difference(name, mine, theirs[name]), 9) for name, mine in ours.items()}
    return {name: apart if apart <= TOLERANCE[name] else f"wrong: {apart}" for name, apart in found.items()}


def difference(name: str, mine: Any, other: Any) -> float:
    if isinstance(mine, float):
        return float(abs(mine - other))
    if name.startswith("top"):  # equals may change places
        mine, other = ([(place, value) for place, (_, value) in enumerate(pairs)] for pairs in (mine, other))
    if [key for key, _ in mine] != [key for key, _ in other]:
        return math.inf
    return float(max(abs(a - b) for (_, a), (_, b) in zip(mine, other, strict=True)))


# Samples know no edges: a share of polls is off by one poll at each edge of the window and of each gap. Our hours of
# areas are whole numbers of clients, of which a city adds up 54.
TOLERANCE = {
    "chart, 7 days": 0.0, "availability, 30 days": 0.001, "fleet's availability": 0.001,
    "city, 7 days by hour": 27.0, "city, month by day": 1e-6, "top 20 of the month": 1e-6,
}  # fmt: skip


def table(report: dict[str, Any]) -> str:
    """A row a figure, a column a store."""
    stores = report["stores"]
    rows = [("", *stores)]
    keys = ("cycle_p50_ms", "cycle_p95_ms", "cycle_max_ms", "load_s", "settle_s", "bytes_per_sample", "durable")
    rows += [(key, *(str(figures[key]) for figures in stores.values())) for key in keys]
    first = next(iter(stores.values()))
    rows += [(f"{name}, ms", *(str(figures["ms"][name]) for figures in stores.values())) for name in first["ms"]]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--access-points", type=int, default=1000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--interval", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    start = day_start(ZONE, int(time.time())) - chosen.days * DAY
    month = Month(start, chosen.access_points, chosen.days, chosen.interval)
    with tempfile.TemporaryDirectory(prefix="hotspot-bench-") as folder:
        report = run(month, Path(folder))
    if chosen.json:
        print(json.dumps(report))
        return
    print(table(report))
    print(json.dumps({key: value for key, value in report.items() if key != "stores"}))


if __name__ == "__main__":
    main()
