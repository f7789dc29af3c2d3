"""What one poll saw. A failed poll is a result too, never an exception."""

from dataclasses import dataclass
from typing import NamedTuple


class Sample(NamedTuple):
    """One value of one metric of `metrics.METRICS`; `label` names the radio, SSID or interface, empty the whole device.

    `bits` is 32 or 64 for counters (Counter32, Counter64), 0 for gauges.
    """

    metric: str
    value: float
    label: str = ""
    bits: int = 0


@dataclass(frozen=True, slots=True)
class Identity:
    """What a device says of itself; an empty string is what it did not say."""

    sys_object_id: str = ""
    sys_descr: str = ""
    sys_name: str = ""
    vendor: str = ""
    model: str = ""
    firmware: str = ""
    serial: str = ""
    engine_id: str = ""  # snmpEngineID in hexadecimal: the same behind two addresses is one device


@dataclass(frozen=True, slots=True)
class AgentClock:
    """The clocks from which a reboot is told; each None where the device has none."""

    sys_uptime_ticks: int | None = None  # sysUpTime, 1/100 s, wraps at 2**32
    host_uptime_ticks: int | None = None  # hrSystemUptime, 1/100 s, wraps at 2**32
    engine_boots: int | None = None  # snmpEngineBoots
    engine_time_s: int | None = None  # snmpEngineTime

    @property
    def uptime_s(self) -> int | None:
        """Seconds the device has been up, by the best clock it has; sysUpTime is only the agent's."""
        ticks = self.host_uptime_ticks if self.host_uptime_ticks is not None else self.sys_uptime_ticks
        return None if ticks is None else ticks // 100


@dataclass(frozen=True, slots=True)
class ManagedAccessPoint:
    """An access point as its controller sees it; empty or None is what the controller does not say.

    `key` is what the controller knows it by for good: the index of its row, often its MAC address. `up` is whether it
    is connected to the controller.
    """

    key: str
    name: str = ""
    up: bool | None = None
    address: str = ""
    model: str = ""
    firmware: str = ""
    serial: str = ""
    uptime_s: int | None = None
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class Ping:
    """ICMP echo requests of one poll and their answers; `rtt_s` is the shortest round trip, None without an answer."""

    sent: int
    received: int
    rtt_s: float | None = None


@dataclass(frozen=True, slots=True)
class PollResult:
    """`reachable` is None when nobody could ask (this machine's own network failed): neither up nor down.

    `error` is a sentence for the operator; it may be set although the device is reachable (one table failed).
    `access_points` is what a controller says of its own; None when it was not asked or its table failed.
    `ping` is None when the device was not pinged; `reachable` is about SNMP alone.
    `at` is the instant of the first request, in seconds since 1970 with a fraction.
    `credential` tells which of the target's was answered: its place in (credential, *others).
    """

    key: int
    at: float
    reachable: bool | None
    rtt_s: float | None = None
    profile: str = ""
    clock: AgentClock = AgentClock()
    identity: Identity | None = None  # only when it was read in this poll
    samples: tuple[Sample, ...] = ()
    error: str = ""
    access_points: tuple[ManagedAccessPoint, ...] | None = None
    ping: Ping | None = None
    credential: int = 0

    @property
    def answers_ping(self) -> bool:
        return self.ping is not None and self.ping.received > 0
