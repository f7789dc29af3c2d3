"""Accounts: who may come in, with which role, and their passwords (argon2id). See links, sign_ins and throttle."""

import unicodedata
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.password_rules import ASVS, LONGEST, SAME, weakness
from hotspot.analytics.permissions import OWNER, ROLES, Act, may, within
from hotspot.store.models import Account, AccountArea, AccountContact, Area, SignIn

HASHER = PasswordHasher(
    time_cost=3, memory_cost=19 * 1024, parallelism=1
)  # 19 MiB: a login stays cheap on a small host


class AccountError(ValueError):
    """What was asked of an account can't be done; the message is a sentence for the form."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key  # name, role, password or last_admin: the field it belongs to


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    name: str
    role: str
    active: bool
    has_password: bool
    created_at: int
    password_at: int  # when the password was set; where nobody knows, when the account was made
    second_factor: bool  # a code is asked at sign-in
    areas: frozenset[str] = frozenset()  # codes of where it may change things; empty: everywhere in the city

    def may(self, act: Act, area: str | None = None) -> bool:
        """`area`: the Kemendagri code of the place it would be done at, where it is done at one."""
        return self.active and may(self.role, act) and (area is None or within(area, self.areas))


AREAS = (  # the codes of an account's areas in one text, so that a person is one row
    select(func.aggregate_strings(Area.code, " "))
    .join(AccountArea, AccountArea.area_id == Area.id)
    .where(AccountArea.account_id == Account.id)
    .scalar_subquery()
    .label("areas")
)


def person(account: Account, areas: str | None = None) -> Person:
    """`areas` as AREAS tells them."""
    return Person(
        account.id,
        account.name,
        account.role,
        account.active,
        bool(account.password_hash),
        account.created_at,
        account.password_at or account.created_at,
        account.totp_since is not None,
        frozenset((areas or "").split()),
    )


def people(session: Session) -> list[Person]:
    return [person(*row) for row in session.execute(select(Account, AREAS).order_by(Account.name))]


def person_by_id(session: Session, account_id: int) -> Person | None:
    row = session.execute(select(Account, AREAS).where(Account.id == account_id)).one_or_none()
    return person(*row) if row else None


def person_by_name(session: Session, name: str) -> Person | None:
    row = session.execute(select(Account, AREAS).where(Account.name == clean(name))).one_or_none()
    return person(*row) if row else None


def anybody(session: Session) -> bool:
    """Whether an admin exists who can sign in; before that, only the first admin's link opens the door."""
    return bool(session.scalar(select(func.count()).select_from(Account).where(Account.role == OWNER, Account.active)))


def clean(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


def create_account(session: Session, name: str, role: str, now: int, password: str = "", policy: str = ASVS) -> Person:
    """Without a password the person sets one through a one-time link; raises AccountError."""
    name = clean(name)
    if not 1 <= len(name) <= 64 or not all(letter.isalnum() or letter in "._-@+" for letter in name):
        raise AccountError("name", "A name has 1 to 64 letters, digits or . _ - @ +")
    if role not in ROLES:
        raise AccountError("role", "This is no role")
    if session.scalar(select(Account.id).where(Account.name == name)) is not None:
        raise AccountError("name", f"There is an account named {name} already")
    account = Account(name=name, role=role, created_at=now)
    if password:
        account.password_hash, account.password_at = digest(password, name, policy), now
    session.add(account)
    session.flush()
    return person(account)


def digest(password: str, name: str, policy: str) -> str:
    """The argon2id hash; raises AccountError when the password is too weak."""
    refused = weakness(password, name, policy)
    if refused:
        raise AccountError("password", refused)
    return HASHER.hash(password)


def set_password(session: Session, account_id: int, password: str, now: int, policy: str = ASVS) -> None:
    """Signs the person out everywhere; raises AccountError."""
    account = session.get_one(Account, account_id)
    if policy != ASVS and fits(account.password_hash, password):
        raise AccountError("password", SAME)
    account.password_hash, account.password_at = digest(password, account.name, policy), now
    session.execute(delete(SignIn).where(SignIn.account_id == account_id))


def fits(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False


def verify(session: Session, name: str, password: str) -> Person | None:
    """The person whose name and password these are; None costs the same time whatever was wrong."""
    account = session.scalar(select(Account).where(Account.name == clean(name)))
    known = account.password_hash if account and account.active else ""
    right = fits(known or nobody(), password)
    return person(account) if account and known and right else None


@cache
def nobody() -> str:
    """A hash to check against when the name is unknown."""
    return HASHER.hash("no account has this password")


def set_role(session: Session, account_id: int, role: str) -> None:
    if role not in ROLES:
        raise AccountError("role", "This is no role")
    if role != OWNER:
        keep_an_admin(session, account_id)
    session.get_one(Account, account_id).role = role


def set_active(session: Session, account_id: int, active: bool) -> None:
    """A disabled account keeps its name in the audit log, is signed out at once, and its addresses are forgotten."""
    if not active:
        keep_an_admin(session, account_id)
        session.execute(delete(SignIn).where(SignIn.account_id == account_id))
        session.execute(delete(AccountContact).where(AccountContact.account_id == account_id))
    session.get_one(Account, account_id).active = active


def keep_an_admin(session: Session, account_id: int) -> None:
    """Locks the rows of the admins, so that two who remove each other at once don't both succeed."""
    admins = session.scalars(select(Account.id).where(Account.role == OWNER, Account.active).with_for_update()).all()
    if set(admins) == {account_id}:
        raise AccountError("last_admin", "This is the last active owner; make somebody else an owner first")
