"""The access points that are followed through a controller: which they are, and a row for each that it newly names.

A row that is there already is taken over rather than doubled: one announced for this controller by its name, else one
of the same serial number, else (where one of the two has none) of the same address. What is asked with a credential of
its own stays as it is, and what another controller has connected stays there.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from collectors.result import Identity, ManagedAccessPoint
from hotspot.analytics.discovery import plain_serial
from hotspot.analytics.inventory import IN_SERVICE
from hotspot.store.events import Event, add_events
from hotspot.store.models import AccessPoint, Point

log = logging.getLogger(__name__)
CONTROLLER = "controller"  # AccessPoint.kind
LONGEST_NAME = 100
MOST = 20_000  # of one controller, those not seen since included: one that invents keys must not fill the database
TOGETHER = 5000  # named in one question; SQLite takes 32,766 values
SAID = ("vendor", "sys_name", "model", "firmware", "serial")  # of Identity, in the order asked below


@dataclass(frozen=True, slots=True)
class Followed:
    """A row of the inventory that is followed through a controller, which knows it by `key`; `polling`: if wanted.

    `vendor` is that of the controller.
    """

    ap_id: int
    key: str
    polling: bool
    identity: Identity
    vendor: str = ""


def followed_by(session: Session, controllers: Sequence[int]) -> dict[int, list[Followed]]:
    """By the controller's id; most of those asked about are no controllers."""
    through = aliased(AccessPoint)
    query = (
        select(
            AccessPoint.controller_id,
            AccessPoint.id,
            AccessPoint.controller_key,
            and_(AccessPoint.polling, or_(Point.id.is_(None), Point.lifecycle.in_(IN_SERVICE))),
            *(getattr(AccessPoint, name) for name in SAID),
            through.vendor,
        )
        .join(through, through.id == AccessPoint.controller_id)
        .outerjoin(Point, Point.id == AccessPoint.point_id)
        .where(AccessPoint.controller_id.in_(controllers), AccessPoint.controller_key.is_not(None))
        .order_by(AccessPoint.id)
    )
    found: dict[int, list[Followed]] = {}
    for controller, ap_id, key, polling, vendor, sys_name, model, firmware, serial, maker in session.execute(query):
        said = Identity("", "", sys_name or "", vendor or "", model or "", firmware or "", serial or "")
        found.setdefault(controller, []).append(Followed(ap_id, key, bool(polling), said, maker or ""))
    return found


def enrol(
    session: Session,
    controller_id: int,
    new: Iterable[ManagedAccessPoint],
    at: int,
    is_up: Callable[[int], bool],
    listed: Collection[str] = (),
) -> None:
    """Take over or make a row for each; nothing where the device that names them is not kept as a controller.

    `listed` are the keys that it still knows; behind another, of the same serial number, it may be replaced itself.
    """
    controller = session.get_one(AccessPoint, controller_id)
    if controller.kind != CONTROLLER:
        return
    wanted = list({one.key: one for one in new if one.key and one.key.isprintable()}.values())
    for start in range(0, len(wanted), TOGETHER):
        part = wanted[start : start + TOGETHER]
        rows = candidates(session, controller, part)
        known = Known(row for row in rows if row.announced or may_be_lost(row, controller_id, listed))
        matches = [(one, known.match(one)) for one in part]
        take_over(session, controller, [(one, row) for one, row in matches if row and is_free(row, one, is_up)], at)
        add(session, controller, [one for one, row in matches if row is None])


class Known:
    """The rows that may be meant, each taken once."""

    def __init__(self, rows: Iterable[Row[Any]]) -> None:
        self.rows = list(rows)
        self.announced = {row.name.casefold(): row for row in self.rows if row.announced}
        self.by_serial = {row.serial: row for row in self.rows if plain_serial(row.serial or "") and not row.announced}
        self.by_address = {row.address: row for row in self.rows if row.address and row.controller_id is None}
        self.taken: set[int] = set()

    def match(self, one: ManagedAccessPoint) -> Row[Any] | None:
        row = self.announced.get(one.name.casefold()) or self.by_serial.get(one.serial)
        if row is None:
            row = self.by_address.get(one.address)
            if row is not None and row.serial and one.serial:
                row = None
        if row is None or row.id in self.taken:
            return None
        self.taken.add(row.id)
        return row


