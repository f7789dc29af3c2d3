"""Writing polls and the present state of access points, and reading back what the next polls build on."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.store.bulk import Row, execute_many, insert, upsert
from hotspot.store.models import AccessPoint, ApState, PollHot

POLL = tuple(PollHot.__table__.columns.keys())
STATE = tuple(ApState.__table__.columns.keys())
INSERT_POLL = insert("poll_hot", POLL)
UPSERT_STATE = upsert("ap_state", STATE, ("ap_id",))
IDENTITY = ("vendor", "model", "firmware", "serial", "sys_name", "sys_object_id", "sys_descr", "engine_id")


def add_polls(session: Session, rows: Sequence[Row]) -> None:
    """Rows with the columns POLL in order."""
    execute_many(session, INSERT_POLL, rows)


def save_states(session: Session, rows: Sequence[Row]) -> None:
    """Rows with the columns STATE in order."""
    execute_many(session, UPSERT_STATE, rows)


def states(session: Session, city_id: int) -> Sequence[Found[Any]]:
    """All columns of ap_state, a row an access point."""
    return session.execute(select(*ApState.__table__.columns).where(ApState.city_id == city_id)).all()


def identities(session: Session, ap_ids: Sequence[int]) -> dict[int, dict[str, str | None]]:
    """What each of these devices said of itself before."""
    columns = (getattr(AccessPoint, name) for name in IDENTITY)
    rows = session.execute(select(AccessPoint.id, *columns).where(AccessPoint.id.in_(ap_ids)))
    return {ap_id: dict(zip(IDENTITY, values, strict=True)) for ap_id, *values in rows}


def save_credential_sets(session: Session, answered: Mapping[int, int]) -> None:
    """By access point the id of the set it answers; a set that was removed meanwhile is not written."""
    statement = """UPDATE access_point SET credential_set_id = ?
                   WHERE id = ? AND EXISTS (SELECT 1 FROM credential_set WHERE id = ?)"""
    execute_many(session, statement, [(set_id, ap_id, set_id) for ap_id, set_id in answered.items()])


def save_identity(session: Session, ap_id: int, changed: dict[str, str], at: int) -> None:
    values = ", ".join(f"{name} = ?" for name in changed)
    statement = f"UPDATE access_point SET {values}, identified_at = ? WHERE id = ?"  # noqa: S608  our own names
    execute_many(session, statement, [(*changed.values(), at, ap_id)])
