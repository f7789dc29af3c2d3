"""/incident-events: what streams are sent, for systems that ask rather than listen."""

import json
from datetime import datetime
from typing import Literal

from pydantic import Field

from hotspot.api.layer import Ask
from hotspot.api.query import Query
from hotspot.api.shapes import Envelope, Shape
from hotspot.store.alerts.stream import last_number, published


class IncidentEventsQuery(Query):
    after: int = Field(0, ge=0, lt=2**63, description="the last sequence number that the asker has; 0 for all")
    limit: int = Field(100, ge=1, le=500)


class PlaceOfEvent(Shape):
    code: str
    area: str = Field(description="Kemendagri code")
    down: bool


class IncidentThen(Shape):
    """The incident as it was a few seconds after the event. Of its points at most 200 are named."""

    id: int
    kind: str
    severity: str
    name: str
    shared: str
    state: Literal["open", "recovered"]
    began: datetime
    announced: datetime | None
    recovered: datetime | None
    acknowledged: datetime | None
    due: datetime | None
    reason: str | None
    flapping: bool
    merged_into: int | None
    members: int = Field(description="access points, or what a rule watches, that ever belonged to it")
    affected: int = Field(description="of them those that still do")
    areas: list[str]
    points: list[PlaceOfEvent]
    points_in_all: int


class IncidentEvent(Shape):
    """The body of a stream's webhook, too. `sequence` has no gaps: one that is missing is one to ask for."""

    format: Literal["hotspot.incident-event.1"]
    sequence: int
    city: str
    event: str
    at: datetime
    by: Literal["service", "person", "system"] = Field(description="system: another agency's, by a ticket")
    role: str | None = Field(description="of the person; names stay in the house")
    details: dict[str, int | str]
    incident: IncidentThen


class IncidentEvents(Envelope):
    last: int = Field(description="the newest sequence number that there is")
    items: list[IncidentEvent]


def index(ask: Ask[IncidentEventsQuery]) -> IncidentEvents:
    """Events of incidents in the order of their sequence numbers; ask again with the last one until none comes."""
    found = published(ask.session, ask.city, ask.query.after, ask.query.limit)
    items = [IncidentEvent.model_validate(json.loads(text)) for text in found]
    return IncidentEvents(**ask.head(), last=last_number(ask.session), items=items)
