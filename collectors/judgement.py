"""Compares what a poll told with what a recording must give, value by value. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from statistics import fmean
from typing import Any

from collectors.controllers import NO_ADDRESS
from collectors.expectations import AP_TEXTS, Expected, Table, of_access_point, sensors, ssids, wholes
from collectors.metrics import METRICS
from collectors.result import Identity, ManagedAccessPoint, PollResult
from collectors.told import Told

RIGHT, WRONG, MISSING, DIFFERS = "right", "wrong", "missing", "differs"
DOWN = "an access point that is down tells nothing: its row is empty, not nought"
PERCENT_ROUNDED = 1.0  # collections have whole percents, made of pieces that were rounded before


@dataclass(frozen=True, slots=True)
class Judged:
    """One expected value and what became of it; `why` is the reason where ours differs on purpose."""

    group: str
    what: str
    outcome: str
    expected: str = ""
    found: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where our meaning is another on purpose: matched by system, by what is expected and by its value."""

    what: re.Pattern[str]
    why: str
    system: str = ""

    def fits(self, system: str, one: Judged) -> bool:
        return self.system in ("", system) and self.what.search(one.what) is not None


@dataclass(slots=True)
class Samples:
    """The samples of a poll, found by the objects they were read from."""

    told: Sequence[Told]
    by_oid: dict[str, list[Told]] = field(default_factory=dict)
    by_access_point: dict[str, list[Told]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.told:
            self.by_access_point.setdefault(one.access_point, []).append(one)
            for oid in one.oids:
                self.by_oid.setdefault(oid, []).append(one)

    def touching(self, expected: Expected, metric: str) -> list[Told]:
        found = chain.from_iterable(self.by_oid.get(oid, ()) for oid in expected.oids)
        return list({id(one): one for one in found if one.sample.metric == metric}.values())

    def of(self, metrics: Sequence[str], access_point: str = "") -> list[Told]:
        return [one for one in self.by_access_point.get(access_point, ()) if one.sample.metric in metrics]


def judge(said: Table, result: PollResult, told: Sequence[Told], differences: Iterable[Difference]) -> list[Judged]:
    """Every value that is expected of the device; nothing that is not expected is looked at."""
    samples = Samples(told)
    wanted = sensors(said)
    found = list(_identity(said, result.identity or Identity()))
    found += [_out_of_range(_sensor(one, samples, wanted), one) for one in wanted]
    found += [_whole(group, samples.of((metric,)), candidates) for group, metric, candidates in wholes(said)]
    found += _ssids(said, samples)
    found += _access_points(said, result.access_points or (), samples)
    system = str(said.get("os", ""))
    return [_explained(one, [item for item in differences if item.fits(system, one)]) for one in found]


def _explained(one: Judged, reasons: Sequence[Difference]) -> Judged:
    if one.outcome not in (WRONG, MISSING) or not reasons:
        return one
    return Judged(one.group, one.what, DIFFERS, one.expected, one.found, reasons[0].why)


def same_text(said: str, found: str) -> str:
    """Right also when one holds the other: collections write "9.13 (US)" where the device says 9.13."""
    if not found:
        return MISSING
    one, other = (re.sub(r"[^a-z0-9]+", "", text.lower()) for text in (said, found))
    if min(len(one), len(other)) < 2:
        return RIGHT if one == other else WRONG
    return RIGHT if one in other or other in one else WRONG


def same_number(expected: float, found: float) -> bool:
    """The same as far as the expected value has digits."""
    decimals = len(f"{expected:.6f}".rstrip("0").partition(".")[2])
    return bool(abs(expected - found) <= 0.5 * 10.0**-decimals + 1e-9)


def _identity(said: Table, identity: Identity) -> Iterator[Judged]:
    texts = (("model", "hardware", identity.model), ("firmware", "version", identity.firmware))
    for group, key, found in (*texts, ("serial", "serial", identity.serial)):
        expected = said.get(key)
        if expected:
            yield Judged(group, group, same_text(str(expected), found), str(expected), found)


def _sensor(expected: Expected, samples: Samples, wanted: Sequence[Expected]) -> Judged:
    """By its objects where they are known and read, else by its class and its name."""
    verdicts = [
        verdict
        for metric in expected.metrics
        if (touching := samples.touching(expected, metric))
        for verdict in _by_objects(expected, metric, touching, wanted)
    ]
    if not verdicts:
        verdicts = [(same_number(expected.value, value), value) for value in _by_name(expected, samples)]
    if not verdicts:
        return Judged(expected.group, expected.what, MISSING, f"{expected.value:g}")
    best = next((verdict for verdict in verdicts if verdict[0]), verdicts[0])
    outcome = RIGHT if best[0] else WRONG
    return Judged(expected.group, expected.what, outcome, f"{expected.value:g}", f"{best[1]:g}")


def _by_objects(
    expected: Expected, metric: str, touching: Sequence[Told], wanted: Sequence[Expected]
) -> Iterator[tuple[bool, float]]:
    """Our sample of the same objects; several of ours that make up the expected one; one of ours made of several."""
    exact = [one for one in touching if one.oids == expected.oids]
    if exact:
        yield from ((same_number(expected.value, one.sample.value), one.sample.value) for one in exact)
        return
    if all(one.oids <= expected.oids for one in touching):
        if frozenset(chain.from_iterable(one.oids for one in touching)) == expected.oids:
            total = METRICS[metric].combine(one.sample.value for one in touching)
            yield same_number(expected.value, total), total
        return
    for one in touching:
        if METRICS[metric].combine is not sum and one.source is not None and one.source.reduce is None:
            yield same_number(expected.value, one.sample.value), one.sample.value  # rows that tell the same
            continue
        parts = {item.oids: item.value for item in wanted if item.oids and item.oids <= one.oids}
        if frozenset(chain.from_iterable(parts)) == one.oids and sum(map(len, parts)) == len(one.oids):
            joined = METRICS[metric].combine(parts.values())
            yield same_number(joined, one.sample.value), one.sample.value
        elif _main(one) == expected.oids:
            yield same_number(expected.value, one.sample.value), one.sample.value


def _main(one: Told) -> frozenset[str]:
    """The objects of the source itself, without those its decoder needs beside them."""
    if one.source is None:
        return one.oids
    column = one.source.oid
    return frozenset(oid for oid in one.oids if f"{oid}.".startswith(f"{column}."))


def _by_name(expected: Expected, samples: Samples) -> list[float]:
    """Samples whose objects tell nothing (counted rows, other objects): by SSID or radio, or the only one there is."""
    others = [one for one in samples.of(expected.metrics) if one.oids.isdisjoint(expected.oids)]
    found = [one for one in others if not (one.oids and expected.oids) or len(expected.oids) == 1]
    labelled = [one.sample.value for one in found if one.sample.label and one.sample.label == expected.label]
    if labelled:
        return labelled
    if re.search(r"(?i)total", expected.what) or not _is_of_a_part(expected):
        return [one.sample.value for one in found if not one.sample.label]
    by_ssid = [one for one in found if one.sample.metric == "ssid_clients"]
    counted = any(one.source is not None and one.source.label_value for one in by_ssid)
    nobody = counted or (expected.value == 0 and any(one.sample.metric == "clients" for one in found))
    return [0.0] if nobody and expected.group == "clients" else []


def _is_of_a_part(expected: Expected) -> bool:
    return expected.what.split(" ", 1)[-1].startswith(("SSID", "Radio", "Clients ("))


def _whole(group: str, found: Sequence[Told], candidates: Sequence[Expected]) -> Judged:
    """One value for the device: that of the objects it was read from, else of the first of the collection's."""
    what = f"{group} {candidates[0].what}"
    if not found:
        return Judged(group, what, MISSING, f"{candidates[0].value:g}")
    one = found[0]
    read = [item for item in candidates if item.oids and item.oids <= one.oids]
    values = [item.value for item in read or candidates]
    is_joined = group != "memory" or (one.source is not None and one.source.reduce is None)
    expected = {values[0], max(values), fmean(values)} if is_joined else {values[0]}
    slack = 0.0 if group == "temperature" else PERCENT_ROUNDED
    is_right = any(same_number(value, one.sample.value) or abs(value - one.sample.value) <= slack for value in expected)
    return Judged(group, what, RIGHT if is_right else WRONG, f"{values[0]:g}", f"{one.sample.value:g}")


def _ssids(said: Table, samples: Samples) -> Iterator[Judged]:
    found = {one.sample.label: one.sample.value for one in samples.of(("ssid_clients",))}
    for ssid, count in ssids(said).items():
        value = found.get(ssid)
        outcome = MISSING if value is None else RIGHT if same_number(count, value) else WRONG
        yield Judged("ssids", f"SSID {ssid}", outcome, f"{count:g}", "" if value is None else f"{value:g}")


def _access_points(said: Table, listed: Sequence[ManagedAccessPoint], samples: Samples) -> Iterator[Judged]:
    columns: Mapping[str, Any] = (said.get("columns") or {}).get("radio", {})
    by_key = {one.key: one for one in listed}
    for row in said.get("access_points") or ():
        ours = by_key.get(str(row["id"]).lower()) or by_key.get(str(row["oid_suffix"]))
        yield from _facts(row, ours)
        for expected in of_access_point(row, columns):
            if expected.group == "radios":
                judged = _sensor(expected, samples, ())
            else:
                values = samples.of(expected.metrics, ours.key) if ours else []
                whole = [one for one in values if not one.sample.label] or values
                judged = _value(expected, [one.sample.value for one in whole])
            yield _of_nothing(judged, expected, row, ours)


def _facts(row: Table, ours: ManagedAccessPoint | None) -> Iterator[Judged]:
    group, name = "access points", str(row["id"])
    if not {"up", *AP_TEXTS} & row.keys():
        return  # known by its radios alone
    yield Judged(group, f"{name} listed", RIGHT if ours else MISSING)
    if "up" in row:
        found = None if ours is None else ours.up
        outcome = MISSING if found is None else RIGHT if found == row["up"] else WRONG
        yield Judged(group, f"{name} up", outcome, str(row["up"]), str(found))
    for key, fact in AP_TEXTS.items():
        expected = str(row.get(key) or "")
        if expected and expected not in NO_ADDRESS:
            said = "" if ours is None else str(getattr(ours, fact))
            yield Judged(group, f"{name} {key}", same_text(expected, said), expected, said)
    seconds = row["uptime_ticks"] / 100 if row.get("uptime_ticks") is not None else row.get("uptime_s")
    if seconds is not None:
        wanted = int(seconds)
        found_s = None if ours is None else ours.uptime_s
        outcome = MISSING if found_s is None else RIGHT if found_s == wanted else WRONG
        is_down = found_s is None and ours is not None and ours.up is False
        why = DOWN if is_down else ""
        yield Judged(group, f"{name} uptime", DIFFERS if is_down else outcome, str(wanted), str(found_s), why)


def _value(expected: Expected, values: Sequence[float]) -> Judged:
    if not values:
        return Judged(expected.group, expected.what, MISSING, f"{expected.value:g}")
    outcome = RIGHT if same_number(expected.value, values[0]) else WRONG
    return Judged(expected.group, expected.what, outcome, f"{expected.value:g}", f"{values[0]:g}")


def _of_nothing(judged: Judged, expected: Expected, row: Table, ours: ManagedAccessPoint | None) -> Judged:
    """Values with which a controller says that it has none."""
    if judged.outcome == MISSING and row.get("up") is False and ours is not None and ours.up is False:
        return Judged(judged.group, judged.what, DIFFERS, judged.expected, why=DOWN)
    return _out_of_range(judged, expected)


def _out_of_range(judged: Judged, expected: Expected) -> Judged:
    metrics = [METRICS[name] for name in expected.metrics]
    if judged.outcome != MISSING or not metrics or any(one.least <= expected.value <= one.most for one in metrics):
        return judged
    why = f"{metrics[0].name} is between {metrics[0].least:g} and {metrics[0].most:g}: it says that there is none"
    return Judged(judged.group, judged.what, DIFFERS, judged.expected, why=why)
