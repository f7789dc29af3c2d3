"""A long record and the time its questions take: pages of one web worker, on generated history.

    python -m bench.history [--access-points 1000] [--days 400] [--hours DAYS] [--polls] [--folder DIR] [--json]

Generates polls every five minutes as spans and roll-ups of hours and days (areas included); with `--polls` also each
single poll, packed. `--hours` bounds the days that have hours, for fleets whose hours would not be kept so long. Then
starts the web process and asks each page 21 times. A folder that is named is kept, and used again when it is filled.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bench.city import City, cpu_seconds, free_port, memory_mb, tell, wait_for
from bench.pages import REQUESTS, Browser, answers
from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.chunk import CODEC, bundle, pack
from hotspot.analytics.inventory import VENUE_KINDS
from hotspot.analytics.permissions import OWNER
from hotspot.store import accounts, links, models
from hotspot.store.area_sums import SUM_DAYS, SUM_HOURS
from hotspot.store.base import make_engine, writing
from hotspot.store.bulk import Row, execute_many, insert
from hotspot.store.chunks import TOGETHER
from hotspot.store.migrate import migrate
from hotspot.store.months import sum_months
from hotspot.store.recent import sum_recent
from hotspot.store.rollups import SECONDS, USAGE

ZONE, HOUR, DAY, INTERVAL_S = "Asia/Jakarta", 3600, 86400, 300
DISTRICTS, VILLAGES = 7, 54
OUTAGES_A_YEAR = 90
SUMS = ("city_id", *SECONDS, *USAGE)
AT_ONCE = 50_000
PAGES = (
    "/", "/points", "/points?sort=availability", "/points/P-00017", "/access-points/AP-17", "/outages", "/rollout",
    "/map", "/usage?period=7d", "/usage?period=365d",
)  # fmt: skip

TABLE = (  # what people do with the table of points
    "/points?sort=code", "/points?sort=name", "/points?sort=clients", "/points?page=2000", "/points?status=down",
    "/points?area=36.74.01", "/points?q=point+777", "/find?q=777&part=1",
)  # fmt: skip


def fill(engine: Engine, access_points: int, days: int, hours: int, polls: bool, now: int) -> dict[str, float]:
    """A point for each access point; what each table took in seconds."""
    chance = random.Random(1)
    today = day_of(ZONE, now)
    midnights = [midnight(ZONE, today - timedelta(days=back)) for back in range(days - 1, -1, -1)]
    aps = range(1, access_points + 1)
    took: dict[str, float] = {}

    def timed(name: str, rows: Iterable[Row], columns: tuple[str, ...]) -> None:
        started = time.perf_counter()
        left = iter(rows)
        while some := list(islice(left, AT_ONCE)):
            with writing(engine) as session:
                execute_many(session, insert(name, columns), some)
        took[name] = round(time.perf_counter() - started, 1)

    inventory(engine, aps, now)
    timed(
        "status_span",
        spans(aps, midnights[0], now, chance),
        ("ap_id", "start", "end", "city_id", "state", "cause", "start_err", "end_err"),
    )
    timed("ap_state", states(aps, now), STATE)
    clocks = [t for start in midnights[-hours:] for t in range(start, start + DAY, HOUR) if t <= now]
    timed("rollup_hour", ((t, ap, *sums(ap, t, HOUR, chance)) for t in clocks for ap in aps), ("t", "ap_id", *SUMS))
    timed("rollup_day", ((ap, t, *sums(ap, t, DAY, chance)) for ap in aps for t in midnights), ("ap_id", "t", *SUMS))
    started = time.perf_counter()
    with writing(engine) as session:
        for statement, a in ((SUM_HOURS, clocks[0]), (SUM_DAYS, midnights[0])):
            session.execute(statement, {"city_id": 1, "a": a, "b": now})
        city = session.get_one(models.City, 1)
        sum_months(session, city, midnights[0], now)
        sum_recent(session, city, midnights[0], now)
    took["areas"] = round(time.perf_counter() - started, 1)
    if polls:
        columns = ("block", "t", "city_id", "polls", "codec", "data")
        timed("poll_chunk", chunks(aps, midnights[:-2], chance), columns)
    timed("poll_hot", hot(aps, now, chance), HOT)
    return took


def inventory(engine: Engine, aps: range, now: int) -> None:
    kinds = tuple(VENUE_KINDS)
    today = day_of(ZONE, now)

    def add(session: Session, table: str, rows: Iterable[dict[str, Any]]) -> None:
        made = list(rows)
        execute_many(session, insert(table, tuple(made[0])), [tuple(row.values()) for row in made])

    with writing(engine) as session:
        city = {"id": 1, "code": "36.74", "name": "Bench", "time_zone": ZONE}
        add(session, "city", [city | {"poll_interval_s": INTERVAL_S, "demonstration": False}])
        districts = ((n, f"36.74.{n:02d}", f"District {n}", "district", None) for n in range(1, DISTRICTS + 1))
        villages = (
            (DISTRICTS + n, f"36.74.{n % 7 + 1:02d}.{n:04d}", f"Village {n}", "village", n % DISTRICTS + 1)
            for n in range(1, VILLAGES + 1)
        )
        for rows in (districts, villages):
            names = ("id", "code", "name", "level", "parent_id")
            add(session, "area", (dict(zip(names, row, strict=True)) | {"city_id": 1} for row in rows))
        add(session, "fund", ({"id": n, "city_id": 1, "name": f"Fund {n}"} for n in (1, 2, 3)))
        add(session, "provider", ({"id": n, "city_id": 1, "name": f"Provider {n}"} for n in (1, 2)))
        add(
            session,
            "site",
            (
                {"id": n, "city_id": 1, "area_id": DISTRICTS + 1 + n % VILLAGES, "name": f"Site {n}",
                 "venue_kind": kinds[n % len(kinds)], "address": "", "latitude": -6.3 + n % 997 / 1e4,
                 "longitude": 106.7 + n % 991 / 1e4}
                for n in aps
            ),
        )  # fmt: skip
        add(
            session,
            "point",
            (
                {"id": n, "city_id": 1, "site_id": n, "fund_id": n % 3 + 1, "provider_id": n % 2 + 1,
                 "code": f"P-{n:05d}", "name": f"Point {n}", "lifecycle": "active", "auth_mode": "open",
                 "installed_on": str(today - timedelta(days=n % 700 + 20)),
                 "accepted_on": str(today - timedelta(days=n % 700 + 13))}
                for n in aps
            ),
        )  # fmt: skip
        add(
            session,
            "access_point",
            (
                {"id": n, "city_id": 1, "point_id": n, "name": f"AP-{n}", "kind": "access_point", "port": 161,
                 "address": f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", "snmp_version": "2c", "polling": True,
                 "any_source": False, "short_ids": False}
                for n in aps
            ),
        )  # fmt: skip
        beat = {
            "interval_s": INTERVAL_S,
            "holder": "bench",
            "started_at": 0,
            "heartbeat": now,
            "slot": now - now % INTERVAL_S,
        }
        counters = dict.fromkeys(("cycles", "skipped", "polled", "answered", "duration_ms", "cpu_us_per_poll"), 1)
        add(session, "collector_status", [beat | counters])


STATE = (
    "ap_id", "city_id", "state", "since", "last_poll", "last_ok", "last_slot", "interval_s", "missed", "rtt_us",
    "clients", "profile", "error", "detail", "memory",
)  # fmt: skip
HOT = ("slot", "ap_id", "city_id", "offset_s", "up", "rtt_us", "uptime_s", "clients", "rx_bytes", "tx_bytes")


def spans(aps: range, a: int, now: int, chance: random.Random) -> Iterator[Row]:
    """Outages of some minutes each; the last span is open, down for one access point in fifty."""
    for ap in aps:
        is_down = ap % 50 == 0
        count = max(1, round(OUTAGES_A_YEAR * (now - a) / DAY / 365))
        edges = sorted(chance.sample(range(a + 1, now - DAY), 2 * count + is_down))
        for place, (start, end) in enumerate(zip([a, *edges], [*edges, None], strict=True)):
            yield ap, start, end, 1, (place + 1) % 2, "", INTERVAL_S, INTERVAL_S


def states(aps: range, now: int) -> Iterator[Row]:
    slot = now - now % INTERVAL_S
    for ap in aps:
        up = ap % 50 > 0
        last = slot - INTERVAL_S + ap % INTERVAL_S
        ok = last if up else now - DAY
        yield (
            ap,
            1,
            int(up),
            now - 2 * DAY,
            last,
            ok,
            slot,
            INTERVAL_S,
            0 if up else 288,
            2000,
            ap % 40 if up else None,
            "unifi",
            "",
            "{}",
            "",
        )


def sums(ap: int, t: int, length: int, chance: random.Random) -> Row:
    down = chance.randrange(length // 20) if (ap + t // HOUR) % 29 == 0 else 0
    polls = length // INTERVAL_S
    clients = (ap % 40 + 1) * (3 + t // HOUR % 24) // 12
    return (
        1,
        length - down,
        down,
        0,
        0,
        polls,
        polls,
        clients * 10**7,
        clients * 10**6,
        clients * polls,
        polls,
        clients * 2,
        polls * 2000,
    )


def poll(ap: int, slot: int, chance: random.Random) -> Row:
    clients = max(0, ap % 40 + round(3 * chance.gauss(0, 1)))
    return (
        slot,
        ap % INTERVAL_S,
        1,
        chance.randrange(900, 4000),
        slot - 1_700_000_000,
        clients,
        clients * chance.randrange(10**6),
        clients * chance.randrange(10**5),
    )


def chunks(aps: range, midnights: list[int], chance: random.Random) -> Iterator[Row]:
    blocks = sorted({ap // TOGETHER for ap in aps})
    for t in midnights:
        slots = range(t, t + DAY, INTERVAL_S)
        for block in blocks:
            packed = {}
            for ap in range(max(1, block * TOGETHER), min(aps.stop, (block + 1) * TOGETHER)):
                columns: list[Sequence[int | None]] = [*zip(*(poll(ap, slot, chance) for slot in slots), strict=True)]
                columns += ([value] * len(slots) for value in (0, 12, 44, 3, 3, None))
                packed[ap] = pack(columns)
            yield block, t, 1, len(packed) * len(slots), CODEC, bundle({ap: (data, b"") for ap, data in packed.items()})


def hot(aps: range, now: int, chance: random.Random) -> Iterator[Row]:
    """Of the last two days; of large fleets the last hours only, for nothing asks for more of it."""
    back = 2 * DAY if len(aps) <= 5_000 else 2 * HOUR
    for slot in range(now - now % INTERVAL_S - back, now, INTERVAL_S):
        for ap in aps:
            one = poll(ap, slot, chance)
            yield slot, ap, 1, *one[1:]


def login(database: Path) -> str:
    """A link that signs an admin in."""
    engine, now = make_engine(f"sqlite:///{database}"), int(time.time())
    with writing(engine) as session:
        person = accounts.person_by_name(session, "bench")
        person = person or accounts.create_account(session, "bench", OWNER, now)
        made = links.make_link(session, links.LOGIN, now, person.id)
    engine.dispose()
    return links.link_path(made)


def spent(pid: int) -> float:
    """Processor seconds of a process and its descendants so far."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return cpu_seconds(pid) + sum(spent(int(child)) for child in children)


