"""Questions and answers of /equity, /siting and /proposals."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from hotspot.analytics.proposals import SOURCES, STATES
from hotspot.analytics.underserved import DEFAULTS, MOST_WEIGHT
from hotspot.api.query import Day, Query, Text, choice
from hotspot.api.shapes import Envelope, Paged, Shape, Share
from hotspot.store.siting import COUNTS

SitingCount = Annotated[str, *choice(COUNTS)]
State = Annotated[str, *choice(STATES)]
Source = Annotated[str, *choice(SOURCES)]


def parted(text: object) -> object:
    return tuple(part.strip() for part in text.split(";") if part.strip()) if isinstance(text, str) else text


class EquityQuery(Query):
    count: SitingCount = Field("active", description="what counts as a point")
    on: Day | None = Field(None, description="the day of the count and of the numbers of people; today if empty")


class SitingQuery(Query):
    """Weights of the parts of need; all 0 rank nothing."""

    count: SitingCount = Field("active", description="what counts as a point")
    w_points: int = Field(DEFAULTS["points"], ge=0, le=MOST_WEIGHT)
    w_reach: int = Field(DEFAULTS["reach"], ge=0, le=MOST_WEIGHT)
    w_poor: int = Field(DEFAULTS["poor"], ge=0, le=MOST_WEIGHT)
    w_schools: int = Field(DEFAULTS["schools"], ge=0, le=MOST_WEIGHT)
    w_umkm: int = Field(DEFAULTS["umkm"], ge=0, le=MOST_WEIGHT)
    put: Annotated[tuple[Text, ...], BeforeValidator(parted)] = Field(
        (),
        max_length=50,
        description="points that are not there, by semicolons: latitude,longitude, a kelurahan's code with *N for its "
        "gaps, or the number of a proposal",
    )


class ProposalsQuery(Query):
    page: int = Field(1, ge=1, le=1_000_000)
    per_page: int = Field(50, ge=1, le=500)
    q: Text = Field("", description="part of a number, place, address or area")
    state: State | None = None
    source: Source | None = None
    area: Text = Field("", description="Kemendagri code of a kecamatan or kelurahan")


class Stated(Shape):
    value: float
    as_of: date
    estimate: bool
    source: str


class Indicators(Shape):
    """What divides by people is of the areas whose people are stated."""

    points: int
    areas: int
    areas_without_people: int
    areas_without_outline: int
    people: float | None
    people_as_of: tuple[date, date] | None = Field(description="the oldest and the newest of the numbers")
    people_estimated: bool
    points_per_10000: float | None
    people_per_point: float | None
    share_within_300m: float | None = Share
    share_within_500m: float | None = Share
    people_share_within_300m: float | None = Field(None, description="an estimate: people evenly over the ground")
    mean_distance_m: float | None
    gini: float | None


class AreaEquity(Shape):
    code: str
    name: str
    district_code: str
    points: int
    km2: float | None
    stated: dict[str, Stated] = Field(
        description="by kind: population, poor, schools, umkm; what nobody stated is missing"
    )
    points_per_10000: float | None
    people_per_point: float | None
    share_within_300m: float | None = Share
    share_within_500m: float | None = Share
    mean_distance_m: float | None
    poor_share: float | None = Share


class Equity(Envelope):
    on: date
    count: str
    indicators: Indicators
    lorenz: list[tuple[float, float]] = Field(description="shares of people and of points, the worst served first")
    areas: list[AreaEquity]


class Ranked(Shape):
    """`needs` are from 0 to 1 by part; `stays` is the share of 200 trials in which it is among the first ten."""

    area: AreaEquity
    rank: int | None
    score: float | None
    needs: dict[str, float | None]
    stays: float | None


class PutPoint(Shape):
    put: str
    latitude: float
    longitude: float
    area_code: str


class Siting(Envelope):
    """With points put, `ranking` and `then` are as if they were there; `now` is as it is."""

    on: date
    count: str
    weights: dict[str, int]
    now: Indicators
    put: list[PutPoint]
    then: Indicators | None
    ranking: list[Ranked]


class ScoreOf(Shape):
    total: float = Field(description="0 to 100; a part that nobody knows counts as nothing")
    most: float = Field(description="had every unknown part counted in full")
    parts: dict[str, float | None]


class Proposal(Shape):
    """Nothing of who asked: a contact leaves the database by no interface."""

    number: str
    state: str
    place: str
    venue_kind: str
    area_code: str | None
    area: str | None
    address: str
    latitude: float | None
    longitude: float | None
    reason: str
    source: str
    received_on: date
    decided_at: datetime | None
    answer: str
    merged_into: str | None
    point_code: str | None
    supporters: int
    nearest_m: float | None
    people_newly_reached: float | None
    score: ScoreOf
    perhaps_same: list[str]


class Proposals(Paged):
    items: list[Proposal]
