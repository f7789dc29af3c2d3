"""What a controller says of its access points: its tables, column by column, made into one entry for each. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

from collectors.channels import frequencies
from collectors.decoders import number, text
from collectors.labels import label_of
from collectors.plan import joined
from collectors.profile import AccessPoints, Source
from collectors.result import ManagedAccessPoint, Sample
from collectors.snmp.base import Missing, Rows, Value

IDENTITY = ("name", "address", "model", "firmware", "serial")  # does not change from one poll to the next
MAC_OCTETS = 6
NO_ADDRESS = ("0.0.0.0", "255.255.255.255", "::")  # noqa: S104 nothing listens there
TICKS_A_SECOND = 100

Found = dict[str, dict[tuple[str, str], Sample]]  # by the index of the access point, then by metric and label
Labels = Mapping[str, str]  # the name of each row by its index; radios of one access point all differ


@dataclass(slots=True)
class Roster:
    """What is remembered of a controller's access points from one poll to the next, by the index of their rows."""

    table: AccessPoints
    rows: str = ""  # the column whose rows are the access points
    of_radios: bool = False  # its rows are radios: the device shows no more
    cells: dict[str, dict[str, str]] = field(default_factory=lambda: {name: {} for name in IDENTITY})
    labels: list[Labels] = field(default_factory=list)  # of the rows of each source that has a label column
    up: dict[str, bool | None] = field(default_factory=dict)  # of the poll before
    keys: dict[str, str] = field(default_factory=dict)  # where they are not the index

    def __post_init__(self) -> None:
        self.labels = [{} for _ in self.table.sources]

    def states(self, rows: Rows) -> dict[str, bool | None]:
        """Whether each is up; without a state column, and of a state the profile doesn't know, that is unknown."""
        if self.of_radios:
            return dict.fromkeys(of for index in rows if (of := index.rpartition(".")[0]))
        if self.rows != self.table.state:
            return dict.fromkeys(rows)
        return {index: self.table.states.get(text(value).lower()) for index, value in rows.items()}

    def listed_as_down(self, names: Rows, states: Mapping[str, bool | None]) -> dict[str, bool]:
        """Those of a table of their own, which gives their names; who is in both is on the way up."""
        down = {index: text(value) for index, value in names.items() if index not in states}
        self.cells["name"] |= down
        self.up.update(dict.fromkeys(down, False))
        return dict.fromkeys(down, False)

    def rename(self, keys: Rows) -> None:
        """A row that is another's now is asked as if it were new."""
        for index, value in keys.items():
            key = text(value)
            if self.keys.get(index) != key:
                self.keys[index] = key
                self.up.pop(index, None)

    def doubtful(self, states: Mapping[str, bool | None]) -> list[str]:
        """Those of which the identity must be asked: new ones, and those that came back, perhaps with new firmware."""
        return [index for index, up in states.items() if index not in self.up or (up and not self.up[index])]


def column_of(table: AccessPoints, name: str) -> str:
    return str(getattr(table, name))


def owner(index: str, access_points: Mapping[str, object]) -> str | None:
    """The access point to which a row belongs: its index, or the beginning of it."""
    while index not in access_points:
        index, point, _ = index.rpartition(".")
        if not point:
            return None
    return index


def labels_of(source: Source, names: Rows, access_points: Mapping[str, object]) -> Labels:
    """Names of the rows by the label column; the second radio of an access point at 5 GHz becomes "5 GHz (1)"."""
    found: dict[str, str] = {}
    taken: set[tuple[str, str]] = set()
    for index in names:
        of, label = owner(index, access_points), label_of(source, index, names)
        if of is None or label is None:
            continue
        if source.metric.name.startswith("radio_") and (of, label) in taken:
            label = f"{label} ({index.rpartition('.')[2]})"
        taken.add((of, label))
        found[index] = label
    return found


def key_of(index: str) -> str:
    """A MAC address where the index is one, with or without its length before it; else the index itself."""
    octets = [int(part) for part in index.split(".")]
    if octets[0] == MAC_OCTETS and len(octets) == MAC_OCTETS + 1 and not text_of_index(index):
        octets = octets[1:]
    if len(octets) == MAC_OCTETS and max(octets) <= 255:
        return ":".join(f"{octet:02x}" for octet in octets)
    return index


