"""Vendor profiles: how a device is recognised, and which of its objects give which metric."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from collectors.decoders import Inputs, Rows, first, total_of_rows
from collectors.metrics import Metric

OWN_ARC = "sysObjectID"  # as the base of a profile: vendors whose every model has a MIB below its own sysObjectID
IN_INDEX = "index"  # as the serial of access points: their rows are indexed by it
STANDARD = "standard"  # the profile of everybody: what the standard MIBs give, after the vendor's own objects
FIELDS = ("model", "firmware", "serial")


@dataclass(frozen=True, slots=True)
class Match:
    """One way to recognise a device: all that is given must hold.

    `object` (an instance) or `column` is asked of devices whose sysObjectID says too little, and must fit `pattern`.
    As the `when` of a source it says of which devices of a profile that is read.
    """

    sys_object_id: str = ""
    sys_descr: re.Pattern[str] | None = None
    object: str = ""
    column: str = ""
    pattern: re.Pattern[str] | None = None

    @property
    def rank(self) -> tuple[int, bool, int]:
        """The most specific wins: the longest sysObjectID, then an object of its own, then the longest sysDescr."""
        return (
            len(self.sys_object_id.split(".")) if self.sys_object_id else 0,
            bool(self.object or self.column),
            len(self.sys_descr.pattern) if self.sys_descr else 0,
        )

    def fits(self, sys_object_id: str, sys_descr: str) -> bool:
        """Whether the system group is right; `object` and `column` are still to be asked."""
        under = not self.sys_object_id or f"{sys_object_id}.".startswith(f"{self.sys_object_id}.")
        return under and (self.sys_descr is None or self.sys_descr.search(sys_descr) is not None)


@dataclass(frozen=True, slots=True)
class Fact:
    """Where the model, firmware or serial number stands; `pattern` cuts a part out of the text, `label` frames it."""

    mib: str
    scalar: str = ""
    column: str = ""
    sys_descr: bool = False
    pattern: re.Pattern[str] | None = None
    values: Mapping[str, str] = field(default_factory=dict)  # what numbers stand for
    label: str = "{}"
    when: Match | None = None  # asked of some devices only


@dataclass(frozen=True, slots=True)
class Source:
    """One `[[metric]]` of a profile: the object that gives it and how it is read.

    Of several sources of one metric the first that gives a label wins; the others only fill in what is missing.
    """

    metric: Metric
    mib: str
    scalar: str = ""
    column: str = ""
    count_rows: str = ""  # a small harmless column: its rows are counted, never a column of addresses or names
    others: tuple[str, ...] = ()  # further objects the decoder needs; columns share the index
    label: str = ""
    label_column: str = ""
    label_index: str = ""
    label_value: bool = False  # count_rows: the value is the label, such as the SSID of each station
    labels: Mapping[str, str] = field(default_factory=dict)
    rows: re.Pattern[str] | None = None  # only rows whose label (counted: whose value) fits; a group becomes the label
    present_if: str = ""  # count_rows: no row means 0 only where this column has rows
    when: Match | None = None
    pattern: re.Pattern[str] | None = None  # cuts the number, or the state, out of a text
    scale: float = 1.0
    offset: float = 0.0
    map: Mapping[str, float] = field(default_factory=dict)  # states as numbers
    missing: frozenset[float] = frozenset()  # values with which the device says "not known"
    bits: int = 0  # width of a counter
    decode: Callable[[Inputs], float] = first
    reduce: Callable[[Rows], float] | None = None

    @property
    def oid(self) -> str:
        return self.scalar or self.column or self.count_rows

    @property
    def one_label(self) -> bool:
        return not (self.label_column or self.label_index or self.label_value) or self.reduce is not None

    @property
    def is_plain(self) -> bool:
        """The object's integer is the value: true of most, so the poll takes a short cut."""
        return self._is_as_it_comes and not self.reduce

    @property
    def is_sum(self) -> bool:
        """The value is the sum of such integers."""
        return self._is_as_it_comes and (self.reduce or self.metric.combine) in (total_of_rows, sum)

    @property
    def _is_as_it_comes(self) -> bool:
        converted = self.pattern or self.map or self.missing or self.offset
        return self.decode is first and not converted and self.scale == 1


@dataclass(frozen=True, slots=True)
class AccessPoints:
    """One `[[access_points]]` of a profile: the table in which a controller lists its access points.

    Every column has one row for each access point with the same index; those of `sources` are walked in each poll and
    may have more rows for each, such as one for each radio: their index begins with that of the access point. The
    other columns are read when an access point is new or has come back, and once a day.
    """

    mib: str
    key: str = ""  # what each is known by for good, where the numbers of the rows change hands
    state: str = ""  # its rows are the access points
    states: Mapping[str, bool] = field(
        default_factory=dict
    )  # in lower case: whether it means up; of any other nobody knows
    down: str = ""  # where those that are down stand in a table of their own: the column of their names
    name: str = ""
    address: str = ""
    model: str = ""
    firmware: str = ""
    serial: str = ""
    uptime_s: str = ""
    uptime_ticks: str = ""
    when: Match | None = None
    sources: tuple[Source, ...] = ()

    @property
    def places(self) -> list[tuple[str, bool]]:
        """The columns whose rows are the access points, the best first, and whether they are those of radios."""
        radios = [source.column for source in self.sources if source.metric.name.startswith("radio_")]
        return [(column, False) for column in (self.state, self.name) if column] + [(one, True) for one in radios[:1]]


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    vendor: str
    devices: str
    matches: tuple[Match, ...] = ()
    facts: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    access_points: tuple[AccessPoints, ...] = ()  # the first that has rows
    own_arc: bool = False  # its OIDs continue the device's sysObjectID
    uplink: re.Pattern[str] | None = None  # name of the interface that carries the device's traffic


def rooted(thing: Any, sys_object_id: str) -> Any:
    """A profile, or a part of one, whose OIDs below `OWN_ARC` are those of a device with this sysObjectID."""
    if isinstance(thing, str):
        return f"{sys_object_id}{thing.removeprefix(OWN_ARC)}" if thing.startswith(f"{OWN_ARC}.") else thing
    if isinstance(thing, tuple):
        return tuple(rooted(one, sys_object_id) for one in thing)
    if isinstance(thing, dict):
        return {key: rooted(one, sys_object_id) for key, one in thing.items()}
    if is_dataclass(thing) and not isinstance(thing, type | Metric):
        return replace(thing, **{one.name: rooted(getattr(thing, one.name), sys_object_id) for one in fields(thing)})
    return thing
