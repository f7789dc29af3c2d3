"""The switch and port a device hangs on, as LLDP tells (IEEE 802.1AB, LLDP-MIB lldpRemTable).

Only neighbours that say they forward for others are told: what else hangs on an access point may be somebody's own.
"""

from collectors.decoders import text
from collectors.snmp.base import Rows, Session, SnmpError, Value

REMOTE = "1.0.8802.1.1.2.1.4.1.1"
PORT_ID_SUBTYPE, PORT_ID, PORT_DESCR, SYS_NAME, CAPABILITIES = (f"{REMOTE}.{column}" for column in (6, 7, 8, 9, 12))
MAC_ADDRESS = 3  # LldpPortIdSubtype
BRIDGE_OR_ROUTER = 0x80 >> 2 | 0x80 >> 4  # bits of LldpSystemCapabilitiesMap
ROWS_MOST = 16


async def neighbour(session: Session) -> str:
    """Such as `sw-park-1 port Gi1/0/7`; empty when the device tells of none."""
    columns = (SYS_NAME, PORT_ID_SUBTYPE, PORT_ID, PORT_DESCR, CAPABILITIES)
    try:
        names, kinds, ports, descriptions, capabilities = await session.walk_many(columns, ROWS_MOST)
    except SnmpError:
        return ""
    for index, name in names.items():
        if text(name) and _forwards(capabilities.get(index)):
            port = _port(index, kinds, ports, descriptions)
            return f"{text(name)} port {port}" if port else text(name)
    return ""


def _forwards(enabled: Value | None) -> bool:
    return isinstance(enabled, bytes) and bool(enabled[:1]) and enabled[0] & BRIDGE_OR_ROUTER != 0


def _port(index: str, kinds: Rows, ports: Rows, descriptions: Rows) -> str:
    """The description where the id is a MAC address, which no person reads."""
    found = [] if kinds.get(index) == MAC_ADDRESS else [ports.get(index, b"")]
    return next(filter(None, map(text, [*found, descriptions.get(index, b"")])), "")
