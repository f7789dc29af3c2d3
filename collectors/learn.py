"""Learns a device at first contact: what it is, which interfaces and table rows it has, and from that its plan."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from collectors import oids
from collectors.interfaces import Interface, chosen, interfaces
from collectors.labels import by_label, labels_of
from collectors.metrics import METRICS
from collectors.plan import LABELS_MOST, OBJECTS_A_PDU, Plan, Reading, Row, Walk, reading, requests_for
from collectors.profile import Profile, Source
from collectors.snmp.base import Missing, Session, SnmpError

ROWS_MOST = 12_000  # of a table that is learned: the largest controllers have 6,000 access points of two radios
ROWS_ASKED_ONE_BY_ONE = 48  # a longer table is walked in each poll
INTERFACES_MOST = 256  # a controller lists thousands of tunnels after its ports

NO_SPEED = frozenset({0.0})  # ifHighSpeed of interfaces that don't know theirs

CLOCK = (oids.SYS_UP_TIME, oids.HR_SYSTEM_UPTIME, oids.SNMP_ENGINE_BOOTS, oids.SNMP_ENGINE_TIME)
LAYOUT = (oids.IF_NUMBER, oids.IF_TABLE_LAST_CHANGE)
CONTACT = (*CLOCK, *LAYOUT)  # the first question to a device of which nothing is known


@dataclass(slots=True)
class Draft:
    """A plan being made: objects get a place each, however many readings need them."""

    places: dict[str, int] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    walks: list[Walk] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    given: set[tuple[str, str]] = field(default_factory=set)  # metric and label that have their source

    def place(self, oid: str) -> int:
        return self.places.setdefault(oid, len(self.places))

    def add(self, source: Source, label: str, rows: Sequence[tuple[str, Sequence[str]]], bits: int = 0) -> None:
        """The first source of a metric and label wins."""
        if (source.metric.name, label) not in self.given:
            self.given.add((source.metric.name, label))
            placed = tuple(Row(name, tuple(self.place(oid) for oid in asked)) for name, asked in rows)
            self.readings.append(reading(source.metric, label, source, placed, bits or source.bits))

    def is_given(self, source: Source) -> bool:
        """Whether an earlier source gives all that this one could, so that it need not be asked."""
        if source.one_label:
            return (source.metric.name, source.label) in self.given
        return source.label_value and any(metric == source.metric.name for metric, _ in self.given)


async def learn(session: Session, profile: Profile | None, standard: Profile) -> Plan:
    """The plan of a device; a table that fails is named in it and leaves the others alone."""
    draft = Draft()
    contact = await session.get(CONTACT)
    known = [oid for oid, value in zip(CONTACT, contact, strict=True) if not isinstance(value, Missing)]
    for oid in (oids.SYS_UP_TIME, *known):
        draft.place(oid)
    try:
        await _learn_interfaces(session, draft, profile)
    except SnmpError as error:
        draft.failed.append(f"ifTable: {error}")
    sources = (*(profile.sources if profile else ()), *standard.sources)
    scalars = await _known_scalars(session, draft, sources)
    for source in sources:
        if draft.is_given(source):
            continue
        if source.scalar in scalars and scalars.issuperset(source.others):
            draft.add(source, source.label, [(source.label, [source.scalar, *source.others])])
        elif not source.scalar:
            try:
                await _learn_table(session, draft, source)
            except SnmpError as error:
                draft.failed.append(f"{source.mib}: {error}")
    return Plan(
        profile=profile,
        requests=requests_for(list(draft.places)),
        clock=(0, *(draft.places.get(oid, -1) for oid in CLOCK[1:])),
        layout=tuple(draft.places[oid] for oid in LAYOUT if oid in known),
        readings=tuple(draft.readings),
        walks=tuple(draft.walks),
        failed=tuple(draft.failed),
        has_channels=any(metric == "radio_channel" for metric, _ in draft.given),
    )


async def _learn_interfaces(session: Session, draft: Draft, profile: Profile | None) -> None:
    columns = (oids.IF_NAME, oids.IF_DESCR, oids.IF_TYPE, oids.IF_OPER_STATUS)
    names, descriptions, types, states = await session.walk_many(columns, INTERFACES_MOST)
    asked = chosen(interfaces(names, descriptions, types, states), profile.uplink if profile else None)
    octets = [(interface, await _octets(session, interface)) for interface in asked]
    counted = [(interface, counters) for interface, counters in octets if counters]
    for interface, (received, sent, bits) in counted:
        _add_counter(draft, "if_in_octets", received, interface, bits)
        _add_counter(draft, "if_out_octets", sent, interface, bits)
    for uplink, _ in counted[:1]:
        _add_counter(draft, "if_in_errors", oids.IF_IN_ERRORS, uplink, 32)
        _add_counter(draft, "if_out_errors", oids.IF_OUT_ERRORS, uplink, 32)
        _add_counter(draft, "if_discontinuity", oids.IF_COUNTER_DISCONTINUITY_TIME, uplink, 0)
        speed = Source(METRICS["if_speed"], "ifHighSpeed", column=oids.IF_HIGH_SPEED, scale=1e6, missing=NO_SPEED)
        draft.add(speed, uplink.name, [(uplink.name, [f"{oids.IF_HIGH_SPEED}.{uplink.index}"])])


def _add_counter(draft: Draft, metric: str, column: str, interface: Interface, bits: int) -> None:
    source = Source(METRICS[metric], metric, column=column)
    draft.add(source, interface.name, [(interface.name, [f"{column}.{interface.index}"])], bits)


async def _octets(session: Session, interface: Interface) -> tuple[str, str, int] | None:
    """The columns to ask and their width; 32 bits where the wide counters are missing, or stand still at 0."""
    wide, narrow = (oids.IF_HC_IN_OCTETS, oids.IF_HC_OUT_OCTETS), (oids.IF_IN_OCTETS, oids.IF_OUT_OCTETS)
    values = await session.get([f"{column}.{interface.index}" for column in (*wide, *narrow)])
    counts = [value if isinstance(value, int) else None for value in values]
    if None in counts[:2] or (not any(counts[:2]) and any(counts[2:])):
        return (*narrow, 32) if None not in counts[2:] else None
    return (*wide, 64)


async def _known_scalars(session: Session, draft: Draft, sources: Sequence[Source]) -> frozenset[str]:
    """Which scalars the device has; all of them are tried in few PDUs."""
    wanted = list(dict.fromkeys(oid for source in sources if source.scalar for oid in (source.scalar, *source.others)))
    known = set()
    for i in range(0, len(wanted), OBJECTS_A_PDU):
        asked = wanted[i : i + OBJECTS_A_PDU]
        try:
            values = await session.get(asked)
        except SnmpError as error:
            draft.failed.append(f"scalars: {error}")
        else:
            known |= {oid for oid, value in zip(asked, values, strict=True) if not isinstance(value, Missing)}
    return frozenset(known)


async def _learn_table(session: Session, draft: Draft, source: Source) -> None:
    if source.count_rows:
        if await session.walk(source.present_if, 1):
            known = await session.walk(source.label_column, ROWS_MOST) if source.label_column else {}
            draft.given.add((source.metric.name, source.label))
            draft.walks.append(Walk(source, labels_of(source, known, known)))
        return
    rows, *named = await session.walk_many([oid for oid in (source.column, source.label_column) if oid], ROWS_MOST)
    names = named[0] if named else {}
    labels = labels_of(source, rows, names)
    groups = dict(itertools.islice(by_label(labels, source).items(), LABELS_MOST))
    if len(labels) > ROWS_ASKED_ONE_BY_ONE:
        draft.given.add((source.metric.name, source.label))
        wanted = itertools.chain.from_iterable(groups.values())
        draft.walks.append(Walk(source, {index: labels[index] for index in wanted}))
        return
    for label, members in groups.items():
        columns = (source.column, *source.others)
        draft.add(source, label, [(labels[index], [f"{column}.{index}" for column in columns]) for index in members])
