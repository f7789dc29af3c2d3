"""Proofs of who somebody is, password and code, each slowed by the throttle before it is looked at."""

import logging

from flask import request
from sqlalchemy.orm import Session

from hotspot.clock import now
from hotspot.store import accounts, second_factor, throttle
from hotspot.store.accounts import Person
from hotspot.web.configured import secret_key
from hotspot.web.words import gettext

log = logging.getLogger(__name__)


def source() -> str:
    return throttle.source_of(secret_key(), request.remote_addr or "")


def waiting(seconds: int) -> str:
    return gettext("Too many failed tries. Try again in %(n)s seconds.", n=seconds)


def by_password(session: Session, name: str, password: str, wrong: str = "") -> tuple[Person | None, str]:
    """The person, or the sentence for the form: `wrong`, or one that is the same for a wrong name or password.

    Who has to wait is told so whatever was sent. Failures are forgiven only by `let_in`, once all proofs are there.
    """
    seconds = throttle.must_wait(session, source(), name, now())
    if seconds:
        return None, waiting(seconds)
    person = accounts.verify(session, name, password)
    if person is None:
        throttle.record_failure(session, source(), name, now())
        log.warning("sign-in of %r failed", name[:64])
        return None, wrong or gettext("Name and password don't match")
    return person, ""


def by_code(session: Session, person: Person, code: str) -> str:
    """Empty when the code of the second factor is right; else the sentence for the form."""
    seconds = max(
        throttle.must_wait(session, source(), person.name, now()),
        throttle.must_wait_for_code(session, person.name, now()),
    )
    if seconds:
        return waiting(seconds)
    if not second_factor.accepts(session, secret_key(), person.id, code, now()):
        throttle.record_wrong_code(session, source(), person.name, now())
        log.warning("a code of %r failed", person.name)
        return gettext("This code doesn't fit, or was used already. Wait for the next one, or take a recovery code.")
    return ""


def forgive(session: Session, person: Person) -> None:
    throttle.forgive(session, source(), person.name)
