"""`python -m collectors ADDRESS`: asks one device and prints its profile, identity and samples."""

import argparse
import asyncio
import dataclasses
import json
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress

from collectors.icmp import Pinger, refusal
from collectors.metrics import METRICS
from collectors.profile_file import ProfileError, load
from collectors.result import ManagedAccessPoint, Ping, PollResult
from collectors.rounds import poll_once
from collectors.snmp.base import SnmpError, SnmpStatusError, SnmpTimeoutError
from collectors.snmp.probe import probe
from collectors.snmp.usm import AUTHENTICATION, PRIVACY
from collectors.target import Credential, Target

COMMUNITY = "HOTSPOT_COMMUNITY"
AUTH_PASSWORD, PRIV_PASSWORD = "HOTSPOT_AUTH_PASSWORD", "HOTSPOT_PRIV_PASSWORD"


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    credential = _credential(asked)
    if not credential.community and credential.version != "3":
        return _fail(f"no community: set {COMMUNITY} in the environment or give --community")
    try:
        if asked.profile and asked.profile not in load():
            return _fail(f"there is no profile {asked.profile!r}; there are {', '.join(load())}")
        result = asyncio.run(
            _poll_and_ping(Target(0, _resolve(asked.address), credential, port=asked.port, profile=asked.profile))
        )
    except (ProfileError, SnmpError) as error:
        return _fail(str(error))
    except (OSError, UnicodeError) as error:
        return _fail(f"{asked.address} is no host that can be found: {error}")
    if not result.reachable:
        return _fail(f"{result.error}; ping: {_ping(result.ping)}" if result.ping else result.error)
    sys.stdout.write(f"{as_json(result) if asked.json else as_text(result)}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m collectors", description="Ask one device over SNMP, once.")
    parser.add_argument("address", help="IP address or host name")
    parser.add_argument("--community", help=f"better in the environment as {COMMUNITY}, where others can't see it")
    parser.add_argument("--port", type=int, default=161)
    parser.add_argument("--version", choices=("1", "2c", "3"), default="2c")
    parser.add_argument("--user", default="", help="of version 3")
    parser.add_argument("--auth", default="", choices=AUTHENTICATION, help=f"its password in {AUTH_PASSWORD}")
    parser.add_argument("--priv", default="", choices=PRIVACY, help=f"its password in {PRIV_PASSWORD}")
    parser.add_argument("--context", default="", help="of version 3, on the few devices that have more than one")
    parser.add_argument("--profile", default="", help="instead of identifying the device")
    parser.add_argument("--json", action="store_true")
    return parser


def _credential(asked: argparse.Namespace) -> Credential:
    if asked.version != "3":
        return Credential(asked.version, asked.community or os.environ.get(COMMUNITY, ""))
    auth_password = os.environ.get(AUTH_PASSWORD, "") if asked.auth else ""
    priv_password = os.environ.get(PRIV_PASSWORD, "") if asked.priv else ""
    return Credential("3", "", asked.user, asked.auth, auth_password, asked.priv, priv_password, asked.context)


def _resolve(address: str) -> str:
    return str(socket.getaddrinfo(address, None, type=socket.SOCK_DGRAM)[0][4][0])


async def _poll_and_ping(target: Target) -> PollResult:
    """Raises SnmpError with what is wrong with a credential of version 3, which a poll may take for silence."""
    if target.credential.version == "3":
        with suppress(SnmpTimeoutError, SnmpStatusError):
            await probe(target.address, target.port, target.credential)
    pinger = None if refusal() else Pinger()
    if pinger is None:
        return await poll_once(target)
    try:
        result, ping = await asyncio.gather(poll_once(target), pinger.ping(target.address))
    finally:
        pinger.close()
    return dataclasses.replace(result, ping=ping)


def _ping(ping: Ping | None) -> str:
    if ping is None:
        return "not tried"
    answered = f"{ping.received} of {ping.sent} answered"
    return answered if ping.rtt_s is None else f"{answered}, {1000 * ping.rtt_s:.1f} ms"


def _fail(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


def as_json(result: PollResult) -> str:
    said = dataclasses.asdict(result)
    for one in (said, *(said["access_points"] or ())):
        one["samples"] = [sample._asdict() for sample in one["samples"]]
    return json.dumps(said, indent=2, ensure_ascii=False)


def as_text(result: PollResult) -> str:
    """Identity, then a line a sample: metric, label, value and unit."""
    identity = dataclasses.asdict(result.identity) if result.identity else {}
    uptime_s = result.clock.uptime_s
    facts = {
        "profile": result.profile or "none: standard MIBs only",
        **{name: value for name, value in identity.items() if value},
        "up for": "unknown" if uptime_s is None else f"{uptime_s} s",
        "round trip": "unknown" if result.rtt_s is None else f"{1000 * result.rtt_s:.1f} ms",
        "ping": _ping(result.ping),
    }
    lines = [f"{name:<16}{value}" for name, value in facts.items()]
    lines += ["", *_samples(result)]
    if result.access_points:
        lines += ["", *map(_access_point, result.access_points)]
    return "\n".join([*lines, "", f"but: {result.error}"] if result.error else lines)


def _access_point(one: ManagedAccessPoint) -> str:
    """One line of a controller's list; what its radios say is in the JSON."""
    state = {True: "up", False: "down", None: "unknown"}[one.up]
    whole = [f"{sample.metric} {sample.value:g}" for sample in one.samples if not sample.label]
    return "  ".join([one.key, state, *filter(None, (one.name, one.model, one.firmware, one.address)), *whole])


def _samples(result: PollResult) -> list[str]:
    width = max((len(sample.label) for sample in result.samples), default=0)
    return [
        f"{sample.metric:<20}{sample.label:<{width}}  {sample.value:>18,.10g} {METRICS[sample.metric].unit}"
        for sample in result.samples
    ]


if __name__ == "__main__":
    sys.exit(main())
