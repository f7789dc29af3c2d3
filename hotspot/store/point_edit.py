"""The inventory of a point and of its site, changed by hand; two who change the same thing at once are told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, area, cleaned, coordinates, needed, reject, word
from hotspot.store.areas import area_ids, gazetteer
from hotspot.store.audit import note
from hotspot.store.changes import Before, keep
from hotspot.store.models import Area, City, Fund, Point, Provider, Site

YES, NO = "yes", "no"
# Named as the columns of the import; the column of the table behind each.
POINT_FIELDS = {
    "point_name": "name",
    "fund": "fund_id",
    "provider": "provider_id",
    "auth_mode": "auth_mode",
    "public": "public",
}
SITE_FIELDS = {
    "site_name": "name",
    "venue_kind": "venue_kind",
    "area_code": "area_id",
    "address": "address",
    "latitude": "latitude",
    "longitude": "longitude",
}
FIELDS = (*POINT_FIELDS, *SITE_FIELDS)


@dataclass(frozen=True, slots=True)
class Editable:
    """What a form shows, by FIELDS, as text; `beside` are code and name of the other points of the site."""

    id: int
    site_id: int
    code: str
    versions: str
    texts: Mapping[str, str]
    beside: tuple[tuple[str, str], ...]


class ConflictError(Exception):
    """Somebody else changed it since the form was filled; `theirs` is how it stands."""

    def __init__(self, theirs: Any) -> None:
        super().__init__("changed meanwhile")
        self.theirs = theirs


def editable(session: Session, city: City, code: str) -> Editable | None:
    query = select(Point, Site, Area.code, Fund.name, Provider.name).join(Site, Site.id == Point.site_id)
    query = query.join(Area, Area.id == Site.area_id).outerjoin(Fund, Fund.id == Point.fund_id)
    query = query.outerjoin(Provider, Provider.id == Point.provider_id)
    row = session.execute(query.where(Point.city_id == city.id, Point.code == code)).one_or_none()
    if row is None:
        return None
    point, site, area_code, fund, provider = row
    others = select(Point.code, Point.name).where(Point.site_id == site.id, Point.id != point.id).order_by(Point.code)
    return Editable(
        point.id,
        site.id,
        point.code,
        f"{point.version}.{site.version}",
        {
            "point_name": point.name,
            "fund": fund or "",
            "provider": provider or "",
            "auth_mode": point.auth_mode,
            "public": YES if point.public else NO,
            "site_name": site.name,
            "venue_kind": site.venue_kind,
            "area_code": area_code,
            "address": site.address,
            "latitude": degrees(site.latitude),
            "longitude": degrees(site.longitude),
        },
        tuple((one.code, one.name) for one in session.execute(others)),
    )


def degrees(value: float | None) -> str:
    """As the import rounds them: a tenth of a metre."""
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")


def change_point(
    session: Session,
    city: City,
    code: str,
    texts: Mapping[str, str],
    versions: str,
    *,
    allowed: Callable[[str], bool],
    now: int,
    actor: str,
) -> int | None:
    """The number of the change, None where nothing differs; `texts` by FIELDS, `allowed` tells of an area's code.

    Raises RejectedError with the field, and ConflictError when `versions` are not those of the rows any more.
    """
    session.execute(select(Point.id).where(Point.city_id == city.id, Point.code == code).with_for_update())
    stored = editable(session, city, code)
    if stored is None:
        reject("point_name", N_("there is no point of this code"))
    wanted, values = checked(session, city, texts)
    changed = [name for name in FIELDS if wanted[name] != stored.texts[name]]
    if not changed:
        return None
    if versions != stored.versions:
        raise ConflictError(stored)
    if not allowed(wanted["area_code"]) or not allowed(stored.texts["area_code"]):
        reject("area_code", N_("this area is not one of yours"))
    check_site(session, city, stored, values)
    before = write(session, Point, stored.id, POINT_FIELDS, changed, values)
    before += write(session, Site, stored.site_id, SITE_FIELDS, changed, values)
    told = "; ".join(f"{name}: {stored.texts[name] or '-'} -> {wanted[name] or '-'}" for name in changed)
    note(session, now, actor, "change", f"point {code}", told)
    return keep(session, city.id, what="edit", summary=f"point {code}", before=before, now=now, actor=actor)


def checked(session: Session, city: City, texts: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """The texts as they will be shown again, and the values to store; both by FIELDS. Raises RejectedError."""
    cells = {name: cleaned(name, texts.get(name, "")) for name in FIELDS}
    for name in ("point_name", "site_name", "area_code"):
        needed(cells, name)
    latitude = longitude = None
    if cells["latitude"] or cells["longitude"]:
        latitude, longitude = coordinates(cells["latitude"], cells["longitude"])
    wanted = cells | {
        "venue_kind": word("venue_kind", cells["venue_kind"]),
        "auth_mode": word("auth_mode", cells["auth_mode"]),
        "area_code": area({"area_code": cells["area_code"]}, gazetteer(session, city.id)),
        "public": NO if cells["public"] == NO else YES,
        "latitude": degrees(latitude),
        "longitude": degrees(longitude),
    }
    return wanted, wanted | {
        "fund": named(session, Fund, city, "fund", wanted["fund"]),
        "provider": named(session, Provider, city, "provider", wanted["provider"]),
        "area_code": area_ids(session, city.id)[wanted["area_code"]],
        "public": wanted["public"] == YES,
        "latitude": latitude,
        "longitude": longitude,
    }


NO_SUCH = {"fund": N_("%(value)s is no fund of this city"), "provider": N_("%(value)s is no provider of this city")}


def named(session: Session, table: type[Fund] | type[Provider], city: City, field: str, name: str) -> int | None:
    if not name:
        return None
    found = session.scalar(select(table.id).where(table.city_id == city.id, table.name == name))
    return found or reject(field, NO_SUCH[field], value=name)


def check_site(session: Session, city: City, stored: Editable, values: Mapping[str, Any]) -> None:
    """No other site of that area has this name."""
    same = select(Site.id).where(Site.city_id == city.id, Site.area_id == values["area_code"])
    if session.scalar(same.where(Site.name == values["site_name"], Site.id != stored.site_id)):
        text = N_("there is a site %(name)s in this area already; relocate the point if it belongs there")
        reject("site_name", text, name=values["site_name"])


def write(
    session: Session,
    table: type[Point] | type[Site],
    id_: int,
    columns: Mapping[str, str],
    changed: list[str],
    values: Mapping[str, Any],
) -> list[Before]:
    """Stores those of the changed fields that are the table's; what they said before."""
    row = session.get_one(table, id_)
    mine = {columns[name]: values[name] for name in changed if name in columns}
    before = {column: getattr(row, column) for column in mine}
    for column, value in mine.items():
        setattr(row, column, value)
    return [Before(table.__tablename__, id_, before)] if mine else []
