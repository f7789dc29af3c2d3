"""What another system is sent of an event: the event, and the incident as it was then, as one JSON object.

No person is in it: who did something is told as a role, free texts of people (comments, reports) stay in the house.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

FORMAT = "hotspot.incident-event.1"
MOST_POINTS = 200  # named in one event; the number tells of more
DETAILS = ("members", "reason", "into", "incident", "source", "ref", "people", "people_in_all", "points")
"""Of an event's data only these leave the house, as numbers and short words."""
LONGEST = 200
TICKETS = ("ticket_opened", "ticket_closed")
SERVICE, PERSON, SYSTEM = "service", "person", "system"


@dataclass(frozen=True, slots=True)
class Place:
    """A point of the incident; `down` while any of its members there has not ended."""

    point: str
    area: str
    down: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """An incident at one instant. `members` counts what ever belonged to it, `affected` what still does."""

    id: int
    kind: str
    severity: str
    name: str
    shared: str
    began: int
    announced_at: int | None
    recovered_at: int | None
    acknowledged_at: int | None
    due_at: int | None
    reason: str
    flapping: bool
    merged_into: int | None
    members: int
    affected: int
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Happened:
    """An event; `actor` is empty for the service itself, `role` that of the person whose name it is."""

    sequence: int
    at: int
    kind: str
    actor: str = ""
    role: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def payload(event: Happened, incident: Standing, city_code: str, time_zone: str) -> str:
    """JSON; times are ISO 8601 on the city's clocks, areas Kemendagri codes, what nobody knows is null."""
    zone = ZoneInfo(time_zone)

    def time(at: int | None) -> str | None:
        return None if at is None else datetime.fromtimestamp(at, zone).isoformat()

    told = {
        "format": FORMAT,
        "sequence": event.sequence,
        "city": city_code,
        "event": event.kind,
        "at": time(event.at),
        "by": by(event),
        "role": event.role or None if by(event) == PERSON else None,
        "details": details(event.data),
        "incident": {
            "id": incident.id,
            "kind": incident.kind,
            "severity": incident.severity,
            "name": incident.name,
            "shared": incident.shared,
            "state": "open" if incident.recovered_at is None else "recovered",
            "began": time(incident.began),
            "announced": time(incident.announced_at),
            "recovered": time(incident.recovered_at),
            "acknowledged": time(incident.acknowledged_at),
            "due": time(incident.due_at),
            "reason": incident.reason or None,
            "flapping": incident.flapping,
            "merged_into": incident.merged_into,
            "members": incident.members,
            "affected": incident.affected,
            "areas": sorted({place.area for place in incident.places}),
            "points": [
                {"code": place.point, "area": place.area, "down": place.down} for place in incident.places[:MOST_POINTS]
            ],
            "points_in_all": len(incident.places),
        },
    }
    return json.dumps(told, ensure_ascii=False)


def by(event: Happened) -> str:
    if not event.actor:
        return SERVICE
    return SYSTEM if event.kind in TICKETS else PERSON


def details(data: Mapping[str, Any]) -> dict[str, int | str]:
    found = {name: data[name] for name in DETAILS if isinstance(data.get(name), int | str)}
    return {name: value[:LONGEST] if isinstance(value, str) else value for name, value in found.items()}
