"""The SLA rule of a contract as data: what is promised, how time counts, what is deducted; read and written as JSON.

Percentages are exact decimals from 0 to 100. A rule that could divide by zero or contradicts itself is refused when it
is read, so that no month has to ask.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, NoReturn, TypeVar

from hotspot.analytics.import_row import N_, RejectedError
from hotspot.analytics.service_hours import Schedule, parsed

LONGEST_TEXT = 4_000
MOST_STEPS = 20
DECIMALS = 6
MOST_MEND_HOURS, DIGITS = 720, 9
HUNDRED = Decimal(100)
W = TypeVar("W", bound=StrEnum)
REASONS: Mapping[str, tuple[str, str]] = {  # of an exclusion: Indonesian, English
    "force_majeure": ("Keadaan kahar", "Force majeure"),
    "power": ("Listrik padam di lokasi", "Power cut at the site"),
    "site_closed": ("Lokasi ditutup", "Site closed"),
    "vandalism": ("Perusakan atau pencurian", "Vandalism or theft"),
    "city_request": ("Atas permintaan kota", "At the city's request"),
    "third_party": ("Gangguan pihak lain", "Fault of a third party"),
    "measurement": ("Kesalahan pengukuran", "Error of measurement"),
}


class Unknown(StrEnum):
    """How time counts in which nobody could tell."""

    EXCLUDED = "excluded"
    DOWN = "down"
    UP = "up"


class NoData(StrEnum):
    """What a month earns that was watched too little: the whole fee, or nothing until somebody decides."""

    PAY = "pay"
    WITHHOLD = "withhold"


class Kind(StrEnum):
    """How a deduction grows below the target; see analytics.sla_month.deduction for the formulas."""

    STEPS = "steps"
    PROPORTIONAL = "proportional"
    HOURLY = "hourly"


class RuleError(RejectedError):
    """A rule that can't be used: `field` as `steps.2.below`, `sentence` in English (pages translate `reason`)."""

    @property
    def field(self) -> str:
        return self.column

    @property
    def sentence(self) -> str:
        return str(self.reason)


@dataclass(frozen=True, slots=True)
class Step:
    """Below so many percent of availability so many percent of the fee are deducted."""

    below: Decimal
    deduct: Decimal


@dataclass(frozen=True)
class Rule:
    """`hours` are service hours (empty: always); `steps` are those of the kind steps; `cap` limits deductions.

    `mend_hours`: within so many hours an outage must be mended; the month's amount does not depend on it.
    """

    target: Decimal
    kind: Kind
    steps: tuple[Step, ...] = ()
    hours: str = ""
    unknown: Unknown = Unknown.EXCLUDED
    minimum_coverage: Decimal = Decimal(50)
    no_data: NoData = NoData.WITHHOLD
    cap: Decimal = HUNDRED
    mend_hours: int | None = None

    @cached_property
    def schedule(self) -> Schedule | None:
        return parsed(self.hours) if self.hours else None

    @classmethod
    def read(cls, text: str) -> "Rule":
        """Raises RuleError that names the field; `target` and `kind` must be given, the others have defaults."""
        given = fields_of(text)
        target, kind = percent(given, "target"), word(given, "kind", Kind)
        if not target:
            refuse("target", N_("with a target of 0 nothing can be deducted, and shares of it are not defined"))
        return cls(
            target=target,
            kind=kind,
            steps=steps_of(given, kind, target),
            hours=hours_of(given),
            unknown=word(given, "unknown", Unknown, Unknown.EXCLUDED),
            minimum_coverage=percent(given, "minimum_coverage", Decimal(50)),
            no_data=word(given, "no_data", NoData, NoData.WITHHOLD),
            cap=percent(given, "cap", HUNDRED),
            mend_hours=mend_hours_of(given),
        )

    def text(self) -> str:
        """Canonical JSON: the same rule has the same text, which `read` reads."""
        steps = [{"below": plain(step.below), "deduct": plain(step.deduct)} for step in self.steps]
        told = {
            "target": plain(self.target),
            "kind": self.kind,
            "hours": self.hours,
            "unknown": self.unknown,
            "minimum_coverage": plain(self.minimum_coverage),
            "no_data": self.no_data,
            "cap": plain(self.cap),
        }
        more = ({"steps": steps} if steps else {}) | ({"mend_hours": self.mend_hours} if self.mend_hours else {})
        return json.dumps(told | more, ensure_ascii=False)


FIELDS = ("target", "kind", "steps", "hours", "unknown", "minimum_coverage", "no_data", "cap", "mend_hours")


