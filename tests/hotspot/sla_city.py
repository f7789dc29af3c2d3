"""A city of two points under one contract in October 2026, with outages, maintenance and a device that moved."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotspot.store.base import writing
from hotspot.store.models import (
    AccessPoint,
    ApState,
    Contract,
    ContractPoint,
    MaintenanceWindow,
    PastPlacement,
    Point,
    Provider,
    State,
    StatusSpan,
)
from tests.hotspot import small_city

ZONE = "Asia/Jakarta"
RULE = '{"target": 99.5, "kind": "steps", "steps": [{"below": 99.5, "deduct": 5}, {"below": 97, "deduct": 20}]}'


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp())


A, B, NOW = at("2026-10-01"), at("2026-11-01"), at("2026-11-05T09:00")
MASTER = b"m" * 32


def build(engine: Engine, rule: str = RULE) -> int:
    """The contract's id. P-1 has AP-1, and AP-3 until the 15th, which then stands at P-2 beside AP-2."""
    city = small_city.build(engine)
    with writing(engine) as session:
        points = {point.code: point.id for point in session.query(Point)}
        ap = session.get_one(AccessPoint, 3)
        ap.point_id, ap.placed_since = points["P-2"], at("2026-10-15")
        session.add(PastPlacement(ap_id=3, since=0, until=at("2026-10-15"), point_id=points["P-1"]))
        add_spans(session, city)
        session.add(
            MaintenanceWindow(
                city_id=city, point_id=points["P-1"], start=at("2026-10-03T01:00"), end=at("2026-10-03T03:00"),
                reason="Ganti kabel", announced_at=at("2026-10-01"), announced_by="admin",
            )
        )  # fmt: skip
        return add_contract(session, city, points, rule)


def add_spans(session: Session, city: int) -> None:
    down = {
        1: [("2026-10-03T02:00", "2026-10-03T05:00", State.DOWN, "")],
        2: [("2026-10-10T00:00", "2026-10-11T06:00", State.DOWN, "link"),
            ("2026-10-20T08:00", "2026-10-20T11:00", State.UNKNOWN, "collector")],
        3: [("2026-10-14T22:00", "2026-10-15T02:00", State.DOWN, "")],
    }  # fmt: skip
    for ap_id, dips in down.items():
        here = at("2026-09-01")
        for since, until, state, cause in dips:
            start, end = at(since), at(until)
            session.add(StatusSpan(ap_id=ap_id, start=here, end=start, city_id=city, state=int(State.UP)))
            session.add(
                StatusSpan(ap_id=ap_id, start=start, end=end, city_id=city, state=int(state), cause=cause, start_err=60)
            )
            here = end
        session.add(StatusSpan(ap_id=ap_id, start=here, end=None, city_id=city, state=int(State.UP)))
        session.add(
            ApState(
                ap_id=ap_id, city_id=city, state=int(State.UP), since=here, last_poll=NOW - 30, last_ok=NOW - 30,
                last_slot=NOW - 60, interval_s=60, missed=0, profile="generic", error="", detail="{}", memory="{}",
            )
        )  # fmt: skip


def add_contract(session: Session, city: int, points: dict[str, int], rule: str) -> int:
    provider = Provider(city_id=city, name="Nusa Link")
    session.add(provider)
    session.flush()
    contract = Contract(
        city_id=city, provider_id=provider.id, number="K-1/2026", title="Sewa titik", starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31), sla_rule=rule, recorded_at=0, recorded_by="admin",
    )  # fmt: skip
    session.add(contract)
    session.flush()
    for code, starts_on, fee in (("P-1", date(2026, 1, 1), 1_000_000), ("P-2", date(2026, 10, 8), 620_000)):
        session.add(
            ContractPoint(
                contract_id=contract.id, point_id=points[code], starts_on=starts_on, ends_on=date(2026, 12, 31),
                monthly_fee_rp=fee,
            )
        )  # fmt: skip
    session.flush()
    return contract.id
