"""Who may come in: accounts, sign-ins, tokens, one-time links, and what they did."""

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotspot.store.base import Base


class Account(Base):
    """A person. `role` is one of analytics.permissions.ROLES; the password is an argon2id hash, empty until it is set.

    `totp_secret` is sealed by hotspot.secrets; it asks at sign-in once `totp_since` is set. `totp_step` is the last
    step that was accepted, so that a code works once. `oidc_subject` is issuer and subject at the city's own sign-in.
    `password_at` is when the password was set, where that is known.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    password_hash: Mapped[str] = mapped_column(default="")
    password_at: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[int]
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_since: Mapped[int | None]
    totp_step: Mapped[int | None]
    oidc_subject: Mapped[str | None] = mapped_column(unique=True, index=True)


class AccountArea(Base):
    """Where an account may change things; an account without a row here may do so in the whole city."""

    __tablename__ = "account_area"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)


class RecoveryCode(Base):
    """Lets a person in once who lost the device of the second factor; only its SHA-256 is kept."""

    __tablename__ = "recovery_code"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    used_at: Mapped[int | None]


class SignIn(Base):
    """A signed-in browser; deleting the row signs it out. Only the SHA-256 of its secret is kept."""

    __tablename__ = "sign_in"

    digest: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[int]
    last_seen: Mapped[int]
    browser: Mapped[str] = mapped_column(
        default="", server_default=""
    )  # such as "Firefox, Linux", for the person's own list

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
    expires_at: Mapped[int | None]
    created_by: Mapped[str] = mapped_column(default="", server_default="")


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
    """Who changed what, when; only ever appended. `digest` covers the entry and the digest of the one before it.

    `position` is its place in the chain, counted from 1 without a gap in the order of the commits.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[int]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(default="", server_default="")
    position: Mapped[int | None] = mapped_column(unique=True, index=True)


class AuditHead(Base):
    """The end of the audit chain, one row; `seal` is its HMAC with the master key, so that a cut tail is noticed."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
    digest: Mapped[str]
    seal: Mapped[str]


class SavedView(Base):
    """A filtered list somebody comes back to: the query of an address. A shared one is everybody's to read."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("city_id", "account_id", "page", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    page: Mapped[str]  # the endpoint it belongs to
    name: Mapped[str]
    query: Mapped[str]
    shared: Mapped[bool] = mapped_column(default=False, server_default=false())
    preferred: Mapped[bool] = mapped_column(default=False, server_default=false())  # with which its owner's page begins
    created_at: Mapped[int]


class ChangeSet(Base):
    """Rows that were changed in one step, with what they said before, so that the step can be undone.

    `before` is packed by store.changes; `what` is import or edit.
    """

    __tablename__ = "change_set"
    __table_args__ = (Index(None, "city_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    at: Mapped[int]
    actor: Mapped[str]
    what: Mapped[str]
    summary: Mapped[str]
    before: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    undone_at: Mapped[int | None]
    undone_by: Mapped[str | None]


class ImportedFile(Base):
    """A file that was imported: so that it is known again, and what its columns were taken for.

    `digest` is the SHA-256 of its bytes, `header` that of its columns' names. `columns` and `counts` are JSON: our
    columns with the file's, and rows by verdict. `change_id` is what undoes it; empty where it changed nothing.
    """

    __tablename__ = "imported_file"
    __table_args__ = (Index(None, "city_id", "digest"), Index(None, "city_id", "header"))

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    at: Mapped[int]
    actor: Mapped[str]
    name: Mapped[str]
    digest: Mapped[str]
    header: Mapped[str]
    columns: Mapped[str]
    counts: Mapped[str]
    change_id: Mapped[int | None] = mapped_column(ForeignKey("change_set.id"))
