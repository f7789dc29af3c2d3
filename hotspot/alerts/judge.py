"""The rules over what is known now: what they find becomes incidents, too."""

from sqlalchemy.orm import Session

from hotspot.store.models import City


def judge(session: Session, city: City, now: int) -> None:
    """Nothing yet."""
