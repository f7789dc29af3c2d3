"""What contract officers decided in the demonstration: a power cut is excluded, a wish is withdrawn, packs are made."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of
from hotspot.analytics.spans import DOWN
from hotspot.evidence.month import Month, sla_month
from hotspot.handover import draft
from hotspot.store.evidence import signer
from hotspot.store.exclusions import exclude, exclusions, withdraw
from hotspot.store.models import City, Contract, ContractPoint
from hotspot.store.sla_records import records_of

ACTOR = "demonstration"
TOGETHER_S = 60  # outages that begin within it have one cause
HOUR_S = 3_600


def judge_months(session: Session, key: bytes, city: City, now: int) -> None:
    """Reads what else the demonstration has made. Packs are those of the smallest running contract: others can make
    the rest.
    """
    today = day_of(city.time_zone, now)
    contract_id = smallest(session, today)
    months = list(last_months(today, 2))
    for word in months:
        records = records_of(session, city, contract_id, word, now)
        if records is not None:
            decide(session, city, sla_month(records), now)
    sign = signer(session, city, key, now)
    for word in months:
        draft(session, sign, city, contract_id, word, now, ACTOR).keep(session, city, contract_id, word, now, ACTOR)


def smallest(session: Session, today: date) -> int:
    """Of the contracts that began half a year ago or more."""
    query = (
        select(Contract.id)
        .join(ContractPoint, ContractPoint.contract_id == Contract.id)
        .where(Contract.starts_on < today - timedelta(days=180))
        .group_by(Contract.id)
        .order_by(func.count(), Contract.id)
        .limit(1)
    )
    return session.scalars(query).one()


def last_months(today: date, count: int) -> Iterator[str]:
    """The oldest first, none that still runs."""
    firsts = [today.replace(day=1)]
    for _ in range(count):
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    return (f"{first:%Y-%m}" for first in firsts[:0:-1])


def decide(session: Session, city: City, month: Month, now: int) -> None:
    """The outages that began together on most points were a power cut; the provider's other wish was withdrawn."""
    together: dict[int, list[tuple[str, int, int]]] = defaultdict(list)
    for line in month.lines:
        for one in line.stretches:
            if one.state == DOWN and month.a <= one.start:
                together[one.start // TOGETHER_S].append((line.line.point, one.start, one.end))
    if not together:
        return
    hit = max(together.values(), key=len)
    start, end = min(one[1] for one in hit), max(one[2] for one in hit)
    codes = sorted({one[0] for one in hit})
    exclude(
        session, city, point_codes=codes, start=start, end=min(end, month.b), reason="power",
        note="Listrik padam, surat dinas (contoh)", now=now, actor=ACTOR,
    )  # fmt: skip
    exclude(
        session, city, point_codes=codes[:1], start=start + 30 * HOUR_S, end=start + 36 * HOUR_S, reason="third_party",
        note="Permohonan penyedia (contoh)", now=now, actor=ACTOR,
    )  # fmt: skip
    newest = exclusions(session, city, codes[:1], month.a, month.b + 36 * HOUR_S)[0]
    withdraw(session, city, newest.id, now, ACTOR)
