"""What one poll of one learned device asks, and how the answers become samples. Pure: nothing here asks a device."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from collectors.decoders import part, text
from collectors.labels import by_label
from collectors.metrics import Metric
from collectors.profile import Profile, Source
from collectors.result import AgentClock, Sample
from collectors.snmp.base import Missing, Rows, Value

LABELS_MOST = 256  # samples of one table: no device has more SSIDs or radios that somebody would look at
OBJECTS_A_PDU = 24  # about 1,000 octets of answer, below what gets fragmented
_MISSING = frozenset(Missing)
UNANSWERED = Missing.NULL  # stands for the values of a request that failed; agents don't answer a GET with Null


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, or a scalar: its own label and where its values stand among the answers."""

    label: str
    positions: tuple[int, ...]

    def moved(self, places: Mapping[int, int]) -> "Row":
        return Row(self.label, tuple(places[place] for place in self.positions))


# Where a value stands that is an integer and taken as it comes, which nearly all are (else -1), then its range and the
# rest of its sample.
Plain = tuple[int, float, float, str, str, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """One sample to be: the rows that carry its label, joined as the metric says."""

    metric: Metric
    label: str
    source: Source
    rows: tuple[Row, ...]
    bits: int = 0
    plain: Plain = (-1, 0, 0, "", "", 0)
    summed: tuple[int, ...] = ()  # where the values stand, when they are such integers that are added


def reading(metric: Metric, label: str, source: Source, rows: tuple[Row, ...], bits: int = 0) -> Reading:
    places = tuple(row.positions[0] for row in rows)
    is_plain = source.is_plain and len(places) == 1
    plain = (places[0] if is_plain else -1, metric.least, metric.most, metric.name, label, bits)
    return Reading(metric, label, source, rows, bits, plain, places if source.is_sum else ())


@dataclass(frozen=True, slots=True)
class Walk:
    """A table that is walked in each poll: rows to be counted, or too many rows to be asked one by one."""

    source: Source
    labels: dict[str, str]  # by index, as learned; when rows are counted, those that may have none


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Plan:
    profile: Profile | None
    requests: tuple[
        tuple[str, ...], ...
    ]  # a PDU each; the first has sysUpTime, the other clocks, the uplink's counters
    clock: tuple[int, ...]  # where sysUpTime, hrSystemUptime, snmpEngineBoots and -Time stand; -1 nowhere
    layout: tuple[int, ...]  # where ifNumber and ifTableLastChange stand: when they change, indices may have
    readings: tuple[Reading, ...]
    walks: tuple[Walk, ...] = ()
    failed: tuple[str, ...] = ()  # sentences on what could not be learned
    has_channels: bool = False  # so that frequencies follow from them

    @property
    def is_plain(self) -> bool:
        """Whether its requests are all that is asked, so that no conversation is needed."""
        return not self.walks

    def clock_of(self, values: Sequence[Value]) -> AgentClock:
        return AgentClock(*[clock_value(values[place]) if place >= 0 else None for place in self.clock])

    def layout_of(self, values: Sequence[Value]) -> tuple[Value, ...]:
        return tuple(values[place] for place in self.layout if not isinstance(values[place], Missing))


def requests_for(oids: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(oids[i : i + OBJECTS_A_PDU]) for i in range(0, len(oids), OBJECTS_A_PDU))


def without_absent(plan: Plan, values: Sequence[Value]) -> Plan:
    """The plan without the objects that its first answers say are not there; sysUpTime stays, it is the probe."""
    absent = {i for i, value in enumerate(values) if i > 0 and isinstance(value, Missing) and value is not UNANSWERED}
    oids = [oid for request in plan.requests for oid in request]
    rows = [tuple(row for row in one.rows if absent.isdisjoint(row.positions)) for one in plan.readings]
    used = {0, *plan.clock, *plan.layout, *(place for of_one in rows for row in of_one for place in row.positions)}
    kept = [place for place in range(len(oids)) if place in used and place not in absent]
    moved = {place: i for i, place in enumerate(kept)}
    return replace(
        plan,
        requests=requests_for([oids[place] for place in kept]),
        clock=tuple(moved.get(place, -1) for place in plan.clock),
        layout=tuple(moved[place] for place in plan.layout if place in moved),
        readings=tuple(
            reading(one.metric, one.label, one.source, tuple(row.moved(moved) for row in left), one.bits)
            for one, left in zip(plan.readings, rows, strict=True)
            if left
        ),
    )


_shared: WeakValueDictionary[tuple[object, ...], Plan] = WeakValueDictionary()


def shared(plan: Plan) -> Plan:
    """One object for all devices that are asked the same, so that 100,000 of them fit into memory."""
    name = plan.profile.name if plan.profile else ""
    known = _shared.setdefault((name, plan.requests, tuple(one.label for one in plan.readings)), plan)
    return known if known == plan else plan


def samples(readings: Iterable[Reading], values: Sequence[Value]) -> tuple[list[Sample], int]:
    """What the answers say, and how many of them were rejected as unreadable or out of the metric's range."""
    found: list[Sample] = []
    rejected = 0
    for one in readings:  # half of the CPU of a poll before it was written this way
        place, least, most, name, label, bits = one.plain
        value: float | Value | None = values[place] if place >= 0 else None
        if type(value) is not int:
            try:
                value = _joined(one, values)
            except ValueError:
                rejected += 1
                continue
            if value is None:
                continue
        if least <= value <= most:  # also false for NaN
            found.append(tuple.__new__(Sample, (name, value, label, bits)))
        else:
            rejected += 1
    return found, rejected


def _joined(one: Reading, values: Sequence[Value]) -> float | None:
    if one.summed:
        numbers = [value for place in one.summed if type(value := values[place]) is int]
        if len(numbers) == len(one.summed):
            return sum(numbers)
    return joined(one.source, [(row.label, [values[place] for place in row.positions]) for row in one.rows])


def joined(source: Source, rows: Iterable[tuple[str, Sequence[Value]]]) -> float | None:
    """One value from the rows of one label; None when there is none, or when a part of it was not answered."""
    answered = []
    for label, inputs in rows:
        if not _MISSING.isdisjoint(inputs):
            if UNANSWERED in inputs:
                return None
        elif source.pattern is None:
            answered.append((label, inputs))
        elif part := _cut(source.pattern, inputs):
            answered.append((label, part))
    if not answered:
        return None
    if source.reduce is not None:
        return _known(source, source.reduce(answered))
    numbers = [number for _, inputs in answered if (number := _number(source, inputs)) is not None]
    return source.metric.combine(numbers) if numbers else None


def _cut(pattern: re.Pattern[str], inputs: Sequence[Value]) -> Sequence[Value]:
    """The inputs with the part of the first that the pattern finds; none when it finds nothing."""
    found = pattern.search(text(inputs[0]))
    return (part(found), *inputs[1:]) if found else ()


def _number(source: Source, inputs: Sequence[Value]) -> float | None:
    if source.map:
        return source.map.get(text(inputs[0]))
    return _known(source, source.decode(inputs))


def _known(source: Source, number: float) -> float | None:
    return None if number in source.missing else round(number * source.scale + source.offset, 6)


def walked(walk: Walk, tables: Sequence[Rows]) -> tuple[list[Sample], int]:
    """The samples of a table that was walked, its own column first; rows are counted whoever they belong to."""
    source = walk.source
    rows = tables[0]
    if source.count_rows:
        return _counted(walk, [text(value) for value in rows.values()]), 0
    labels = {index: walk.labels[index] for index in rows if index in walk.labels}
    places = {index: place * len(tables) for place, index in enumerate(labels)}
    readings = [
        reading(
            source.metric,
            label,
            source,
            tuple(Row(labels[i], _places(places[i], len(tables))) for i in members),
            source.bits,
        )
        for label, members in by_label(labels, source).items()
    ]
    return samples(readings, [table.get(index, Missing.NO_SUCH_INSTANCE) for index in labels for table in tables])


def _counted(walk: Walk, values: list[str]) -> list[Sample]:
    source = walk.source
    wanted = [value for value in values if source.rows is None or source.rows.search(value)]
    if not source.label_value:
        return [Sample(source.metric.name, len(wanted), source.label)]
    counts = Counter(dict.fromkeys(walk.labels.values(), 0))
    counts.update(source.labels.get(value, value) for value in wanted)
    return [Sample(source.metric.name, count, label) for label, count in counts.most_common(LABELS_MOST) if label]


def _places(start: int, count: int) -> tuple[int, ...]:
    return tuple(range(start, start + count))


def clock_value(value: Value) -> int | None:
    """Ticks, boots and seconds have 32 bits without a sign; anything else is nonsense."""
    return value if isinstance(value, int) and 0 <= value < 2**32 else None
