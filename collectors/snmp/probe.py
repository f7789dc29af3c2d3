"""Tries a credential on one device and says in a sentence what is wrong with it."""

from contextlib import suppress
from dataclasses import dataclass, replace

from collectors.oids import SYS_DESCR, SYS_NAME, SYS_OBJECT_ID
from collectors.snmp.base import SnmpCredentialError, SnmpStatusError, SnmpTimeoutError, Value
from collectors.snmp.engine import Engine
from collectors.target import Credential

TRIES = (1.0, 2.0)
NOBODY = Credential("3", user="nobody-has-this-name")


@dataclass(frozen=True, slots=True)
class Probed:
    """What the device says of itself, each as it came."""

    sys_descr: Value
    sys_object_id: Value
    sys_name: Value
    rtt_s: float | None


async def probe(address: str, port: int, credential: Credential, tries: tuple[float, ...] = TRIES) -> Probed:
    """Raises SnmpCredentialError, SnmpTimeoutError or another SnmpError with a sentence for the operator."""
    engine = Engine(tries)
    try:
        try:
            return await _ask(engine, address, port, credential)
        except SnmpTimeoutError:
            if credential.version == "3":
                await _explain_silence(engine, address, port, credential)
            raise
    finally:
        engine.close()


async def _ask(engine: Engine, address: str, port: int, credential: Credential) -> Probed:
    session = engine.session(address, port, credential)
    descr, object_id, name = await session.get([SYS_DESCR, SYS_OBJECT_ID, SYS_NAME])
    return Probed(descr, object_id, name, session.rtt_s)


async def _explain_silence(engine: Engine, address: str, port: int, credential: Credential) -> None:
    """Agents drop what they cannot decrypt without a word; asking with less protection tells that from a dead device.

    The second question carries no secret and reads nothing: only whether and how it is refused matters.
    """
    if credential.priv_protocol:
        with suppress(SnmpTimeoutError):
            with suppress(SnmpStatusError, SnmpCredentialError):
                await _ask(engine, address, port, replace(credential, priv_protocol="", priv_password=""))
            raise SnmpCredentialError(
                f"{address}: the privacy password or protocol of the user {credential.user} is wrong"
            )
    try:
        await _ask(engine, address, port, NOBODY)
    except SnmpCredentialError:
        raise SnmpCredentialError(
            f"{address} speaks SNMPv3, but does not answer the user {credential.user} in this context"
        ) from None
    except SnmpTimeoutError:
        return
