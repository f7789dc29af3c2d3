"""The events of incidents to messages in the outbox: who hears what, when, and in which words."""

from sqlalchemy.orm import Session

from hotspot.store.models import City


def dispatch(session: Session, city: City, now: int) -> None:
    """Nothing yet."""
