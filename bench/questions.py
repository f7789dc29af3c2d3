"""Time of the questions behind the pages, on a filled database: a year of days and spans, 40 days of hours, 2 of polls.

    python -m bench.questions [--points 1000] [--url postgresql://...] [--json]

Fills a temporary SQLite file, or the empty database of `--url`; prints the median and the slowest of 20 runs.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine, Table, insert, text
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import midnight
from hotspot.analytics.inventory import VENUE_KINDS
from hotspot.analytics.service_hours import parsed
from hotspot.analytics.stays import Presence
from hotspot.settings import Settings
from hotspot.store import (
    access_points,
    availability,
    figures,
    fleet,
    glance,
    outages,
    placements,
    points,
    polls,
    rollout,
    strips,
)
from hotspot.store.base import Base, make_engine, reading
from hotspot.store.city import current_city, freshness
from hotspot.store.migrate import migrate
from hotspot.store.scopes import Scope

NOW = 1_795_244_400  # 2026-11-21 14:00 in Jakarta
ZONE, TODAY = "Asia/Jakarta", date(2026, 11, 21)
HOUR, DAY = 3600, 86400
DAYS, HOURS, POLL_SLOTS, INTERVAL_S = 365, 40 * 24, 2 * 24 * 60, 60
DISTRICTS, VILLAGES, OUTAGES = 7, 54, 90
RUNS = 20
Row = dict[str, Any]


def fill(engine: Engine, number: int) -> None:
    """`number` points; every tenth has two access points, one in twenty is down now, one in ten is planned."""
    chance = random.Random(1)
    aps = [(1 + place, 1 + place % number) for place in range(number + number // 10)]
    village_of = {point: DISTRICTS + 1 + point % VILLAGES for point in range(1, number + 1)}
    add(engine, inventory(number, aps, village_of))
    add(engine, {"status_span": spans(aps, chance), "ap_state": states(aps)})
    days = [midnight(ZONE, TODAY - timedelta(days=back)) for back in range(DAYS)]
    hours = [NOW - back * HOUR for back in range(HOURS)]
    add(engine, {"rollup_day": (sums(t, DAY, chance) | {"ap_id": ap} for ap, _ in aps for t in days)})
    add(engine, {"rollup_hour": (sums(t, HOUR, chance) | {"ap_id": ap} for t in hours for ap, _ in aps)})
    size = len(aps) // VILLAGES
    for table, length, starts in (("area_day", DAY, days), ("area_hour", HOUR, hours)):
        rows = (
            sums(t, length * size, chance) | {"area_id": area, "access_points": size}
            for area in sorted(set(village_of.values()))
            for t in starts
        )
        add(engine, {table: rows})
    slots = [(NOW // INTERVAL_S - back) * INTERVAL_S for back in range(POLL_SLOTS)]
    add(engine, {"poll_hot": (poll(slot, ap) for slot in sorted(slots) for ap, _ in aps)})
    if engine.dialect.name == "postgresql":  # its autovacuum would; SQLite has no statistics in service either
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("ANALYZE"))


def inventory(number: int, aps: list[tuple[int, int]], village_of: Mapping[int, int]) -> dict[str, Iterator[Row]]:
    kinds = tuple(VENUE_KINDS)
    own = {"city_id": 1}
    areas: list[Row] = [
        own | {"id": n, "code": f"36.74.{n:02d}", "name": f"District {n}", "level": "district", "parent_id": None}
        for n in range(1, DISTRICTS + 1)
    ]
    areas += [
        own
        | {
            "id": n,
            "code": f"36.74.{n % 7 + 1:02d}.{n}",
            "name": f"Village {n}",
            "level": "village",
            "parent_id": n % 7 + 1,
        }
        for n in range(DISTRICTS + 1, DISTRICTS + VILLAGES + 1)
    ]
    places = (
        own
        | {"id": n, "area_id": village_of[n], "name": f"Site {n}", "venue_kind": kinds[n % len(kinds)], "address": ""}
        | {"latitude": -6.3 + n / 1e5, "longitude": 106.7 + n / 1e5}
        for n in range(1, number + 1)
    )
    devices = (
        own | {"id": ap, "point_id": point, "name": f"AP-{ap}", "address": f"10.{ap >> 8}.{ap & 255}.1", "port": 161}
        | {"snmp_version": "2c", "polling": True}
        for ap, point in aps
    )  # fmt: skip
    goal = own | {"quantity": 1000, "cumulative": True, "from_on": date(2024, 1, 1), "to_on": date(2026, 12, 31)}
    cycle = {"interval_s": INTERVAL_S, "holder": "bench", "started_at": 0, "heartbeat": NOW - 5, "slot": NOW - 60}
    counters = dict.fromkeys(("cycles", "skipped", "polled", "answered", "duration_ms", "cpu_us_per_poll"), 1)
    city = {"id": 1, "code": "36.74", "name": "Bench", "time_zone": ZONE, "poll_interval_s": 60, "demonstration": False}
    return {
        "city": iter([city]),
        "area": iter(areas),
        "fund": (own | {"id": n, "name": f"Fund {n}"} for n in (1, 2, 3)),
        "provider": (own | {"id": n, "name": f"Provider {n}"} for n in (1, 2)),
        "site": places,
        "point": (own | point(n) for n in range(1, number + 1)),
        "lifecycle_change": (change for n in range(1, number + 1) for change in changes(n)),
        "access_point": devices,
        "goal": iter([goal | {"valid_since": date(2024, 1, 1), "source": ""}]),
        "collector_status": iter([cycle | counters]),
    }


def point(number: int) -> Row:
    planned = number % 10 == 0
    installed = None if planned else TODAY - timedelta(days=number % 700 + 20)
    return {
        "id": number, "site_id": number, "fund_id": number % 3 + 1, "provider_id": number % 2 + 1,
        "code": f"TS-{number:04d}", "name": f"Point {number}", "lifecycle": "funded" if planned else "active",
        "auth_mode": "open", "installed_on": installed, "accepted_on": installed and installed + timedelta(days=7),
    }  # fmt: skip


def changes(number: int) -> Iterator[Row]:
    row = point(number)
    stages = {"installed": row["installed_on"], "active": row["accepted_on"]}
    for stage, since in stages.items():
        if since:
            yield {"point_id": number, "stage": stage, "since": since, "recorded_at": NOW, "actor": "", "note": ""}


def spans(aps: list[tuple[int, int]], chance: random.Random) -> Iterator[Row]:
    """A year of OUTAGES outages each; the last state goes on."""
    for ap, _ in aps:
        edges = sorted(chance.sample(range(NOW - DAYS * DAY, NOW - DAY), 2 * OUTAGES + (ap % 20 == 0)))
        for place, (start, end) in enumerate(zip(edges, [*edges[1:], None], strict=True)):
            yield {
                "ap_id": ap, "city_id": 1, "start": start, "end": end, "state": (place + 1) % 2 if end else ap % 20 > 0,
                "start_err": 60, "end_err": 60, "cause": "",
            }  # fmt: skip


def states(aps: list[tuple[int, int]]) -> Iterator[Row]:
    for ap, _ in aps:
        up = ap % 20 > 0
        yield {
            "ap_id": ap, "city_id": 1, "state": int(up), "since": NOW - DAY, "last_poll": NOW - ap % 60,
            "last_ok": NOW - (ap % 60 if up else DAY), "last_slot": NOW - 60, "interval_s": INTERVAL_S, "missed": 0,
            "clients": ap % 40 if up else None, "rtt_us": 2000, "profile": "unifi", "error": "", "detail": "{}",
            "memory": "{}",
        }  # fmt: skip


def sums(t: int, length: int, chance: random.Random) -> Row:
    down = chance.randrange(length // 50)
    polls = length // INTERVAL_S
    return {
        "t": t, "city_id": 1, "polls": polls, "answered": polls, "up_s": length - down, "down_s": down, "unknown_s": 0,
        "maintenance_s": 0, "rx_bytes": 10**9, "tx_bytes": 10**8, "clients_sum": polls * 9, "clients_n": polls,
        "clients_max": 20, "rtt_us_sum": polls * 2000,
    }  # fmt: skip


def poll(slot: int, ap: int) -> Row:
    return {"slot": slot, "ap_id": ap, "city_id": 1, "offset_s": ap % 60, "up": 1, "rtt_us": 2000, "clients": ap % 40}


def add(engine: Engine, tables: Mapping[str, Iterator[Row]]) -> None:
    with engine.execution_options(write=True).begin() as connection:
        for name, rows in tables.items():
            table: Table = Base.metadata.tables[name]
            batch: list[Row] = []
            for row in rows:
                batch.append(row)
                if len(batch) == 20_000:
                    connection.execute(insert(table), batch)
                    batch = []
            if batch:
                connection.execute(insert(table), batch)


def questions(session: Session) -> dict[str, Callable[[], object]]:
    city = current_city(session)
    assert city is not None

    def page(sort: str = "code", **chosen: Any) -> Callable[[], object]:
        return lambda: points.points_page(session, city, points.PointFilter(**chosen), now=NOW, sort=sort)

    def overview() -> None:
        freshness(session, NOW)
        seen = glance.glance(session, city, NOW)
        fleet.city_days(session, city, TODAY - timedelta(days=89), TODAY + timedelta(days=1))
        fleet.city_hours(session, city, NOW - 7 * DAY, NOW)
        fleet.attention(session, city, NOW)
        glance.aim(session, city, seen)

    days = (TODAY - timedelta(days=89), TODAY + timedelta(days=1))
    year = NOW - DAYS * DAY
    office = availability.Hours(parsed("Mon-Fri 07:00-17:00"), ZONE)
    return {
        "overview: everything together": overview,
        "  counts": lambda: fleet.counts(session, city, NOW),
        "  counts, areas and districts in one look": lambda: glance.glance(session, city, NOW),
        "  90 days of the city": lambda: fleet.city_days(session, city, *days),
        "  7 days of hours": lambda: fleet.city_hours(session, city, NOW - 7 * DAY, NOW),
        "  attention": lambda: fleet.attention(session, city, NOW),
        "  map": lambda: fleet.map_points(session, city, NOW),
        "  standing": lambda: rollout.standing(session, city, NOW),
        "points page": page(),
        "points page by status": page("status,code"),
        "points page by availability": page("availability"),
        "points page, searched": page(q="point 7", status=("up", "down")),
        "points page behind a count": page(count="active"),
        "points page behind a past count": page(count="active", on=date(2026, 6, 1)),
        "point": lambda: points.point_detail(session, city, "TS-0017", NOW),
        "every point for an export": lambda: points.every_point(session, city, points.PointFilter(), now=NOW),
        "a point's year, exact": lambda: availability.answer(
            session, placements.presences_at(session, [17]), year, NOW, NOW
        ),
        "the fleet's 30 days, exact": lambda: figures.told(session, city, Scope(), NOW - 30 * DAY, NOW, NOW),
        "the fleet's year by provider": lambda: figures.told(session, city, Scope(), year, NOW, NOW, by="provider"),
        "the same in service hours": lambda: figures.told(
            session, city, Scope(), year, NOW, NOW, by="provider", hours=office
        ),
        "chart of 7 days by hours": lambda: strips.series(session, [Presence(17)], NOW - 7 * DAY, NOW, "hour"),
        "polls of an access point, 24 h": lambda: polls.polls_of(session, 17, NOW - DAY, NOW),
        "access point": lambda: access_points.access_point_detail(session, city, "AP-17", NOW),
        "access points page": lambda: access_points.access_points_page(
            session, city, access_points.ApFilter(), now=NOW
        ),
        "outages page": lambda: outages.outages_page(session, city, outages.OutageFilter(), now=NOW),
        "open outages": lambda: outages.outages_page(session, city, outages.OutageFilter("open"), now=NOW),
        "outages of a month": lambda: outages.outages_page(
            session, city, outages.OutageFilter(since=NOW - 30 * DAY, until=NOW), now=NOW
        ),
        "rollout page, 36 months": lambda: rollout.progress(session, city, NOW, 36),
    }


def measure(engine: Engine) -> dict[str, tuple[float, float]]:
    figures = {}
    with reading(engine) as session:
        for name, ask in questions(session).items():
            ask()
            times = []
            for _ in range(RUNS):
                started = time.perf_counter()
                ask()
                times.append((time.perf_counter() - started) * 1000)
            figures[name] = (round(statistics.median(times), 1), round(max(times), 1))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--url", default="")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hotspot-bench-") as folder:
        engine = make_engine(Settings(data_dir=folder, database_url=chosen.url).database)
        migrate(engine)
        fill(engine, chosen.points)
        figures = measure(engine)
        engine.dispose()
    if chosen.json:
        print(json.dumps(figures))
        return
    for name, (median, slowest) in figures.items():
        print(f"{name:<34} {median:>8.1f} ms   slowest {slowest:>8.1f} ms")


if __name__ == "__main__":
    main()
