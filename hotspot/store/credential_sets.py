"""SNMP credentials that many devices share: named, in the order in which they are tried, their secrets write-only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, cleaned, needed, reject, secret_values, version
from hotspot.analytics.inventory_facts import credential as completed
from hotspot.secrets import SealError, seal, unseal
from hotspot.store.audit import note
from hotspot.store.models import AccessPoint, CredentialSet, FoundDevice

LONGEST_NAME = 64
CLEAR, WEAK, OPEN, SEALED = "clear", "weak", "open", "sealed"  # what is to be warned of


class InUseError(ValueError):
    """Access points are asked with it."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} access points are asked with it")
        self.count = count


@dataclass(frozen=True, slots=True)
class SetRow:
    """A set as it may be shown. `warning` is empty or why it protects little:

    clear (the community travels readable), weak (MD5 or DES), open (no authentication or no privacy), sealed (this
    installation's key does not open it).
    """

    id: int
    name: str
    snmp_version: str
    protection: str  # "SHA256 + AES"; empty for a community
    warning: str
    used_by: int


def set_rows(session: Session, key: bytes, city_id: int) -> list[SetRow]:
    query = select(AccessPoint.credential_set_id, func.count().label("uses")).where(AccessPoint.city_id == city_id)
    counts = session.execute(query.group_by(AccessPoint.credential_set_id))
    used = {row.credential_set_id: row.uses for row in counts}
    return [set_row(row, stored_words(key, row), used.get(row.id, 0)) for row in ordered(session, city_id)]


def set_row(row: CredentialSet, words: Mapping[str, str], used_by: int) -> SetRow:
    protocols = words.get("auth_protocol", ""), words.get("priv_protocol", "")
    return SetRow(row.id, row.name, row.snmp_version, " + ".join(filter(None, protocols)), warning(row, words), used_by)


def warning(row: CredentialSet, words: Mapping[str, str]) -> str:
    if not words:
        return SEALED
    if row.snmp_version != "3":
        return CLEAR
    if not words.get("priv_protocol"):
        return OPEN
    return WEAK if words["auth_protocol"] == "MD5" or words["priv_protocol"] == "DES" else ""


def add_set(session: Session, key: bytes, city_id: int, cells: Mapping[str, str], now: int, actor: str) -> int:
    """The id of the new set, tried last; raises RejectedError with the column and the reason.

    `cells` are `name`, `snmp_version` and the secrets by the import's column names.
    """
    cells = {column: cleaned(column, value) for column, value in cells.items()}
    name = free_name(session, city_id, cells)
    kind = version(needed(cells, "snmp_version"))
    last = session.scalar(select(func.max(CredentialSet.position)).where(CredentialSet.city_id == city_id)) or 0
    words = whole(kind, {}, cells)
    row = CredentialSet(
        city_id=city_id,
        name=name,
        position=last + 1,
        snmp_version=kind,
        credential=seal(key, json.dumps(words), where(city_id, name)),
    )
    session.add(row)
    session.flush()
    note(session, now, actor, "add", f"credential set {name}", f"SNMP version {kind}")
    return row.id


def change_set(
    session: Session, key: bytes, city_id: int, set_id: int, cells: Mapping[str, str], now: int, actor: str
) -> bool:
    """An empty secret keeps the stored one; False when nothing differs; raises RejectedError."""
    row = get(session, city_id, set_id)
    cells = {column: cleaned(column, value) for column, value in cells.items()}
    name = free_name(session, city_id, cells, but=set_id)
    kind = version(needed(cells, "snmp_version"))
    stored = stored_words(key, row)
    words = whole(kind, stored, cells)
    changes = [f"{column}: {old} -> {new}" for column, old, new in
               (("name", row.name, name), ("snmp_version", row.snmp_version, kind)) if old != new]  # fmt: skip
    changes += ["secret replaced"] if words != stored else []
    if not changes:
        return False
    note(session, now, actor, "change", f"credential set {row.name}", "; ".join(changes))
    row.name, row.snmp_version = name, kind
    row.credential = seal(key, json.dumps(words), where(city_id, name))
    return True


def move_set(session: Session, city_id: int, set_id: int, up: bool, now: int, actor: str) -> None:
    """One place earlier or later; at the end of the list it stays."""
    rows = ordered(session, city_id)
    at = next((place for place, row in enumerate(rows) if row.id == set_id), None)
    other = None if at is None else at - 1 if up else at + 1
    if at is None or other is None or not 0 <= other < len(rows):
        return
    rows[at], rows[other] = rows[other], rows[at]
    for position, row in enumerate(rows, start=1):
        row.position = position
    note(session, now, actor, "change", f"credential set {rows[other].name}", f"position: {at + 1} -> {other + 1}")


def remove_set(session: Session, city_id: int, set_id: int, now: int, actor: str) -> None:
    """Raises InUseError while access points are asked with it."""
    row = get(session, city_id, set_id)
    used = session.scalar(select(func.count()).where(AccessPoint.credential_set_id == set_id)) or 0
    if used:
        raise InUseError(used)
    gone = {"credential_set_id": None, "error": "the credential that it answered was removed"}
    session.execute(update(FoundDevice).where(FoundDevice.credential_set_id == set_id).values(gone))
    session.delete(row)
    note(session, now, actor, "remove", f"credential set {row.name}")


def ordered(session: Session, city_id: int) -> list[CredentialSet]:
    query = select(CredentialSet).where(CredentialSet.city_id == city_id)
    return list(session.scalars(query.order_by(CredentialSet.position, CredentialSet.id)))


def get(session: Session, city_id: int, set_id: int) -> CredentialSet:
    """Raises NoResultFound."""
    query = select(CredentialSet).where(CredentialSet.city_id == city_id, CredentialSet.id == set_id)
    return session.scalars(query).one()


def free_name(session: Session, city_id: int, cells: Mapping[str, str], but: int | None = None) -> str:
    name = needed(cells, "name")
    if len(name) > LONGEST_NAME:
        reject("name", N_("longer than %(most)s characters"), most=LONGEST_NAME)
    query = select(CredentialSet.id).where(CredentialSet.city_id == city_id, CredentialSet.name == name)
    if session.scalar(query) not in (None, but):
        reject("name", N_("there is one of this name already"))
    return name


def whole(kind: str, stored: Mapping[str, str], cells: Mapping[str, str]) -> dict[str, str]:
    """What is to be sealed; a community where the version needs one."""
    words = completed(kind, stored, secret_values(cells))
    if not words:
        reject("snmp_community", N_("empty"))
    return words


def stored_words(key: bytes, row: CredentialSet) -> dict[str, str]:
    """None of a secret that this key can't open: it is written anew."""
    try:
        words: dict[str, str] = json.loads(unseal(key, row.credential, where(row.city_id, row.name)))
    except SealError:
        return {}
    return words


def where(city_id: int, name: str) -> str:
    """What a stored secret is bound to."""
    return f"{city_id}/credential_set/{name}"
