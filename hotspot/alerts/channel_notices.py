"""What owners read in the pages when a channel has failed for a while, and when it works again: each once."""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.alerts.voices import catalogue
from hotspot.analytics.import_row import N_
from hotspot.analytics.permissions import OWNER
from hotspot.store.alerts.outbox import Health
from hotspot.store.models import Account, OutboxMessage

AFTER_S = 900  # a server that is started anew is nobody's concern
FAILS = N_("The channel %(name)s fails: messages wait for it")
WORKS = N_("The channel %(name)s works again; what waited for it is sent")


def tell_owners(session: Session, city_id: int, health: Health, now: int) -> None:
    """After each try. In the language of messages without a route."""
    if health.failed_since is None or now - health.failed_since < AFTER_S:
        return
    say = catalogue("id").gettext
    subject = say(WORKS if health.works else FAILS) % {"name": health.name}
    for account_id in session.scalars(select(Account.id).where(Account.role == OWNER, Account.active)):
        said = f"channel {health.channel_id} {health.failed_since} {health.works} {account_id}"
        key = hashlib.sha256(said.encode()).hexdigest()
        if session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key)) is None:
            notice = OutboxMessage(
                city_id=city_id, key=key, account_id=account_id, event="recovered" if health.works else "channel",
                severity="warning", why=health.name, subject=subject, body=health.error, state="sent", created_at=now,
                next_at=now, sent_at=now,
            )  # fmt: skip
            session.add(notice)
