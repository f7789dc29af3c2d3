"""What a person may set of a rule: fields with bounds and units, read from a form or from a stored rule."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, cast

from hotspot.analytics.import_row import N_, reject

LONGEST_TEXT = 4000

MINUTES, HOURS, DAYS, WEEKS = N_("min"), N_("h"), N_("days"), N_("weeks")
PERCENT, DEVICES, POLLS = N_("percent"), N_("access points"), N_("polls in a row")
HOURS_IN_A_ROW = N_("hours in a row")
CLIENTS, PEOPLE, TIMES = N_("clients"), N_("people"), N_("times")


@dataclass(frozen=True, slots=True)
class Field:
    """A whole number from `least` to `most` in `unit` (empty where the label says it), one of `choices`, or lines."""

    name: str
    label: str
    help: str
    default: int | str
    unit: str = ""
    least: int = 0
    most: int = 0
    choices: Mapping[str, str] | None = None

    @property
    def is_number(self) -> bool:
        return isinstance(self.default, int)


Params = TypeVar("Params")


def number(default: int, label: str, unit: str, least: int, most: int, help: str = "") -> Any:  # noqa: A002
    told = {"label": label, "help": help, "unit": unit, "least": least, "most": most}
    return field(default=default, metadata=told)


def choice(default: str, label: str, choices: Mapping[str, str], help: str = "") -> Any:  # noqa: A002
    return field(default=default, metadata={"label": label, "help": help, "choices": choices})


def lines(label: str, help: str) -> Any:  # noqa: A002
    return field(default="", metadata={"label": label, "help": help})


def fields_of(kind: type) -> list[Field]:
    """In the order in which a form asks for them."""
    return [Field(one.name, default=cast("int | str", one.default), **one.metadata) for one in fields(kind)]


def typed(kind: type[Params], sent: Mapping[str, str]) -> Params:
    """What somebody typed, a field that was not sent being its default; raises RejectedError with the field."""
    values = {one.name: value_of(one, sent[one.name]) for one in fields_of(kind) if one.name in sent}
    return checked(kind(**values))


def value_of(one: Field, text: str) -> int | str:
    if one.is_number:
        return whole(one, text)
    if one.choices is not None:
        return (
            text
            if text in one.choices
            else reject(one.name, N_("%(value)s is not one of the known values"), value=text)
        )
    if len(text) > LONGEST_TEXT:
        reject(one.name, N_("longer than %(most)s characters"), most=LONGEST_TEXT)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def whole(one: Field, text: str) -> int:
    plain = text.strip()
    if not re.fullmatch(r"\d{1,9}", plain, re.ASCII) or not one.least <= int(plain) <= one.most:
        reject(one.name, N_("a whole number from %(least)s to %(most)s"), least=one.least, most=one.most)
    return int(plain)


def checked(params: Params) -> Params:
    """Raises RejectedError where fields do not fit each other, as the kind's `check` says."""
    check = getattr(params, "check", None)
    if check is not None:
        check()
    return params


def stored(params: object) -> str:
    """As alert_rule.params keeps it."""
    return json.dumps({one.name: getattr(params, one.name) for one in fields_of(type(params))}, sort_keys=True)


def read(kind: type[Params], text: str) -> Params:
    """The stored params; what an older version did not know has its default, what it alone knew is left out."""
    said = json.loads(text)
    return kind(**{one.name: said[one.name] for one in fields_of(kind) if one.name in said})
