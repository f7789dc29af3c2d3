"""Tries a credential on one device and says in a sentence what is wrong with it."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from collectors.oids import SYS_DESCR, SYS_NAME, SYS_OBJECT_ID
from collectors.snmp.base import (
    Session,
    SnmpCredentialError,
    SnmpError,
    SnmpStatusError,
    SnmpTimeoutError,
    Value,
)
from collectors.snmp.engine import Engine
from collectors.snmp.transport import resolve
from collectors.target import Credential

TRIES = (1.0, 2.0)
NOBODY = Credential("3", user="nobody-has-this-name")
OTHER_EXTENSION = {"AES192": "AES192C", "AES192C": "AES192", "AES256": "AES256C", "AES256C": "AES256"}


@dataclass(frozen=True, slots=True)
class Probed:
    """What the device says of itself, each as it came."""

    sys_descr: Value
    sys_object_id: Value
    sys_name: Value
    rtt_s: float | None


Ask = Callable[[Credential], Awaitable[Probed]]


async def probe(address: str, port: int, credential: Credential, tries: tuple[float, ...] = TRIES) -> Probed:
    """Raises SnmpCredentialError, SnmpTimeoutError or another SnmpError with a sentence for the operator."""
    if credential.version == "3":
        return await _probe_v3(address, port, credential, tries)
    engine = Engine(tries)
    try:
        return await _ask(engine.session(address, port, credential))
    finally:
        engine.close()


async def _ask(session: Session) -> Probed:
    descr, object_id, name = await session.get([SYS_DESCR, SYS_OBJECT_ID, SYS_NAME])
    return Probed(descr, object_id, name, session.rtt_s)


async def _probe_v3(address: str, port: int, credential: Credential, tries: tuple[float, ...]) -> Probed:
    # Imported when the first SNMPv3 credential is tried: it costs 12 MB and a third of a second.
    from collectors.snmp.pysnmp_session import PysnmpEngine, PysnmpSession

    async def ask(how: Credential) -> Probed:
        engine = PysnmpEngine(how, tries)
        try:
            return await _ask(PysnmpSession(engine, resolve(address, port), {}, deadline=None))
        finally:
            engine.close()

    try:
        return await ask(credential)
    except SnmpTimeoutError:
        await _explain_silence(ask, address, credential)
        raise


async def _explain_silence(ask: Ask, address: str, credential: Credential) -> None:
    """Agents drop what they cannot decrypt without a word; asking in another way tells that from a dead device.

    The question with less protection carries no secret and reads nothing: only whether and how it is refused matters.
    """
    if credential.priv_protocol:
        with suppress(SnmpTimeoutError):
            with suppress(SnmpStatusError, SnmpCredentialError):
                await ask(replace(credential, priv_protocol="", priv_password=""))
            raise SnmpCredentialError(await _privacy_fault(ask, address, credential))
    try:
        await ask(NOBODY)
    except SnmpCredentialError:
        raise SnmpCredentialError(
            f"{address} speaks SNMPv3, but does not answer the user {credential.user} in this context"
        ) from None
    except SnmpTimeoutError:
        return


async def _privacy_fault(ask: Ask, address: str, credential: Credential) -> str:
    """AES192 and AES256 have two ways to make a key of a password, and few devices say which is theirs."""
    other = OTHER_EXTENSION.get(credential.priv_protocol)
    if other:
        with suppress(SnmpError):
            await ask(replace(credential, priv_protocol=other))
            return f"{address} uses {other}, not {credential.priv_protocol}, for the user {credential.user}"
    return f"{address}: the privacy password or protocol of the user {credential.user} is wrong"
