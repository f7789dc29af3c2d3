"""Time of a contract's month and of its evidence pack, of a thousand points with a year of outages.

    python -m bench.evidence [--points 1000] [--url postgresql://...] [--json]

Fills a temporary SQLite file, or the empty database of `--url`; prints the fastest of 7 runs in seconds.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Engine

from bench.questions import DISTRICTS, NOW, VILLAGES, add, inventory, spans, states
from hotspot.evidence.month import Month, sla_month
from hotspot.evidence.verify import verify
from hotspot.handover import draft
from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.city import current_city
from hotspot.store.evidence import signer
from hotspot.store.migrate import migrate
from hotspot.store.sla_records import records_of

MONTH, FEE, RUNS = "2026-10", 475_000, 7
RULE = '{"target": 99, "kind": "steps", "steps": [{"below": 99, "deduct": 5}, {"below": 95, "deduct": 20}]}'


def fill(engine: Engine, number: int) -> None:
    """Points, access points, a year of spans, and one contract with all points on its annex."""
    aps = [(1 + place, 1 + place % number) for place in range(number + number // 10)]
    village_of = {point: DISTRICTS + 1 + point % VILLAGES for point in range(1, number + 1)}
    add(engine, inventory(number, aps, village_of))
    add(engine, {"status_span": spans(aps, random.Random(1)), "ap_state": states(aps)})
    whole = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    contract = {"id": 1, "city_id": 1, "provider_id": 1, "number": "K-1", "sla_rule": RULE}
    noted = {"title": "", "recorded_at": NOW, "recorded_by": "bench"}
    lines = ({"contract_id": 1, "point_id": n, "monthly_fee_rp": FEE, **whole} for n in range(1, number + 1))
    add(engine, {"contract": iter([contract | noted | whole]), "contract_point": lines})


def measured(engine: Engine) -> dict[str, Any]:
    with reading(engine) as session:
        city = current_city(session)
    assert city is not None
    with writing(engine) as session:
        key = signer(session, city, b"b" * 32, NOW)

    def month() -> Month:
        with reading(engine) as session:
            records = records_of(session, city, 1, MONTH, NOW)
        assert records is not None
        return sla_month(records)

    def pack() -> bytes:
        with reading(engine) as session:
            return draft(session, key, city, 1, MONTH, NOW, "bench").pack.data

    told, data = month(), pack()
    assert not verify(data).faults
    return {
        "points": len(told.lines),
        "spans": len(told.records.spans),
        "pack_bytes": len(data),
        "month_s": fastest(month),
        "pack_s": fastest(pack),
        "verify_s": fastest(lambda: verify(data)),
    }


def fastest(act: Callable[[], object]) -> float:
    return round(min(timed(act) for _ in range(RUNS)), 3)


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--url", default="")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(options.url or Settings(data_dir=folder).database)
        migrate(engine)
        fill(engine, options.points)
        found = measured(engine)
        engine.dispose()
    print(json.dumps(found) if options.json else "\n".join(f"{name:12} {value:,}" for name, value in found.items()))


if __name__ == "__main__":
    main()
