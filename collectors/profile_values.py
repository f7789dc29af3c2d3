"""Reads the values of a profile's keys: OIDs, patterns, numbers, names of metrics and conversions."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from collectors.profile import OWN_ARC
from collectors.profile_lines import Where

OID = re.compile(r"[0-2](\.(0|[1-9]\d{0,9})){2,127}")
QUOTED = re.compile(r'"([^"]*)"')
ENTERPRISES = "1.3.6.1.4.1"

Table = dict[str, Any]
Reader = Callable[[Any, Where], Any]  # the value of a key and where it stands, into what the profile holds


class ProfileError(ValueError):
    """A profile says something the collector can't do; the sentence names the file, the line and the key."""

    def __init__(self, sentence: str, where: Where = ()) -> None:
        super().__init__(f"{named(where)}: {sentence}" if where else sentence)
        self.where = where


def named(where: Where) -> str:
    """("metric", 2, "scale") is "metric 2: scale"."""
    return "".join(f" {part}" if isinstance(part, int) else f": {part}" for part in where).removeprefix(": ")


def only(table: Any, known: tuple[str, ...], where: Where = ()) -> None:
    if not isinstance(table, dict):
        raise ProfileError("must be a table", where)
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise ProfileError(f"there is no such key; known are {', '.join(known)}", (*where, unknown[0]))


def values(table: Any, where: Where, readers: Mapping[str, Reader]) -> Table:
    """The values of a table that may have these keys and no others."""
    only(table, tuple(readers), where)
    return {key: readers[key](value, (*where, key)) for key, value in table.items()}


def tables(data: Table, key: str, where: Where = ()) -> list[tuple[Table, Where]]:
    """The tables of a list of tables and where each stands."""
    found = data.get(key, [])
    if not isinstance(found, list):
        raise ProfileError("must be a list of tables", (*where, key))
    return [(table, (*where, key, number)) for number, table in enumerate(found, 1)]


def text(value: Any, where: Where) -> str:
    if not isinstance(value, str) or not value:
        raise ProfileError("must be a text", where)
    return value


def oid(base: str) -> Callable[[Any, Where], str]:
    """A full OID, or one that starts with a point and continues the base.

    A text in quotes stands for what it is in an index, its length and its letters: `.1."distro"`.
    """

    def reader(value: Any, where: Where) -> str:
        full = f"{base}{value}" if isinstance(value, str) and value.startswith(".") else str(value)
        numbers = QUOTED.sub(lambda found: ".".join(map(str, (len(found[1].encode()), *found[1].encode()))), full)
        if not isinstance(value, str) or not OID.fullmatch(numbers.replace(f"{OWN_ARC}.", f"{ENTERPRISES}.", 1)):
            raise ProfileError(f"{value!r} is not an OID", where)
        return numbers

    return reader


def pattern(value: Any, where: Where) -> re.Pattern[str]:
    try:
        return re.compile(text(value, where))
    except re.error as error:
        raise ProfileError(str(error), where) from error


def number(value: Any, where: Where) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ProfileError(f"{value!r} is not a number", where)
    return value


def true(value: Any, where: Where) -> bool:
    if value is not True:
        raise ProfileError("can only be true, or be left out", where)
    return True


def boolean(value: Any, where: Where) -> bool:
    if not isinstance(value, bool):
        raise ProfileError("must be true or false", where)
    return value


def list_of(reader: Reader) -> Reader:
    def read_list(value: Any, where: Where) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ProfileError("must be a list", where)
        return tuple(reader(one, where) for one in value)

    return read_list


def table_of(reader: Reader) -> Reader:
    def read_table(value: Any, where: Where) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ProfileError("must be a table", where)
        return {key: reader(one, (*where, key)) for key, one in value.items()}

    return read_table


def one_of(known: Mapping[Any, Any]) -> Reader:
    def read_name(value: Any, where: Where) -> Any:
        if isinstance(value, list | dict) or value not in known:
            raise ProfileError(f"there is no {value!r}; known are {', '.join(map(str, known))}", where)
        return known[value]

    return read_name
