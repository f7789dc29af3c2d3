"""What every SNMP engine offers, the values it gives, and the errors it may raise."""

from collections.abc import Sequence
from enum import Enum
from typing import Protocol


class Missing(Enum):
    """RFC 3416 section 3: an object that is not there is a value of its own, not an error and not 0."""

    NO_SUCH_OBJECT = "noSuchObject"
    NO_SUCH_INSTANCE = "noSuchInstance"
    END_OF_MIB_VIEW = "endOfMibView"
    NULL = "Null"


Value = int | bytes | str | Missing  # INTEGER and unsigned types; OCTET STRING; OBJECT IDENTIFIER and IpAddress as text
Rows = dict[str, Value]  # keyed by the index: what follows the column's OID, such as "1.3"


class SnmpError(Exception):
    """The request failed; str(error) is a sentence an operator can act on."""


class SnmpTimeoutError(SnmpError):
    """No answer: wrong address, wrong community, a blocked port or a device that is down."""


class SnmpUnsendableError(SnmpError):
    """This machine could not send at all (no route, link down): says nothing about the device."""


class SnmpStatusError(SnmpError):
    """The agent answered with an error-status of RFC 3416 (tooBig, genErr, authorizationError ...)."""


class SnmpCredentialError(SnmpError):
    """SNMPv3: unknown user, wrong digest, wrong privacy password, unsupported level; the message says which."""


class Session(Protocol):
    """A conversation with one device; `rtt_s` is the round trip of the last request answered at its first sending."""

    rtt_s: float | None

    async def get(self, oids: Sequence[str]) -> list[Value]:
        """The values in the order asked; splits what is too big; raises SnmpError."""
        ...

    async def walk(self, column: str, limit: int = 10_000) -> Rows:
        """All rows of one column; stops at `limit` and at an OID that does not increase; raises SnmpError."""
        ...

    async def walk_many(self, columns: Sequence[str], limit: int = 10_000) -> list[Rows]:
        """Like `walk` for columns of one table, read side by side with fewer requests; in the order asked."""
        ...
