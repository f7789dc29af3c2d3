"""What a simulated access point answers: its OIDs, as functions of the time, by vendor family.

Object names and their meanings are those of collectors/profiles/*.toml.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from collectors import oids
from collectors.agent import Agent, Object
from collectors.snmp.codec import Tag
from hotspot.demo.chance import flicker, share
from hotspot.demo.models import Model, model_of, serial_of
from hotspot.demo.usage import DOWN_BYTES_S, UP_BYTES_S, Crowd

SSID = "WiFi Gratis Tangsel"
UPLINKS = {"mikrotik": "ether1", "cambium-epmp": "LAN interface 1", "openwrt": "wan"}
Table = dict[str, Object]


@dataclass(frozen=True, slots=True)
class Device:
    """One access point of the demonstration. Half its clients, a little more, are on 5 GHz."""

    name: str
    crowd: Crowd
    model: Model

    def clients(self, now: float) -> int:
        return self.crowd.clients(int(now))

    def on_5_ghz(self, now: float) -> int:
        return round(self.clients(now) * 0.62)

    def on_2_4_ghz(self, now: float) -> int:
        return self.clients(now) - self.on_5_ghz(now)

    def cpu(self, now: float) -> int:
        return min(97, int(6 + 2.1 * self.clients(now) + 6 * flicker(self.name, int(now) // 60 + 1)))

    def busy(self, now: float) -> int:
        """Percent of the time the channel is taken."""
        return min(92, int(9 + 2.4 * self.clients(now) + 9 * flicker(self.name, int(now) // 60 + 2)))

    def number(self, what: str, least: int, most: int) -> int:
        """A constant of the device."""
        return least + int(share(what, self.name) * (most - least + 1))


def device(name: str, crowd: Crowd) -> Device:
    return Device(name, crowd, model_of(name))


def text(value: str) -> Object:
    return Object(Tag.OCTET_STRING, value.encode())


def gauge(value: int | Callable[[float], int]) -> Object:
    return Object(Tag.GAUGE32, value)


def integer(value: int | Callable[[float], int]) -> Object:
    return Object(Tag.INTEGER, value)


def common(one: Device) -> Table:
    """The system group and one wired interface with 64-bit counters."""
    uplink = UPLINKS.get(one.model.family, "eth0")
    before = one.number("octets", 10**9, 10**12)

    def octets(rate: int) -> Callable[[float], int]:
        return lambda now: before + int(one.crowd.traffic(now) * rate)

    return {
        oids.SYS_DESCR: text(one.model.sys_descr),
        oids.SYS_OBJECT_ID: Object(Tag.OBJECT_IDENTIFIER, one.model.sys_object_id),
        oids.SYS_NAME: text(one.name),
        oids.IF_NUMBER: integer(1),
        f"{oids.IF_DESCR}.2": text(uplink),
        f"{oids.IF_TYPE}.2": integer(6),
        f"{oids.IF_OPER_STATUS}.2": integer(1),
        f"{oids.IF_IN_ERRORS}.2": Object(Tag.COUNTER32, one.number("errors", 0, 40)),
        f"{oids.IF_OUT_ERRORS}.2": Object(Tag.COUNTER32, 0),
        f"{oids.IF_NAME}.2": text(uplink),
        f"{oids.IF_HC_IN_OCTETS}.2": Object(Tag.COUNTER64, octets(DOWN_BYTES_S)),
        f"{oids.IF_HC_OUT_OCTETS}.2": Object(Tag.COUNTER64, octets(UP_BYTES_S)),
        f"{oids.IF_HIGH_SPEED}.2": gauge(1000),
    }


def unifi(one: Device) -> Table:
    base = "1.3.6.1.4.1.41112.1.6"
    table = {
        f"{base}.3.3.0": text(one.model.model),
        f"{base}.3.6.0": text(one.model.firmware),
        "1.3.6.1.4.1.10002.1.1.1.1.1.0": gauge(248_000),
        "1.3.6.1.4.1.10002.1.1.1.1.2.0": gauge(lambda now: 148_000 - 1_100 * one.clients(now)),
    } | ucd_cpu(one)
    radios = (("ng", one.on_2_4_ghz, (1, 6, 11)), ("na", one.on_5_ghz, (36, 44, 149, 157)))
    for row, (band, clients, channels) in enumerate(radios, start=1):
        channel = channels[one.number(f"channel {band}", 0, len(channels) - 1)]
        table |= {
            f"{base}.1.1.1.3.{row}": text(band),
            f"{base}.1.1.1.6.{row}": integer(one.busy),
            f"{base}.1.2.1.4.{row}": integer(channel),
            f"{base}.1.2.1.6.{row}": text(SSID),
            f"{base}.1.2.1.8.{row}": gauge(clients),
            f"{base}.1.2.1.9.{row}": text(band),
            f"{base}.1.2.1.21.{row}": integer(20 + 2 * row),
        }
    return table


def ucd_cpu(one: Device) -> Table:
    return {"1.3.6.1.4.1.2021.11.11.0": integer(lambda now: 100 - one.cpu(now))}


def ucd_memory(one: Device) -> Table:
    return {
        "1.3.6.1.4.1.2021.4.5.0": integer(512_000),
        "1.3.6.1.4.1.2021.4.6.0": integer(lambda now: 190_000 - 1_300 * one.clients(now)),
        "1.3.6.1.4.1.2021.4.14.0": integer(22_000),
        "1.3.6.1.4.1.2021.4.15.0": integer(84_000),
    }


def mikrotik(one: Device) -> Table:
    base = "1.3.6.1.4.1.14988.1.1"
    table = {
        f"{base}.7.9.0": text(one.model.model),
        f"{base}.4.4.0": text(one.model.firmware),
        f"{base}.7.3.0": text(serial_of(one.name, one.model)),
        f"{base}.3.10.0": integer(lambda now: 390 + 6 * one.clients(now)),
        "1.3.6.1.2.1.25.3.3.1.2.1": integer(one.cpu),
        "1.3.6.1.2.1.25.2.3.1.3.65536": text("main memory"),
        "1.3.6.1.2.1.25.2.3.1.5.65536": integer(131_072),
        "1.3.6.1.2.1.25.2.3.1.6.65536": integer(lambda now: 52_000 + 700 * one.clients(now)),
    }
    for row, (name, clients, frequency) in enumerate(
        (("wlan1", one.on_2_4_ghz, (2412, 2437, 2462)), ("wlan2", one.on_5_ghz, (5180, 5220, 5745))), start=3
    ):
        table |= {
            f"{oids.IF_NAME}.{row}": text(name),
            f"{oids.IF_DESCR}.{row}": text(name),
            f"{oids.IF_TYPE}.{row}": integer(71),
            f"{oids.IF_OPER_STATUS}.{row}": integer(1),
            f"{base}.1.3.1.4.{row}": text(SSID),
            f"{base}.1.3.1.6.{row}": Object(Tag.COUNTER32, clients),
            f"{base}.1.3.1.7.{row}": integer(frequency[one.number(name, 0, 2)]),
            f"{base}.1.3.1.9.{row}": integer(-one.number(f"noise {name}", 94, 108)),
        }
    return table


def grandstream(one: Device) -> Table:
    base = "1.3.6.1.4.1.42397.1.1"
    table = {
        f"{base}.2.1.0": text(one.model.model),
        f"{base}.2.4.0": text(one.model.firmware),
    }
    for row, (name, channels) in enumerate((("2G", (1, 6, 11)), ("5G", (36, 52, 149))), start=1):
        table |= {
            f"{base}.3.1.1.2.{row}": text(name),
            f"{base}.3.1.1.4.{row}": Object(Tag.COUNTER32, channels[one.number(name, 0, 2)]),
            f"{base}.3.1.1.5.{row}": Object(Tag.COUNTER32, 18 + 2 * row),
        }
    return table | ucd_cpu(one) | ucd_memory(one)


def ruckus(one: Device) -> Table:
    base = "1.3.6.1.4.1.25053.1.1"
    table = {
        f"{base}.2.1.1.1.1.0": text(one.model.model),
        f"{base}.2.1.1.1.2.0": text(serial_of(one.name, one.model)),
        f"{base}.3.1.1.1.1.1.3.1": text(one.model.firmware),
        f"{base}.11.1.1.1.1.0": gauge(one.cpu),
        f"{base}.11.1.1.1.2.0": gauge(lambda now: 41 + one.clients(now) // 2),
    }
    for row, clients in ((1, one.on_2_4_ghz), (2, one.on_5_ghz)):
        table |= {
            f"{base}.6.1.1.1.1.1.1.{row}": text(SSID),
            f"{base}.6.1.1.1.4.1.3.{row}": gauge(clients),
            f"{base}.12.1.1.1.2.1.8.{row}": integer(-one.number(f"noise {row}", 92, 104)),
            f"{base}.12.1.1.1.3.1.2.{row}": gauge(clients),
            f"{base}.12.1.1.1.3.1.50.{row}": Object(
                Tag.OCTET_STRING, lambda now: f"{one.busy(now)}.{int(now) % 10}".encode()
            ),
        }
    return table


def aruba(one: Device) -> Table:
    base = "1.3.6.1.4.1.14823.2.3.3.1"
    mac = ".".join(str(one.number(f"mac {place}", 0, 255)) for place in range(6))
    table = {
        f"{base}.1.4.0": text(one.model.firmware),
        f"{base}.1.7.1.2.0": text(SSID),
        f"{base}.1.7.1.4.0": integer(one.clients),
        f"{base}.2.1.1.2.{mac}": text(one.name),
        f"{base}.2.1.1.4.{mac}": text(serial_of(one.name, one.model)),
        f"{base}.2.1.1.6.{mac}": text("565"),
        f"{base}.2.1.1.7.{mac}": integer(one.cpu),
        f"{base}.2.1.1.8.{mac}": integer(lambda now: 420_000 - 2_000 * one.clients(now)),
        f"{base}.2.1.1.10.{mac}": integer(900_000),
        f"{base}.2.1.1.11.{mac}": integer(1),
    }
    for radio, clients, channel in ((0, one.on_5_ghz, "149E"), (1, one.on_2_4_ghz, "6")):
        table |= {
            f"{base}.2.2.1.4.{mac}.{radio}": text(channel),
            f"{base}.2.2.1.5.{mac}.{radio}": integer(18),
            f"{base}.2.2.1.6.{mac}.{radio}": integer(one.number(f"noise {radio}", 90, 98)),
            f"{base}.2.2.1.8.{mac}.{radio}": integer(one.busy),
            f"{base}.2.2.1.21.{mac}.{radio}": integer(clients),
        }
    return table


def cambium(one: Device) -> Table:
    base = "1.3.6.1.4.1.17713.21"
    return {
        f"{base}.1.1.17.0": text(one.model.firmware),
        f"{base}.1.1.31.0": text(serial_of(one.name, one.model)),
        f"{base}.1.2.1.0": integer(5_745),
        f"{base}.1.2.10.0": integer(one.clients),
        f"{base}.2.1.64.0": integer(lambda now: 10 * one.cpu(now)),
        f"{base}.3.8.2.1.0": integer(1),
    }


def openwrt(one: Device) -> Table:
    base = "1.3.6.1.4.1.8072.1.3.2.3.1.1"

    def script(name: str) -> str:
        return f"{base}.{len(name)}." + ".".join(str(ord(letter)) for letter in name)

    def line(value: Callable[[float], int]) -> Object:
        return Object(Tag.OCTET_STRING, lambda now: str(value(now)).encode())

    return (
        {
            script("distro"): text(f"OpenWrt {one.model.firmware}"),
            script("hardware"): text(one.model.model),
            script("clients-wlan"): line(one.clients),
            script("clients-phy0-ap0"): line(one.on_5_ghz),
            script("clients-phy1-ap0"): line(one.on_2_4_ghz),
            script("frequency-phy0-ap0"): text("5745"),
            script("frequency-phy1-ap0"): text("2437"),
            script("noise-floor-phy0-ap0"): text("-95"),
            script("noise-floor-phy1-ap0"): text("-91"),
        }
        | ucd_cpu(one)
        | ucd_memory(one)
    )


FAMILIES: Mapping[str, Callable[[Device], Table]] = {
    "unifi": unifi,
    "mikrotik": mikrotik,
    "grandstream": grandstream,
    "ruckus-standalone": ruckus,
    "aruba-instant": aruba,
    "cambium-epmp": cambium,
    "openwrt": openwrt,
}
STATIONS = "1.3.6.1.4.1.42397.1.1.3.3.1.4"  # gwnClientESSID: a row a station, whose index is only a number here


class StationRows(Agent):
    """A Grandstream: it has as many rows as it has stations, so its table is another one for each number of them."""

    def __init__(self, one: Device, community: str, booted_at: float) -> None:
        super().__init__(common(one) | grandstream(one), community=community, booted_at=booted_at)
        self._community_text = community
        self._device = one
        self._sizes: dict[int, Agent] = {0: self}

    def answer(self, data: bytes, now: float) -> bytes | None:
        count = self._device.clients(now)
        if self.silent or count == 0:
            return super().answer(data, now)
        if count not in self._sizes:
            rows = {f"{STATIONS}.{row}": text(SSID) for row in range(1, count + 1)}
            table = common(self._device) | grandstream(self._device) | rows
            self._sizes[count] = Agent(table, community=self._community_text)
        size = self._sizes[count]
        size.booted_at = self.booted_at
        return size.answer(data, now)


def agent(one: Device, community: str, booted_at: float) -> Agent:
    if one.model.family == "grandstream":
        return StationRows(one, community, booted_at)
    return Agent(common(one) | FAMILIES[one.model.family](one), community=community, booted_at=booted_at)
