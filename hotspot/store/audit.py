"""The record of who changed what; only ever appended, never with a secret in it, each entry chained to the one before.

`note` writes the entry, the commit chains it: the head of the chain is locked only while a transaction commits, so that
two writers on PostgreSQL can neither fork the chain nor wait for each other's work.
"""

import hmac

from sqlalchemy import event, select
from sqlalchemy.orm import Session, SessionTransaction

from hotspot.analytics.audit_chain import End, Link, digest
from hotspot.secrets import derive
from hotspot.store.models import AuditEntry, AuditHead

NOTED = "noted"  # in session.info: ids of entries that the commit will chain
SEAL_KEY = "audit_seal_key"  # among the execution options of an engine
HEAD = 1  # the id of the only row


def note(session: Session, now: int, actor: str, action: str, subject: str, detail: str = "") -> None:
    """`actor` is an account's name or "command line", `action` a verb such as "import", `subject` its object."""
    row = AuditEntry(at=now, actor=actor, action=action, subject=subject, detail=detail)
    session.add(row)
    session.flush()
    session.info.setdefault(NOTED, []).append(row.id)


def seal_key(key: bytes) -> dict[str, bytes]:
    """Execution options for the engine of a process that holds the master key: its writers seal the head."""
    return {SEAL_KEY: derive(key, "audit head")}


def seal_of(key: bytes, end: End) -> str:
    return hmac.digest(key, f"{end.count} {end.digest}".encode(), "sha256").hex()


@event.listens_for(Session, "before_commit")
def chain(session: Session) -> None:
    """Gives the entries of this transaction their places and digests, in the order in which they were noted."""
    if session.in_nested_transaction() or not session.info.get(NOTED):
        return
    ids = session.info.pop(NOTED)
    found = select(AuditEntry).where(AuditEntry.id.in_(ids), AuditEntry.position.is_(None)).order_by(AuditEntry.id)
    rows = session.scalars(found).all()  # fewer than noted where a part was rolled back
    key, head = key_of(session), locked_head(session)
    end = End(head.n, head.digest)
    sound = is_sealed(key, head)
    for row in rows:
        end = End(end.count + 1, digest(end.digest, end.count + 1, link(row)))
        row.position, row.digest = end.count, end.digest
    # A head that was not sealed stays so: a new seal would cover up what was done to the entries before.
    head.n, head.digest, head.seal = end.count, end.digest, seal_of(key, end) if key and sound else ""
    session.flush()


def locked_head(session: Session) -> AuditHead:
    """Other writers wait for this transaction's end. A missing head is made of the last entry, without a seal."""
    head = session.get(AuditHead, HEAD, with_for_update=True, populate_existing=True)
    if head is None:
        last = session.execute(
            select(AuditEntry.position, AuditEntry.digest)
            .where(AuditEntry.position.is_not(None))
            .order_by(AuditEntry.position.desc())
            .limit(1)
        ).one_or_none()
        head = AuditHead(id=HEAD, n=(last and last.position) or 0, digest=last.digest if last else "", seal="")
        session.add(head)
        session.flush()
    return head


def link(row: AuditEntry) -> Link:
    return Link(row.position, row.at, row.actor, row.action, row.subject, row.detail, row.digest)


def key_of(session: Session) -> bytes | None:
    key: bytes | None = session.connection().get_execution_options().get(SEAL_KEY)
    return key


def is_sealed(key: bytes | None, head: AuditHead) -> bool:
    return key is not None and hmac.compare_digest(head.seal.encode(), seal_of(key, End(head.n, head.digest)).encode())


def seal_head(session: Session) -> End:
    """Vouch for the log as it is now; the engine must have been opened with the master key."""
    key, head = key_of(session), locked_head(session)
    if key is None:
        raise RuntimeError("this engine was opened without the master key")
    end = End(head.n, head.digest)
    head.seal = seal_of(key, end)
    session.flush()
    return end


@event.listens_for(Session, "after_transaction_end")
def forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(NOTED, None)
