"""Giving access points to points, one or many at once, and taking them back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import CONTROLLER, N_, cleaned, reject
from hotspot.analytics.inventory import GONE
from hotspot.analytics.placement import Places, Proposal
from hotspot.store.access_points import ApFilter, ApRow, access_points_page
from hotspot.store.audit import note
from hotspot.store.models import AccessPoint, City, Point
from hotspot.store.recent import forget_recent
from hotspot.store.stays import move_today

TOLD = 20  # placements that the record of changes names


@dataclass(frozen=True, slots=True)
class Unplaced:
    """`sys_name` is what its controller calls it."""

    device: ApRow
    sys_name: str
    proposal: Proposal | None


@dataclass(frozen=True, slots=True)
class UnplacedPage:
    rows: list[Unplaced]
    total: int
    page: int
    pages: int


def unplaced(session: Session, city: City, chosen: ApFilter, *, now: int, page: int, per_page: int) -> UnplacedPage:
    """One page of the polled access points without a point, each with the point that its name proposes."""
    found = access_points_page(session, city, chosen, now=now, page=page, per_page=per_page)
    ids = [row.id for row in found.rows]
    query = select(AccessPoint.id, AccessPoint.sys_name).where(AccessPoint.id.in_(ids))
    names = {row.id: row.sys_name or "" for row in session.execute(query)}
    places = Places(point_names(session, city))
    rows = [Unplaced(row, names[row.id], places.propose(names[row.id] or row.name)) for row in found.rows]
    return UnplacedPage(rows, found.total, found.page, found.pages)


def count_unplaced(session: Session, city: City) -> int:
    query = select(func.count()).select_from(AccessPoint).where(AccessPoint.city_id == city.id, AccessPoint.polling)
    return session.scalar(query.where(AccessPoint.point_id.is_(None), AccessPoint.kind != CONTROLLER)) or 0


def point_names(session: Session, city: City) -> dict[str, str]:
    """By code, of those that were not taken down."""
    query = select(Point.code, Point.name).where(Point.city_id == city.id, Point.lifecycle.not_in(GONE))
    return {row.code: row.name for row in session.execute(query.order_by(Point.code))}


@dataclass(frozen=True, slots=True)
class Placing:
    """An access point and the point that it is to belong to; `refused`: why not."""

    ap_id: int
    name: str
    point_code: str
    point_name: str
    refused: str = ""


NO_POINT, HAS_POINT, BARRED = "no_point", "has_point", "barred"


def placings(
    session: Session, city: City, wanted: Mapping[int, str], barred: frozenset[str] = frozenset()
) -> list[Placing]:
    """What placing `wanted` (codes of points by id) would do, in order of the names; unknown ids are left out.

    Points that are barred (see store.bounds) get none.
    """
    query = select(AccessPoint.id, AccessPoint.name, AccessPoint.point_id).where(
        AccessPoint.city_id == city.id, AccessPoint.kind != CONTROLLER, AccessPoint.id.in_(wanted)
    )
    names = point_names(session, city)
    return [
        Placing(
            row.id,
            row.name,
            wanted[row.id],
            names.get(wanted[row.id], ""),
            refusal(row.point_id, wanted[row.id], names, barred),
        )
        for row in session.execute(query.order_by(AccessPoint.name))
    ]


def refusal(stands_at: int | None, code: str, names: Mapping[str, str], barred: frozenset[str]) -> str:
    if stands_at is not None:
        return HAS_POINT
    if code not in names:
        return NO_POINT
    return BARRED if code in barred else ""


def place(
    session: Session,
    city: City,
    wanted: Mapping[int, str],
    barred: frozenset[str] = frozenset(),
    *,
    now: int,
    actor: str,
) -> list[Placing]:
    """Those that were placed; one that got a point meanwhile keeps it."""
    done = [one for one in placings(session, city, wanted, barred) if not one.refused]
    ids = ids_of(session, city, {one.point_code for one in done})
    if done:
        session.execute(update(AccessPoint), [{"id": one.ap_id, "point_id": ids[one.point_code]} for one in done])
        forget_recent(session, city)
        note(session, now, actor, "place", f"{len(done)} access points", told(done))
    return done


def take_back(session: Session, city: City, placed: Mapping[int, str], *, now: int, actor: str) -> int:
    """Undo `place`; what was moved on meanwhile stays where it is."""
    ids = ids_of(session, city, set(placed.values()))
    taken = 0
    for ap_id, code in placed.items():
        if code in ids:
            changed = session.execute(
                update(AccessPoint)
                .where(AccessPoint.id == ap_id, AccessPoint.city_id == city.id, AccessPoint.point_id == ids[code])
                .values(point_id=None)
                .returning(AccessPoint.id)
            )
            taken += changed.first() is not None
    if taken:
        forget_recent(session, city)
        note(session, now, actor, "take back", f"{taken} access points", "no point")
    return taken


def assign(session: Session, city: City, ap_id: int, code: str, *, now: int, actor: str) -> bool:
    """One access point to a point, empty for none, from today on; False when it is there already.

    What had no point counts for its first one from its first poll on. Raises RejectedError.
    """
    ap = session.get_one(AccessPoint, ap_id)
    code = cleaned("point", code)
    found = ids_of(session, city, {code}).get(code)
    if code and found is None:
        reject("point", N_("%(value)s is not known here"), value=code)
    if ap.kind == CONTROLLER and code:
        reject("point", N_("a controller belongs to no point"))
    if ap.point_id == found:
        return False
    if found is not None and session.get_one(Point, found).lifecycle in GONE:
        reject("point", N_("%(value)s is no longer in service"), value=code)
    move_today(session, city, {ap_id: found}, now)
    note(session, now, actor, "place", f"access point {ap.name}", code or "no point")
    return True


def ids_of(session: Session, city: City, codes: Iterable[str]) -> dict[str, int]:
    rows = session.execute(select(Point.code, Point.id).where(Point.city_id == city.id, Point.code.in_(list(codes))))
    return {row.code: row.id for row in rows}


def told(done: Sequence[Placing]) -> str:
    listed = ", ".join(f"{one.name} -> {one.point_code}" for one in done[:TOLD])
    return listed + (f" and {len(done) - TOLD} more" if len(done) > TOLD else "")
