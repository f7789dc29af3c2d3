"""SNMPv3 by pysnmp: a second opinion, for trying a credential.

It believes a Report at once, where the polling engine waits for what is authentic, so it says quickly what is wrong.
About 2 ms of CPU a request and 2 to 4 MB a credential; the MIB look-ups of its high-level interface are left out.
"""

import asyncio
import socket
from collections import OrderedDict
from typing import Any

from pyasn1.type import univ
from pysnmp.carrier.asyncio.dgram.udp import DOMAIN_NAME, UdpAsyncioTransport
from pysnmp.carrier.asyncio.dgram.udp6 import DOMAIN_NAME as DOMAIN_NAME_6
from pysnmp.carrier.asyncio.dgram.udp6 import Udp6AsyncioTransport
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.entity.rfc3413 import cmdgen
from pysnmp.error import PySnmpError
from pysnmp.proto import errind, rfc1902, rfc1905
from pysnmp.proto.api import v2c

from collectors.snmp import usm
from collectors.snmp.base import (
    Missing,
    SnmpCredentialError,
    SnmpError,
    SnmpTimeoutError,
    SnmpUnsendableError,
    Value,
)
from collectors.snmp.codec import V3, DecodeError, Message, Pdu, decode_oid, encode_oid, message_id
from collectors.snmp.question import Oids
from collectors.snmp.session import Conversation
from collectors.snmp.transport import RECEIVE_BUFFER, Peer
from collectors.target import Credential

IN_FLIGHT = 64  # beyond about 150 pysnmp loses answers and calls living devices dead

AUTH = {
    "": config.USM_AUTH_NONE,
    "MD5": config.USM_AUTH_HMAC96_MD5,
    "SHA": config.USM_AUTH_HMAC96_SHA,
    "SHA224": config.USM_AUTH_HMAC128_SHA224,
    "SHA256": config.USM_AUTH_HMAC192_SHA256,
    "SHA384": config.USM_AUTH_HMAC256_SHA384,
    "SHA512": config.USM_AUTH_HMAC384_SHA512,
}
PRIV = {
    "": config.USM_PRIV_NONE,
    "DES": config.USM_PRIV_CBC56_DES,
    "AES": config.USM_PRIV_CFB128_AES,
    "AES192": config.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "AES256": config.USM_PRIV_CFB256_AES_BLUMENTHAL,
    "AES192C": config.USM_PRIV_CFB192_AES,
    "AES256C": config.USM_PRIV_CFB256_AES,
}
CREDENTIAL_FAULTS = {
    errind.UnknownUserName: "the device does not know the user {user}",
    errind.WrongDigest: "the authentication password or protocol of the user {user} is wrong",
    errind.AuthenticationFailure: "the authentication password or protocol of the user {user} is wrong",
    errind.DecryptionError: "the privacy password or protocol of the user {user} is wrong",
    errind.UnsupportedSecurityLevel: "the device does not offer the user {user} this security level",
}


class _Checked:
    """Mixed into pysnmp's transports: an answer must come from where the message of the same id went."""

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        super().connection_made(transport)  # type: ignore[misc]

    def send_message(self, message: bytes, address: Any) -> None:
        asked: OrderedDict[int, tuple[str, int]] = self.__dict__.setdefault("asked", OrderedDict())
        asked[message_id(message)] = tuple(address)[:2]
        while len(asked) > 16 * IN_FLIGHT:  # what was never answered
            asked.popitem(last=False)
        super().send_message(message, address)  # type: ignore[misc]

    def datagram_received(self, data: bytes, source: Any) -> None:
        try:
            number = message_id(data)
        except DecodeError:
            return
        if self.__dict__.get("asked", {}).get(number) == source[:2]:
            super().datagram_received(data, source)  # type: ignore[misc]


class _Udp(_Checked, UdpAsyncioTransport):
    pass


class _Udp6(_Checked, Udp6AsyncioTransport):
    pass


