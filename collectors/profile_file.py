"""Reads profiles from their TOML files; a mistake stops the start with the file and the key."""

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from collectors.decoders import DECODERS, INPUTS, REDUCERS
from collectors.metrics import METRICS
from collectors.profile import FIELDS, Fact, Match, Profile, Source

FOLDER = Path(__file__).with_name("profiles")
OID = re.compile(r"[0-2](\.(0|[1-9]\d{0,9})){2,127}")
ENTERPRISES = "1.3.6.1.4.1"
SOURCES = ("scalar", "column", "count_rows")

Table = dict[str, Any]
Reader = Callable[[Any, str], Any]  # the value of a key and where it stands, into what the profile holds


class ProfileError(ValueError):
    """A profile file says something the collector can't do; the sentence names the file and the key."""


def load(folder: Path = FOLDER) -> dict[str, Profile]:
    """Every profile of the folder, by name."""
    return {path.stem: read(path) for path in sorted(folder.glob("*.toml"))}


def read(path: Path) -> Profile:
    try:
        return parse(path.stem, tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, not TOML (with its line), or a ProfileError
        raise ProfileError(f"{path.name}: {error}") from error


def parse(name: str, data: Table) -> Profile:
    readers = _readers(_oid("")(data.get("base", ENTERPRISES), "base"))
    _only(data, ("base", "vendor", "devices", "uplink", "match", "identity", "metric"), "the profile")
    identity = data.get("identity", {})
    _only(identity, FIELDS, "identity")
    return Profile(
        name=name,
        vendor=_text(data.get("vendor"), "vendor"),
        devices=_text(data.get("devices"), "devices"),
        matches=tuple(_match(table, where, readers) for table, where in _tables(data.get("match", []), "match")),
        facts={
            field: tuple(_fact(table, where, readers) for table, where in _tables(identity[field], f"identity {field}"))
            for field in identity
        },
        sources=tuple(_source(table, where, readers) for table, where in _tables(data.get("metric", []), "metric")),
        uplink=_pattern(data["uplink"], "uplink") if "uplink" in data else None,
    )


def _readers(base: str) -> dict[str, Reader]:
    oid = _oid(base)
    return {
        "sys_object_id": oid, "object": oid, "scalar": oid, "column": oid, "count_rows": oid, "label_column": oid,
        "present_if": oid, "with": _list_of(oid), "missing": lambda value, where: frozenset(_numbers(value, where)),
        "mib": _text, "label": _text, "pattern": _pattern, "rows": _pattern, "label_value": _true,
        "label_index": _one_of({"all": "all", "last": "last", "text": "text"}), "metric": _one_of(METRICS),
        "labels": _table_of(_text), "values": _table_of(_text), "map": _table_of(_number),
        "scale": _number, "offset": _number, "decode": _one_of(DECODERS), "reduce": _one_of(REDUCERS),
    }  # fmt: skip


def _match(table: Table, where: str, readers: dict[str, Reader]) -> Match:
    values = _values(
        table, where, readers | {"sys_descr": _pattern}, ("sys_object_id", "sys_descr", "object", "column", "pattern")
    )
    if not values or ("pattern" in values) != ("object" in values or "column" in values):
        raise ProfileError(f"{where}: say sys_object_id, sys_descr, or an object or column with its pattern")
    return Match(**values)


def _fact(table: Table, where: str, readers: dict[str, Reader]) -> Fact:
    values = _values(
        table, where, readers | {"sys_descr": _true}, ("mib", "scalar", "column", "sys_descr", "pattern", "values")
    )
    if "mib" not in values or sum(key in values for key in ("scalar", "column", "sys_descr")) != 1:
        raise ProfileError(f"{where}: say mib, and one of scalar, column or sys_descr")
    return Fact(**values)


def _source(table: Table, where: str, readers: dict[str, Reader]) -> Source:
    known = set(readers) - {"sys_object_id", "object", "pattern", "values"}
    values = _values(table, where, readers, tuple(sorted(known)))
    if not {"metric", "mib"} <= values.keys() or sum(key in values for key in SOURCES) != 1:
        raise ProfileError(f"{where}: say metric, mib, and one of scalar, column or count_rows")
    if ("count_rows" in values) != ("present_if" in values):
        raise ProfileError(f"{where}: count_rows and present_if go together")
    values["others"] = values.pop("with", ())
    for conversion in (table.get("decode"), table.get("reduce")):
        if conversion in INPUTS and len(values["others"]) + 1 != INPUTS[conversion]:
            raise ProfileError(f"{where}: {conversion} needs {INPUTS[conversion]} objects, one and the others in with")
    return Source(**values)


def _values(table: Table, where: str, readers: dict[str, Reader], known: tuple[str, ...]) -> Table:
    _only(table, known, where)
    return {key: readers[key](value, f"{where}: {key}") for key, value in table.items()}


def _only(table: Any, known: tuple[str, ...], where: str) -> None:
    if not isinstance(table, dict):
        raise ProfileError(f"{where}: must be a table")
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise ProfileError(f"{where}: there is no key {unknown[0]!r}; known are {', '.join(known)}")


def _tables(value: Any, where: str) -> list[tuple[Table, str]]:
    if not isinstance(value, list):
        raise ProfileError(f"{where}: must be a list of tables")
    return [(table, f"{where} {number}") for number, table in enumerate(value, 1)]


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise ProfileError(f"{where}: must be a text")
    return value


def _oid(base: str) -> Callable[[Any, str], str]:
    """A full OID, or one that starts with a point and continues the profile's base."""

    def reader(value: Any, where: str) -> str:
        oid = f"{base}{value}" if isinstance(value, str) and value.startswith(".") else value
        if not isinstance(oid, str) or not OID.fullmatch(oid):
            raise ProfileError(f"{where}: {value!r} is not an OID")
        return oid

    return reader


def _pattern(value: Any, where: str) -> re.Pattern[str]:
    try:
        return re.compile(_text(value, where))
    except re.error as error:
        raise ProfileError(f"{where}: {error}") from error


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ProfileError(f"{where}: {value!r} is not a number")
    return value


def _true(value: Any, where: str) -> bool:
    if value is not True:
        raise ProfileError(f"{where}: can only be true, or be left out")
    return True


def _list_of(reader: Reader) -> Reader:
    def read_list(value: Any, where: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ProfileError(f"{where}: must be a list")
        return tuple(reader(one, where) for one in value)

    return read_list


_numbers = _list_of(_number)


def _table_of(reader: Reader) -> Reader:
    def read_table(value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ProfileError(f"{where}: must be a table")
        return {key: reader(one, f"{where}: {key}") for key, one in value.items()}

    return read_table


def _one_of(known: Mapping[str, Any]) -> Reader:
    def read_name(value: Any, where: str) -> Any:
        if not isinstance(value, str) or value not in known:
            raise ProfileError(f"{where}: there is no {value!r}; known are {', '.join(known)}")
        return known[value]

    return read_name
