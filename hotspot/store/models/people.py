"""Who may come in: accounts, sign-ins, tokens, one-time links, and what they did."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotspot.store.base import Base


class Account(Base):
    """A person. `role` is admin or viewer; the password is an argon2id hash, empty until the person sets one."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    password_hash: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[int]


class SignIn(Base):
    """A signed-in browser; deleting the row signs it out. Only the SHA-256 of its secret is kept."""

    __tablename__ = "sign_in"

    digest: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[int]
    last_seen: Mapped[int]

    account: Mapped[Account] = relationship(lazy="raise")


class ApiToken(Base):
    """A machine's key to the API; only its SHA-256 is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[int]
    last_used_at: Mapped[int | None]
    revoked_at: Mapped[int | None]


class OneTimeLink(Base):
    """A link that works once: the first admin's (account empty), an invitation or a login from the command line."""

    __tablename__ = "one_time_link"

    digest: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]  # first_admin, set_password, login
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[int]
    used_at: Mapped[int | None]


class LoginAttempt(Base):
    """A failed login, kept a day for the throttle; the source is a salted hash, never the address."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index(None, "source", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    name: Mapped[str]
    at: Mapped[int]


class AuditEntry(Base):
    """Who changed what, when; only ever appended."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[int]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
