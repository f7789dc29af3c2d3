"""Questions and answers of /incidents."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from hotspot.analytics.incident_words import EVENTS, KINDS, REASONS, SEVERITIES, SHARED
from hotspot.api.query import PageQuery, Text, When, choice
from hotspot.api.shapes import Envelope, Paged, Shape

IncidentKind = Annotated[str, *choice(KINDS)]
Severity = Annotated[str, *choice(SEVERITIES)]


class IncidentsQuery(PageQuery):
    state: Literal["open", "all"] = "all"
    kind: IncidentKind | None = None
    severity: Severity | None = None
    area: Text = Field("", description="Kemendagri code of a kecamatan or kelurahan")
    provider: Text = Field("", description="name of a provider")
    assignee: Text = Field("", description="name of an account; - for nobody")
    point: Text = Field("", description="code of a point")
    access_point: Text = Field("", description="name of an access point")
    from_: When | None = Field(None, alias="from", description="those that lasted beyond this time, and all open ones")
    to: When | None = Field(None, description="those that began before this time")


class IncidentQuery(PageQuery):
    """The pages are those of the members."""


class Incident(Shape):
    """What went wrong once, however many access points show it; `headline` is a sentence in English."""

    number: int
    kind: IncidentKind
    severity: Severity
    state: Literal["open", "ended", "merged"]
    headline: str
    shared: Annotated[str, *choice(SHARED)] = Field(description="what its members have in common")
    shared_name: str
    start: datetime
    announced: datetime | None = Field(description="null: nobody is told of it yet")
    end: datetime | None
    duration_s: int
    members: int
    members_down: int
    points: int
    flapping: bool
    probable_cause: str | None
    reason: Annotated[str, *choice(REASONS)] | None = Field(description="what a person said that it was")
    acknowledged: datetime | None
    acknowledged_by: str | None
    assignee: str | None
    due: datetime | None = Field(description="by the shortest fix time of the contracts of its points")
    merged_into: int | None


class Incidents(Paged):
    open: int
    unacknowledged: int
    items: list[Incident]


class IncidentMember(Shape):
    subject: str
    label: str
    access_point: str | None
    point: str | None
    point_name: str | None
    area_code: str | None
    start: datetime
    end: datetime | None
    value: str | None


class IncidentEvent(Shape):
    at: datetime
    kind: Annotated[str, *choice(EVENTS)]
    actor: str | None = Field(description="null: the service itself")
    text: str
    messages: int


class ProposedCause(Shape):
    """A proposed cause with what speaks for it, as English sentences."""

    cause: str
    evidence: list[str]


class IncidentAnswer(Envelope):
    """`members` are those of the page."""

    incident: Incident
    causes: list[ProposedCause]
    events: list[IncidentEvent] = Field(description="the newest first")
    members: list[IncidentMember]
    members_total: int
    page: int
    pages: int