def plain(value: Decimal) -> str:
    """99.50 as 99.5, 100 as 100."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def refuse(field: str, text: str, **values: object) -> NoReturn:
    raise RuleError(field, text, **values)


def fields_of(text: str) -> Mapping[str, Any]:
    if len(text) > LONGEST_TEXT:
        refuse("sla_rule", N_("longer than %(most)s characters"), most=LONGEST_TEXT)
    try:
        given = json.loads(text, parse_float=Decimal, parse_constant=Decimal, object_pairs_hook=once)
    except RuleError:
        raise
    except (ValueError, RecursionError, ArithmeticError):
        refuse("sla_rule", N_("is not written as JSON"))
    return checked(given, "", FIELDS)


def once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            refuse(name[:60], N_("is given twice"))
        found[name] = value
    return found


def checked(given: object, where: str, known: Sequence[str]) -> Mapping[str, Any]:
    """An object that has known fields only."""
    if not isinstance(given, dict):
        refuse(where or "sla_rule", N_("must be an object with the fields %(names)s"), names=", ".join(known))
    for name in given:
        if name not in known:
            refuse(
                f"{where}.{name[:60]}" if where else name[:60],
                N_("is no field of a rule; known are %(names)s"),
                names=", ".join(known),
            )
    return given


def percent(given: Mapping[str, Any], name: str, default: Decimal | None = None, where: str = "") -> Decimal:
    """From 0 to 100, with at most DECIMALS decimals; written as a number or as text with a point."""
    value, field = given.get(name, default), f"{where}{name}"
    if value is None:
        refuse(field, N_("is missing"))
    try:
        if isinstance(value, bool) or not isinstance(value, int | str | Decimal) or len(str(value)) > 20:
            raise ValueError
        number = Decimal(value)
        if not number.is_finite():
            raise ValueError
    except (ValueError, ArithmeticError):
        refuse(field, N_("is not a number of percent such as 99.5"))
    if not 0 <= number <= HUNDRED:
        refuse(field, N_("must be from 0 to 100 percent"))
    if number != round(number, DECIMALS):
        refuse(field, N_("has more than %(most)s decimals"), most=DECIMALS)
    return number.normalize() + 0  # -0 and 9.950 are no other rules than 0 and 9.95


def word(given: Mapping[str, Any], name: str, words: type[W], default: W | None = None) -> W:
    value = given.get(name, default)
    if value is None:
        refuse(name, N_("is missing"))
    if not isinstance(value, str) or value not in set(words):
        refuse(name, N_("must be one of %(words)s"), words=", ".join(words))
    return words(value)


def hours_of(given: Mapping[str, Any]) -> str:
    """Empty is always; hours that are written but leave no time are a mistake."""
    text = given.get("hours", "")
    if not isinstance(text, str):
        refuse("hours", N_("must be text such as Mon-Fri 07:00-17:00"))
    if not text.strip():
        return ""
    try:
        parsed(text)
    except ValueError as error:
        refuse("hours", N_("can't be read: %(error)s"), error=str(error))
    return text.strip()


def mend_hours_of(given: Mapping[str, Any]) -> int | None:
    """Whole hours, as a number or as text; None where nothing is said."""
    value = given.get("mend_hours", "")
    if value in ("", None):
        return None
    if isinstance(value, bool) or not str(value).isascii() or not str(value).isdigit() or len(str(value)) > DIGITS:
        refuse("mend_hours", N_("must be whole hours"))
    if not 1 <= int(value) <= MOST_MEND_HOURS:
        refuse("mend_hours", N_("must be 1 to %(most)s"), most=MOST_MEND_HOURS)
    return int(value)


def steps_of(given: Mapping[str, Any], kind: Kind, target: Decimal) -> tuple[Step, ...]:
    """In falling order of availability and rising order of deduction, the first not above the target."""
    listed = given.get("steps", [])
    if not isinstance(listed, list):
        refuse("steps", N_("must be a list of steps, each with below and deduct"))
    if kind is not Kind.STEPS:
        return () if not listed else refuse("steps", N_("belong to a rule of the kind steps only"))
    if not 1 <= len(listed) <= MOST_STEPS:
        refuse("steps", N_("must be 1 to %(most)s"), most=MOST_STEPS)
    steps: list[Step] = []
    for number, one in enumerate(listed, 1):
        where = f"steps.{number}"
        cells = checked(one, where, ("below", "deduct"))
        step = Step(percent(cells, "below", where=f"{where}."), percent(cells, "deduct", where=f"{where}."))
        if step.below > (steps[-1].below if steps else target):
            refuse(f"{where}.below", N_("steps begin at the target or below it and go down"))
        if steps and step.below == steps[-1].below:
            refuse(f"{where}.below", N_("is the same as in the step before"))
        if not step.below:
            refuse(f"{where}.below", N_("nothing is below 0 percent"))
        if steps and step.deduct <= steps[-1].deduct:
            refuse(f"{where}.deduct", N_("each step must deduct more than the one before"))
        steps.append(step)
    return tuple(steps)
