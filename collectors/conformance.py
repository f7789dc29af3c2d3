"""Plays recordings of real devices to the collector and compares what it says with what is known to be right.

`python -m collectors.conformance FOLDER` wants pairs of NAME.snmprec and NAME.expected.json. The latter holds `os`,
`version`, `hardware` and `wireless`, a list of sensors of which those of class "clients" are looked at.
"""

import asyncio
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collectors import recording
from collectors.agent import Agent, AgentHost, Object
from collectors.result import PollResult
from collectors.rounds import Rounds
from collectors.target import Credential, Target

DEADLINE_S = 60.0
RIGHT, WRONG, MISSING, UNASKED = "right", "wrong", "missing", "-"
PROFILES = {  # the names of operating systems in such collections, and the profile they must be recognised as
    "unifi": "unifi",
    "airos": "airmax",
    "routeros": "mikrotik",
    "ruckuswireless-hotzone": "ruckus-standalone",
    "ruckuswireless-sz": "ruckus-smartzone",
    "ruckuswireless": "ruckus-zonedirector",
    "ruckuswireless-unleashed": "ruckus-unleashed",
    "aruba-instant": "aruba-instant",
    "arubaos": "aruba-controller",
    "ciscowlc": "cisco-aireos",
    "epmp": "cambium-epmp",
    "grandstream-ap": "grandstream",
    "openwrt": "openwrt",
    "vrp": "huawei-ac",
    "pmp": "cambium-pmp",
    "hiveos-wireless": "aerohive",
    "zyxelnwa": "zyxel-nwa",
    "fortiap": "fortiap",
}

EXCEPTIONS = {
    "arubaos_instant-2019-03-12": "aruba-instant",  # filed as a controller, yet its sysObjectID is an Instant's
    "vrp_ar169sfp": "",  # a router: answers a controller's objects, with no access points
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Each of the four right, wrong, missing, or - where nothing is expected."""

    name: str
    profile: str
    identification: str
    model: str
    firmware: str
    clients: str
    result: PollResult

    @property
    def row(self) -> tuple[str, ...]:
        return self.name, self.profile or "(standard)", self.identification, self.model, self.firmware, self.clients


def check(folder: Path, only: Sequence[str] = ()) -> list[Verdict]:
    """Every pair of the folder, or those named."""
    names = [path.name.removesuffix(".expected.json") for path in sorted(folder.glob("*.expected.json"))]
    devices = {name: recording.read(folder / f"{name}.snmprec") for name in names if not only or name in only}
    results = asyncio.run(play(devices))
    return [verdict(name, expected(folder, name), results[name]) for name in devices]


async def play(devices: Mapping[str, Mapping[str, Object]]) -> dict[str, PollResult]:
    """One poll of each device, over UDP on addresses of its own from 127.0.1.1 up."""
    names = dict(enumerate(devices))
    addresses = {i: f"127.0.{1 + i // 250}.{1 + i % 250}" for i in names}
    host = AgentHost({addresses[i]: Agent(devices[name]) for i, name in names.items()}, 0)
    host.open()
    rounds = Rounds()
    results: dict[str, PollResult] = {}
    credential = Credential(community="public")
    targets = [Target(i, address, credential, port=host.port) for i, address in addresses.items()]
    try:
        await rounds.run(
            targets,
            spread_s=0,
            deadline_s=DEADLINE_S,
            sink=lambda result: results.update({names[result.key]: result}),
        )
    finally:
        await rounds.close()
        host.close()
    return results


def expected(folder: Path, name: str) -> dict[str, Any]:
    said = json.loads((folder / f"{name}.expected.json").read_text("utf-8"))
    return said if isinstance(said, dict) else {}


def verdict(name: str, said: dict[str, Any], result: PollResult) -> Verdict:
    identity = result.identity
    profile = EXCEPTIONS.get(name, PROFILES.get(said.get("os", ""), ""))
    return Verdict(
        name,
        result.profile,
        RIGHT if result.profile == profile else WRONG,
        same_text(said.get("hardware"), identity.model if identity else ""),
        same_text(said.get("version"), identity.firmware if identity else ""),
        same_number(clients(said.get("wireless", [])), result),
        result,
    )


def same_text(said: str | None, found: str) -> str:
    """Right also when one holds the other: collections write "9.13 (US)" where the device says 9.13."""
    if not said:
        return UNASKED
    if not found:
        return MISSING
    one, other = (re.sub(r"[^a-z0-9]+", "", text.lower()) for text in (said, found))
    return RIGHT if one in other or other in one else WRONG


def same_number(said: float | None, result: PollResult) -> str:
    if said is None:
        return UNASKED
    found = next((sample.value for sample in result.samples if sample.metric == "clients" and not sample.label), None)
    if found is None:
        return MISSING
    return RIGHT if found == said else WRONG


def clients(sensors: Sequence[dict[str, Any]]) -> float | None:
    """The stations of the whole device: its total where there is one, else the sum by SSID, else of what there is."""
    rows = [sensor for sensor in sensors if sensor["class"] == "clients"]
    totals = [row for row in rows if row["index"] == "clients" or _is_total(row["descr"])]
    by_ssid = [row for row in rows if row["descr"].startswith("SSID")]
    by_radio = [row for row in rows if row["descr"].startswith("Clients (")]
    chosen = totals[:1] or by_radio or ([] if _is_mixed(rows) else by_ssid) or rows
    return sum(float(row["value"]) for row in chosen) if chosen else None


def _is_total(description: str) -> bool:
    return description == "wlan" or re.search(r"(?i)total|sum over ssids|connected clients", description) is not None


def _is_mixed(rows: Sequence[dict[str, Any]]) -> bool:
    """MikroTik's rows are interfaces, some named by their band and some by their SSID."""
    return any(re.match(r"[25]G:", row["descr"]) for row in rows)


def table(verdicts: Sequence[Verdict]) -> str:
    rows = [("recording", "profile", "identified", "model", "firmware", "clients"), *(one.row for one in verdicts)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines)


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) == 2 else None
    if folder is None or not folder.is_dir():
        sys.stderr.write("usage: python -m collectors.conformance FOLDER\n")
        return 2
    verdicts = check(folder)
    sys.stdout.write(f"{table(verdicts)}\n")
    return int(any(WRONG in one.row for one in verdicts))


if __name__ == "__main__":
    sys.exit(main())
