"""One search over what a city has: points, access points, areas, contracts, people; the nearest by name first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from hotspot.store.models import AccessPoint, Account, Area, City, Contract, Incident, Point, Site

DIGITS = 18
LONGEST, MOST_WORDS, MOST_AREAS = 100, 5, 10  # a word of more areas than that narrows nothing
ESCAPE = "/"
Text = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Found:
    """`key` names it in its address; `kind` is point, access_point, area, contract, incident or account."""

    kind: str
    key: str
    title: str
    note: str
    rank: int


@dataclass(frozen=True, slots=True)
class Search:
    """Every word must be somewhere; the whole text at the beginning of a name comes first, then that of a word."""

    text: str
    folds: bool  # whether LIKE tells a from A: in SQLite it does not, and is three times as fast as on lower()

    @property
    def words(self) -> list[str]:
        return self.text.split()[:MOST_WORDS]

    def like(self, column: Text, pattern: str) -> ColumnElement[bool]:
        compare = column.ilike if self.folds else column.like
        return compare(pattern, escape=ESCAPE)

    def mentions(self, columns: Sequence[Text], *more: Any) -> ColumnElement[bool]:
        """`more(word)` are further conditions by which a word counts as found."""
        return and_(
            *(
                or_(*(self.like(column, f"%{escaped(word)}%") for column in columns), *(also(word) for also in more))
                for word in self.words
            )
        )

    def rank(self, columns: Sequence[Text]) -> ColumnElement[int]:
        whole = escaped(self.text)
        begins = or_(*(self.like(column, f"{whole}%") for column in columns))
        inside = or_(*(self.like(column, f"%{mark}{whole}%") for column in columns for mark in (" ", "-", ".")))
        return case((begins, 0), (inside, 1), else_=2)


def folds(session: Session) -> bool:
    return session.connection().dialect.name != "sqlite"


def escaped(word: str) -> str:
    for letter in (ESCAPE, "%", "_"):
        word = word.replace(letter, ESCAPE + letter)
    return word


def find(session: Session, city: City, text: str, *, devices: bool, people: bool, limit: int = 8) -> list[Found]:
    """At most `limit` of each kind, the best first; `devices` and `people` for whom these are to see."""
    text = " ".join(text.replace("\0", "").split())[:LONGEST].strip()
    if not text:
        return []
    search = Search(text, folds(session))
    found = [*points(session, city, search, limit), *areas(session, city, search, limit)]
    if devices:
        found += access_points(session, city, search, limit)
    found += contracts(session, city, search, limit)
    found += incidents(session, city, search)
    if people:
        found += accounts(session, search, limit)
    return sorted(found, key=lambda one: one.rank)


def points(session: Session, city: City, search: Search, limit: int) -> list[Found]:
    def in_area(word: str) -> ColumnElement[bool]:
        named = select(Area.id).where(Area.city_id == city.id, search.like(Area.name, f"%{escaped(word)}%"))
        ids = list(session.scalars(named.limit(MOST_AREAS)))
        return Point.site_id.in_(select(Site.id).where(Site.area_id.in_(ids if len(ids) < MOST_AREAS else ())))

    columns: Sequence[Text] = (Point.code, Point.name)
    rank = search.rank(columns)
    several = (in_area,) if len(search.words) > 1 else ()  # an area by itself is found as an area
    best = (
        select(Point.id, rank.label("rank"))
        .where(Point.city_id == city.id, search.mentions(columns, *several))
        .order_by(rank, Point.code)
        .limit(limit)
        .subquery()
    )
    query = select(Point.code, Point.name, Area.name, best.c.rank).join(best, best.c.id == Point.id)
    query = query.join(Site, Site.id == Point.site_id).join(Area, Area.id == Site.area_id)
    rows = session.execute(query.order_by(best.c.rank, Point.code))
    return [Found("point", code, name, f"{code} · {area}", place) for code, name, area, place in rows]


def access_points(session: Session, city: City, search: Search, limit: int) -> list[Found]:
    columns: Sequence[Text] = (AccessPoint.name, AccessPoint.address)
    rank = search.rank(columns)
    query = select(AccessPoint.name, AccessPoint.address, rank).where(AccessPoint.city_id == city.id)
    rows = session.execute(query.where(search.mentions(columns)).order_by(rank, AccessPoint.name).limit(limit))
    return [Found("access_point", name, name, address or "", place) for name, address, place in rows]


def areas(session: Session, city: City, search: Search, limit: int) -> list[Found]:
    above = aliased(Area)
    columns: Sequence[Text] = (Area.name, Area.code)
    rank = search.rank(columns)
    query = select(Area.code, Area.name, above.name, rank).outerjoin(above, above.id == Area.parent_id)
    query = query.where(Area.city_id == city.id, search.mentions(columns)).order_by(rank, Area.name).limit(limit)
    return [
        Found("area", code, name, f"{code} · {district}" if district else code, place)
        for code, name, district, place in session.execute(query)
    ]


def contracts(session: Session, city: City, search: Search, limit: int) -> list[Found]:
    columns: Sequence[Text] = (Contract.number, Contract.title)
    rank = search.rank(columns)
    query = select(Contract.id, Contract.number, Contract.title, rank).where(Contract.city_id == city.id)
    rows = session.execute(query.where(search.mentions(columns)).order_by(rank, Contract.number).limit(limit))
    return [Found("contract", str(id_), number, title, place) for id_, number, title, place in rows]


def incidents(session: Session, city: City, search: Search) -> list[Found]:
    """By its number, with or without #."""
    number = search.text.removeprefix("#")
    if not (number.isascii() and number.isdigit() and len(number) <= DIGITS):
        return []
    row = session.scalar(select(Incident).where(Incident.city_id == city.id, Incident.id == int(number)))
    return [Found("incident", number, f"#{row.id} {row.name}", "", 0)] if row else []


def accounts(session: Session, search: Search, limit: int) -> list[Found]:
    columns: Sequence[Text] = (Account.name,)
    rank = search.rank(columns)
    query = select(Account.name, Account.role, rank).where(search.mentions(columns))
    rows = session.execute(query.order_by(rank, Account.name).limit(limit))
    return [Found("account", name, name, role, place) for name, role, place in rows]
