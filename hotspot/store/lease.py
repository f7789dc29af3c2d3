"""Who is the collector: a lease row with a fencing number, so that of two collectors one works."""

from dataclasses import dataclass

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from hotspot.store.models import Lease

# One statement, so that of two takers one wins. A lease that ends absurdly far ahead was written before the clock was
# set back; without that line nobody could take it for as long as the clock was wrong.
TAKE = text("""
    INSERT INTO lease (name, holder, fence, until) VALUES (:name, :holder, 1, :until)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until,
        fence = lease.fence + CASE WHEN lease.holder = excluded.holder THEN 0 ELSE 1 END
    WHERE lease.holder = excluded.holder OR lease.until <= :now OR lease.until > :absurd
    RETURNING fence
""")
ABSURD_S = 600
# PostgreSQL keeps the row lock of a holder frozen inside its transaction; this ends it, so that another can take over.
UNFREEZE = text("SET LOCAL idle_in_transaction_session_timeout = '30s'")


class LostLeaseError(RuntimeError):
    """Another process holds the lease by now; what was about to be written must not be."""


@dataclass(frozen=True, slots=True)
class Fence:
    """Proof of a lease taken; checked inside the transaction that writes."""

    name: str
    holder: str
    fence: int

    def check(self, session: Session) -> None:
        """Raise LostLeaseError unless the lease is still ours; on PostgreSQL it stays ours until the commit."""
        if session.get_bind().dialect.name == "postgresql":
            session.execute(UNFREEZE)
        row = session.execute(
            select(Lease.holder, Lease.fence).where(Lease.name == self.name).with_for_update()
        ).one_or_none()
        if row is None or row.holder != self.holder or row.fence != self.fence:
            holder = "nobody" if row is None else row.holder
            raise LostLeaseError(f"the lease {self.name} of {self.holder} went to {holder}")


def take(session: Session, name: str, holder: str, now: int, lease_s: int) -> Fence | None:
    """Take the lease if it is free, or prolong it if it is ours; None while another holds it."""
    values = {"name": name, "holder": holder, "now": now, "until": now + lease_s, "absurd": now + lease_s + ABSURD_S}
    fence = session.execute(TAKE, values).scalar_one_or_none()
    return None if fence is None else Fence(name, holder, fence)


def release(session: Session, fence: Fence) -> None:
    """Give the lease back, so that a standby need not wait for its end."""
    held = (Lease.name == fence.name, Lease.holder == fence.holder, Lease.fence == fence.fence)
    session.execute(update(Lease).where(*held).values(until=0))


def holder_of(session: Session, name: str) -> tuple[str, int] | None:
    """(holder, end of the lease); None when it was never taken."""
    row = session.execute(select(Lease.holder, Lease.until).where(Lease.name == name)).one_or_none()
    return None if row is None else (row.holder, row.until)
