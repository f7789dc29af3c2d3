"""People say what there is to hang on: upstreams made, changed and taken out, each one change that can be undone."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, cleaned, needed, reject
from hotspot.analytics.upstreams import KINDS, check_parent
from hotspot.store.audit import note
from hotspot.store.changes import Before, keep
from hotspot.store.models import City, Dependency, Upstream

LONGEST_NOTE = 500
MOST = 2_000
EDIT = "edit"


def add_upstream(session: Session, city: City, said: Mapping[str, str], *, now: int, actor: str) -> tuple[int, int]:
    """`said` are kind, name, parent (an id) and note; its id, and the number of the change.

    Raises RejectedError with the field.
    """
    one = new_upstream(session, city, said, now=now, actor=actor)
    id_, summary = one.id, f"{one.kind} {one.name}"
    note(session, now, actor, "add", f"upstream {summary}")
    kept = [Before("upstream", id_, None)]
    return id_, keep(session, city.id, what=EDIT, summary=summary, before=kept, now=now, actor=actor)


def new_upstream(session: Session, city: City, said: Mapping[str, str], *, now: int, actor: str) -> Upstream:
    """The row alone, neither noted nor kept: for what makes more than this in one step."""
    parents = parents_of(session, city)
    if len(parents) >= MOST:
        reject("name", N_("there are %(most)s upstreams already"), most=MOST)
    values = checked(session, city, said, None, parents)
    one = Upstream(city_id=city.id, created_at=now, created_by=actor, **values)
    session.add(one)
    session.flush()
    return one


def change_upstream(
    session: Session, city: City, upstream_id: int, said: Mapping[str, str], *, now: int, actor: str
) -> int | None:
    """As `add_upstream`, of one that there is; the number of the change, None where nothing changed."""
    one = upstream_of(session, city, upstream_id)
    values = checked(session, city, said, one, parents_of(session, city))
    before = {name: getattr(one, name) for name, value in values.items() if getattr(one, name) != value}
    if not before:
        return None
    old = f"{one.kind} {one.name}"
    for name, value in values.items():
        setattr(one, name, value)
    session.flush()
    told = ", ".join(f"{name}: {before[name]} -> {values[name]}" for name in before)
    note(session, now, actor, "change", f"upstream {old}", told)
    kept = [Before("upstream", one.id, before)]
    return keep(session, city.id, what=EDIT, summary=old, before=kept, now=now, actor=actor)


def remove_upstream(session: Session, city: City, upstream_id: int, *, now: int, actor: str) -> int:
    """What hung on it hangs on what it hung on, or on nothing; the number of the change."""
    one = upstream_of(session, city, upstream_id)
    kept = [Before("upstream", one.id, row(one))]
    below = session.scalars(select(Upstream).where(Upstream.parent_id == one.id)).all()
    for child in below:
        kept.append(Before("upstream", child.id, {"parent_id": child.parent_id}))
        child.parent_id = one.parent_id
    mine = session.scalars(select(Dependency).where(Dependency.upstream_id == one.id)).all()
    there = select(Dependency.ap_id).where(Dependency.upstream_id == one.parent_id)
    taken = set(session.scalars(there)) if one.parent_id is not None else set()
    for each in mine:
        if one.parent_id is None or each.ap_id in taken:
            kept.append(Before("dependency", each.id, row(each)))
            session.delete(each)
        else:
            kept.append(Before("dependency", each.id, {"upstream_id": each.upstream_id}))
            each.upstream_id = one.parent_id
    session.flush()
    summary = f"{one.kind} {one.name}"
    session.execute(delete(Upstream).where(Upstream.id == one.id))
    note(
        session, now, actor, "remove", f"upstream {summary}", f"{len(mine)} access points, {len(below)} upstreams on it"
    )
    return keep(session, city.id, what=EDIT, summary=summary, before=kept, now=now, actor=actor)


def row(one: Upstream | Dependency) -> dict[str, Any]:
    return {column.name: getattr(one, column.name) for column in one.__table__.columns if column.name != "id"}


def upstream_of(session: Session, city: City, upstream_id: int) -> Upstream:
    one = session.get(Upstream, upstream_id, with_for_update=True)
    if one is None or one.city_id != city.id:
        reject("upstream", N_("there is no such upstream any more"))
    return one


def parents_of(session: Session, city: City) -> dict[int, int | None]:
    rows = session.execute(select(Upstream.id, Upstream.parent_id).where(Upstream.city_id == city.id))
    return {row.id: row.parent_id for row in rows}


def checked(
    session: Session, city: City, said: Mapping[str, str], one: Upstream | None, parents: Mapping[int, int | None]
) -> dict[str, Any]:
    kind, name = said.get("kind", ""), needed({"name": cleaned("name", said.get("name", ""))}, "name")
    if kind not in KINDS:
        reject("kind", N_("must be one of %(words)s"), words=", ".join(KINDS))
    same = select(Upstream.id).where(
        Upstream.city_id == city.id, Upstream.kind == kind, func.lower(Upstream.name) == name.lower()
    )
    if set(session.scalars(same)) - {one.id if one else None}:
        reject("name", N_("there is one of this kind and name already"))
    told = cleaned("note", said.get("note", ""))[:LONGEST_NOTE]
    return {"kind": kind, "name": name, "parent_id": parent_of(said.get("parent", ""), one, parents), "note": told}


def parent_of(text: str, one: Upstream | None, parents: Mapping[int, int | None]) -> int | None:
    """Raises RejectedError of "parent" for one that there is not, that would make a circle or a tree too deep."""
    if not text:
        return None
    parent = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
    if parent not in parents:
        reject("parent", N_("there is no such upstream any more"))
    check_parent(parents, one.id if one else None, parent)
    return parent
