"""The access points and controllers: a page of them, one in full; never a credential."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.paging import paged
from hotspot.store.models import AccessPoint, ApState, City, Point, State
from hotspot.store.standing import AP_STATES, ap_now

Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class ApFilter:
    """Which access points, or which controllers; empty fields don't filter. `controller` is a name."""

    q: str = ""
    state: str = ""
    point: str = ""
    vendor: str = ""
    profile: str = ""
    controller: str = ""
    placed: bool | None = None
    polling: bool | None = None
    kind: str = "access_point"


@dataclass(frozen=True, slots=True)
class ApRow:
    """A device now. `state` is one of AP_STATES with the stale rule in; `clients` is None unless it is up.

    `controller` is the one through which it is followed; `cause` why nobody knows its state, where that is known.
    `ping_*` are of the last poll, None where it was not pinged; `ping_us` is None where no echo was answered.
    """

    id: int
    name: str
    kind: str
    point_code: str | None
    point_name: str | None
    controller: str | None
    address: str | None
    port: int
    snmp_version: str
    vendor: str | None
    model: str | None
    firmware: str | None
    state: str
    cause: str
    since: int | None
    last_poll: int | None
    last_ok: int | None
    interval_s: int | None
    clients: int | None
    rtt_us: int | None
    ping_sent: int | None
    ping_received: int | None
    ping_us: int | None
    uptime_s: int | None
    rx_bps: int | None
    tx_bps: int | None
    cpu_percent: int | None
    memory_percent: int | None
    profile: str
    error: str
    polling: bool


@dataclass(frozen=True, slots=True)
class ApPage:
    rows: list[ApRow]
    total: int
    page: int
    pages: int
    now: int


@dataclass(frozen=True, slots=True)
class ApDetail:
    """What the device said of itself; `detail` holds its radios, SSIDs and interfaces as last seen."""

    row: ApRow
    serial: str | None
    sys_name: str | None
    sys_object_id: str | None
    sys_descr: str | None
    identified_at: int | None
    detail: Mapping[str, Any]


def access_points_page(
    session: Session, city: City, chosen: ApFilter, *, now: int, page: int = 1, per_page: int = 50
) -> ApPage:
    """In order of their names."""
    ap = access_points(session, city, now).subquery("ap")
    where = [
        column == value
        for column, value in (
            (ap.c.kind, chosen.kind),
            (ap.c.point_code, chosen.point),
            (ap.c.vendor, chosen.vendor),
            (ap.c.profile, chosen.profile),
            (ap.c.controller, chosen.controller),
        )
        if value
    ]
    if chosen.polling is not None:
        where.append(ap.c.polling == chosen.polling)
    if chosen.placed is not None:
        where.append(ap.c.point_code.is_not(None) if chosen.placed else ap.c.point_code.is_(None))
    if chosen.state:
        where.append(ap.c.state.in_([number for number, word in AP_STATES.items() if word == chosen.state]))
    if chosen.q:
        texts = (ap.c.name, ap.c.address, ap.c.point_code, ap.c.point_name)
        where.append(or_(*(text.icontains(chosen.q, autoescape=True) for text in texts)))
    total = session.scalar(select(func.count()).select_from(ap).where(*where)) or 0
    page, pages = paged(total, page, per_page)
    query = select(ap).where(*where).order_by(ap.c.name).limit(per_page).offset((page - 1) * per_page)
    return ApPage([ap_row(row) for row in session.execute(query)], total, page, pages, now)


def access_points_of(session: Session, city: City, point_id: int, now: int) -> list[ApRow]:
    query = access_points(session, city, now).where(AccessPoint.point_id == point_id).order_by(AccessPoint.name)
    return [ap_row(row) for row in session.execute(query)]


def access_point_detail(session: Session, city: City, name: str, now: int) -> ApDetail | None:
    found = session.execute(access_points(session, city, now).where(AccessPoint.name == name)).first()
    if found is None:
        return None
    said = select(
        AccessPoint.serial,
        AccessPoint.sys_name,
        AccessPoint.sys_object_id,
        AccessPoint.sys_descr,
        AccessPoint.identified_at,
        func.coalesce(ApState.detail, "").label("detail"),
    ).outerjoin(ApState, ApState.ap_id == AccessPoint.id)
    device = session.execute(said.where(AccessPoint.id == found.id)).one()
    return ApDetail(ap_row(found), *device[:5], detail=json.loads(device.detail or "{}"))


through = aliased(AccessPoint, name="through")


def access_points(session: Session, city: City, now: int) -> Rows:
    """Columns are named as ApRow's fields; `state` is still a number."""
    current = ap_now(session, city.id, now)
    return (
        select(
            AccessPoint.id,
            AccessPoint.name,
            AccessPoint.kind,
            Point.code.label("point_code"),
            Point.name.label("point_name"),
            through.name.label("controller"),
            AccessPoint.address,
            AccessPoint.port,
            AccessPoint.snmp_version,
            AccessPoint.vendor,
            AccessPoint.model,
            AccessPoint.firmware,
            current.c.state,
            case((ApState.state == int(State.UNKNOWN), ApState.cause), else_="").label("cause"),
            current.c.since,
            current.c.last_poll,
            current.c.last_ok,
            ApState.interval_s,
            current.c.clients,
            ApState.rtt_us,
            ApState.ping_sent,
            ApState.ping_received,
            ApState.ping_us,
            ApState.uptime_s,
            ApState.rx_bps,
            ApState.tx_bps,
            ApState.cpu_percent,
            ApState.memory_percent,
            func.coalesce(ApState.profile, AccessPoint.profile, "").label("profile"),
            func.coalesce(ApState.error, "").label("error"),
            AccessPoint.polling,
        )
        .outerjoin(Point, AccessPoint.point_id == Point.id)
        .outerjoin(through, AccessPoint.controller_id == through.id)
        .join(current, current.c.ap_id == AccessPoint.id)
        .outerjoin(ApState, ApState.ap_id == AccessPoint.id)
        .where(AccessPoint.city_id == city.id)
    )


def ap_row(row: Any) -> ApRow:
    return ApRow(**row._asdict() | {"state": AP_STATES[row.state]})
