"""From which objects each sample of a poll was read, so that it can be compared with what those objects must give."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from collectors.controllers import Roster, key_of, rows_of
from collectors.labels import by_label
from collectors.plan import Plan
from collectors.profile import Source
from collectors.result import PollResult, Sample


@dataclass(frozen=True, slots=True)
class Told:
    """One sample of a device, or of one of its access points, and the instances it was made of.

    Where rows were counted, `oids` has the column alone.
    """

    sample: Sample
    oids: frozenset[str] = frozenset()
    access_point: str = ""  # its key
    source: Source | None = None


Read = dict[tuple[str, str], tuple[set[str], Source]]  # instances and source by metric and label


def told(result: PollResult, plan: Plan | None, roster: Roster | None, recorded: Iterable[str]) -> list[Told]:
    """Every sample of the result; `recorded` are the instances the device has."""
    found = list(_with_sources(result.samples, _read(plan) if plan else {}))
    if roster is not None and result.access_points is not None:
        read = _read_of_access_points(roster, sorted(recorded))
        for one in result.access_points:
            found += _with_sources(one.samples, read.get(one.key, {}), one.key)
    return found


def _with_sources(samples: Iterable[Sample], read: Read, key: str = "") -> Iterator[Told]:
    for sample in samples:
        known = read.get((sample.metric, sample.label))
        if known is None and sample.metric == "radio_frequency":
            known = read.get(("radio_channel", sample.label))
        yield Told(sample, frozenset(known[0]), key, known[1]) if known else Told(sample, access_point=key)


def _read(plan: Plan) -> Read:
    asked = [oid for request in plan.requests for oid in request]
    read: Read = {}
    for one in plan.readings:
        oids = {asked[place] for row in one.rows for place in row.positions}
        read[one.metric.name, one.label] = oids, one.source
    for walk in plan.walks:
        source = walk.source
        if source.count_rows:
            read[source.metric.name, source.label] = {source.count_rows}, source
            continue
        columns = source.column, *source.others
        for label, members in by_label(walk.labels, source).items():
            read[source.metric.name, label] = {f"{column}.{i}" for i in members for column in columns}, source
    return read


def _read_of_access_points(roster: Roster, recorded: Sequence[str]) -> dict[str, Read]:
    """The same by the key of each access point."""
    found: dict[str, Read] = {}
    for source, labels in zip(roster.table.sources, roster.labels, strict=True):
        indices = _indices(source.column, recorded)
        for (of, label), rows in rows_of(source, labels, indices, roster.up).items():
            oids = {f"{column}.{index}" for index in rows for column in (source.column, *source.others)}
            found.setdefault(roster.keys.get(of) or key_of(of), {}).setdefault(
                (source.metric.name, label), (oids, source)
            )
    return found


def _indices(column: str, recorded: Sequence[str]) -> list[str]:
    start, end = bisect_left(recorded, f"{column}."), bisect_left(recorded, f"{column}/")  # the slash follows the point
    return [oid[len(column) + 1 :] for oid in recorded[start:end]]