def measured(address: str, link: str, web: int) -> dict[str, dict[str, float]]:
    """Of each page the median and the slowest answer, and the processor time of one, in milliseconds."""
    browser = Browser(address)
    browser.sign_in(link)
    figures: dict[str, dict[str, float]] = {}
    for page in (*PAGES, *TABLE):
        browser.get(page)
        before = spent(web)
        got = [browser.get(page) for _ in range(REQUESTS)]
        cpu_ms = round((spent(web) - before) * 1000 / REQUESTS, 1)
        if any(status != 200 for status, _, _ in got):
            figures[page] = {"status": got[0][0]}
            continue
        times = sorted(seconds * 1000 for _, _, seconds in got)
        figures[page] = {
            "median_ms": round(statistics.median(times), 1),
            "max_ms": round(times[-1], 1),
            "cpu_ms": cpu_ms,
        }
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--access-points", type=int, default=1000)
    parser.add_argument("--days", type=int, default=400)
    parser.add_argument("--hours", type=int, help="days that have hours; all of them when left out")
    parser.add_argument("--polls", action="store_true", help="single polls too, packed")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hotspot-bench-") as made:
        folder = chosen.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        address = f"127.0.0.1:{free_port()}"
        city = City(folder, {"bind": address, "web_workers": "1"})
        database = folder / "hotspot.sqlite"
        report: dict[str, Any] = {"access_points": chosen.access_points, "days": chosen.days}
        if not database.exists():
            engine = make_engine(f"sqlite:///{database}")
            migrate(engine)
            hours = chosen.hours or chosen.days
            report["seconds"] = fill(engine, chosen.access_points, chosen.days, hours, chosen.polls, int(time.time()))
            engine.dispose()
        report["megabytes"] = database.stat().st_size >> 20
        link = login(database)
        city.write("UPDATE collector_status SET heartbeat = ?", int(time.time()) + 600)
        city.write("UPDATE ap_state SET last_poll = ?", int(time.time()))  # as if a record used again went on
        with city.start("web") as web:
            wait_for(lambda: answers(address), 60, "the pages")
            report["pages"] = measured(address, link, web.pid)
            report["web_memory_mb"] = round(memory_mb(web.pid), 1)
    tell(report, as_json=chosen.json)


if __name__ == "__main__":
    main()
