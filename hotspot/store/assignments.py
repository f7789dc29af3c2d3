"""Points given to the people who work at them, until they are done or given back."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, cleaned, reject
from hotspot.analytics.permissions import Act, within
from hotspot.store.accounts import Person, people, person_by_id
from hotspot.store.audit import note
from hotspot.store.models import Account, Area, Assignment, City, Point, Site

MOST = 500  # points given at once


@dataclass(frozen=True, slots=True)
class Work:
    """Open work of a person at a point; `by` gave it."""

    id: int
    point_id: int
    code: str
    name: str
    area_code: str
    area: str
    account_id: int
    person: str
    task: str
    at: int
    by: str


def open_work(
    session: Session, city: City, *, account_id: int | None = None, point_id: int | None = None
) -> list[Work]:
    """In order of people and time."""
    query = (
        select(
            Assignment.id,
            Point.id,
            Point.code,
            Point.name,
            Area.code,
            Area.name,
            Account.id,
            Account.name,
            Assignment.task,
            Assignment.at,
            Assignment.by,
        )
        .join(Point, Point.id == Assignment.point_id)
        .join(Site, Site.id == Point.site_id)
        .join(Area, Area.id == Site.area_id)
        .join(Account, Account.id == Assignment.account_id)
        .where(Point.city_id == city.id, Assignment.ended_at.is_(None))
        .order_by(Account.name, Assignment.at, Assignment.id)
    )
    if account_id is not None:
        query = query.where(Assignment.account_id == account_id)
    if point_id is not None:
        query = query.where(Assignment.point_id == point_id)
    return [Work(*row) for row in session.execute(query)]


def workers(session: Session) -> list[Person]:
    """Who may work at points, technicians first."""
    able = [person for person in people(session) if person.may(Act.FIELD)]
    return sorted(able, key=lambda person: (person.role != "technician", person.name))


def assign(
    session: Session, city: City, codes: Sequence[str], account_id: int, task: str, *, now: int, actor: str
) -> int:
    """How many points are newly theirs; where they have the point already its task is what is said now.

    Raises RejectedError of `codes`, `person` or `task`.
    """
    task, person = cleaned("task", task), person_by_id(session, account_id)
    if person is None or not person.may(Act.FIELD):
        reject("person", N_("choose somebody who works at points"))
    if not codes:
        reject("codes", N_("empty"))
    if len(codes) > MOST:
        reject("codes", N_("more than %(most)s points at once"), most=MOST)
    known = places(session, city, codes)
    for code in codes:
        if code not in known:
            reject("codes", N_("%(value)s is not known here"), value=code)
        if not within(known[code][1], person.areas):
            reject("codes", N_("%(value)s lies outside the areas of %(name)s"), value=code, name=person.name)
    theirs = {work.point_id: work for work in open_work(session, city, account_id=account_id)}
    new = [point_id for point_id, _ in known.values() if point_id not in theirs]
    same = [theirs[point_id].id for point_id, _ in known.values() if point_id in theirs]
    session.execute(update(Assignment).where(Assignment.id.in_(same)).values(task=task))
    session.add_all(
        Assignment(point_id=point_id, account_id=account_id, task=task, at=now, by=actor) for point_id in new
    )
    session.flush()
    subject = f"point {codes[0]}" if len(codes) == 1 else f"{len(known)} points"
    note(session, now, actor, "assign", subject, f"to {person.name}" + (f": {task}" if task else ""))
    return len(new)


def places(session: Session, city: City, codes: Sequence[str]) -> dict[str, tuple[int, str]]:
    """By code, the id of the point and the code of its area."""
    query = select(Point.code, Point.id, Area.code).join(Site, Site.id == Point.site_id)
    query = query.join(Area, Area.id == Site.area_id).where(Point.city_id == city.id, Point.code.in_(list(codes)))
    return {code: (point_id, area) for code, point_id, area in session.execute(query)}


def work(session: Session, city: City, assignment_id: int) -> Work | None:
    """None when it has ended."""
    return next((one for one in open_work(session, city) if one.id == assignment_id), None)


def end(session: Session, one: Work, *, done: bool, now: int, actor: str) -> bool:
    """Done, or taken back; False where it had ended before."""
    mine = update(Assignment).where(Assignment.id == one.id, Assignment.ended_at.is_(None))
    ended = session.scalar(mine.values(ended_at=now, ended_by=actor, done=done).returning(Assignment.id))
    if ended is None:
        return False
    action = "finish work" if done else "take back work"
    note(session, now, actor, action, f"point {one.code}", f"of {one.person}" + (f": {one.task}" if one.task else ""))
    return True
