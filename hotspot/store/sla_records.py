"""The records from which a contract's month is computed, as they stand now; pages, packs and the API all ask here."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import literal, or_, select
from sqlalchemy.orm import Session

from hotspot.analytics.spans import close
from hotspot.analytics.stays import FOREVER
from hotspot.evidence.month import dates_of, window_of
from hotspot.evidence.records import Excluded, Line, Records, Stay, StoredSpan, Terms, Work
from hotspot.store.availability import TOGETHER
from hotspot.store.bulk import slices
from hotspot.store.models import (
    AccessPoint,
    ApState,
    Attachment,
    City,
    Contract,
    ContractPoint,
    Exclusion,
    Fund,
    PastPlacement,
    Point,
    Provider,
    StatusSpan,
)
from hotspot.store.planned_work import maintenance_of


def records_of(session: Session, city: City, contract_id: int, month: str, now: int) -> Records | None:
    """Of a month written 2026-10, seen at `now`; None when the city has no such contract. ValueError: no month."""
    first, last = dates_of(month)
    told = terms_of(session, city, contract_id, month, now)
    if told is None:
        return None
    a, b = window_of(month, city.time_zone)
    lines, codes = lines_of(session, contract_id, first, last)
    stays, names = stays_of(session, codes, a, b)
    return Records(
        told,
        lines,
        tuple(sorted(stays, key=lambda stay: (stay.access_point, stay.since))),
        tuple(spans_of(session, names, a, b, now)),
        tuple(works_of(session, names, a, b)),
        tuple(exclusions_of(session, codes, a, b)),
    )


def terms_of(session: Session, city: City, contract_id: int, month: str, now: int) -> Terms | None:
    row = session.execute(
        select(Contract, Provider.name, Fund.name)
        .join(Provider, Contract.provider_id == Provider.id)
        .outerjoin(Fund, Contract.fund_id == Fund.id)
        .where(Contract.city_id == city.id, Contract.id == contract_id)
    ).first()
    if row is None:
        return None
    one, provider, fund = row
    return Terms(
        city=city.code,
        city_name=city.name,
        zone=city.time_zone,
        demonstration=city.demonstration,
        contract=one.number,
        title=one.title,
        provider=provider,
        fund=fund or "",
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        rule=one.sla_rule,
        month=month,
        as_of=now,
    )


def lines_of(session: Session, contract_id: int, first: date, last: date) -> tuple[tuple[Line, ...], dict[int, str]]:
    """Those that have a day in the month, by point and first day; and the codes of their points by id."""
    query = (
        select(ContractPoint, Point.code, Point.name)
        .join(Point, ContractPoint.point_id == Point.id)
        .where(ContractPoint.contract_id == contract_id)
        .where(ContractPoint.starts_on <= last, ContractPoint.ends_on >= first)
        .order_by(Point.code, ContractPoint.starts_on)
    )
    rows = session.execute(query).all()
    lines = tuple(Line(code, name, row.starts_on, row.ends_on, row.monthly_fee_rp) for row, code, name in rows)
    return lines, {row.point_id: code for row, code, _ in rows}


def stays_of(session: Session, codes: Mapping[int, str], a: int, b: int) -> tuple[list[Stay], dict[int, str]]:
    """Which access point stood at which of the points in the month; and their names by id."""
    ap, past = AccessPoint, PastPlacement
    here = select(ap.id, ap.name, ap.point_id, ap.placed_since, literal(FOREVER))
    there = select(ap.id, ap.name, past.point_id, past.since, past.until).join(ap, past.ap_id == ap.id)
    stays: list[Stay] = []
    names: dict[int, str] = {}
    for ids in slices(list(codes), TOGETHER):
        rows = [
            *session.execute(here.where(ap.point_id.in_(ids), ap.placed_since < b)),
            *session.execute(there.where(past.point_id.in_(ids), past.since < b, past.until > a)),
        ]
        for ap_id, name, point_id, since, until in rows:
            stays.append(Stay(name, codes[point_id], max(since, a), min(until, b)))
            names[ap_id] = name
    return stays, names


def spans_of(session: Session, names: Mapping[int, str], a: int, b: int, now: int) -> list[StoredSpan]:
    """By access point and time; the open one closed at `now` as analytics.spans.close does."""
    found: list[StoredSpan] = []
    for ids in slices(list(names), TOGETHER):
        query = (
            select(
                StatusSpan.ap_id, StatusSpan.start, StatusSpan.end, StatusSpan.state, StatusSpan.cause,
                StatusSpan.start_err, StatusSpan.end_err, ApState.last_poll, ApState.interval_s,
            )
            .outerjoin(ApState, ApState.ap_id == StatusSpan.ap_id)
            .where(StatusSpan.ap_id.in_(ids), StatusSpan.start < b)
            .where(or_(StatusSpan.end.is_(None), StatusSpan.end > a))
        )  # fmt: skip
        for ap_id, start, end, state, cause, start_err, end_err, last_poll, interval_s in session.execute(query):
            name = names[ap_id]
            if end is not None:
                found.append(StoredSpan(name, start, end, state, cause, start_err, end_err))
                continue
            closed = close(start, state, last_poll or start, interval_s or 0, now)
            found += [StoredSpan(name, one.start, one.end, int(one.state), cause, start_err, 0) for one in closed]
    return sorted(found, key=lambda span: (span.access_point, span.start))


def works_of(session: Session, names: Mapping[int, str], a: int, b: int) -> list[Work]:
    """Maintenance as far as it counts and lies in the month."""
    found = {
        Work(names[ap_id], max(start, a), min(end, b))
        for ids in slices(list(names), TOGETHER)
        for ap_id, windows in maintenance_of(session, ids, a, b).items()
        for start, end in windows
        if max(start, a) < min(end, b)
    }
    return sorted(found, key=lambda work: (work.access_point, work.start, work.end))


def exclusions_of(session: Session, codes: Mapping[int, str], a: int, b: int) -> list[Excluded]:
    """Those that touch the month, by number; withdrawn ones too, so that a pack tells what was decided."""
    found: list[Excluded] = []
    for ids in slices(list(codes), TOGETHER):
        query = (
            select(Exclusion, Attachment.name, Attachment.sha256)
            .outerjoin(Attachment, Exclusion.attachment_id == Attachment.id)
            .where(Exclusion.point_id.in_(ids), Exclusion.start < b, Exclusion.end > a)
        )
        for one, name, digest in session.execute(query):
            found.append(
                Excluded(
                    one.id, codes[one.point_id], one.start, one.end, one.reason, one.note,
                    f"{name} (sha256 {digest})" if name else "", one.decided_at, one.decided_by,
                    one.withdrawn_at, one.withdrawn_by or "",
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: one.number)


def months_of(starts_on: date, ends_on: date, today: date) -> Sequence[str]:
    """The months of a contract that have begun, the newest first."""
    found = []
    month = starts_on.replace(day=1)
    while month <= min(ends_on, today):
        found.append(f"{month:%Y-%m}")
        month = (month + timedelta(days=31)).replace(day=1)
    return found[::-1]


def access_point_id(session: Session, city: City, name: str) -> int | None:
    return session.scalar(select(AccessPoint.id).where(AccessPoint.city_id == city.id, AccessPoint.name == name))
