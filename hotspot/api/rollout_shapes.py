"""The answers of /rollout and /forecast."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from hotspot.analytics.forecast import REASONS
from hotspot.api.query import choice
from hotspot.api.shapes import Envelope, Shape, Share


class Counts(Shape):
    """The four counts, what is planned, and all; null on a day that nobody measured."""

    installed: int
    accepted: int
    active: int | None
    payable: int | None
    planned: int
    total: int


class Month(Shape):
    day: date
    installed: int
    accepted: int
    active: int | None


class AheadMonth(Shape):
    """Points at the end of a day: in 10, 50 and 90 of 100 futures not more than this."""

    day: date
    low: float
    middle: float
    high: float


class Forecast(Shape):
    """The days by which 10, 50 and 90 of 100 futures have all points; null: not within ten years.

    `chance` is the share of futures in time, null when that day is over. With a `reason` there is no forecast: the
    number is reached, or points were added in fewer than six months.
    """

    reason: Annotated[str, *choice(REASONS)]
    early: date | None
    middle: date | None
    late: date | None
    chance: float | None = Share
    months: list[AheadMonth]


class Line(Shape):
    """From `start` points on `from_on` to `end` points on `to_on`."""

    from_on: date
    to_on: date
    valid_since: date
    source: str
    start: int
    end: int


class Goal(Line):
    """A version of a goal."""

    quantity: int
    cumulative: bool
    area: str | None
    venue_kind: str | None
    fund: str | None
    recorded_by: str | None = Field(description="who entered it")
    recorded_at: datetime | None
    withdrawn: bool = Field(description="it was a mistake and counts no more")
    in_force: bool = Field(description="on the day asked for, for the city or what it narrows it to")


class Standing(Shape):
    """Against the line of the goal in force on the day; ahead is positive, behind negative."""

    goal: Line | None
    coming: Line | None = Field(description="the next one to begin")
    expected: float | None
    ahead_active: int | None
    ahead_installed: int | None
    needed_per_month: float | None
    forecast: Forecast | None


class Group(Shape):
    key: str | None
    label: str | None
    counts: Counts
    goal: int | None = Field(description="the points of its own goal in force")
    standing: Standing | None = Field(description="against its own goal")
    points: str = Field(description="address of the list of its points; add count=... for those of one count")


class Stage(Shape):
    """Points that stand at a stage; before installation also the days after which half and four of five went on."""

    key: str
    points: int
    since: date | None = Field(description="when the one that is longest there came")
    median_days: int | None
    long_days: int | None
    ended: int = Field(description="stays that these days rest on")
    stuck: int = Field(description="points that wait longer than long_days")


class StuckPoint(Shape):
    code: str
    name: str
    stage: str
    since: date
    days: int


class Pipeline(Shape):
    """`ahead`: how many of the points on their way will be installed, by the stays seen in this city."""

    stages: list[Stage]
    stuck: list[StuckPoint]
    waiting: int
    told: int = Field(description="those that ahead is about; of the others too little is known")
    ahead: list[AheadMonth]
    due: AheadMonth | None = Field(description="the same by the day of the goal in force")


class Rollout(Envelope):
    on: date
    counts: Counts
    lists: dict[str, str] = Field(description="address of the list behind each count")
    standing: Standing
    goals: list[Goal]
    burn_up: list[Month]
    by_area: list[Group]
    by_venue: list[Group]
    by_fund: list[Group]
    pipeline: Pipeline


class ForecastAnswer(Envelope):
    """When a scope has so many installed points, from the months in `grown`, the last whole one last."""

    on: date
    area: str | None
    venue: str | None
    fund: str | None
    installed: int
    points: int
    by: date
    grown: list[int]
    forecast: Forecast
