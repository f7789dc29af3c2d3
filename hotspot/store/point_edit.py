"""What an admin may change of a point on its page: its stage and the two dates of its life; each change is noted."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, reject
from hotspot.analytics.inventory import BUILT
from hotspot.analytics.inventory_facts import PointFacts, check_dates, difference, steps
from hotspot.store.audit import note
from hotspot.store.models import LifecycleChange, Point


def change_life(
    session: Session,
    point_id: int,
    *,
    lifecycle: str,
    installed_on: date | None,
    accepted_on: date | None,
    today: date,
    now: int,
    actor: str,
) -> bool:
    """False when nothing differs; raises RejectedError with the column and the reason, as the import does."""
    point = session.scalars(select(Point).where(Point.id == point_id)).one()
    before = PointFacts(point.name, "", "", point.lifecycle, point.installed_on, point.accepted_on)
    after = replace(before, lifecycle=lifecycle, installed_on=installed_on, accepted_on=accepted_on)
    if before == after:
        return False
    check(after, today)
    session.add_all(
        LifecycleChange(point_id=point.id, stage=stage, since=since, recorded_at=now, actor=actor)
        for stage, since in steps(before, after, today)
    )
    point.lifecycle, point.installed_on, point.accepted_on = lifecycle, installed_on, accepted_on
    note(session, now, actor, "change", f"point {point.code}", "; ".join(map(str, difference(before, after))))
    return True


def check(point: PointFacts, today: date) -> None:
    if point.lifecycle in BUILT and point.installed_on is None:
        reject("installed_on", N_("the stage needs this date"))
    if point.lifecycle == "accepted" and point.accepted_on is None:
        reject("accepted_on", N_("the stage needs this date"))
    for column in ("installed_on", "accepted_on"):
        day: date | None = getattr(point, column)
        if day and day > today:
            reject(column, N_("this day has not come yet"))
    check_dates(point)
