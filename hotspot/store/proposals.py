"""The proposals of the city: lists with their scores and twins, one in full, and what the public may know of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf, sqrt
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.geography import Place
from hotspot.analytics.proposals import MERGED, OPEN, Asked, Score, Twin, score, twins
from hotspot.analytics.reach import Tree, newly_reached, plant, search
from hotspot.secrets import SealError, unseal
from hotspot.store.models import Area, City, Point, Proposal
from hotspot.store.siting import Siting, siting


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal with its `supporters` (itself and those merged into it); the contact is never part of it."""

    id: int
    number: str
    asked: Asked
    area: str
    district: str
    state: str
    merged_into: str
    point_code: str
    point_stage: str
    recorded_at: int
    recorded_by: str
    decided_at: int | None
    decided_by: str
    answer: str
    has_contact: bool
    supporters: int


@dataclass(frozen=True, slots=True)
class Judged:
    """`away_m` is the distance to the next running point, `people` an estimate of those it would newly reach."""

    row: Row
    score: Score
    away_m: float | None
    people: float | None
    twins: tuple[Twin, ...]


@dataclass(frozen=True, slots=True)
class ProposalFilter:
    """Empty fields don't filter; `area` is a code of a kelurahan or kecamatan."""

    q: str = ""
    state: str = ""
    source: str = ""
    area: str = ""


def every(session: Session, city: City) -> list[Row]:
    """All of them, in order of their days and numbers."""
    rows = session.execute(query(city)).all()
    parents = {row.Proposal.id: row.Proposal.merged_into_id for row in rows}
    supporters = Counter(root(row_id, parents) for row_id in parents)
    numbers = {row.Proposal.id: row.Proposal.number for row in rows}
    return [
        Row(
            id=one.id,
            number=one.number,
            asked=asked_of(one, row.area_code or ""),
            area=row.area or "",
            district=row.district or "",
            state=one.state,
            merged_into=numbers.get(one.merged_into_id or 0, ""),
            point_code=row.point_code or "",
            point_stage=row.lifecycle or "",
            recorded_at=one.recorded_at,
            recorded_by=one.recorded_by,
            decided_at=one.decided_at,
            decided_by=one.decided_by or "",
            answer=one.answer,
            has_contact=one.contact is not None,
            supporters=supporters[one.id],
        )
        for row in rows
        for one in (row.Proposal,)
    ]


def query(city: City) -> Select[*tuple[Any, ...]]:
    district = aliased(Area)
    return (
        select(
            Proposal,
            Area.code.label("area_code"),
            Area.name.label("area"),
            district.name.label("district"),
            Point.code.label("point_code"),
            Point.lifecycle,
        )
        .outerjoin(Area, Proposal.area_id == Area.id)
        .outerjoin(district, Area.parent_id == district.id)
        .outerjoin(Point, Proposal.point_id == Point.id)
        .where(Proposal.city_id == city.id)
        .order_by(Proposal.received_on, Proposal.number)
    )


def asked_of(row: Proposal, area_code: str) -> Asked:
    return Asked(
        row.place,
        area_code,
        row.venue_kind,
        row.reason,
        row.source,
        row.received_on,
        row.address,
        row.latitude,
        row.longitude,
    )


def root(row_id: int, parents: Mapping[int, int | None]) -> int:
    """Where a chain of merged ones ends."""
    seen = set()
    while (parent := parents.get(row_id)) is not None and row_id not in seen:
        seen.add(row_id)
        row_id = parent
    return row_id


def judged(rows: Sequence[Row], found: Siting) -> list[Judged]:
    """With scores by where the points are now, and the open ones that may mean the same place."""
    needs = {one.area.code: one.score for one in found.ranking}
    people = {area.code: area.value("population") for area in found.areas}
    same = twins({row.number: row.asked for row in rows if row.state == OPEN})
    flat = found.ground.grid.flat
    tree = plant([flat.xy(point.place) for point in found.points if point.place is not None])
    return [judge(row, found, tree, needs, people, same.get(row.number, ())) for row in rows]


