"""Changes of many rows that can be taken back: what each row said before is kept with the change.

A row that somebody changed since is never overwritten, and what was made by the change goes only while nothing hangs on
it: undoing names such rows and does nothing at all.
"""

import base64
import json
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, Date, LargeBinary, Select, Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, reject
from hotspot.analytics.permissions import EVERYWHERE
from hotspot.store.audit import note
from hotspot.store.base import Base
from hotspot.store.bulk import slices
from hotspot.store.models import AccessPoint, Area, ChangeSet, City, Point, Site
from hotspot.store.recent import forget_recent
from hotspot.store.removal import NAMES, TOGETHER, listed, take_out
from hotspot.store.stays import move_today


@dataclass(frozen=True, slots=True)
class Before:
    """What a row said before the change, by column, as far as the change touched it; None for a row it made.

    Of a row that the change took out: every column.
    """

    table: str
    id: int
    values: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Kept:
    id: int
    at: int
    actor: str
    what: str
    summary: str
    undone_at: int | None
    undone_by: str | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A row of a change set: `after` is what the change left in the columns it touched, None where it took it out.

    Of a row that it made, and that counts no versions, every column.
    """

    id: int
    version: int | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def keep(
    session: Session, city_id: int, *, what: str, summary: str, before: Sequence[Before], now: int, actor: str
) -> int:
    """After the rows were changed, in the same transaction; the number of the change.

    The versions of the rows that were there before grow by one. The record of changes is the caller's to write.
    """
    session.flush()
    rows: dict[str, list[Any]] = {}
    for name in NAMES:
        mine = [one for one in before if one.table == name]
        grow(session, name, [one.id for one in mine if one.values is not None])
        stored = read(session, name, [one.id for one in mine])
        rows[name] = [packed(Base.metadata.tables[name], one, stored.get(one.id)) for one in mine]
    text = json.dumps({name: list_ for name, list_ in rows.items() if list_}, separators=(",", ":"))
    change = ChangeSet(
        city_id=city_id, at=now, actor=actor, what=what, summary=summary, before=zlib.compress(text.encode())
    )
    session.add(change)
    session.flush()
    return change.id


def grow(session: Session, name: str, ids: Sequence[int]) -> None:
    table = Base.metadata.tables[name]
    if "version" in table.c:
        for some in slices(ids, TOGETHER):
            session.execute(update(table).where(table.c.id.in_(some)).values(version=table.c.version + 1))
    session.expire_all()


def read(session: Session, name: str, ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """The rows as they stand, by id."""
    table = Base.metadata.tables[name]
    rows = (row for some in slices(ids, TOGETHER) for row in session.execute(select(table).where(table.c.id.in_(some))))
    return {row.id: row._asdict() for row in rows}


def packed(table: Table, one: Before, stored: Mapping[str, Any] | None) -> list[Any]:
    def plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
        return None if values is None else {name: written(value) for name, value in values.items()}

    names = one.values or (() if "version" in table.c else table.c.keys())
    touched = {name: stored[name] for name in names} if stored else None
    return [one.id, (stored or {}).get("version"), plain(one.values), plain(touched)]


def written(value: object) -> object:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def value_of(stored: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(stored.type, LargeBinary):
        return base64.b64decode(value)
    return date.fromisoformat(value) if isinstance(stored.type, Date) else value


def unpacked(data: bytes) -> dict[str, list[Changed]]:
    found: dict[str, list[Changed]] = {}
    for name, rows in json.loads(zlib.decompress(data)).items():
        columns = Base.metadata.tables[name].c

        def typed(values: Mapping[str, Any] | None, columns: Any = columns) -> dict[str, Any] | None:
            return None if values is None else {key: value_of(columns[key], value) for key, value in values.items()}

        found[name] = [Changed(id_, version, typed(old), typed(new)) for id_, version, old, new in rows]
    return found


def undo(session: Session, city: City, change_id: int, *, now: int, actor: str) -> int:
    """How many rows are as they were; raises RejectedError of "change", and then nothing is to be committed."""
    change = session.get(ChangeSet, change_id, with_for_update=True)
    if change is None or change.city_id != city.id:
        reject("change", N_("there is no such change"))
    if change.undone_at is not None:
        reject("change", N_("%(name)s has undone this already"), name=change.undone_by)
    rows = unpacked(change.before)
    refuse_changed(session, rows)
    made = {name: [row.id for row in mine if row.before is None] for name, mine in rows.items()}
    try:
        put_back(session, city, rows, now)
        take_out(session, city, made, change.at, now)
        session.flush()
    except IntegrityError as error:
        reject("change", N_("what was there before clashes with what was entered since: %(reason)s"), reason=error.orig)
    change.undone_at, change.undone_by = now, actor
    note(session, now, actor, "undo", change.what, f"{change.summary} (change {change.id})")
    return sum(map(len, rows.values()))


def refuse_changed(session: Session, rows: Mapping[str, Sequence[Changed]]) -> None:
    """Where the columns that the change touched say something else by now, or what it made was changed or is gone."""
    names = []
    for table, mine in rows.items():
        stored = read(session, table, [row.id for row in mine])
        for row in mine:
            there = stored.get(row.id)
            if not is_as_left(row, there):
                names.append(str((there or row.before or {}).get(NAMES[table], row.id)))
    if names:
        reject("change", N_("changed since, so nothing was undone: %(names)s"), names=listed(names))


def is_as_left(row: Changed, there: Mapping[str, Any] | None) -> bool:
    if row.after is None or there is None:
        return row.after is None and there is None
    if row.before is None and there.get("version") != row.version:
        return False
    return all(there[name] == value for name, value in row.after.items())


def put_back(session: Session, city: City, rows: Mapping[str, Sequence[Changed]], now: int) -> None:
    for name in NAMES:
        table, mine = Base.metadata.tables[name], rows.get(name, ())
        gone = [{"id": row.id, **row.before} for row in mine if row.before is not None and row.after is None]
        if gone:
            session.execute(insert(table), gone)
        changed = {row.id: dict(row.before) for row in mine if row.before and row.after is not None}
        if name == "access_point":
            move_today(
                session, city, {id_: old.pop("point_id") for id_, old in changed.items() if "point_id" in old}, now
            )
            leave_addresses(session, changed)
        alike = defaultdict(list)  # those of the same columns in one statement
        for id_, old in changed.items():
            if old:
                alike[tuple(sorted(old))].append({"id_": id_, **old})
        for some in alike.values():
            session.execute(update(table).where(table.c.id == bindparam("id_")), some)
        grow(session, name, list(changed))
    if rows.keys() & {"site", "point", "access_point"}:
        forget_recent(session, city)


def leave_addresses(session: Session, changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Two access points may have swapped their addresses, which the unique index would refuse halfway."""
    leaving = [
        {"id": id_, "address": f"leaving {id_}"} for id_, old in changed.items() if {"address", "port"} & old.keys()
    ]
    if leaving:
        session.execute(update(AccessPoint), leaving)


