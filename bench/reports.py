"""Time of the reports of a month, on the filled database of bench.questions.

    python -m bench.reports [--points 1000] [--json]

Each report is made five times, as the page makes it: asked, computed, written down, compiled. Prints the median and the
slowest in milliseconds, the median of the CPU time, and the largest memory of the process that asks.
"""

import argparse
import json
import resource
import statistics
import tempfile
import time
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.questions import NOW, fill
from hotspot.analytics.reports import FORMS, Order
from hotspot.reports.make import make
from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.city import current_city
from hotspot.store.migrate import migrate
from hotspot.store.models import Area, City, Contract, ContractPoint, Fund, Point, Provider, Site

RUNS = 5
MONTH = "2026-10"
COLUMNS = {"median": "median_ms", "slowest": "slowest_ms", "CPU": "cpu_ms"}
RULE = '{"target": "99"}'


def orders(session: Session) -> list[Order]:
    """Each kind in each form, of those that have every point."""
    village = session.scalars(select(Area).join(Site, Site.area_id == Area.id)).first()
    assert village is not None
    one = {
        "mayor": "",
        "district": session.scalars(select(Area.code).where(Area.id == village.parent_id)).one(),
        "provider": session.scalars(select(Provider.name)).first() or "",
        "donor": session.scalars(select(Fund.name)).first() or "",
    }
    return [Order(kind, key, MONTH, form, "id") for kind, key in one.items() for form in FORMS]


def timed(session: Session, city: City, order: Order) -> dict[str, float | str | int]:
    took, cpu, size = [], [], 0
    for _ in range(RUNS):
        start, before = time.perf_counter(), cpu_s()
        size = len(make(session, city, order, NOW))
        took.append((time.perf_counter() - start) * 1000)
        cpu.append((cpu_s() - before) * 1000)
    return {
        "report": f"{order.kind} {order.form}",
        "median_ms": round(statistics.median(took)),
        "slowest_ms": round(max(took)),
        "cpu_ms": round(statistics.median(cpu)),
        "bytes": size,
    }


def cpu_s() -> float:
    """Of this process and of those it made, so that what else the machine does is left out."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(Settings(data_dir=folder).database)
        migrate(engine)
        fill(engine, asked.points)
        with writing(engine) as session:
            all_with_one_provider(session)
        with reading(engine) as session:
            city = current_city(session)
            assert city is not None
            found = [timed(session, city, order) for order in orders(session)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if asked.json:
        print(json.dumps({"points": asked.points, "month": MONTH, "peak_mb": peak, "reports": found}, indent=1))
        return
    for row in found:
        times = " ".join(f"{name} {row[key]:>5} ms" for name, key in COLUMNS.items())
        print(f"{row['report']:<14} {times} {row['bytes']:>8} bytes")
    print(f"{asked.points} points, {MONTH}; memory of the asking process at most {peak} MB")


def all_with_one_provider(session: Session) -> None:
    """Every point in the report of one provider, fund and district, which is the largest report there can be."""
    provider, fund = session.scalars(select(Provider)).first(), session.scalars(select(Fund)).first()
    village = session.scalars(select(Area).where(Area.level == "village")).first()
    assert provider is not None
    assert fund is not None
    assert village is not None
    contract = Contract(
        city_id=provider.city_id, provider_id=provider.id, number="1", starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31), sla_rule=RULE, recorded_at=NOW, recorded_by="bench",
    )  # fmt: skip
    session.add(contract)
    session.flush()
    for point in session.scalars(select(Point)):
        point.provider_id, point.fund_id = provider.id, fund.id
        session.add(
            ContractPoint(
                contract_id=contract.id, point_id=point.id, starts_on=contract.starts_on, ends_on=contract.ends_on,
                monthly_fee_rp=525_000,
            )
        )  # fmt: skip
    for site in session.scalars(select(Site)):
        site.area_id = village.id


if __name__ == "__main__":
    main()
