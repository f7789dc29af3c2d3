"""Counters and clocks of a device between two polls: how much was counted, and whether it restarted meanwhile."""

from collectors.result import AgentClock
from hotspot.analytics.restarts import AGENT_RESTART, REBOOT

MARGIN = 1.05  # a counter may run so much faster than the interface, for clocks are not exact
USUAL_BPS = 1_000_000_000  # assumed of an interface that doesn't say its speed
# Linux tells 10 Mbit/s of every interface whose speed it can't find out (bridges, radios), and net-snmp passes it on.
NO_SPEED_BPS = 10_000_000
LEAST, MOST = 0.5, 2.5  # intervals between two polls from which a difference is made
OCTET, PACKET = 1, 64  # octets of what is counted, at least: no Ethernet frame is shorter
TICKS = 100  # of sysUpTime in a second
CIRCLE = 2**32  # ticks after which sysUpTime and hrSystemUptime begin again: 497.1 days
CIRCLES = (CIRCLE, CIRCLE // 10)  # some agents count milliseconds in 32 bits and begin again after 49.7 days
LEAST_DEVIATION_S = 60
DEVIATION = 0.02  # a device's clock may run so much slower than ours


def is_too_soon(dt_s: float, interval_s: int) -> bool:
    """Whether the poll before is so near that the one before that says more."""
    return dt_s < LEAST * interval_s


def difference(
    before: float, after: float, bits: int, dt_s: float, interval_s: int, speed_bps: float | None, each: int = OCTET
) -> int | None:
    """What was counted between two polls of the same boot, in octets or packets; None where no honest one exists.

    A Counter32 that fell has wrapped once if that is plausible at the interface's speed; a Counter64 was reset. `each`
    is OCTET or PACKET, so that packets are not believed faster than they fit on the line.
    """
    if not LEAST * interval_s <= dt_s <= MOST * interval_s:
        return None
    counted = after - before
    if counted < 0 and bits == 32:
        counted += 2**32
    speed = speed_bps if speed_bps and speed_bps > NO_SPEED_BPS else USUAL_BPS
    return int(counted) if 0 <= counted * each * 8 <= MARGIN * speed * dt_s else None


def rate_bps(octets: int | None, dt_s: float) -> int | None:
    return None if octets is None else round(octets * 8 / dt_s)


def restart(before: AgentClock, after: AgentClock, dt_s: float) -> str | None:
    """REBOOT, AGENT_RESTART when only the agent began anew, or None; two between two polls are told as one.

    snmpEngineBoots and snmpEngineTime decide where they make sense, else sysUpTime; a device whose hrSystemUptime, or
    without one its sysUpTime, went on has not rebooted.
    """
    if not _agent_restarted(before, after, dt_s):
        return None
    host = before.host_uptime_ticks, after.host_uptime_ticks
    if None not in host:
        return REBOOT if _began_anew(*host, dt_s) else AGENT_RESTART
    sys = after.sys_uptime_ticks
    return REBOOT if sys is None or _is_young(sys, dt_s) else AGENT_RESTART


def _agent_restarted(before: AgentClock, after: AgentClock, dt_s: float) -> bool:
    same = before.engine_boots == after.engine_boots
    if before.engine_boots is not None and after.engine_boots is not None:
        if before.engine_time_s is None or after.engine_time_s is None:
            if not same:
                return True
        else:
            passed, tolerance = after.engine_time_s - before.engine_time_s, _tolerance(dt_s) / TICKS
            if same and passed > 0 and abs(passed - dt_s) <= tolerance:
                return False  # it went on: a fallen sysUpTime was a wrap
            if (not same or passed < 0) and after.engine_time_s <= dt_s + tolerance:
                return True  # some agents don't keep their boots
    return _began_anew(before.sys_uptime_ticks, after.sys_uptime_ticks, dt_s)


def _began_anew(before: int | None, after: int | None, dt_s: float) -> bool:
    """Whether the clock lags behind ours by more than clocks do, and is younger than the poll before.

    The age keeps steps of our own clock apart from reboots. A clock that stands still tells nothing.
    """
    if before is None or after is None or dt_s < 0 or before == after or not _is_young(after, dt_s):
        return False
    lag = _lag(before, after, dt_s)
    fell = after < before and lag > (before - after) / 2  # else it went round the circle
    return lag > _tolerance(dt_s) or fell


def _is_young(ticks: int, dt_s: float) -> bool:
    """Whether the clock may have begun after the poll before."""
    return ticks <= dt_s * TICKS + _tolerance(dt_s)


def _lag(before: int, after: int, dt_s: float) -> float:
    """Ticks by which the clock went differently from ours, the short way round its circle.

    At the wrap half a second of jitter must not become 497 days.
    """
    ticks = after - before - round(dt_s * TICKS)
    circles = [circle for circle in CIRCLES if max(before, after) < circle]
    return min([abs(ticks), *(abs((ticks + circle // 2) % circle - circle // 2) for circle in circles)])


def _tolerance(dt_s: float) -> float:
    return TICKS * max(LEAST_DEVIATION_S, DEVIATION * dt_s)