def may_be_lost(row: Row[Any], controller_id: int, listed: Collection[str]) -> bool:
    """Of the controller's own rows only one that it lists no more, by a serial number worth the name."""
    return row.controller_id != controller_id or (row.controller_key not in listed and plain_serial(row.serial or ""))


def candidates(session: Session, controller: AccessPoint, new: Sequence[ManagedAccessPoint]) -> list[Any]:
    announced = and_(AccessPoint.controller_id == controller.id, AccessPoint.controller_key.is_(None))
    serials, addresses = {one.serial for one in new} - {""}, {one.address for one in new} - {""}
    query = (
        select(
            AccessPoint.id,
            AccessPoint.name,
            AccessPoint.serial,
            AccessPoint.address,
            AccessPoint.controller_id,
            AccessPoint.controller_key,
            announced.label("announced"),
            or_(AccessPoint.credential.is_not(None), AccessPoint.credential_set_id.is_not(None)).label("asked"),
        )
        .where(AccessPoint.city_id == controller.city_id, AccessPoint.kind != CONTROLLER)
        .where(
            or_(
                announced,
                AccessPoint.serial.in_(serials),
                and_(AccessPoint.controller_id.is_(None), AccessPoint.address.in_(addresses)),
            )
        )
        .order_by(AccessPoint.id)
    )
    return list(session.execute(query))


def is_free(row: Row[Any], one: ManagedAccessPoint, is_up: Callable[[int], bool]) -> bool:
    """Two controllers that both list a broken one must not hand it to and fro: it goes to the one that has it."""
    if row.announced:
        return True
    return not row.asked if row.controller_id is None else bool(one.up) and not is_up(row.id)


def take_over(
    session: Session, controller: AccessPoint, pairs: Sequence[tuple[ManagedAccessPoint, Row[Any]]], at: int
) -> None:
    if not pairs:
        return
    session.execute(
        update(AccessPoint),
        [{"id": row.id, "controller_id": controller.id, "controller_key": one.key} for one, row in pairs],
    )
    detail = f"followed through {controller.name}"
    add_events(session, controller.city_id, [Event(at, "identity", row.id, detail) for _, row in pairs])


def add(session: Session, controller: AccessPoint, new: Sequence[ManagedAccessPoint]) -> None:
    """Without a point, until somebody places them."""
    if not new:
        return
    followed = session.scalar(select(func.count()).where(AccessPoint.controller_id == controller.id)) or 0
    if followed + len(new) > MOST:
        log.warning("%s names more than %d access points; the rest is left out", controller.name, MOST)
        new = new[: max(MOST - followed, 0)]
    taken = set(session.scalars(select(AccessPoint.name).where(AccessPoint.city_id == controller.city_id)))
    numbers: dict[str, int] = {}
    rows = []
    for one in new:
        name = free_name(printable(one.name) or f"{controller.name} {printable(one.key)}", taken, numbers)
        taken.add(name)
        rows.append(
            {
                "city_id": controller.city_id,
                "name": name,
                "controller_id": controller.id,
                "controller_key": one.key,
                "polling": True,
                "vendor": controller.vendor,
                "sys_name": printable(one.name) or None,
                "model": printable(one.model) or None,
                "firmware": printable(one.firmware) or None,
                "serial": printable(one.serial) or None,
            }
        )
    if rows:
        session.execute(insert(AccessPoint), rows)


def printable(text: str) -> str:
    """A device's word as a name that pages, addresses and files can carry."""
    if text.isprintable() and not text.startswith((" ", "=")) and len(text) <= LONGEST_NAME and is_path(text):
        return text.rstrip()
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    plain = plain.lstrip("= ")[:LONGEST_NAME].strip()
    return plain if is_path(plain) else plain.replace("/", " ").strip("= .")


def is_path(text: str) -> bool:
    """Whether it stays what it is in an address: browsers resolve ".." and servers join slashes."""
    return all(part.strip(". ") for part in text.split("/"))


def free_name(name: str, taken: set[str], numbers: dict[str, int]) -> str:
    """`numbers` is where to go on of each name: thousands may have the same one."""
    free = name
    while free in taken:
        numbers[name] = numbers.get(name, 1) + 1
        free = f"{name} ({numbers[name]})"
    return free
