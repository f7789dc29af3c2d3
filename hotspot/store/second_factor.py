"""The second factor of an account: its sealed secret, the codes that were used, and the recovery codes."""

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.one_time_code import accepted_step, new_recovery_codes, new_secret, plain_recovery_code
from hotspot.secrets import SealError, seal, unseal
from hotspot.store.links import digest
from hotspot.store.models import Account, RecoveryCode, SignIn


def place(account_id: int) -> str:
    """What the sealed secret is bound to."""
    return f"account {account_id} second factor"


def begin(session: Session, key: bytes, account_id: int) -> str:
    """A new secret that asks nobody yet, instead of one that was begun before; empty where one is in use."""
    account = session.get_one(Account, account_id, with_for_update=True)
    if account.totp_since is not None:
        return ""
    secret = new_secret()
    account.totp_secret, account.totp_step = seal(key, secret, place(account_id)), None
    return secret


def confirm(session: Session, key: bytes, account_id: int, code: str, now: int) -> list[str]:
    """From now on it is asked for: the recovery codes, told once. Empty when the code doesn't fit the begun secret.

    Signs the person out everywhere.
    """
    account = session.get_one(Account, account_id, with_for_update=True)
    if account.totp_since is not None:
        return []
    step = accepted_step(opened(account, key), code, now, account.totp_step)
    if step is None:
        return []
    account.totp_since, account.totp_step = now, step
    session.execute(delete(SignIn).where(SignIn.account_id == account_id))
    return renew_codes(session, account_id)


def renew_codes(session: Session, account_id: int) -> list[str]:
    """Ten new recovery codes; the old ones end."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = new_recovery_codes()
    for code in codes:
        session.add(RecoveryCode(account_id=account_id, digest=digest(plain_recovery_code(code))))
    session.flush()
    return codes


def accepts(session: Session, key: bytes, account_id: int, code: str, now: int) -> bool:
    """Whether this is a code of the second factor in use, by time or for recovery; either works once.

    Of two who send the same code at once, one gets in.
    """
    account = session.get(Account, account_id)
    if account is None or not account.active or account.totp_since is None:
        return False
    step = accepted_step(opened(account, key), code, now, account.totp_step)
    if step is not None:
        later = or_(Account.totp_step.is_(None), Account.totp_step < step)
        change = update(Account).where(Account.id == account_id, later).values(totp_step=step).returning(Account.id)
        return session.execute(change).one_or_none() is not None
    plain = plain_recovery_code(code)
    if not plain:
        return False
    used = (
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.digest == digest(plain),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.digest)
    )
    return session.execute(used).one_or_none() is not None


def opened(account: Account, key: bytes) -> str:
    """The secret; empty, which no code fits, where there is none or it was sealed with another key."""
    try:
        return unseal(key, account.totp_secret, place(account.id)) if account.totp_secret else ""
    except SealError:
        return ""


def remove(session: Session, account_id: int) -> None:
    account = session.get_one(Account, account_id)
    account.totp_secret = account.totp_since = account.totp_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))


def codes_left(session: Session, account_id: int) -> int:
    unused = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0
