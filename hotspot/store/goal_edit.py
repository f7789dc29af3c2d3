"""A new version of a target: checked, added, noted; the versions before it stay."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import LONGEST, N_, cleaned, reject
from hotspot.store.audit import note
from hotspot.store.models import Area, Goal

MOST_POINTS, LAST_YEAR = 1_000_000, 2100


def add_goal(
    session: Session,
    city_id: int,
    *,
    quantity: int,
    cumulative: bool,
    from_on: date,
    to_on: date,
    source: str,
    area_code: str,
    today: date,
    now: int,
    actor: str,
) -> None:
    """Of the whole city, or of the district `area_code`; raises RejectedError with the field and the reason."""
    source = cleaned("source", source)
    check(quantity, from_on, to_on)
    area_id = None
    if area_code:
        area_id = session.scalar(select(Area.id).where(Area.city_id == city_id, Area.code == area_code))
        if area_id is None:
            reject("area", N_("%(value)s is no area of this city"), value=area_code[:LONGEST])
    session.add(
        Goal(
            city_id=city_id,
            quantity=quantity,
            cumulative=cumulative,
            from_on=from_on,
            to_on=to_on,
            valid_since=today,
            source=source,
            area_id=area_id,
        )
    )
    kind = "in all" if cumulative else "more"
    note(session, now, actor, "add", "target", f"{quantity} points {kind}, {from_on} to {to_on}, {area_code or 'city'}")


def check(quantity: int, from_on: date, to_on: date) -> None:
    if not 1 <= quantity <= MOST_POINTS:
        reject("quantity", N_("a number of points from 1 to %(most)s"), most=MOST_POINTS)
    if to_on <= from_on:
        reject("to_on", N_("the end must come after the beginning"))
    if to_on.year > LAST_YEAR:
        reject("to_on", N_("this day is too far away"))
