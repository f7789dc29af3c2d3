"""Filtered lists that people come back to: their own, those that others share, and the one a page begins with."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, cleaned, needed, reject
from hotspot.store.audit import note
from hotspot.store.models import Account, City, SavedView

MOST, LONGEST_QUERY = 100, 2000
PASSING = ("page", "view")  # what is not kept of an address
SUBJECT = "view"


@dataclass(frozen=True, slots=True)
class View:
    id: int
    page: str
    name: str
    query: str
    shared: bool
    preferred: bool
    owner: str


def views(session: Session, city: City, account_id: int, page: str = "") -> list[View]:
    """The account's own ones first, then those that others share; of one page or of all."""
    query = select(SavedView, Account.name).join(Account, Account.id == SavedView.account_id)
    query = query.where(SavedView.city_id == city.id, (SavedView.account_id == account_id) | SavedView.shared)
    query = query.where(SavedView.page == page) if page else query
    theirs = SavedView.account_id != account_id
    rows = session.execute(query.order_by(theirs, SavedView.page, SavedView.name))
    return [
        View(row.id, row.page, row.name, row.query, row.shared, row.preferred and row.account_id == account_id, owner)
        for row, owner in rows
    ]


def preferred(session: Session, city: City, account_id: int, page: str) -> str | None:
    """The query with which the page begins for this person; None where they chose none."""
    query = select(SavedView.query).where(SavedView.city_id == city.id, SavedView.account_id == account_id)
    return session.scalar(query.where(SavedView.page == page, SavedView.preferred))


def save_view(
    session: Session,
    city: City,
    account_id: int,
    *,
    page: str,
    name: str,
    query: str,
    shared: bool,
    now: int,
    actor: str,
) -> int:
    """Raises RejectedError of the name, or of the query."""
    name = free_name(session, city, account_id, page, name)
    if (session.scalar(select(func.count(SavedView.id)).where(SavedView.account_id == account_id)) or 0) >= MOST:
        reject("name", N_("more than %(most)s views; delete one first"), most=MOST)
    kept = urlencode([(key, value) for key, value in parse_qsl(query) if key not in PASSING])
    if len(kept) > LONGEST_QUERY:
        reject("name", N_("this filter is too long to be kept"))
    view = SavedView(
        city_id=city.id, account_id=account_id, page=page, name=name, query=kept, shared=shared, created_at=now
    )
    session.add(view)
    session.flush()
    note(session, now, actor, "add", SUBJECT, f"{name}: {page}?{kept}")
    return view.id


def free_name(session: Session, city: City, account_id: int, page: str, name: str, but: int = 0) -> str:
    name = needed({"name": cleaned("name", name)}, "name")
    same = select(SavedView.id).where(SavedView.city_id == city.id, SavedView.account_id == account_id)
    if session.scalar(same.where(SavedView.page == page, SavedView.name == name, SavedView.id != but)):
        reject("name", N_("you have a view of this name already"))
    return name


def own_view(session: Session, city: City, account_id: int, view_id: int) -> SavedView | None:
    query = select(SavedView).where(SavedView.city_id == city.id, SavedView.account_id == account_id)
    return session.scalar(query.where(SavedView.id == view_id))


def change_view(
    session: Session, city: City, account_id: int, view_id: int, *, name: str, shared: bool, now: int, actor: str
) -> bool:
    """False where it is none of theirs; raises RejectedError of the name."""
    view = own_view(session, city, account_id, view_id)
    if view is None:
        return False
    before, view.name = view.name, free_name(session, city, account_id, view.page, name, but=view.id)
    view.shared = shared
    note(session, now, actor, "change", SUBJECT, f"{before} -> {view.name}" + (", shared" if shared else ""))
    return True


def prefer_view(
    session: Session, city: City, account_id: int, view_id: int, *, wanted: bool, now: int, actor: str
) -> bool:
    """Whether its page begins with this view; no other does then. False where it is none of theirs."""
    view = own_view(session, city, account_id, view_id)
    if view is None:
        return False
    mine = update(SavedView).where(SavedView.city_id == city.id, SavedView.account_id == account_id)
    session.execute(mine.where(SavedView.page == view.page).values(preferred=False))
    view.preferred = wanted
    note(
        session, now, actor, "change", SUBJECT, f"{view.name}: " + ("begins the page" if wanted else "no longer begins")
    )
    return True


def remove_view(session: Session, city: City, account_id: int, view_id: int, *, now: int, actor: str) -> View | None:
    """What it was, so that it can be saved anew; None where it is none of theirs."""
    view = own_view(session, city, account_id, view_id)
    if view is None:
        return None
    gone = View(view.id, view.page, view.name, view.query, view.shared, view.preferred, "")
    session.delete(view)
    note(session, now, actor, "remove", SUBJECT, f"{gone.name}: {gone.page}?{gone.query}")
    return gone
