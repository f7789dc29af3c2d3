"""Whether the audit log is what was written: the chain from its first entry to the sealed head."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.audit_chain import End, Fault, Link, follow
from hotspot.store.archive import snapshot
from hotspot.store.audit import HEAD, SEAL_KEY, is_sealed, link, seal_key
from hotspot.store.models import AuditEntry, AuditHead

AT_ONCE = 2000  # rows in memory
UNSEALED, OUTSIDE, CUT, ADDED, REWRITTEN = "unsealed", "outside", "cut", "added", "rewritten"
COLUMNS = (
    AuditEntry.position, AuditEntry.at, AuditEntry.actor, AuditEntry.action, AuditEntry.subject, AuditEntry.detail,
    AuditEntry.digest,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """`fault` is None when all is well; its kind is one of audit_chain's or of the five above."""

    count: int
    head: str
    fault: Fault | None
    entry: Link | None = None  # what stands at the fault now


def check(engine: Engine, key: bytes) -> Checked:
    """Reads the whole log in one view while others write on; `key` is the master key of hotspot.secrets."""
    with snapshot(engine) as connection, Session(connection) as session:
        head = session.get(AuditHead, HEAD)
        with closing(links(connection)) as stored:
            end = follow(stored)
        fault = end if isinstance(end, Fault) else at_the_end(session, end, head, seal_key(key)[SEAL_KEY])
        count = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
        place = AuditEntry.id if fault and fault.kind == OUTSIDE else AuditEntry.position
        there = session.scalar(select(AuditEntry).where(place == fault.first)) if fault else None
        return Checked(count, head.digest if head else "", fault, link(there) if there else None)


def links(connection: Connection) -> Generator[Link, None, None]:
    found = select(*COLUMNS).where(AuditEntry.position.is_not(None)).order_by(AuditEntry.position)
    with connection.execute(found, execution_options={"yield_per": AT_ONCE}) as rows:
        for row in rows:
            yield Link(*row)


def at_the_end(session: Session, end: End, head: AuditHead | None, key: bytes | None) -> Fault | None:
    """The chain holds; does the head say the same, and was it this service that said it?"""
    outside = session.scalar(select(func.min(AuditEntry.id)).where(AuditEntry.position.is_(None)))
    if outside is not None:
        return Fault(OUTSIDE, outside, outside)
    if head is None or not is_sealed(key, head):
        return Fault(UNSEALED, end.count, end.count)
    if head.n != end.count:
        return Fault(CUT, end.count + 1, head.n) if head.n > end.count else Fault(ADDED, head.n + 1, end.count)
    return None if head.digest == end.digest else Fault(REWRITTEN, 1, end.count)
