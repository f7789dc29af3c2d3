"""Contracts, agreements and annexes on top of the small city of world.py; its own counts stay as they are.

K-OLD ended; K-1 of Nusa Link ends in 60 days and pays for the points 1 to 20, one of them a retired one; K-2 of Serat
Kota runs longer, goes on with TS-0002 and TS-0004, and pays for one that is not built yet.
"""

from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from hotspot.analytics.sla import Rule
from hotspot.settings import Settings
from hotspot.store.annex_edit import add_line
from hotspot.store.base import make_engine, writing
from hotspot.store.contract_edit import Facts, add_contract
from hotspot.store.fund_edit import Promise, add_agreement
from hotspot.store.models import City, Fund
from tests.hotspot.web.world import NOW, World, code, today

RULE: Final = '{"target": 99, "kind": "steps", "steps": [{"below": 99, "deduct": 5}, {"below": 95, "deduct": 10}]}'
HOURLY: Final = '{"target": 98.5, "kind": "hourly", "hours": "Mon-Fri 07:00-17:00", "no_data": "pay"}'
TODAY: Final = today(NOW)
END: Final = TODAY + timedelta(days=60)
FEE, OTHER_FEE = 450_000, 600_000
PAID, GOES_ON, NOT_BUILT, RETIRED = 20, (2, 4), 42, 47


def add_contracts(engine: Engine, world: World) -> dict[str, int]:
    """Ids by number, of the agreements too."""
    with writing(engine) as session:
        city = session.get_one(City, world.city)
        day = today(world.now)
        start, end = (day.replace(day=1) - timedelta(days=200)).replace(day=1), day + timedelta(days=60)
        ids = {}
        for number, provider, fund, first, last, rule in (
            ("K-OLD", "Nusa Link", "", start - timedelta(days=400), start - timedelta(days=1), RULE),
            ("K-1", "Nusa Link", "APBD", start, end, RULE),
            ("K-2", "Serat Kota", "", start, day + timedelta(days=400), HOURLY),
        ):
            facts = Facts(number, f"Layanan {number}", provider, fund, first, last, Rule.read(rule))
            ids[number] = add_contract(session, city, facts, NOW, "tests")
        for n in (*range(1, PAID + 1), RETIRED):
            line(session, city, ids["K-1"], n, FEE)
        for n in GOES_ON:
            add_line(
                session, city, ids["K-2"], point_code=code(n), starts_on=end + timedelta(days=1), ends_on=None,
                monthly_fee_rp=OTHER_FEE, now=NOW, actor="tests",
            )  # fmt: skip
        line(session, city, ids["K-2"], NOT_BUILT, OTHER_FEE)
        csr = session.scalars(select(Fund).where(Fund.name == "CSR")).one()
        promise = Promise("PKS-1", "Wi-Fi taman", 15, 2_000_000_000, start, day + timedelta(days=20))
        ids["PKS-1"] = add_agreement(session, city, csr.id, promise, NOW, "tests")
        return ids


def line(session: Session, city: City, contract_id: int, n: int, fee: int) -> None:
    add_line(
        session, city, contract_id, point_code=code(n), starts_on=None, ends_on=None, monthly_fee_rp=fee, now=NOW,
        actor="tests",
    )  # fmt: skip


@pytest.fixture
def contracted(world: World, settings: Settings) -> dict[str, int]:
    engine = make_engine(settings.database)
    ids = add_contracts(engine, world)
    engine.dispose()
    return ids
