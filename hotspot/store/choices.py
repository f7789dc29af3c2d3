"""What the filters of the pages offer: the areas, funds and providers of the city."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.store.models import Area, City, Fund, Point, Provider


@dataclass(frozen=True, slots=True)
class District:
    """A kecamatan with its kelurahan as (code, name)."""

    code: str
    name: str
    villages: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choices:
    districts: tuple[District, ...]
    funds: tuple[str, ...]
    providers: tuple[str, ...]


def choices(session: Session, city: City) -> Choices:
    return Choices(
        districts(session, city),
        tuple(session.scalars(select(Fund.name).where(Fund.city_id == city.id).order_by(Fund.name))),
        tuple(session.scalars(select(Provider.name).where(Provider.city_id == city.id).order_by(Provider.name))),
    )


def districts(session: Session, city: City) -> tuple[District, ...]:
    query = select(Area.id, Area.parent_id, Area.code, Area.name).where(Area.city_id == city.id).order_by(Area.name)
    areas = session.execute(query).all()
    return tuple(
        District(top.code, top.name, tuple((area.code, area.name) for area in areas if area.parent_id == top.id))
        for top in areas
        if top.parent_id is None
    )


def providers_of(session: Session, city: City, codes: Collection[str]) -> dict[str, str]:
    """The provider of each of these points that has one."""
    query = select(Point.code, Provider.name).join(Provider, Point.provider_id == Provider.id)
    rows = session.execute(query.where(Point.city_id == city.id, Point.code.in_(codes)))
    return {row.code: row.name for row in rows}
