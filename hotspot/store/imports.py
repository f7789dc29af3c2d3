"""Files taken into the inventory: kept with what undoes them, known again, and their columns remembered."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.import_plan import Plan
from hotspot.store.base import Base
from hotspot.store.changes import Before, keep
from hotspot.store.inventory import apply_import
from hotspot.store.models import Area, ChangeSet, City, ImportedFile, LifecycleChange, Point

# The columns that an import writes; rows are compared by these alone, for the collector writes others meanwhile.
WRITTEN = {
    "fund": ("name",),
    "provider": ("name",),
    "site": ("area_id", "name", "venue_kind", "address", "latitude", "longitude"),
    "point": ("site_id", "fund_id", "provider_id", "name", "lifecycle", "auth_mode", "installed_on", "accepted_on"),
    "access_point": (
        "point_id", "kind", "address", "port", "snmp_version", "profile", "credential", "controller_id",
        "controller_key",
    ),
    "lifecycle_change": ("stage", "since", "withdrawn_at", "withdrawn_by"),
}  # fmt: skip
Rows = Mapping[str, Mapping[int, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is kept of a file; `columns`: ours with the name of the file's."""

    name: str
    digest: str
    header: str
    columns: Mapping[str, str]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Import:
    id: int
    at: int
    actor: str
    name: str
    counts: Mapping[str, int]
    change_id: int | None
    undone_at: int | None
    undone_by: str | None


def import_file(session: Session, key: bytes, city: City, plan: Plan, file: FileFacts, *, now: int, actor: str) -> int:
    """Writes a plan made in the same write transaction and keeps what undoes it; the number of the import."""
    before = rows_of(session, city)
    apply_import(session, key, city, plan, actor, now)
    session.flush()
    touched = differences(before, rows_of(session, city))
    change = None
    if touched:
        change = keep(session, city.id, what="import", summary=file.name[:120], before=touched, now=now, actor=actor)
    row = ImportedFile(
        city_id=city.id,
        at=now,
        actor=actor,
        name=file.name[-120:],
        digest=file.digest,
        header=file.header,
        columns=json.dumps(dict(file.columns), ensure_ascii=False),
        counts=json.dumps(dict(file.counts)),
        change_id=change,
    )
    session.add(row)
    session.flush()
    return row.id


def rows_of(session: Session, city: City) -> Rows:
    """Every row that an import may touch, as it stands."""
    found: dict[str, dict[int, Mapping[str, Any]]] = {}
    for name in WRITTEN:
        table = Base.metadata.tables[name]
        query = select(table)
        if name == "lifecycle_change":
            ids = select(Point.id).where(Point.city_id == city.id)
            query = query.where(LifecycleChange.point_id.in_(ids))
        else:
            query = query.where(table.c.city_id == city.id)
        found[name] = {row.id: row._asdict() for row in session.execute(query)}
    return found


def differences(before: Rows, after: Rows) -> list[Before]:
    """Made, changed and taken out; of a changed row the columns that changed."""
    found: list[Before] = []
    for name, columns in WRITTEN.items():
        old, new = before[name], after[name]
        found += [Before(name, id_, None) for id_ in new if id_ not in old]
        found += [Before(name, id_, row) for id_, row in old.items() if id_ not in new]
        for id_, row in old.items():
            there = new.get(id_)
            if there is not None and (changed := {one: row[one] for one in columns if row[one] != there[one]}):
                found.append(Before(name, id_, changed))
    return found


def imports(session: Session, city: City, limit: int = 20) -> list[Import]:
    """The newest first."""
    return [import_of_row(row) for row in session.execute(listed(city).limit(limit))]


def import_of(session: Session, city: City, import_id: int) -> Import | None:
    row = session.execute(listed(city).where(ImportedFile.id == import_id)).one_or_none()
    return import_of_row(row) if row else None


def same_file(session: Session, city: City, digest: str) -> Import | None:
    """The last import of the very same bytes that was not undone."""
    rows = session.execute(listed(city).where(ImportedFile.digest == digest, ChangeSet.undone_at.is_(None)).limit(1))
    row = rows.one_or_none()
    return import_of_row(row) if row else None


def remembered(session: Session, city: City, header: str) -> dict[str, str]:
    """What the columns of the last file with these names were taken for; empty for a new kind of file."""
    query = select(ImportedFile.columns).where(ImportedFile.city_id == city.id, ImportedFile.header == header)
    text = session.scalar(query.order_by(ImportedFile.id.desc()).limit(1))
    return json.loads(text) if text else {}


def listed(city: City) -> Any:
    columns = (ImportedFile.id, ImportedFile.at, ImportedFile.actor, ImportedFile.name, ImportedFile.counts)
    query = select(*columns, ImportedFile.change_id, ChangeSet.undone_at, ChangeSet.undone_by)
    query = query.outerjoin(ChangeSet, ChangeSet.id == ImportedFile.change_id)
    return query.where(ImportedFile.city_id == city.id).order_by(ImportedFile.id.desc())


def import_of_row(row: Any) -> Import:
    return Import(
        row.id, row.at, row.actor, row.name, json.loads(row.counts), row.change_id, row.undone_at, row.undone_by
    )


def outlines(session: Session, city: City) -> Sequence[tuple[str, str]]:
    """Code and outline of each kelurahan that has one."""
    query = select(Area.code, Area.boundary).where(
        Area.city_id == city.id, Area.level == "village", Area.boundary.is_not(None)
    )
    return [(row.code, row.boundary or "") for row in session.execute(query)]
