"""Steps of many points as lists: the latest, those that stepped over a gate, those of a filter for a file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.lifecycle import ASSUMED, ORDER
from hotspot.analytics.paging import paged
from hotspot.spreadsheet import Cell
from hotspot.store.acceptance import TOGETHER
from hotspot.store.bulk import slices
from hotspot.store.lifecycle import IMPORTED, PAST, TAKEN_OVER, Taken, taken
from hotspot.store.models import Attachment, City, LifecycleChange, Point

COLUMNS = ("point_code", "stage", "since", "document", "actor", "note")  # as the import of past steps reads them
OVERRIDE_COLUMNS = ("point_code", "point_name", "accepted_on", "gate", "reason", "document", "actor", "recorded_at")


@dataclass(frozen=True, slots=True)
class Listed:
    """A step with its point."""

    code: str
    name: str
    taken: Taken

    @property
    def by_import(self) -> bool:
        return set(self.taken.override.values()) <= {TAKEN_OVER, PAST}


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: list[Listed]
    total: int
    page: int
    pages: int


def every_step(city: City) -> Select[str, str, LifecycleChange, str | None]:
    return (
        select(Point.code, Point.name, LifecycleChange, Attachment.name)
        .join(Point, Point.id == LifecycleChange.point_id)
        .outerjoin(Attachment, Attachment.id == LifecycleChange.attachment_id)
        .where(Point.city_id == city.id)
    )


def listed(session: Session, query: Select[str, str, LifecycleChange, str | None]) -> Iterator[Listed]:
    return (Listed(code, name, taken(row, file)) for code, name, row, file in session.execute(query))


def latest(session: Session, city: City, *, stage: str = "", page: int = 1, per_page: int = 50) -> ListPage:
    """As they were recorded, the newest first, withdrawn ones too."""
    query = every_step(city)
    query = query.where(LifecycleChange.stage == stage) if stage else query
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page, pages = paged(total, page, per_page)
    newest = query.order_by(LifecycleChange.recorded_at.desc(), LifecycleChange.id.desc())
    return ListPage(list(listed(session, newest.limit(per_page).offset((page - 1) * per_page))), total, page, pages)


def overridden(session: Session, city: City, *, by_hand: bool = True) -> list[Listed]:
    """Acceptances that stepped over a gate and count, the newest first; `by_hand` leaves out those of an inventory."""
    query = every_step(city).where(LifecycleChange.override != "", LifecycleChange.withdrawn_at.is_(None))
    rows = listed(session, query.order_by(LifecycleChange.since.desc(), LifecycleChange.id.desc()))
    return [one for one in rows if not (by_hand and one.by_import)]


def override_rows(found: Iterable[Listed], recorded_at: Iterable[str | None]) -> Iterator[tuple[Cell, ...]]:
    """A row for each gate, in the order of OVERRIDE_COLUMNS; `recorded_at` as text, one for each step."""
    for one, at in zip(found, recorded_at, strict=True):
        for gate, reason in one.taken.override.items():
            step = one.taken
            yield one.code, one.name, step.since, gate, reason, step.document, step.actor, at


def step_rows(session: Session, city: City, codes: Iterable[str] | None = None) -> list[tuple[Cell, ...]]:
    """Those that count, by point and in the order of a life, in the order of COLUMNS; of all points or those named."""
    query = every_step(city).where(LifecycleChange.withdrawn_at.is_(None))
    queries = [query] if codes is None else [query.where(Point.code.in_(some)) for some in slices([*codes], TOGETHER)]
    found = [one for each in queries for one in listed(session, each)]
    found.sort(key=lambda one: (one.code, one.taken.since, ORDER[one.taken.stage]))
    return [(one.code, one.taken.stage, one.taken.since, one.taken.document, *signed(one.taken)) for one in found]


def signed(step: Taken) -> tuple[str, str]:
    """Who, and the note, which for an assumed day says that it is assumed."""
    return step.actor, ASSUMED if step.step.assumed else "" if step.note == IMPORTED else step.note
