"""What an admin may change of an access point on its page: where and how it is asked; the credential is write-only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot import secrets
from hotspot.analytics.import_row import N_, ap_values, cleaned, needed, reject, secret_values
from hotspot.analytics.inventory_facts import ApFacts, credential, difference
from hotspot.store.audit import note
from hotspot.store.changes import Before, keep
from hotspot.store.inventory_facts import opened, where
from hotspot.store.models import AccessPoint, ApState, CredentialSet
from hotspot.store.point_edit import ConflictError

SHORTEST_S, LONGEST_S = 5, 86_400  # between two polls
COLUMNS = (
    "address", "port", "snmp_version", "credential", "profile", "poll_interval_s", "polling", "any_source", "short_ids",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asking:
    """How a device is asked; of its credential only whether there is one.

    Without one of its own the city's credential sets are tried; `credential_set` is the one that it answered.
    """

    ap_id: int
    address: str
    port: int
    snmp_version: str
    has_credential: bool
    profile: str
    poll_interval_s: int | None
    polling: bool
    any_source: bool
    short_ids: bool
    credential_set: str
    version: int

    @property
    def texts(self) -> dict[str, str]:
        """By the fields of a form; a switch is y or empty."""
        switches = {"polling": self.polling, "any_source": self.any_source, "short_ids": self.short_ids}
        return {
            "ap_address": self.address,
            "ap_port": str(self.port),
            "snmp_version": self.snmp_version,
            "profile": self.profile,
            "poll_interval_s": "" if self.poll_interval_s is None else str(self.poll_interval_s),
        } | {name: "y" if on else "" for name, on in switches.items()}


def asking(session: Session, ap_id: int) -> Asking:
    ap = session.get_one(AccessPoint, ap_id)
    answered = session.get(CredentialSet, ap.credential_set_id) if ap.credential_set_id and not ap.credential else None
    return Asking(
        ap.id,
        ap.address or "",
        ap.port,
        ap.snmp_version,
        ap.credential is not None,
        ap.profile or "",
        ap.poll_interval_s,
        ap.polling,
        ap.any_source,
        ap.short_ids,
        answered.name if answered else "",
        ap.version,
    )


def profiles_in_use(session: Session, city_id: int) -> list[str]:
    """What a form may suggest: every profile that the devices of the city are read with."""
    seen = select(ApState.profile).where(ApState.city_id == city_id, ApState.profile != "")
    named = select(AccessPoint.profile).where(AccessPoint.city_id == city_id, AccessPoint.profile.is_not(None))
    return sorted({str(name) for name in session.scalars(seen.union(named))})


def change_asking(
    session: Session,
    key: bytes,
    ap_id: int,
    cells: Mapping[str, str],
    *,
    poll_interval_s: int | None,
    polling: bool,
    any_source: bool,
    short_ids: bool,
    now: int,
    actor: str,
    version: int | None = None,
) -> int | None:
    """The number of the change, None when nothing differs; `cells` by the import's column names.

    An empty secret keeps the stored one. Of what is followed through a controller only `polling` means something.
    Raises RejectedError with the column and the reason, as the import does, and ConflictError where `version` is not
    that of the row any more.
    """
    stored, ap = asking(session, ap_id), session.get_one(AccessPoint, ap_id, with_for_update=True)
    before = {column: getattr(ap, column) for column in COLUMNS}
    switches: dict[str, Any] = {"polling": polling}
    changes: list[str] = []
    if ap.controller_id is None:
        switches |= {"poll_interval_s": poll_interval_s, "any_source": any_source, "short_ids": short_ids}
        changes += change_address(session, key, ap, cells, poll_interval_s, polling=polling)
    for column, value in switches.items():
        if getattr(ap, column) != value:
            changes.append(f"{column}: {getattr(ap, column)} -> {value}")
            setattr(ap, column, value)
    if not changes:
        return None
    if version is not None and version != stored.version:
        raise ConflictError(stored)
    subject = f"{ap.kind.replace('_', ' ')} {ap.name}"
    note(session, now, actor, "change", subject, "; ".join(changes))
    old = {column: value for column, value in before.items() if value != getattr(ap, column)}
    rows = [Before("access_point", ap.id, old)]
    return keep(session, ap.city_id, what="edit", summary=subject, before=rows, now=now, actor=actor)


def change_address(
    session: Session,
    key: bytes,
    ap: AccessPoint,
    cells: Mapping[str, str],
    poll_interval_s: int | None,
    *,
    polling: bool,
) -> list[str]:
    """Where and with which credential it is asked; what differs."""
    cells = {column: cleaned(column, value) for column, value in cells.items()}
    needed(cells, "ap_address")
    values, given = ap_values(cells), secret_values(cells)
    stored = opened(key, ap.city_id, ap.name, ap.credential)
    before = ApFacts("", ap.address or "", ap.port, ap.snmp_version, ap.profile or "", secret=stored)
    after = replace(before, **{"profile": "", **values})
    after = replace(after, secret=credential(after.snmp_version, stored, given) if stored or given else {})
    check(session, ap, after, poll_interval_s)
    if polling and not after.secret and (ap.credential is not None or not has_sets(session, ap.city_id)):
        reject("snmp_community", N_("empty"))
    ap.address, ap.port, ap.snmp_version, ap.profile = (
        after.address,
        after.port,
        after.snmp_version,
        after.profile or None,
    )
    if after.secret != stored:
        ap.credential = secrets.seal(key, json.dumps(dict(after.secret)), where(ap.city_id, ap.name))
        ap.credential_set_id = None
    return [str(change) for change in difference(before, after)]


def has_sets(session: Session, city_id: int) -> bool:
    return session.scalar(select(CredentialSet.id).where(CredentialSet.city_id == city_id).limit(1)) is not None


def check(session: Session, ap: AccessPoint, after: ApFacts, poll_interval_s: int | None) -> None:
    same = select(AccessPoint.name).where(
        AccessPoint.city_id == ap.city_id,
        AccessPoint.address == after.address,
        AccessPoint.port == after.port,
        AccessPoint.id != ap.id,
    )
    owner = session.scalar(same)
    if owner is not None:
        reject("ap_address", N_("%(name)s has this address already"), name=owner)
    if poll_interval_s is not None and not SHORTEST_S <= poll_interval_s <= LONGEST_S:
        reject("poll_interval_s", N_("%(value)s is not from 5 to 86400 seconds"), value=poll_interval_s)
