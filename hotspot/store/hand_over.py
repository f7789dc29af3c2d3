"""One person's role goes to another in one step, with all that hangs on it."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import LONGEST
from hotspot.analytics.permissions import OWNER
from hotspot.store.accounts import AccountError, Person, person_by_id
from hotspot.store.audit import note
from hotspot.store.models import Account, Assignment, City, Point, SavedView
from hotspot.store.people import set_standing


@dataclass(frozen=True, slots=True)
class Moves:
    """What goes along: points where work is open, and saved views that others see."""

    assignments: tuple[str, ...]
    views: tuple[str, ...]


def moves(session: Session, account_id: int) -> Moves:
    work = select(Point.code).join(Assignment, Assignment.point_id == Point.id).order_by(Point.code)
    views = select(SavedView.name).where(SavedView.account_id == account_id, SavedView.shared).order_by(SavedView.name)
    return Moves(
        tuple(session.scalars(work.where(Assignment.account_id == account_id, Assignment.ended_at.is_(None)))),
        tuple(session.scalars(views)),
    )


def hand_over(
    session: Session, city: City | None, giver_id: int, taker_id: int, new_role: str, *, now: int, actor: str
) -> tuple[Person, Person]:
    """The taker has role, areas, open work and shared views of the giver, who goes on as `new_role` in the same areas.

    What the taker was before ends. Raises AccountError, also where the city would be left without an owner.
    """
    both = select(Account.id).where(Account.id.in_((giver_id, taker_id))).order_by(Account.id)
    session.scalars(both.with_for_update()).all()
    giver, taker = person_by_id(session, giver_id), person_by_id(session, taker_id)
    if giver is None or taker is None or giver_id == taker_id or not taker.active:
        raise AccountError("to", "Choose another person whose account is active")
    gone = moves(session, giver_id)
    set_standing(session, city, taker_id, giver.role, giver.areas)
    set_standing(session, city, giver_id, new_role, () if new_role == OWNER else giver.areas)
    session.execute(
        update(Assignment)
        .where(Assignment.account_id == giver_id, Assignment.ended_at.is_(None))
        .values(account_id=taker_id)
    )
    give_views(session, giver, taker)
    told = f"{giver.role} to {taker.name}; {len(gone.assignments)} open assignments, {len(gone.views)} shared views"
    note(session, now, actor, "hand over", giver.name, f"{told}; now {new_role}")
    return giver, taker


def give_views(session: Session, giver: Person, taker: Person) -> None:
    """A view whose name the taker has already is told apart by the giver's name."""
    query = select(SavedView.page, SavedView.name).where(SavedView.account_id == taker.id)
    taken = {(row.page, row.name) for row in session.execute(query)}
    for view in session.scalars(select(SavedView).where(SavedView.account_id == giver.id, SavedView.shared)):
        number, name = 1, view.name
        while (view.page, view.name) in taken:
            suffix = f" ({giver.name})" if number == 1 else f" ({giver.name} {number})"
            view.name, number = name[: LONGEST - len(suffix)] + suffix, number + 1
        taken.add((view.page, view.name))
        view.account_id = taker.id
    session.flush()
