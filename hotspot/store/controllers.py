"""The controllers of the city with what is followed through them, and a new one added by hand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import CONTROLLER, N_, ap_values, cleaned, needed, reject, secret_values
from hotspot.analytics.inventory_facts import SNMP_PORT, credential
from hotspot.secrets import seal
from hotspot.store.access_points import ApFilter, ApRow, access_points_page
from hotspot.store.audit import note
from hotspot.store.inventory_facts import where
from hotspot.store.models import AccessPoint, City, State
from hotspot.store.standing import ap_now

MOST = 500  # controllers on the page; a city has a handful


@dataclass(frozen=True, slots=True)
class Team:
    """The access points that are followed through a controller, by what they do now; `clients` None: none was read."""

    known: int = 0
    up: int = 0
    down: int = 0
    unplaced: int = 0
    clients: int | None = None

    @property
    def unknown(self) -> int:
        return self.known - self.up - self.down


@dataclass(frozen=True, slots=True)
class ControllerRow:
    device: ApRow
    team: Team


def controllers(session: Session, city: City, now: int) -> list[ControllerRow]:
    """In order of their names."""
    found = access_points_page(session, city, ApFilter(kind=CONTROLLER), now=now, per_page=MOST)
    teams = teams_of(session, city, now)
    return [ControllerRow(row, teams.get(row.id, Team())) for row in found.rows]


def teams_of(session: Session, city: City, now: int) -> dict[int, Team]:
    """By the controller's id."""
    ap = ap_now(session, city.id, now).c
    query = (
        select(
            AccessPoint.controller_id,
            func.count().label("known"),
            func.sum(case((ap.state == int(State.UP), 1), else_=0)).label("up"),
            func.sum(case((ap.state == int(State.DOWN), 1), else_=0)).label("down"),
            func.sum(case((AccessPoint.point_id.is_(None), 1), else_=0)).label("unplaced"),
            func.sum(ap.clients).label("clients"),
        )
        .join(ap.ap_id.table, ap.ap_id == AccessPoint.id)
        .where(AccessPoint.controller_id.is_not(None), AccessPoint.polling)
        .group_by(AccessPoint.controller_id)
    )
    return {
        row.controller_id: Team(
            row.known, int(row.up), int(row.down), int(row.unplaced), None if row.clients is None else int(row.clients)
        )
        for row in session.execute(query)
        if row.controller_id is not None
    }


def add_controller(
    session: Session,
    key: bytes,
    city: City,
    cells: Mapping[str, str],
    *,
    poll_interval_s: int | None,
    now: int,
    actor: str,
) -> str:
    """The name of the new one; `cells` by the import's column names; raises RejectedError with column and reason.

    Without a credential of its own it is asked with the city's sets.
    """
    cells = {column: cleaned(column, value) for column, value in cells.items()}
    name = needed(cells, "ap_name")
    needed(cells, "ap_address")
    values: dict[str, Any] = {"port": SNMP_PORT, "snmp_version": "2c"} | ap_values(cells)
    secret = credential(values["snmp_version"], {}, secret_values(cells))
    taken = select(AccessPoint.name).where(AccessPoint.city_id == city.id)
    if session.scalar(taken.where(AccessPoint.name == name)) is not None:
        reject("ap_name", N_("there is one of this name already"))
    owner = session.scalar(taken.where(AccessPoint.address == values["address"], AccessPoint.port == values["port"]))
    if owner is not None:
        reject("ap_address", N_("%(name)s has this address already"), name=owner)
    session.add(
        AccessPoint(
            city_id=city.id,
            name=name,
            kind=CONTROLLER,
            address=values["address"],
            port=values["port"],
            snmp_version=values["snmp_version"],
            profile=values.get("profile") or None,
            poll_interval_s=poll_interval_s,
            credential=seal(key, json.dumps(secret), where(city.id, name)) if secret else None,
        )
    )
    note(session, now, actor, "add", f"controller {name}", f"{values['address']}:{values['port']}")
    return name
