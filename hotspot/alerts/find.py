"""Open outages to incidents: grouped by what they share, announced once, recovered once."""

from sqlalchemy.orm import Session

from hotspot.store.models import City


def find(session: Session, city: City, now: int) -> None:
    """Nothing yet."""
