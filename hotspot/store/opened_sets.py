"""Credential sets with their secrets, as devices are asked with them; for collectors and commands, never for pages."""

import json
from dataclasses import dataclass

from sqlalchemy.orm import Session

from collectors.target import Credential
from hotspot.secrets import SealError, unseal
from hotspot.store.credential_sets import ordered, where
from hotspot.store.models import CredentialSet


@dataclass(frozen=True, slots=True)
class OpenedSet:
    """Without a credential it can't be opened, and `error` says so."""

    id: int
    name: str
    credential: Credential | None
    error: str = ""


def opened_sets(session: Session, key: bytes, city_id: int) -> list[OpenedSet]:
    """In the order in which they are tried."""
    return [opened(key, row) for row in ordered(session, city_id)]


def opened(key: bytes, row: CredentialSet) -> OpenedSet:
    try:
        words = json.loads(unseal(key, row.credential, where(row.city_id, row.name)))
        return OpenedSet(row.id, row.name, Credential(**(words | {"version": row.snmp_version})))
    except SealError as error:
        return OpenedSet(row.id, row.name, None, f"credential set {row.name}: {error}")
    except TypeError:
        return OpenedSet(row.id, row.name, None, f"credential set {row.name} has fields this version does not know")