def judge(
    row: Row,
    found: Siting,
    tree: Tree,
    needs: Mapping[str, float | None],
    people: Mapping[str, float | None],
    same: Sequence[Twin],
) -> Judged:
    away = newly = None
    if row.asked.at is not None:
        square = search(tree, *found.ground.grid.flat.xy(row.asked.at), inf)
        away = sqrt(square) if square < inf else None
        newly = people_newly(found, row.asked.at, people)
    parts = score(needs.get(row.asked.area_code), away, newly, row.supporters, row.asked.venue_kind)
    return Judged(row, parts, away, newly, tuple(same))


def people_newly(found: Siting, place: Place, people: Mapping[str, float | None]) -> float | None:
    """An estimate, as if people lived evenly; None where an area it would reach has no number of people."""
    cells = newly_reached(found.ground.grid, found.ground.reach, place)
    if not found.ground.grid.cells or any(people[code] is None for code in cells):
        return None
    return sum(number * (people[code] or 0) / len(found.ground.grid.cells[code]) for code, number in cells.items())


def matching(rows: Iterable[Row], chosen: ProposalFilter) -> list[Row]:
    words = chosen.q.casefold()
    return [
        row
        for row in rows
        if (not chosen.state or row.state == chosen.state)
        and (not chosen.source or row.asked.source == chosen.source)
        and (not chosen.area or row.asked.area_code.startswith(chosen.area))
        and words in f"{row.number} {row.asked.place} {row.asked.address} {row.area} {row.district}".casefold()
    ]


def proposals(session: Session, city: City, chosen: ProposalFilter, now: int) -> list[Judged]:
    """Those chosen, the highest score first among the open ones, then the decided ones by their day."""
    rows = matching(every(session, city), chosen)
    found = judged(rows, siting(session, city, now=now))
    return sorted(
        found,
        key=lambda one: (one.row.state != OPEN, -one.score.total, one.row.asked.received_on, one.row.number),
    )


@dataclass(frozen=True, slots=True)
class Detail:
    """A proposal with those merged into it."""

    judged: Judged
    merged: tuple[Row, ...]


def detail(session: Session, city: City, number: str, now: int) -> Detail | None:
    rows = every(session, city)
    one = next((row for row in rows if row.number == number), None)
    if one is None:
        return None
    alive = [row for row in rows if row.state == OPEN or row is one]
    (found,) = (each for each in judged(alive, siting(session, city, now=now)) if each.row is one)
    return Detail(found, tuple(row for row in rows if row.merged_into == number))


def contact_of(session: Session, key: bytes, city: City, number: str) -> str | None:
    """In clear, for the eyes of an admin alone; None: there is none, or this installation's key does not open it."""
    sealed = session.scalar(select(Proposal.contact).where(Proposal.city_id == city.id, Proposal.number == number))
    if sealed is None:
        return None
    try:
        return unseal(key, sealed, where(city.id, number))
    except SealError:
        return None


def where(city_id: int, number: str) -> str:
    """What a sealed contact is bound to."""
    return f"{city_id}/proposal/{number}/contact"


@dataclass(frozen=True, slots=True)
class Public:
    """All that everybody may know who has the number: no place, no reason, no person.

    `joined`: it goes on together with an earlier one, whose state and answer these are. `stage` is that of the point
    it became.
    """

    number: str
    received_on: date
    state: str
    joined: bool
    decided_at: int | None
    answer: str
    stage: str


def public(session: Session, city: City, number: str) -> Public | None:
    own = session.scalars(select(Proposal).where(Proposal.city_id == city.id, Proposal.number == number)).first()
    if own is None:
        return None
    head, seen = own, {own.id}
    while head.state == MERGED and head.merged_into_id is not None and head.merged_into_id not in seen:
        seen.add(head.merged_into_id)
        head = session.get_one(Proposal, head.merged_into_id)
    stage = session.scalar(select(Point.lifecycle).where(Point.id == head.point_id)) if head.point_id else None
    return Public(number, own.received_on, head.state, head is not own, head.decided_at, head.answer, stage or "")


def known_places(session: Session, city: City, numbers: Iterable[str]) -> dict[str, tuple[Place, str]]:
    """Coordinates and name of each of these proposals that has some, for points that are not there yet."""
    wanted = Proposal.number.in_([text[:20] for text in numbers])
    rows = session.scalars(select(Proposal).where(Proposal.city_id == city.id, wanted))
    return {
        row.number: ((row.latitude, row.longitude), row.place)
        for row in rows
        if row.latitude is not None and row.longitude is not None
    }
