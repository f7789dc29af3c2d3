"""A new version of a target: checked, added, noted; and the withdrawal of one that was a mistake, and its undoing."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.goal_row import Wanted
from hotspot.analytics.import_row import EARLIEST, LONGEST, N_, cleaned, reject
from hotspot.analytics.inventory import VENUE_KINDS
from hotspot.store.audit import note
from hotspot.store.models import Area, Fund, Goal

MOST_POINTS, LAST_YEAR = 1_000_000, 2100


def add_goal(session: Session, city_id: int, wanted: Wanted, *, today: date, now: int, actor: str) -> Goal:
    """Raises RejectedError with the field and the reason."""
    goal = checked(session, city_id, wanted, today)
    if counts_already(session, goal):
        reject("quantity", N_("this very version is there already"))
    goal.recorded_at, goal.recorded_by = now, actor
    session.add(goal)
    note(session, now, actor, "add", "target", said(wanted))
    return goal


def counts_already(session: Session, goal: Goal) -> bool:
    """Whether the same version is there and was not withdrawn."""
    counting = select(Goal).where(Goal.city_id == goal.city_id, Goal.withdrawn_at.is_(None))
    return key(goal) in map(key, session.scalars(counting))


def checked(session: Session, city_id: int, wanted: Wanted, today: date) -> Goal:
    """Not in the session yet."""
    check(wanted, today)
    return Goal(
        city_id=city_id,
        quantity=wanted.quantity,
        cumulative=wanted.cumulative,
        from_on=wanted.from_on,
        to_on=wanted.to_on,
        valid_since=wanted.since or today,
        source=cleaned("source", wanted.source),
        area_id=area_of(session, city_id, wanted.area),
        venue_kind=venue_of(wanted.venue),
        fund_id=fund_of(session, city_id, wanted.fund),
    )


def key(goal: Goal) -> tuple[object, ...]:
    """What makes it this version: its scope, number and days."""
    scope = (goal.area_id, goal.venue_kind, goal.fund_id)
    return (goal.quantity, goal.cumulative, goal.from_on, goal.to_on, goal.valid_since, *scope)


def check(wanted: Wanted, today: date) -> None:
    if not 1 <= wanted.quantity <= MOST_POINTS:
        reject("quantity", N_("a number of points from 1 to %(most)s"), most=MOST_POINTS)
    if wanted.from_on < EARLIEST:
        reject("from_on", N_("%(value)s lies before public Wi-Fi"), value=wanted.from_on.isoformat())
    if wanted.to_on <= wanted.from_on:
        reject("to_on", N_("the end must come after the beginning"))
    if wanted.to_on.year > LAST_YEAR:
        reject("to_on", N_("this day is too far away"))
    if wanted.since and wanted.since > today:
        reject("since", N_("%(value)s lies in the future"), value=wanted.since.isoformat())
    if wanted.since and wanted.since < EARLIEST:
        reject("since", N_("%(value)s lies before public Wi-Fi"), value=wanted.since.isoformat())


def area_of(session: Session, city_id: int, code: str) -> int | None:
    if not code:
        return None
    found = session.scalar(select(Area.id).where(Area.city_id == city_id, Area.code == code))
    return found or reject("area", N_("%(value)s is no area of this city"), value=code[:LONGEST])


def venue_of(kind: str) -> str | None:
    if kind and kind not in VENUE_KINDS:
        reject("venue", N_("%(value)s is not one of the known values"), value=kind[:LONGEST])
    return kind or None


def fund_of(session: Session, city_id: int, name: str) -> int | None:
    if not name:
        return None
    found = session.scalar(select(Fund.id).where(Fund.city_id == city_id, Fund.name == name))
    return found or reject("fund", N_("%(value)s is no fund of this city"), value=name[:LONGEST])


def withdraw_goal(session: Session, city_id: int, goal_id: int, *, now: int, actor: str) -> bool:
    """The version stays listed and counts no more; False when there is none, or it is withdrawn already."""
    goal = locked(session, city_id, goal_id)
    if goal is None or goal.withdrawn_at is not None:
        return False
    goal.withdrawn_at, goal.withdrawn_by = now, actor
    note(session, now, actor, "withdraw", "target", told(goal))
    return True


def restore_goal(session: Session, city_id: int, goal_id: int, *, now: int, actor: str) -> bool:
    """It counts again; False when there is none, it was not withdrawn, or was entered once more meanwhile."""
    goal = locked(session, city_id, goal_id)
    if goal is None or goal.withdrawn_at is None or counts_already(session, goal):
        return False
    goal.withdrawn_at = goal.withdrawn_by = None
    note(session, now, actor, "restore", "target", told(goal))
    return True


def locked(session: Session, city_id: int, goal_id: int) -> Goal | None:
    """So that of two who press at once one finds it done."""
    return session.scalar(select(Goal).where(Goal.city_id == city_id, Goal.id == goal_id).with_for_update())


def said(wanted: Wanted) -> str:
    scope = ", ".join(part for part in (wanted.area, wanted.venue, wanted.fund) if part) or "city"
    kind = "in all" if wanted.cumulative else "more"
    return f"{wanted.quantity} points {kind}, {wanted.from_on} to {wanted.to_on}, {scope}"


def told(goal: Goal) -> str:
    kind = "in all" if goal.cumulative else "more"
    return f"{goal.quantity} points {kind}, {goal.from_on} to {goal.to_on}, version of {goal.valid_since}"
