"""Plays recordings of real devices to the collector and compares what it says with what is known to be right.

`python -m collectors.conformance FOLDER [--json]` wants pairs of NAME.snmprec and NAME.expected.json. Every recording
is served over UDP and asked by the real engine. Nothing in the folder may break the run: what can't be read is named.
Exit status 1 when a value is wrong.
"""

import argparse
import asyncio
import dataclasses
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collectors import recording
from collectors.agent import Agent, AgentHost, Object
from collectors.conformance_data import DIFFERENCES, PROFILES, SAME_VENDOR
from collectors.controllers import Roster
from collectors.judgement import MISSING, RIGHT, WRONG, Judged, judge
from collectors.plan import Plan
from collectors.profile_file import load
from collectors.result import PollResult
from collectors.rounds import Rounds
from collectors.target import Credential, Target
from collectors.told import told

DEADLINE_S = 300.0  # a controller of 2,000 access points is long conversations
LISTED_MOST = 12  # values of one recording that are not right
SHAPES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)  # of JSON that is laid out otherwise
NO_WIFI = ("switch", "router")  # kinds of devices that may have no profile


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one recording; `faults` are sentences on what in it could not be read."""

    name: str
    vendor: str
    profile: str
    values: tuple[Judged, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Played:
    """What a device told, and what was learned of it."""

    result: PollResult
    plan: Plan | None
    roster: Roster | None


def check(folder: Path, only: Sequence[str] = ()) -> list[Verdict]:
    """Every pair of the folder, or those named."""
    names = [path.name.removesuffix(".expected.json") for path in sorted(folder.glob("*.expected.json"))]
    expected, devices, faults = {}, {}, {}
    for name in names:
        if only and name not in only:
            continue
        try:
            expected[name] = _expected(folder, name)
            devices[name], unread = recording.read_all(folder / f"{name}.snmprec")
            faults[name] = [f"{len(unread)} lines are no objects, the first is line {unread[0]}"] if unread else []
        except (OSError, ValueError) as error:
            expected.setdefault(name, {})
            faults[name] = [f"can't be read: {error}"]
    played = asyncio.run(play_and_keep(devices))
    return [verdict(name, expected[name], devices.get(name, {}), played.get(name), faults[name]) for name in expected]


def _expected(folder: Path, name: str) -> dict[str, Any]:
    said = json.loads((folder / f"{name}.expected.json").read_text("utf-8"))
    if not isinstance(said, dict):
        raise ValueError("the expected values are no object")
    return said


async def play(devices: Mapping[str, Mapping[str, Object]]) -> dict[str, PollResult]:
    """One poll of each device, over UDP on addresses of its own from 127.0.1.1 up."""
    return {name: one.result for name, one in (await play_and_keep(devices)).items()}


async def play_and_keep(devices: Mapping[str, Mapping[str, Object]]) -> dict[str, Played]:
    """The same, with what was learned of each."""
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
        learned = {name: rounds.learned(i) for i, name in names.items()}
        return {
            name: Played(results[name], *((device.plan, device.roster) if device else (None, None)))
            for name, device in learned.items()
        }
    finally:
        await rounds.close()
        host.close()


def verdict(
    name: str, said: dict[str, Any], recorded: Iterable[str], played: Played | None, faults: Sequence[str]
) -> Verdict:
    vendor = str(said.get("vendor") or "?")
    if played is None:
        return Verdict(name, vendor, "", faults=tuple(faults))
    result = played.result
    samples = told(result, played.plan, played.roster, recorded)
    more = [result.error] if result.error else []
    try:
        values = [identification(said, result), *judge(said, result, samples, DIFFERENCES)]
    except SHAPES as error:
        return Verdict(name, vendor, result.profile, faults=(*faults, *more, f"expected values: {error!r}"))
    return Verdict(name, vendor, result.profile, tuple(values), (*faults, *more))


def identification(said: Mapping[str, Any], result: PollResult) -> Judged:
    """By the system's name where several profiles are of one vendor; else by the vendor of a profile of its own."""
    wanted = PROFILES.get(str(said.get("os", "")))
    vendor = result.identity.vendor if result.identity else ""
    if wanted is not None:
        outcome = RIGHT if result.profile in wanted else WRONG
    elif not result.profile:
        outcome = RIGHT if said.get("kind") in NO_WIFI or not said.get("vendor") else WRONG
    else:
        outcome = RIGHT if _same_vendor(str(said.get("vendor", "")), vendor) else WRONG
    expected = " or ".join(wanted) if wanted is not None else str(said.get("vendor", ""))
    return Judged("identification", "profile", outcome, expected, result.profile or "(standard)")


def _same_vendor(said: str, vendor: str) -> bool:
    one, other = (set(re.split(r"[^a-z0-9]+", text.lower())) - {""} for text in (said, vendor))
    return bool(one & other) or any(one & names and other & names for names in SAME_VENDOR)


def table(verdicts: Sequence[Verdict]) -> str:
    """Per vendor, right of all values in each group."""
    groups = list(dict.fromkeys(value.group for one in verdicts for value in one.values))
    head = ("vendor", "recordings", *groups)
    rows = [head]
    vendors = sorted({one.vendor for one in verdicts}, key=str.lower)
    for vendor, chosen in [(name, [one for one in verdicts if one.vendor == name]) for name in vendors] + [
        ("all", list(verdicts))
    ]:
        counts = Counter((value.group, value.outcome) for one in chosen for value in one.values)
        rows.append((vendor, str(len(chosen)), *(_share(counts, group) for group in groups)))
    return aligned(rows)


def _share(counts: Counter[tuple[str, str]], group: str) -> str:
    whole = sum(count for (of, _), count in counts.items() if of == group)
    return f"{counts[group, RIGHT]}/{whole}" if whole else "-"


def aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def report(one: Verdict) -> list[str]:
    """A line a recording, and a line for each value that is not right."""
    counts = Counter(value.outcome for value in one.values)
    tally = ", ".join(
        f"{counts[outcome]} {outcome}" for outcome in (RIGHT, WRONG, MISSING, "differs") if counts[outcome]
    )
    lines = [f"{one.name} ({one.profile or 'standard'}): {tally or 'nothing'}"]
    lines += [f"    ! {fault}" for fault in one.faults]
    odd = [value for value in one.values if value.outcome != RIGHT]
    for value in odd[:LISTED_MOST]:
        found = f", found {value.found}" if value.found else ""
        why = f" ({value.why})" if value.why else ""
        lines.append(f"    {value.outcome}: {value.group}: {value.what}: expected {value.expected}{found}{why}")
    return [*lines, f"    and {len(odd) - LISTED_MOST} more"] if len(odd) > LISTED_MOST else lines


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m collectors.conformance", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", nargs="*", default=(), help="names of recordings")
    asked = parser.parse_args()
    if not asked.folder.is_dir():
        parser.error(f"{asked.folder} is no folder")
    load()  # a mistake in a profile is said before anything is played
    verdicts = check(asked.folder, asked.only)
    if asked.json:
        sys.stdout.write(json.dumps([dataclasses.asdict(one) for one in verdicts], indent=1) + "\n")
    else:
        lines = [line for one in verdicts for line in report(one)]
        sys.stdout.write("\n".join([*lines, "", table(verdicts), ""]))
    return int(any(value.outcome == WRONG for one in verdicts for value in one.values))


if __name__ == "__main__":
    sys.exit(main())
