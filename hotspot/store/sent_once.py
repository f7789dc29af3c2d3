"""Forms that a phone may send twice, because the answer to the first was lost: done once."""

import re

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, reject
from hotspot.store.base import insert_into
from hotspot.store.models import SentOnce

KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEPT_S = 400 * 86_400  # longer than any phone keeps a form


def first_time(session: Session, account_id: int, key: str, now: int) -> bool:
    """In the transaction that does what the form says: what is refused may be sent again.

    Of two that send it at once the second waits for the first. Raises RejectedError of "key" for what no page made.
    """
    if not KEY.fullmatch(key):
        reject("key", N_("this form has no number of its own; open the page anew"))
    session.execute(delete(SentOnce).where(SentOnce.account_id == account_id, SentOnce.at < now - KEPT_S))
    values = insert_into(session, SentOnce).values(key=key, account_id=account_id, at=now)
    return session.scalar(values.on_conflict_do_nothing().returning(SentOnce.key)) is not None