class PysnmpEngine:
    """What all devices with the same credential share: keys, clocks of the devices, sockets."""

    def __init__(self, credential: Credential, tries: tuple[float, ...]) -> None:
        usm.check(credential)
        self.credential = credential
        self.places = asyncio.Semaphore(IN_FLIGHT)
        self._tries = tries
        self._engine = SnmpEngine()
        self._targets: dict[Peer, str] = {}
        self._families: set[int] = set()
        config.add_v3_user(
            self._engine,
            credential.user,
            AUTH[credential.auth_protocol],
            credential.auth_password or None,
            PRIV[credential.priv_protocol],
            credential.priv_password or None,
        )
        level = "authPriv" if credential.priv_protocol else "authNoPriv" if credential.auth_protocol else "noAuthNoPriv"
        config.add_target_parameters(self._engine, "parameters", credential.user, level, V3)

    def target(self, peer: Peer) -> str:
        """pysnmp's name for a device, made known to it on first use."""
        if peer in self._targets:
            return self._targets[peer]
        is_ip6 = peer.family == socket.AF_INET6
        domain = DOMAIN_NAME_6 if is_ip6 else DOMAIN_NAME
        if peer.family not in self._families:
            config.add_transport(self._engine, domain, (_Udp6 if is_ip6 else _Udp)().open_client_mode())
            self._families.add(peer.family)
        name = f"target{len(self._targets)}"
        wait_s = sum(self._tries) / len(self._tries)
        retries = len(self._tries) - 1
        config.add_target_address(self._engine, name, domain, peer.address, "parameters", int(wait_s * 100), retries)
        self._targets[peer] = name
        return name

    async def ask(self, peer: Peer, pdu: Pdu, oids: Oids, rows: int) -> tuple[Any, int, int, Any]:
        """The error indication, error status and index, and variable bindings as pysnmp gives them."""
        answered: asyncio.Future[tuple[Any, int, int, Any]] = asyncio.get_running_loop().create_future()

        def on_answer(*parts: Any) -> None:
            if not answered.done():
                answered.set_result((parts[2], int(parts[3]), int(parts[4]), parts[5]))

        bindings = [(v2c.ObjectIdentifier(decode_oid(oid)), v2c.null) for oid in oids]
        where = (self._engine, self.target(peer), None, self.credential.context)
        if pdu == Pdu.GETBULK:
            cmdgen.BulkCommandGenerator().send_varbinds(*where, 0, rows, bindings, on_answer)
        else:
            cmdgen.GetCommandGenerator().send_varbinds(*where, bindings, on_answer)
        return await answered

    def close(self) -> None:
        self._engine.close_dispatcher()


class PysnmpSession(Conversation):
    """A device that speaks SNMPv3."""

    def __init__(
        self, engine: PysnmpEngine, peer: Peer, most_objects: dict[Peer, int], *, deadline: float | None
    ) -> None:
        super().__init__(peer, most_objects, deadline=deadline, has_bulk=True)
        self._engine = engine

    async def _ask(self, pdu: Pdu, oids: Oids, rows: int = 0) -> Message:
        _check_route(self._peer)
        try:
            async with asyncio.timeout_at(self._deadline), self._engine.places:
                begun = asyncio.get_running_loop().time()
                fault, status, index, bindings = await self._engine.ask(self._peer, pdu, oids, rows)
                self.rtt_s = asyncio.get_running_loop().time() - begun
        except TimeoutError:
            raise self._silence() from None
        except PySnmpError as error:
            raise SnmpError(f"{self._peer.address[0]}: {error}") from None
        if fault:
            raise self._explain(fault)
        answered = [encode_oid(str(name)) for name, _ in bindings]
        if pdu == Pdu.GET and not status and answered != list(oids):
            raise SnmpError(f"{self._peer.address[0]} answered other objects than were asked")
        return Message(V3, b"", Pdu.RESPONSE, 0, status, index, answered, [_plain(value) for _, value in bindings])

    def _explain(self, fault: Any) -> SnmpError:
        if isinstance(fault, errind.RequestTimedOut):
            return self._silence()
        for kind, sentence in CREDENTIAL_FAULTS.items():
            if isinstance(fault, kind):
                user = self._engine.credential.user
                return SnmpCredentialError(f"{self._peer.address[0]}: {sentence.format(user=user)}")
        return SnmpError(f"{self._peer.address[0]}: {fault}")

    def _silence(self) -> SnmpTimeoutError:
        return SnmpTimeoutError(f"no answer from {self._peer.address[0]}")


def _check_route(peer: Peer) -> None:
    """pysnmp hides errors of sending; connecting a socket sends nothing and has the same."""
    with socket.socket(peer.family, socket.SOCK_DGRAM) as attempt:
        try:
            attempt.connect(peer.address)
        except OSError as error:
            raise SnmpUnsendableError(f"cannot send to {peer.address[0]}: {error.strerror}") from None


_MISSING = {
    rfc1905.NoSuchObject: Missing.NO_SUCH_OBJECT,
    rfc1905.NoSuchInstance: Missing.NO_SUCH_INSTANCE,
    rfc1905.EndOfMibView: Missing.END_OF_MIB_VIEW,
}


def _plain(value: Any) -> Value:
    if type(value) in _MISSING:
        return _MISSING[type(value)]
    if isinstance(value, univ.Null):  # before the strings, of which pyasn1 makes it one
        return Missing.NULL
    if isinstance(value, rfc1902.IpAddress | univ.ObjectIdentifier):
        return str(value.prettyPrint())
    return int(value) if isinstance(value, univ.Integer) else bytes(value)
