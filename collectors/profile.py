"""Vendor profiles: data files that say how a device is recognised and which of its objects give which metric."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from collectors.decoders import DECODERS, REDUCERS, Inputs, Rows, first
from collectors.metrics import METRICS, Metric

FOLDER = Path(__file__).with_name("profiles")
STANDARD = "standard"  # the profile of everybody: what the standard MIBs give, after the vendor's own objects
OID = re.compile(r"[0-2](\.(0|[1-9]\d{0,9})){2,127}")
LABEL_FROM_INDEX = ("all", "last", "text")
FIELDS = ("model", "firmware", "serial")
SOURCES = ("scalar", "column", "count_rows")
T = TypeVar("T")


class ProfileError(ValueError):
    """A profile file says something the collector can't do; the sentence names the file and the key."""


@dataclass(frozen=True, slots=True)
class Match:
    """One way to recognise a device: all that is given must hold.

    `object` (an instance) or `column` is asked of devices whose sysObjectID says too little, and must fit `pattern`.
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
    """Where the model, firmware or serial number stands; `pattern` cuts a part out of the text."""

    mib: str = ""
    scalar: str = ""
    column: str = ""
    sys_descr: bool = False
    pattern: re.Pattern[str] | None = None


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
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    rows: re.Pattern[str] | None = None  # only rows whose label fits; a group in it becomes the label
    present_if: str = ""  # count_rows: no row means 0 only where this column has rows
    scale: float = 1.0
    offset: float = 0.0
    missing: frozenset[float] = frozenset()  # values with which the device says "not known"
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
        return self.decode is first and not self.missing and self.scale == 1 and not self.offset and not self.reduce


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    vendor: str
    devices: str
    matches: tuple[Match, ...] = ()
    facts: Mapping[str, tuple[Fact, ...]] = field(default_factory=lambda: MappingProxyType({}))
    sources: tuple[Source, ...] = ()
    uplink: re.Pattern[str] | None = None  # name of the interface that carries the device's traffic


def load(folder: Path = FOLDER) -> dict[str, Profile]:
    """Read every profile of the folder; one mistake in one file stops the start."""
    return {path.stem: read(path) for path in sorted(folder.glob("*.toml"))}


def read(path: Path) -> Profile:
    try:
        return parse(path.stem, tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ProfileError) as error:
        raise ProfileError(f"{path.name}: {error}") from error


def parse(name: str, data: dict[str, Any]) -> Profile:
    base = _oid(data.get("base", "1.3.6.1.4.1"), "base", "")
    _only(data, {"base", "vendor", "devices", "uplink", "match", "identity", "metric"}, "the profile")
    identity = data.get("identity", {})
    _only(identity, set(FIELDS), "[identity]")
    return Profile(
        name=name,
        vendor=_text(data.get("vendor"), "vendor"),
        devices=_text(data.get("devices"), "devices"),
        matches=tuple(_match(table, f"match {i}", base) for i, table in enumerate(data.get("match", []), 1)),
        facts={key: tuple(_fact(table, f"identity {key}", base) for table in identity[key]) for key in identity},
        sources=tuple(_source(table, f"metric {i}", base) for i, table in enumerate(data.get("metric", []), 1)),
        uplink=_pattern(data["uplink"], "uplink") if "uplink" in data else None,
    )


def _match(table: dict[str, Any], where: str, base: str) -> Match:
    values = _values(
        table, where, base, {"sys_object_id": _oid, "object": _oid, "column": _oid}, ("sys_descr", "pattern")
    )
    if not values or ("pattern" in values) != ("object" in values or "column" in values):
        raise ProfileError(f"{where}: say sys_object_id, sys_descr, or an object or column with its pattern")
    return Match(**values)


def _fact(table: dict[str, Any], where: str, base: str) -> Fact:
    values = _values(
        table, where, base, {"scalar": _oid, "column": _oid, "mib": _plain, "sys_descr": _flag}, ("pattern",)
    )
    if sum(key in values for key in ("scalar", "column", "sys_descr")) != 1:
        raise ProfileError(f"{where}: say one of scalar, column or sys_descr")
    return Fact(**values)


def _source(table: dict[str, Any], where: str, base: str) -> Source:
    name = _text(table.get("metric"), f"{where}: metric")
    where = f"{where} ({name})"
    if name not in METRICS:
        raise ProfileError(f"{where}: there is no metric {name!r} in collectors/metrics.py")
    readers = dict.fromkeys((*SOURCES, "label_column", "present_if"), _oid) | {
        "metric": _metric, "mib": _plain, "with": _oids, "label": _plain, "label_index": _label_index,
        "label_value": _flag, "labels": _labels, "scale": _number, "offset": _number, "missing": _numbers,
        "decode": _decoder, "reduce": _reducer,
    }  # fmt: skip
    values = _values(table, where, base, readers, ("rows",))
    if sum(key in values for key in SOURCES) != 1 or "mib" not in values:
        raise ProfileError(f"{where}: say mib, and one of scalar, column or count_rows")
    if ("count_rows" in values) != ("present_if" in values):
        raise ProfileError(f"{where}: count_rows and present_if go together")
    values["others"] = values.pop("with", ())
    return Source(**values)


Reader = Callable[[Any, str, str], Any]


def _values(
    table: dict[str, Any], where: str, base: str, readers: Mapping[str, Reader], patterns: tuple[str, ...]
) -> dict[str, Any]:
    _only(table, {*readers, *patterns}, where)
    return {
        key: _pattern(value, f"{where}: {key}") if key in patterns else readers[key](value, f"{where}: {key}", base)
        for key, value in table.items()
    }


def _only(table: dict[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise ProfileError(f"{where}: unknown key {unknown[0]!r}, known are {', '.join(sorted(known))}")


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise ProfileError(f"{where}: must be a text")
    return value


def _plain(value: Any, where: str, _: str) -> str:
    return _text(value, where)


def _oid(value: Any, where: str, base: str) -> str:
    """A full OID, or one that starts with a point and continues the profile's base."""
    oid = f"{base}{value}" if isinstance(value, str) and value.startswith(".") else value
    if not isinstance(oid, str) or not OID.fullmatch(oid):
        raise ProfileError(f"{where}: {value!r} is not an OID")
    return oid


