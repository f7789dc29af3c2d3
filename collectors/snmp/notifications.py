"""Traps and informs of SNMP v1, v2c and v3, decoded and confirmed by pysnmp; about 1 ms of CPU each."""

import logging
import socket
import time
from collections.abc import Callable, Collection
from typing import Any

from pysnmp.carrier.asyncio.dgram.udp import DOMAIN_NAME
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.entity.rfc3413.ntfrcv import NotificationReceiver
from pysnmp.proto.api import v2c

from collectors.snmp.pysnmp_session import AUTH, PRIV
from collectors.target import Credential

log = logging.getLogger(__name__)
SNMP_TRAP_OID = "1.3.6.1.6.3.1.1.4.1.0"
ENGINE_ID = bytes.fromhex("80004fb804")  # that of pysnmp, followed by text (RFC 3411 section 5)
BOOTS_EPOCH = 1_767_225_600  # 2026-01-01


class Notifications:
    """Of one thread at a time; `send` brings the confirmation of an inform to where it came from.

    The engine-ID for informs with SNMPv3 is this host's, and its boots are minutes of the clock: senders that remember
    them from before a restart go on.
    """

    def __init__(self, send: Callable[[bytes, Any], None]) -> None:
        self._engine = SnmpEngine()  # given an engine-ID it would keep its boots in a file
        names = "snmpEngineID", "snmpEngineBoots"
        engine_id, boots = self._engine.get_mib_builder().import_symbols("__SNMP-FRAMEWORK-MIB", *names)
        engine_id.syntax = engine_id.syntax.clone(ENGINE_ID + socket.gethostname().encode()[:27])
        boots.syntax = boots.syntax.clone(max(1, int(time.time() - BOOTS_EPOCH) // 60))
        self._engine.snmpEngineID = engine_id.syntax
        self._dispatcher = _Dispatcher(send)
        self._engine.register_transport_dispatcher(self._dispatcher)
        self._receiver = _Receiver(self._engine)
        self._known: dict[tuple[Credential, str], str] = {}  # pysnmp's name of a credential for an engine-ID

    def oid_of(self, data: bytes, source: Any, credentials: Collection[Credential], engine_id: str) -> str:
        """The snmpTrapOID of a notification with one of these credentials; empty when it is none, or another's.

        `engine_id` is the sender's own in hexadecimal digits, which SNMPv3 traps (not informs) are made with.
        """
        names = {self._name(credential, owner) for credential in credentials for owner in {"", engine_id}}
        self._dispatcher.tick(time.time())
        try:
            self._engine.message_dispatcher.receive_message(self._engine, DOMAIN_NAME, source, data)
        except Exception:  # pysnmp lets errors of every kind out of hostile bytes
            log.debug("a notification of %s can't be read", source[0], exc_info=True)
            return ""
        finally:
            name, oid = self._receiver.take()
        return oid if name in names else ""

    def _name(self, credential: Credential, engine_id: str) -> str:
        """Makes the credential known to pysnmp when it is first needed."""
        key = credential, engine_id if credential.version == "3" else ""
        if key not in self._known:
            self._known[key] = credential.user if credential.version == "3" else f"community{len(self._known)}"
            self._learn(credential, engine_id, self._known[key])
        return self._known[key]

    def _learn(self, credential: Credential, engine_id: str, name: str) -> None:
        if credential.version != "3":
            config.add_v1_system(self._engine, name, credential.community)
            return
        config.add_v3_user(
            self._engine,
            credential.user,
            AUTH[credential.auth_protocol],
            credential.auth_password or None,
            PRIV[credential.priv_protocol],
            credential.priv_password or None,
            securityEngineId=v2c.OctetString(hexValue=engine_id) if engine_id else None,
        )


class _Receiver(NotificationReceiver):  # type: ignore[misc]
    """Keeps who sent the last notification that pysnmp found right, and what it was."""

    def __init__(self, engine: SnmpEngine) -> None:
        self._heard = self._nothing = "", ""
        self._sender = ""
        super().__init__(engine, self._hear)

    def take(self) -> tuple[str, str]:
        """The sender's name and the snmpTrapOID of the last notification; both empty where it was none."""
        heard, self._heard = self._heard, self._nothing
        return heard

    def process_pdu(self, engine: Any, model: Any, security: Any, name: Any, *rest: Any) -> None:
        self._sender = str(name)
        super().process_pdu(engine, model, security, name, *rest)

    def _hear(self, engine: Any, state: Any, engine_id: Any, context: Any, bindings: Any, user: Any) -> None:  # noqa: ARG002
        for oid, value in bindings:
            if str(oid) == SNMP_TRAP_OID:
                self._heard = self._sender, str(value)


class _Dispatcher:
    """In the place of pysnmp's own sockets: the datagrams come from ours, where those of strangers are dropped."""

    def __init__(self, send: Callable[[bytes, Any], None]) -> None:
        self._send = send

    def register_recv_callback(self, *_: Any) -> None:
        """pysnmp calls it; datagrams are handed to its message dispatcher instead."""

    def register_timer_callback(self, tick: Callable[[float], None]) -> None:
        """`tick` ages what pysnmp remembers; a tick a message bounds that by messages instead of time."""
        self.tick = tick

    def get_timer_resolution(self) -> float:
        return 1.0

    def send_message(self, message: bytes, domain: Any, address: Any) -> None:  # noqa: ARG002
        self._send(bytes(message), address)
