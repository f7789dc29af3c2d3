"""A proposal that becomes a planned point, by the same way as an import of one row, and back."""

import re
from datetime import date

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotspot.analytics.import_plan import ADDED
from hotspot.analytics.import_row import N_, RejectedError, Row, cleaned, reject
from hotspot.analytics.proposals import CONVERTED, OPEN
from hotspot.store.audit import note
from hotspot.store.inventory import apply_import, plan_import, remove_empty
from hotspot.store.models import AccessPoint, Area, City, LifecycleChange, Point, Proposal, Site
from hotspot.store.proposal_edit import converted, free, get

STAGE = "planned"


def convert(
    session: Session,
    key: bytes,
    city: City,
    number: str,
    *,
    point_code: str,
    point_name: str,
    document: str,
    answer: str,
    attachment_id: int | None = None,
    today: date,
    now: int,
    actor: str,
) -> str:
    """The code of the new point; raises RejectedError with a column of the import."""
    row = get(session, city, number, OPEN)
    document, answer = cleaned("document", document), cleaned("answer", answer)
    code = cleaned("point_code", point_code)
    if session.scalar(select(Point.id).where(Point.city_id == city.id, Point.code == code)) is not None:
        reject("point_code", N_("%(value)s is a point already"), value=code)
    plan = plan_import(session, key, city, [Row(1, cells(session, city, row, code, point_name))], today)
    (outcome,) = plan.outcomes
    if outcome.reason is not None:
        raise RejectedError(outcome.column, outcome.reason.text, **outcome.reason.values)
    if outcome.verdict != ADDED:
        reject("point_code", N_("%(value)s is a point already"), value=code)
    apply_import(session, key, city, plan, actor, now)
    point_id = session.scalars(select(Point.id).where(Point.city_id == city.id, Point.code == code)).one()
    session.execute(
        update(LifecycleChange)
        .where(LifecycleChange.point_id == point_id)
        .values(note=f"proposal {number}", document=document, attachment_id=attachment_id)
    )
    converted(row, point_id, answer, now, actor)
    note(session, now, actor, "convert", f"proposal {number}", f"point {code}")
    return code


def cells(session: Session, city: City, row: Proposal, code: str, name: str) -> dict[str, str]:
    """The row of an inventory file that says as much."""
    area = session.scalars(select(Area.code).where(Area.id == row.area_id)).one()
    taken = select(func.count()).where(Site.city_id == city.id, Site.area_id == row.area_id, Site.name == row.place)
    site = f"{row.place} ({row.number})" if session.scalar(taken) else row.place
    placed = row.latitude is not None and row.longitude is not None
    return {
        "point_code": code,
        "point_name": name or row.place,
        "site_name": site,
        "venue_kind": row.venue_kind,
        "area_code": area,
        "address": row.address,
        "latitude": str(row.latitude) if placed else "",
        "longitude": str(row.longitude) if placed else "",
        "lifecycle": STAGE,
    }


def take_back(session: Session, city: City, number: str, *, now: int, actor: str) -> None:
    """The proposal is open again and its point gone, as long as nothing has happened to that point."""
    row = get(session, city, number, CONVERTED)
    point = session.scalars(select(Point).where(Point.id == row.point_id)).one()
    steps = select(func.count()).where(LifecycleChange.point_id == point.id)
    devices = select(func.count()).where(AccessPoint.point_id == point.id)
    if point.lifecycle != STAGE or (session.scalar(steps) or 0) > 1 or session.scalar(devices):
        reject("number", N_("the point %(code)s has gone on meanwhile; it stays"), code=point.code)
    code, point_id = point.code, point.id
    free(row)
    session.flush()
    try:
        with session.begin_nested():
            session.execute(delete(LifecycleChange).where(LifecycleChange.point_id == point_id))
            session.execute(delete(Point).where(Point.id == point_id))
    except IntegrityError:
        reject("number", N_("the point %(code)s has gone on meanwhile; it stays"), code=code)
    remove_empty(session, city.id)
    note(session, now, actor, "take back", f"proposal {number}", f"point {code}")


def next_code(session: Session, city: City) -> str:
    """The number after the highest of the codes that end in one, in the same spelling: TS-0750 makes TS-0751."""
    codes = session.scalars(select(Point.code).where(Point.city_id == city.id))
    found = [match for code in codes if (match := re.fullmatch(r"(.*?)(\d{1,9})", code, re.ASCII))]
    if not found:
        return ""
    last = max(found, key=lambda match: int(match[2]))
    return f"{last[1]}{int(last[2]) + 1:0{len(last[2])}}"