def _oids(value: Any, where: str, base: str) -> tuple[str, ...]:
    return tuple(_oid(oid, where, base) for oid in value)


def _metric(value: Any, _: str, __: str) -> Metric:
    return METRICS[value]


def _flag(value: Any, where: str, _: str) -> bool:
    if value is not True:
        raise ProfileError(f"{where}: can only be true, or be left out")
    return True


def _number(value: Any, where: str, _: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ProfileError(f"{where}: {value!r} is not a number")
    return value


def _numbers(value: Any, where: str, base: str) -> frozenset[float]:
    return frozenset(_number(one, where, base) for one in value)


def _label_index(value: Any, where: str, _: str) -> str:
    if value not in LABEL_FROM_INDEX:
        raise ProfileError(f"{where}: {value!r} is none of {', '.join(LABEL_FROM_INDEX)}")
    return str(value)


def _labels(value: Any, where: str, _: str) -> Mapping[str, str]:
    return MappingProxyType({key: _text(label, f"{where}: {key}") for key, label in value.items()})


def _decoder(value: Any, where: str, _: str) -> Callable[[Inputs], float]:
    return _named(DECODERS, value, where)


def _reducer(value: Any, where: str, _: str) -> Callable[[Rows], float]:
    return _named(REDUCERS, value, where)


def _named(known: Mapping[str, T], value: Any, where: str) -> T:
    if value not in known:
        raise ProfileError(f"{where}: {value!r} is none of {', '.join(known)}")
    return known[value]


def _pattern(value: Any, where: str) -> re.Pattern[str]:
    try:
        return re.compile(_text(value, where))
    except re.error as error:
        raise ProfileError(f"{where}: {error}") from error
