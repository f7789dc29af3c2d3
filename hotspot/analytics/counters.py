"""Counters and clocks of a device between two polls: how much was counted, and whether it restarted meanwhile."""

from collectors.result import AgentClock

MARGIN = 1.05  # a counter may run so much faster than the interface, for clocks are not exact
USUAL_BPS = 1_000_000_000  # assumed of an interface that doesn't say its speed
# Linux tells 10 Mbit/s of every interface whose speed it can't find out (bridges, radios), and net-snmp passes it on.
NO_SPEED_BPS = 10_000_000
LEAST, MOST = 0.5, 2.5  # intervals between two polls from which a difference is made
REBOOT, AGENT_RESTART = "reboot", "agent_restart"
TICKS = 100  # of sysUpTime in a second
CIRCLE = 2**32  # ticks after which sysUpTime and hrSystemUptime begin again: 497.1 days
LEAST_DEVIATION_S = 60
DEVIATION = 0.02  # a device's clock may run so much slower than ours


def is_too_soon(dt_s: float, interval_s: int) -> bool:
    """Whether the poll before is so near that the one before that says more."""
    return dt_s < LEAST * interval_s


def difference(
    before: float, after: float, bits: int, dt_s: float, interval_s: int, speed_bps: float | None
) -> int | None:
    """What was counted between two polls of the same boot, in octets or packets; None where no honest one exists.

    A Counter32 that fell has wrapped once if that is plausible at the interface's speed; a Counter64 was reset.
    """
    if not LEAST * interval_s <= dt_s <= MOST * interval_s:
        return None
    counted = after - before
    if counted < 0 and bits == 32:
        counted += 2**32
    speed = speed_bps if speed_bps and speed_bps > NO_SPEED_BPS else USUAL_BPS
    return int(counted) if 0 <= counted * 8 <= MARGIN * speed * dt_s else None


def rate_bps(octets: int | None, dt_s: float) -> int | None:
    return None if octets is None else round(octets * 8 / dt_s)


def restart(before: AgentClock, after: AgentClock, dt_s: float) -> str | None:
    """REBOOT, AGENT_RESTART when only the agent began anew, or None.

    snmpEngineBoots and snmpEngineTime decide where the device has them, else sysUpTime; a device whose
    hrSystemUptime went on has not rebooted.
    """
    if not _agent_restarted(before, after, dt_s):
        return None
    host = before.host_uptime_ticks, after.host_uptime_ticks
    return AGENT_RESTART if None not in host and not _began_anew(*host, dt_s) else REBOOT


def _agent_restarted(before: AgentClock, after: AgentClock, dt_s: float) -> bool:
    if before.engine_boots is not None and after.engine_boots is not None:
        if before.engine_boots != after.engine_boots:
            return True
        if before.engine_time_s is not None and after.engine_time_s is not None:
            return after.engine_time_s < before.engine_time_s  # some agents don't keep their boots
    return _began_anew(before.sys_uptime_ticks, after.sys_uptime_ticks, dt_s)


def _began_anew(before: int | None, after: int | None, dt_s: float) -> bool:
    """Whether the clock lags behind ours by more than clocks do, and is younger than the poll before.

    The lag is a signed distance on the circle: at the wrap half a second of jitter must not become 497 days. The
    age keeps steps of our own clock apart from reboots.
    """
    if before is None or after is None or dt_s < 0:
        return False
    tolerance = TICKS * max(LEAST_DEVIATION_S, DEVIATION * dt_s)
    deviation = _signed(after - before - round(dt_s * TICKS))
    fell = -CIRCLE / 2 < _signed(after - before) < 0
    return after <= dt_s * TICKS + tolerance and (abs(deviation) > tolerance or fell)


def _signed(ticks: int) -> int:
    """The shortest way round the circle."""
    return (ticks + CIRCLE // 2) % CIRCLE - CIRCLE // 2