def places(session: Session, change_id: int) -> frozenset[str]:
    """The codes of the areas in which an undo would change something; EVERYWHERE for a device at no point."""
    rows = unpacked(session.get_one(ChangeSet, change_id).before)
    ids = {name: {row.id for row in mine} for name, mine in rows.items()}

    def were(name: str, column: str) -> set[int]:
        return {row.before[column] for row in rows.get(name, ()) if row.before and row.before.get(column) is not None}

    hanging = (row.before or row.after or {} for row in rows.get("dependency", ()))
    ap_ids = ids.get("access_point", set()) | {row["ap_id"] for row in hanging}
    devices = session.execute(select(AccessPoint.point_id).where(AccessPoint.id.in_(ap_ids))).all()
    points = ids.get("point", set()) | were("access_point", "point_id") | {row.point_id for row in devices}
    sites = ids.get("site", set()) | were("point", "site_id")
    sites |= set(session.scalars(select(Point.site_id).where(Point.id.in_(points - {None}))))
    areas = were("site", "area_id") | set(session.scalars(select(Site.area_id).where(Site.id.in_(sites))))
    codes = frozenset(session.scalars(select(Area.code).where(Area.id.in_(areas))))
    return codes | ({EVERYWHERE} if None in points else set())


def kept(city: City) -> Select[int, int, str, str, str, int | None, str | None]:
    columns = (ChangeSet.id, ChangeSet.at, ChangeSet.actor, ChangeSet.what, ChangeSet.summary)
    return select(*columns, ChangeSet.undone_at, ChangeSet.undone_by).where(ChangeSet.city_id == city.id)


def changes(session: Session, city: City, *, what: str = "", limit: int = 50) -> list[Kept]:
    """The newest first; `what` narrows them."""
    query = kept(city).where(ChangeSet.what == what) if what else kept(city)
    return [Kept(*row) for row in session.execute(query.order_by(ChangeSet.id.desc()).limit(limit))]


def change_of(session: Session, city: City, change_id: int) -> Kept | None:
    row = session.execute(kept(city).where(ChangeSet.id == change_id)).one_or_none()
    return Kept(*row) if row else None