def text_of_index(index: str) -> str:
    """The text in an index, behind its length and perhaps the number of a virtual domain; empty when there is none."""
    parts = [int(part) for part in index.split(".")]
    for start, length in enumerate(parts[:2], 1):
        letters = parts[start:]
        if length == len(letters) and all(32 < letter < 127 for letter in letters):
            return bytes(letters).decode()
    return ""


def cell(name: str, value: Value) -> str:
    """The text of an identity; addresses also come as the octets of InetAddress."""
    if name == "address" and isinstance(value, bytes) and len(value) in (4, 16) and not value.isdigit():
        value = str(ip_address(value))
    said = text(value)
    return "" if name == "address" and said in NO_ADDRESS else said


def listed(
    roster: Roster, states: Mapping[str, bool | None], tables: Mapping[str, Rows], found: Found
) -> tuple[ManagedAccessPoint, ...]:
    """The access points with the samples that were collected of each."""
    uptimes = _uptimes(roster.table, tables)
    return tuple(_access_point(roster, index, up, uptimes, found[index]) for index, up in states.items())


def _access_point(
    roster: Roster, index: str, up: bool | None, uptimes: Mapping[str, int], samples: Mapping[tuple[str, str], Sample]
) -> ManagedAccessPoint:
    """What a controller says of one that is down are the noughts of its empty row: they are nothing."""
    is_down = up is False
    return ManagedAccessPoint(
        roster.keys.get(index) or key_of(index),
        up=up,
        uptime_s=None if is_down else uptimes.get(index),
        samples=() if is_down else (*samples.values(), *frequencies(samples.values())),
        **{name: roster.cells[name].get(index, "") for name in IDENTITY},
    )


def rows_of(
    source: Source, labels: Labels, indices: Iterable[str], access_points: Mapping[str, object]
) -> dict[tuple[str, str], list[str]]:
    """The rows that become one sample, by access point and label."""
    found: dict[tuple[str, str], list[str]] = {}
    for index in indices:
        of = owner(index, access_points)
        if of is None:
            continue
        rest = index[len(of) + 1 :]
        label = labels.get(index) if source.label_column else label_of(source, rest, {}) if rest else source.label
        if label is not None:
            found.setdefault((of, label), []).append(index)
    return found


def totals(states: Mapping[str, bool | None], found: Iterable[Sample]) -> list[Sample]:
    """How many access points there are, where the vendor has no object that says so."""
    given = {sample.metric for sample in found}
    counts = {"aps_known": len(states)}
    if None not in states.values():
        counts["aps_up"] = sum(map(bool, states.values()))
    return [Sample(metric, count) for metric, count in counts.items() if metric not in given]


def collect(source: Source, labels: Labels, tables: Mapping[str, Rows], found: Found) -> int:
    """Adds the samples of one source to those of each access point; the number of values that are not fit to be.

    Of several sources of one metric and label the first that has a value wins.
    """
    columns = [tables[column] for column in (source.column, *source.others)]
    metric, rejected = source.metric, 0
    for (of, label), rows in rows_of(source, labels, columns[0], found).items():
        if (metric.name, label) in found[of]:
            continue
        value: float | Value | None = columns[0][rows[0]] if source.is_plain and len(rows) == 1 else None
        if type(value) is not int:
            inputs = [[column.get(index, Missing.NO_SUCH_INSTANCE) for column in columns] for index in rows]
            try:
                value = joined(source, [(label, row) for row in inputs])
            except ValueError:
                rejected += 1
                continue
        if value is not None and metric.least <= value <= metric.most:
            found[of][metric.name, label] = Sample(metric.name, value, label, source.bits)
        elif value is not None:
            rejected += 1
    return rejected


def _uptimes(table: AccessPoints, tables: Mapping[str, Rows]) -> dict[str, int]:
    found = {}
    for column, divisor in ((table.uptime_s, 1), (table.uptime_ticks, TICKS_A_SECOND)):
        for index, value in tables.get(column, {}).items():
            try:
                found[index] = int(number(value)) // divisor
            except (ValueError, OverflowError):  # no number, or "inf"
                continue
    return found
