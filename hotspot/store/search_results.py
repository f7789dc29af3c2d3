"""Stores what a search finds: a row for each address and port; what a person decided of it stays."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from collectors.discovery import Found
from hotspot.store.models import CredentialSet, FoundDevice
from hotspot.store.searches import SearchRow


def store_found(
    session: Session, city_id: int, of: SearchRow, sets: Sequence[int], found: Iterable[Found], now: int
) -> None:
    """`sets` are the ids behind the places of the credentials that were tried; one may have been removed meanwhile.

    What an earlier search read with a credential stays when those of this one do not fit.
    """
    finds = {one.address: one for one in found}
    kept = set(session.scalars(select(CredentialSet.id).where(CredentialSet.id.in_(sets))))
    query = select(FoundDevice.address, FoundDevice.id, FoundDevice.credential_set_id).where(
        FoundDevice.city_id == city_id, FoundDevice.port == of.port, FoundDevice.address.in_(finds)
    )
    stored = {row.address: row for row in session.execute(query)}
    new, changed = [], []
    for address, one in finds.items():
        values = facts(of, sets, one, now)
        if values["credential_set_id"] not in kept:
            values["credential_set_id"] = None
        if address not in stored:
            new.append(values | {"city_id": city_id, "address": address, "port": of.port, "first_seen": now})
        elif one.credential is not None or stored[address].credential_set_id is None:
            changed.append(values | {"id": stored[address].id})
    if new:
        session.execute(insert(FoundDevice), new)
    if changed:
        session.execute(update(FoundDevice), changed)


def facts(of: SearchRow, sets: Sequence[int], one: Found, now: int) -> dict[str, Any]:
    said = one.identity
    return {
        "search_id": of.id,
        "credential_set_id": None if one.credential is None else sets[one.credential],
        "rtt_us": None if one.rtt_s is None else round(one.rtt_s * 1_000_000),
        "profile": one.profile,
        "vendor": said.vendor,
        "model": said.model,
        "firmware": said.firmware,
        "serial": said.serial,
        "engine_id": said.engine_id,
        "sys_name": said.sys_name,
        "sys_object_id": said.sys_object_id,
        "sys_descr": said.sys_descr,
        "neighbour": one.neighbour,
        "managed": one.managed,
        "error": one.error,
        "last_seen": now,
    }
