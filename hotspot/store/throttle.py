"""Slows the guessing of passwords: failed logins by source and name, in the database so that all workers share them.

The owner of a name is never locked out by strangers: a source that has not failed yet always gets a try.
"""

import hmac
import ipaddress

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import Session

from hotspot.secrets import derive
from hotspot.store.accounts import clean
from hotspot.store.models import LoginAttempt

WINDOW_S = 15 * 60
KEPT_S = 24 * 3600
FREE = 5  # failures of one source on one name before it waits
FREE_UNDER_ATTACK = 1  # the same, while the name fails from everywhere
ATTACK = 50  # failures on one name that are an attack
FREE_OF_SOURCE = 30  # failures of one source on any names
FIRST_WAIT_S, LONGEST_WAIT_S = 15, 15 * 60
FREE_CODES = 10  # wrong codes of the second factor for one account, from wherever: who sends them knows the password


def source_of(key: bytes, address: str) -> str:
    """A keyed hash of where a request came from; an IPv6 customer holds a whole /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        network = address
    else:
        network = str(ipaddress.ip_network(f"{parsed}/{64 if parsed.version == 6 else 32}", strict=False))
    return hmac.digest(derive(key, "login source"), network.encode(), "sha256").hex()[:32]


def must_wait(session: Session, source: str, name: str, now: int) -> int:
    """Seconds this source has to wait before it may try this name; 0: now."""
    recent = and_(LoginAttempt.at > now - WINDOW_S, LoginAttempt.at <= now)  # not what a clock that ran ahead noted
    by_source = session.execute(
        select(LoginAttempt.name, func.count(), func.max(LoginAttempt.at))
        .where(LoginAttempt.source == source, recent)
        .group_by(LoginAttempt.name)
    ).all()
    if not by_source:
        return 0
    on_name = session.scalar(select(func.count()).where(LoginAttempt.name == shown(name), recent)) or 0
    free = FREE_UNDER_ATTACK if on_name >= ATTACK else FREE
    failures, last = next(((count, last) for tried, count, last in by_source if tried == shown(name)), (0, 0))
    of_source, last_of_source = sum(count for _, count, _ in by_source), max(last for _, _, last in by_source)
    return max(wait(failures, last, free, now), wait(of_source, last_of_source, FREE_OF_SOURCE, now))


def wait(failures: int, last: int, free: int, now: int) -> int:
    """Doubles with every failure beyond the free ones, counted from the last of them."""
    if failures < free:
        return 0
    length = min(LONGEST_WAIT_S, FIRST_WAIT_S << min(failures - free, 10))
    return max(0, last + length - now)


def must_wait_for_code(session: Session, name: str, now: int) -> int:
    """Seconds until a code of this account is looked at again: 10 wrong ones, then about four an hour."""
    tries = select(func.count(), func.max(LoginAttempt.at)).where(
        LoginAttempt.name == code_of(name), LoginAttempt.at > now - KEPT_S, LoginAttempt.at <= now
    )
    failures, last = session.execute(tries).one()
    return wait(failures, last or 0, FREE_CODES, now)


def code_of(name: str) -> str:
    """No account is named so: names hold no space."""
    return f"code of {shown(name)}"


def record_wrong_code(session: Session, source: str, name: str, now: int) -> None:
    record_failure(session, source, name, now)
    session.add(LoginAttempt(source="", name=code_of(name), at=now))


def record_failure(session: Session, source: str, name: str, now: int) -> None:
    session.execute(delete(LoginAttempt).where(LoginAttempt.at <= now - KEPT_S))
    session.add(LoginAttempt(source=source, name=shown(name), at=now))
    session.flush()


def forgive(session: Session, source: str, name: str) -> None:
    """After a good login of this source its failures on this name are forgotten."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.source == source, LoginAttempt.name == shown(name)))
    session.execute(delete(LoginAttempt).where(LoginAttempt.name == code_of(name)))


def shown(name: str) -> str:
    return clean(name)[:64]
