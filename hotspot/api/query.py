"""The parameters of the API: what each takes, checked before any question is asked."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from hotspot.analytics.inventory import AUTH_MODES, LIFECYCLE, VENUE_KINDS
from hotspot.analytics.rollout import COUNTS
from hotspot.analytics.service_hours import parsed
from hotspot.store.points import SORTS
from hotspot.store.scopes import GROUPS
from hotspot.store.standing import AP_STATES, STATUSES

YEARS = range(2000, 2101)
LOST_PLUS = re.compile(r"(?<=\d) (?=\d\d:?\d\d$)")  # a + that was not encoded arrives as a space


def among(words: Iterable[str]) -> Callable[[str], str]:
    known = tuple(words)

    def check(word: str) -> str:
        if word not in known:
            raise ValueError(f"is none of {', '.join(known)}")
        return word

    return check


def choice(words: Iterable[str]) -> tuple[AfterValidator, WithJsonSchema]:
    known = tuple(words)
    return AfterValidator(among(known)), WithJsonSchema({"type": "string", "enum": list(known)})


def split(text: object) -> object:
    return tuple(part for part in text.split(",") if part) if isinstance(text, str) else text


def sort_columns(text: str) -> str:
    for name in text.split(","):
        among(SORTS)(name.removeprefix("-"))
    return text


def instant(text: object) -> object:
    """ISO 8601 with an offset, or without one in the city's zone; a date alone is its midnight."""
    try:
        at = datetime.fromisoformat(LOST_PLUS.sub("+", str(text)))
    except ValueError:
        raise ValueError("is not a time like 2026-11-21T14:00:00+07:00 or a date like 2026-11-21") from None
    return in_range(at)


def day(text: object) -> object:
    try:
        return in_range(date.fromisoformat(str(text)))
    except ValueError:
        raise ValueError("is not a date like 2026-11-21 of this century") from None


def service_hours(text: str) -> str:
    if text:
        parsed(text)
    return text


def in_range(value: Any) -> Any:
    if value.year not in YEARS:
        raise ValueError(f"is not between {YEARS[0]} and {YEARS[-1]}")
    return value


Text = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Venue = Annotated[str, *choice(VENUE_KINDS)]
Stage = Annotated[str, *choice(LIFECYCLE)]
Auth = Annotated[str, *choice(AUTH_MODES)]
Count = Annotated[str, *choice(COUNTS)]
Status = Annotated[str, *choice(STATUSES)]
ApState = Annotated[str, *choice(AP_STATES.values())]
Group = Annotated[str, *choice(GROUPS)]
Kind = Annotated[str, *choice(("access_point", "controller"))]
When = Annotated[
    datetime,
    BeforeValidator(instant),
    WithJsonSchema({"type": "string", "description": instant.__doc__, "examples": ["2026-11-21T14:00:00+07:00"]}),
]
Day = Annotated[date, BeforeValidator(day)]


class Query(BaseModel):
    """No parameters; a parameter that nobody knows is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PageQuery(Query):
    page: int = Field(1, ge=1, le=1_000_000)
    per_page: int = Field(50, ge=1, le=500)


class PointsQuery(PageQuery):
    q: Text = Field("", description="part of a code, name, address or access point's name")
    status: Annotated[tuple[Status, ...], BeforeValidator(split)] = Field((), description="one or several by commas")
    area: Text = Field("", description="Kemendagri code of a kecamatan or kelurahan")
    venue: Venue | None = None
    fund: Text = Field("", description="name of a fund; - for none")
    provider: Text = Field("", description="name of a provider; - for none")
    lifecycle: Stage | None = None
    auth: Auth | None = None
    count: Count | None = Field(None, description="the points behind this count of the rollout")
    on: Day | None = Field(None, description="the day of the count; today if empty")
    sort: Annotated[str, AfterValidator(sort_columns)] = Field(
        "code", description=f"columns by commas, - turns one round: {', '.join(SORTS)}"
    )
    format: Literal["json", "csv", "geojson"] = Field("json", description="csv and geojson hold all pages")


class AccessPointsQuery(PageQuery):
    q: Text = Field("", description="part of a name, an address, or the point's code or name")
    state: ApState | None = None
    point: Text = Field("", description="code of a point")
    vendor: Text = ""
    profile: Text = ""
    controller: Text = Field("", description="name of the controller they are followed through")
    placed: Literal["true", "false"] | None = Field(None, description="whether they belong to a point")


class ReportQuery(Query):
    format: Literal["json", "file"] = Field("json", description="file is the report itself")


class OutagesQuery(PageQuery):
    state: Literal["open", "all"] = "all"
    from_: When | None = Field(None, alias="from", description="those that lasted beyond this time")
    to: When | None = Field(None, description="those that began before this time")
    area: Text = Field("", description="Kemendagri code of a kecamatan or kelurahan")
    point: Text = Field("", description="code of a point")
    access_point: Text = Field("", description="name of an access point")


class AvailabilityQuery(Query):
    """Names narrow the city, together if there are several; the window is a `period`, or `from` and `to`."""

    access_point: Text = Field("", description="name of an access point or controller")
    point: Text = Field("", description="code of a point")
    area: Text = Field("", description="Kemendagri code of a kecamatan or kelurahan")
    fund: Text = Field("", description="name of a fund; - for none")
    provider: Text = Field("", description="name of a provider; - for none")
    by: Group | None = Field(None, description="the members whose sums the answer holds, too")
    period: Text = Field(
        "",
        description="a year, month or day of the city's calendar (2026, 2026-11, 2026-11-21), the last hours to the "
        "second (24h), or today and the days before it (30d)",
    )
    from_: When | None = Field(None, alias="from")
    to: When | None = Field(None, description="now, if left out")
    hours: Annotated[Text, AfterValidator(service_hours)] = Field(
        "", description="count these hours of the city's clocks only: Mon-Fri 07:00-17:00; Sat 08:00-12:00"
    )
    format: Literal["json", "csv"] = Field("json", description="csv: a line a member, or one of the whole")


class RolloutQuery(Query):
    on: Day | None = Field(None, description="the day everything is told of, with the targets known then; else today")
    months: int = Field(24, ge=1, le=240, description="length of the burn-up")


class ForecastQuery(Query):
    """Names narrow the city, together if there are several; what is not said is the target's in force there."""

    area: Text = Field("", description="Kemendagri code of a kecamatan or kelurahan")
    venue: Venue | None = None
    fund: Text = Field("", description="name of a fund")
    points: int | None = Field(None, ge=1, le=1_000_000, description="how many have to be installed")
    by: Day | None = Field(None, description="the day for which the chance is told")
    months: int = Field(24, ge=0, le=60, description="length of the fan")


class AreasQuery(Query):
    level: Literal["district", "village"] | None = None
