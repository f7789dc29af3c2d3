"""People say what hangs on an upstream: access points chosen by hundreds, hung and taken off as one change."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import CONTROLLER, N_, reject
from hotspot.analytics.permissions import EVERYWHERE, OUTSIDE, within
from hotspot.analytics.upstreams import branch
from hotspot.store.alerts.upstream_edit import EDIT, parents_of, row, upstream_of
from hotspot.store.audit import note
from hotspot.store.bulk import slices
from hotspot.store.changes import Before, keep
from hotspot.store.models import AccessPoint, Area, City, Dependency, Point, Provider, Site, Upstream
from hotspot.store.removal import listed

MOST = 5_000  # access points at once
TOGETHER = 500
NONE_THERE = N_("no access points are known of %(names)s")


@dataclass(frozen=True, slots=True)
class Chosen:
    """An access point; `area` is the code of the kelurahan where it stands, EVERYWHERE at no point."""

    id: int
    name: str
    area: str


def chosen(
    session: Session, city: City, *, points: str = "", names: str = "", area: str = "", provider: str = ""
) -> list[Chosen]:
    """The access points at the points with these codes, those of these names, and those of an area and a provider.

    Codes are separated by commas, semicolons or lines, names by lines. Raises RejectedError with the field.
    """
    codes, told = parts(points, r"[,;\n]"), parts(names, r"\n")
    query = (
        select(AccessPoint.id, AccessPoint.name, func.coalesce(Area.code, EVERYWHERE).label("area"), Point.code)
        .outerjoin(Point, Point.id == AccessPoint.point_id)
        .outerjoin(Site, Site.id == Point.site_id)
        .outerjoin(Area, Area.id == Site.area_id)
        .where(AccessPoint.city_id == city.id, AccessPoint.kind != CONTROLLER)
    )
    found: dict[int, Chosen] = {}
    for field, column, wanted in (("points", Point.code, codes), ("names", AccessPoint.name, told)):
        seen = set()
        for some in slices(wanted, TOGETHER):
            for one in session.execute(query.where(column.in_(some))):
                found[one.id] = Chosen(one.id, one.name, one.area)
                seen.add(one.code if field == "points" else one.name)
        if missing := [name for name in wanted if name not in seen]:
            reject(field, NONE_THERE, names=listed(missing))
    if area or provider:
        for one in session.execute(narrowed(session, city, query, area, provider)):
            found[one.id] = Chosen(one.id, one.name, one.area)
    if len(found) > MOST:
        reject("points", N_("more than %(most)s access points at once"), most=MOST)
    return sorted(found.values(), key=lambda one: one.name)


def parts(text: str, between: str) -> list[str]:
    return list(dict.fromkeys(filter(None, (one.strip() for one in re.split(between, text)))))


def narrowed(session: Session, city: City, query: Any, area: str, provider: str) -> Any:
    if area:
        ids = select(Area.id).where(Area.city_id == city.id, Area.code == area)
        if session.scalar(ids) is None:
            reject("area", N_("%(value)s is not known here"), value=area)
        query = query.where(Area.id.in_(ids) | Area.parent_id.in_(ids))
    if provider:
        known = select(Provider.id).where(Provider.city_id == city.id, Provider.name == provider)
        if session.scalar(known) is None:
            reject("provider", N_("%(value)s is not known here"), value=provider)
        query = query.where(Point.provider_id.in_(known))
    return query


def hang(
    session: Session,
    city: City,
    upstream_id: int,
    ap_ids: Sequence[int],
    *,
    why: str = "",
    now: int,
    actor: str,
) -> tuple[int, int | None]:
    """How many hang on it that did not before, and the number of the change; None where all did."""
    one = upstream_of(session, city, upstream_id)
    rows = new_dependencies(session, one, ap_ids, why=why, now=now, actor=actor)
    if not rows:
        return 0, None
    summary = f"{len(rows)} access points on {one.kind} {one.name}"
    note(session, now, actor, "change", f"upstream {one.kind} {one.name}", f"{len(rows)} access points hang on it")
    kept = [Before("dependency", each, None) for each in rows]
    return len(rows), keep(session, city.id, what=EDIT, summary=summary, before=kept, now=now, actor=actor)


def new_dependencies(
    session: Session, one: Upstream, ap_ids: Sequence[int], *, why: str, now: int, actor: str
) -> list[int]:
    there = set(session.scalars(select(Dependency.ap_id).where(Dependency.upstream_id == one.id)))
    new = [
        Dependency(ap_id=ap_id, upstream_id=one.id, why=why, since=now, by=actor)
        for ap_id in dict.fromkeys(ap_ids)
        if ap_id not in there
    ]
    session.add_all(new)
    session.flush()
    return [each.id for each in new]


def unhang(
    session: Session, city: City, upstream_id: int, ap_ids: Collection[int], *, now: int, actor: str
) -> tuple[int, int | None]:
    """How many hang on it no more, and the number of the change; None where none did."""
    one = upstream_of(session, city, upstream_id)
    kept = []
    for some in slices(sorted(ap_ids), TOGETHER):
        query = select(Dependency).where(Dependency.upstream_id == one.id, Dependency.ap_id.in_(some))
        for each in session.scalars(query).all():
            kept.append(Before("dependency", each.id, row(each)))
            session.delete(each)
    if not kept:
        return 0, None
    session.flush()
    summary = f"{len(kept)} access points off {one.kind} {one.name}"
    told = f"{len(kept)} access points hang on it no more"
    note(session, now, actor, "change", f"upstream {one.kind} {one.name}", told)
    return len(kept), keep(session, city.id, what=EDIT, summary=summary, before=kept, now=now, actor=actor)


def refuse_outside(found: Collection[Chosen], areas: frozenset[str]) -> None:
    """Raises RejectedError of "points" for access points outside the areas of an account; no areas are the city."""
    barred = [one.name for one in found if areas and not within(one.area, areas)]
    if barred:
        reject("points", OUTSIDE, value=listed(barred))


def areas_on(session: Session, city: City, upstream_id: int) -> frozenset[str]:
    """The codes of the areas of all that hangs on it or below, EVERYWHERE for a device at no point."""
    ids = branch(parents_of(session, city), upstream_id)
    query = (
        select(func.coalesce(Area.code, EVERYWHERE))
        .select_from(Dependency)
        .join(AccessPoint, AccessPoint.id == Dependency.ap_id)
        .outerjoin(Point, Point.id == AccessPoint.point_id)
        .outerjoin(Site, Site.id == Point.site_id)
        .outerjoin(Area, Area.id == Site.area_id)
        .where(Dependency.upstream_id.in_(ids))
        .distinct()
    )
    return frozenset(session.scalars(query))


def move_hanging(session: Session, old: int, new: int) -> list[Before]:
    """What the device `old` hung on, `new` hangs on: it took its place."""
    rows = session.scalars(select(Dependency.id).where(Dependency.ap_id == old)).all()
    session.execute(update(Dependency).where(Dependency.ap_id == old).values(ap_id=new))
    return [Before("dependency", id_, {"ap_id": old}) for id_ in rows]


def by_ids(session: Session, city: City, ap_ids: Collection[int]) -> list[Chosen]:
    """Those that there are, by name."""
    query = (
        select(AccessPoint.id, AccessPoint.name, func.coalesce(Area.code, EVERYWHERE).label("area"))
        .outerjoin(Point, Point.id == AccessPoint.point_id)
        .outerjoin(Site, Site.id == Point.site_id)
        .outerjoin(Area, Area.id == Site.area_id)
        .where(AccessPoint.city_id == city.id)
    )
    found = [
        Chosen(one.id, one.name, one.area)
        for some in slices(sorted(set(ap_ids)), TOGETHER)
        for one in session.execute(query.where(AccessPoint.id.in_(some)))
    ]
    return sorted(found, key=lambda one: one.name)
