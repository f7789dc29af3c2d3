"""What a month of a contract is computed from, as it stands in the database and, line by line, in a pack."""

from dataclasses import dataclass
from datetime import date

from hotspot.analytics.spans import DOWN, UNKNOWN, UP

STATES = {"down": int(DOWN), "up": int(UP), "unknown": int(UNKNOWN)}  # the words of the files


@dataclass(frozen=True, slots=True)
class Terms:
    """The contract, the month as 2026-10, and the instant at which the records were read; `rule` is Rule.text()."""

    city: str
    city_name: str
    zone: str
    demonstration: bool
    contract: str
    title: str
    provider: str
    fund: str
    starts_on: date
    ends_on: date
    rule: str
    month: str
    as_of: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the annex: a point and its monthly fee; the days are included on both ends."""

    point: str
    point_name: str
    starts_on: date
    ends_on: date
    fee_rp: int


@dataclass(frozen=True, slots=True)
class Stay:
    """The time of the month in which an access point stood at a point."""

    access_point: str
    point: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class StoredSpan:
    """A row of status_span that touches the month; the open one is closed at the instant of reading."""

    access_point: str
    start: int
    end: int
    state: int
    cause: str
    start_err: int
    end_err: int


@dataclass(frozen=True, slots=True)
class Work:
    """A maintenance window of an access point, as far as it counts."""

    access_point: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Excluded:
    """A decision that a time of a point is not judged; `document` names the file that proves it, with its SHA-256."""

    number: int
    point: str
    start: int
    end: int
    reason: str
    note: str
    document: str
    decided_at: int
    decided_by: str
    withdrawn_at: int | None
    withdrawn_by: str


@dataclass(frozen=True, slots=True)
class Records:
    """Lines by point; stays, spans and maintenance by access point and time; exclusions by number."""

    terms: Terms
    lines: tuple[Line, ...]
    stays: tuple[Stay, ...]
    spans: tuple[StoredSpan, ...]
    maintenance: tuple[Work, ...]
    exclusions: tuple[Excluded, ...]
