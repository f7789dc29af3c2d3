"""The areas of the city with their boundaries."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from hotspot.store.models import Area, City


@dataclass(frozen=True, slots=True)
class AreaRow:
    """`boundary` is the text of a GeoJSON geometry; `district_code` the kecamatan of a kelurahan."""

    code: str
    name: str
    level: str
    district_code: str | None
    boundary: str | None


def boundaries(session: Session, city: City, level: str = "") -> list[AreaRow]:
    """In order of the codes; `level` is district, village or empty for both."""
    parent = aliased(Area)
    query = (
        select(Area.code, Area.name, Area.level, parent.code, Area.boundary)
        .outerjoin(parent, Area.parent_id == parent.id)
        .where(Area.city_id == city.id)
        .order_by(Area.code)
    )
    if level:
        query = query.where(Area.level == level)
    return [AreaRow(*row) for row in session.execute(query)]
