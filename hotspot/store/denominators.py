"""What points are divided by: read as of a day, with its history, and written from a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of
from hotspot.analytics.denominators import Key, Plan, make_plan
from hotspot.analytics.equity import Stated
from hotspot.analytics.import_row import Row
from hotspot.analytics.verdicts import counts
from hotspot.store.areas import area_ids, gazetteer
from hotspot.store.audit import note
from hotspot.store.models import Area, City, Denominator


@dataclass(frozen=True, slots=True)
class StatedRow:
    """A number as somebody published it, and who put it in."""

    area_code: str
    area: str
    kind: str
    stated: Stated
    recorded_at: int
    recorded_by: str


def history(session: Session, city: City, *, area_code: str = "", kind: str = "") -> list[StatedRow]:
    """Every number ever stated, by area and kind, the newest first."""
    query = (
        select(Denominator, Area.code, Area.name)
        .join(Area, Denominator.area_id == Area.id)
        .where(Denominator.city_id == city.id)
        .order_by(Area.code, Denominator.kind, Denominator.as_of.desc())
    )
    if area_code:
        query = query.where(Area.code == area_code)
    if kind:
        query = query.where(Denominator.kind == kind)
    return [
        StatedRow(code, name, row.kind, stated(row), row.recorded_at, row.recorded_by)
        for row, code, name in session.execute(query)
    ]


HEAD = ("area_code", "area_name", "kind", "value", "as_of", "estimate", "source", "recorded_on", "recorded_by")


def export_rows(session: Session, city: City) -> list[tuple[str | float | date, ...]]:
    """Every number ever stated, in the columns of HEAD, which the import reads back."""
    return [
        (
            row.area_code,
            row.area,
            row.kind,
            int(row.stated.value),
            row.stated.as_of,
            "yes" if row.stated.estimate else "no",
            row.stated.source,
            day_of(city.time_zone, row.recorded_at),
            row.recorded_by,
        )
        for row in history(session, city)
    ]


def stated(row: Denominator) -> Stated:
    return Stated(row.value, row.as_of, row.estimate, row.source)


def in_force(session: Session, city: City, day: date) -> dict[str, dict[str, Stated]]:
    """By area and kind the newest number up to `day`; what nobody stated is missing."""
    query = (
        select(Area.code, Denominator)
        .join(Area, Denominator.area_id == Area.id)
        .where(Denominator.city_id == city.id, Denominator.as_of <= day)
        .order_by(Denominator.as_of)
    )
    found: dict[str, dict[str, Stated]] = {}
    for code, row in session.execute(query):
        found.setdefault(code, {})[row.kind] = stated(row)
    return found


def stored(session: Session, city_id: int) -> dict[Key, Stated]:
    query = select(Area.code, Denominator).join(Area, Denominator.area_id == Area.id)
    rows = session.execute(query.where(Denominator.city_id == city_id))
    return {(code, row.kind, row.as_of): stated(row) for code, row in rows}


def plan_denominators(session: Session, city: City, rows: Sequence[Row], today: date) -> Plan:
    """What the file would do; nothing is written."""
    known = stored(session, city.id)
    return make_plan(rows, gazetteer(session, city.id), known, today, demonstration=city.demonstration)


def apply_denominators(session: Session, city: City, plan: Plan, *, now: int, actor: str) -> None:
    """Writes a plan made in the same write transaction."""
    areas = area_ids(session, city.id)
    query = select(Area.code, Denominator.kind, Denominator.as_of, Denominator.id)
    rows = session.execute(query.join(Area, Denominator.area_id == Area.id).where(Denominator.city_id == city.id))
    ids = {(code, kind, as_of): row_id for code, kind, as_of, row_id in rows}
    recorded = {"recorded_at": now, "recorded_by": actor}

    def values(one: Stated) -> Mapping[str, object]:
        return {"value": one.value, "estimate": one.estimate, "source": one.source, **recorded}

    new = [
        {"city_id": city.id, "area_id": areas[key[0]], "kind": key[1], "as_of": key[2], **values(one)}
        for key, one in plan.wanted.items()
        if one is not None and key not in ids
    ]
    changed = [{"id": ids[key], **values(one)} for key, one in plan.wanted.items() if one is not None and key in ids]
    gone = [ids[key] for key, one in plan.wanted.items() if one is None and key in ids]
    if new:
        session.execute(insert(Denominator), new)
    if changed:
        session.execute(update(Denominator), changed)
    if gone:
        session.execute(delete(Denominator).where(Denominator.id.in_(gone)))
    if plan.wanted:
        rows_told = ", ".join(f"{count} {verdict}" for verdict, count in counts(plan.verdicts).items())
        numbers = f"{len(new)} numbers new, {len(changed)} changed, {len(gone)} taken away"
        note(session, now, actor, "import", "denominators", f"{numbers}; rows: {rows_told}")
