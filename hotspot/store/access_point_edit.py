"""What an admin may change of an access point on its page: where and how it is asked; the credential is write-only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot import secrets
from hotspot.analytics.import_row import N_, ap_values, cleaned, needed, reject, secret_values
from hotspot.analytics.inventory_facts import ApFacts, credential, difference
from hotspot.store.audit import note
from hotspot.store.inventory_facts import opened, where
from hotspot.store.models import AccessPoint, ApState

SHORTEST_S, LONGEST_S = 5, 86_400  # between two polls


@dataclass(frozen=True, slots=True)
class Asking:
    """How an access point is asked; of its credential only whether there is one."""

    ap_id: int
    address: str
    port: int
    snmp_version: str
    has_credential: bool
    profile: str
    poll_interval_s: int | None
    polling: bool


def asking(session: Session, ap_id: int) -> Asking:
    ap = session.get_one(AccessPoint, ap_id)
    return Asking(
        ap.id,
        ap.address or "",
        ap.port,
        ap.snmp_version,
        ap.credential is not None,
        ap.profile or "",
        ap.poll_interval_s,
        ap.polling,
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
    now: int,
    actor: str,
) -> bool:
    """`cells` by the import's column names; an empty secret keeps the stored one.

    False when nothing differs; raises RejectedError with the column and the reason, as the import does.
    """
    cells = {column: cleaned(column, value) for column, value in cells.items()}
    needed(cells, "ap_address")
    values, given = ap_values(cells), secret_values(cells)
    ap = session.get_one(AccessPoint, ap_id)
    stored = opened(key, ap.city_id, ap.name, ap.credential)
    before = ApFacts("", ap.address or "", ap.port, ap.snmp_version, ap.profile or "", stored)
    after = replace(before, **{"profile": "", **values})
    after = replace(after, secret=credential(after.snmp_version, stored, given))
    check(session, ap, after, poll_interval_s)
    if polling and not after.secret:
        reject("snmp_community", N_("empty"))
    changes = [str(change) for change in difference(before, after)]
    for column, value in (("poll_interval_s", poll_interval_s), ("polling", polling)):
        if getattr(ap, column) != value:
            changes.append(f"{column}: {getattr(ap, column)} -> {value}")
            setattr(ap, column, value)
    if not changes:
        return False
    ap.address, ap.port, ap.snmp_version, ap.profile = (
        after.address,
        after.port,
        after.snmp_version,
        after.profile or None,
    )
    if after.secret != stored:
        ap.credential = secrets.seal(key, json.dumps(dict(after.secret)), where(ap.city_id, ap.name))
    note(session, now, actor, "change", f"access point {ap.name}", "; ".join(changes))
    return True


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
