"""Incidents on top of the small city of world.py: what is down there now, what was, and what a rule found."""

from dataclasses import dataclass
from typing import Final

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotspot.analytics.root_cause import Evidence, Proposal, to_json
from hotspot.settings import Settings
from hotspot.store.alerts.incident_events import add
from hotspot.store.base import make_engine, writing
from hotspot.store.models import (
    FaultReport,
    Incident,
    IncidentMember,
    OutboxMessage,
    Ticket,
    TicketSource,
)
from tests.hotspot.web.world import DAY, DEGRADED, DOWN_SINCE_S, DOWN_TOGETHER, HOSTILE, HOUR, World, code

BEFORE: Final = ("AP-010-1", "AP-011-1")
CAUSES = (
    Proposal(
        "power", "upstream", "7", "PLN Buaran 2", "power_area", 4, 4, 0.9,
        (Evidence("silent", {"down": 4, "total": 5}), Evidence("together", {"count": 4, "spread_s": 20})),
    ),
    Proposal("unknown", "area", "36.74.01.1001", "Buaran", "", 4, 4, 0.5, (Evidence("others_up", {"count": 3}),)),
)  # fmt: skip


@dataclass(frozen=True)
class Incidents:
    """Ids; `together` has the four access points that went down in a minute, `alone` one that comes and goes."""

    together: int
    alone: int
    found: int  # by a rule
    before: int  # the same as `together`, two days ago
    hostile: int  # over, with a name that is no name


def ap_of(point_code: str) -> str:
    return f"AP-{point_code.removeprefix('TS-')[1:]}-1"


def add_incidents(engine: Engine, world: World) -> Incidents:
    now = world.now
    with writing(engine) as session:
        since = now - DOWN_SINCE_S
        together = incident(
            session, world, [ap_of(one) for one in (*DOWN_TOGETHER, DEGRADED[0])], since, "critical",
            shared="area", shared_key="36.74.01.1001", name="Buaran", cause=to_json(CAUSES), due_at=now - HOUR,
        )  # fmt: skip
        alone = incident(
            session, world, [ap_of(DEGRADED[1])], since, "warning", flapping=True, acknowledged_at=now - HOUR,
            acknowledged_by="admin", assignee_id=world.accounts["admin"], due_at=now + 5 * HOUR,
        )  # fmt: skip
        found = incident(session, world, [ap_of(code(20))], now - DAY, "notice", kind="firmware", shared="service")
        before = incident(
            session, world, BEFORE, now - 2 * DAY, "critical", ended=now - 2 * DAY + HOUR, shared="area",
            shared_key="36.74.01.1001", name="Buaran", reason="power", reason_by="admin",
        )  # fmt: skip
        hostile = incident(
            session, world, [ap_of(HOSTILE)], now - 3 * DAY, "warning", ended=now - 3 * DAY + HOUR,
            name="<script>alert(2)</script>",
        )  # fmt: skip
        told(session, world, together)
        return Incidents(together, alone, found, before, hostile)


def incident(
    session: Session, world: World, names: list[str] | tuple[str, ...], since: int, severity: str, *,
    kind: str = "outage", shared: str = "ap", shared_key: str = "", name: str = "", ended: int | None = None,
    cause: str = "", reason: str = "", reason_by: str = "", flapping: bool = False, due_at: int | None = None,
    acknowledged_at: int | None = None, acknowledged_by: str | None = None, assignee_id: int | None = None,
) -> int:  # fmt: skip
    row = Incident(
        city_id=world.city, kind=kind, severity=severity, shared=shared, shared_key=shared_key, name=name or names[0],
        began=since, opened_at=since + 60, announced_at=since + 120, recovered_at=ended, members=len(names),
        cause=cause, reason=reason, flapping=flapping, due_at=due_at,
        acknowledged_at=acknowledged_at, acknowledged_by=acknowledged_by, assignee_id=assignee_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    for each in names:
        point = world.points[f"TS-0{each[3:6]}"]
        session.add(
            IncidentMember(
                incident_id=row.id, subject=f"ap:{world.access_points[each]}", ap_id=world.access_points[each],
                point_id=point, label=each, since=began(world, each) if ended is None else since, ended_at=ended,
                value="6.6.55" if kind != "outage" else "",
            )
        )  # fmt: skip
    add(session, row.id, at=since + 120, kind="opened", data={"members": len(names)}, quiet=True)
    if acknowledged_by:
        add(session, row.id, at=acknowledged_at or since, kind="acknowledged", actor=acknowledged_by, quiet=True)
    if reason:
        text = "Gardu PLN padam <b>lagi</b>\nTeknisi: Siti"
        add(session, row.id, at=since + HOUR, kind="reason", actor=reason_by, text=text, data={"reason": reason})
    if ended:
        add(session, row.id, at=ended, kind="recovered", data={"members": len(names)}, quiet=True)
    session.flush()
    return row.id


def began(world: World, name: str) -> int:
    """When world.py lets what is down begin."""
    return world.now - DOWN_SINCE_S + int(name[3:6]) % 3 * 10


def told(session: Session, world: World, incident_id: int) -> None:
    """Two messages, a citizen's report and a ticket of another system."""
    now = world.now
    event = add(session, incident_id, at=now - HOUR, kind="grew", data={"members": 4}, quiet=True)
    for number, (state, error) in enumerate((("sent", ""), ("waiting", "the server said <no>"))):
        session.add(
            OutboxMessage(
                city_id=world.city, key=f"{incident_id}-{number}", account_id=world.accounts["admin"],
                incident_id=incident_id, event_id=event, event="opened", severity="critical", why="Night shift",
                subject="Buaran", body="Buaran", state=state, created_at=now - HOUR, next_at=now - HOUR, error=error,
                sent_at=now - HOUR if state == "sent" else None,
            )
        )  # fmt: skip
    session.add(
        FaultReport(
            point_id=world.points[DOWN_TOGETHER[0]],
            at=now - HOUR,
            kind="no_signal",
            n=3,
            incident_id=incident_id,
            comment="Mati <sejak> pagi",
        )
    )
    source = TicketSource(city_id=world.city, name="Dinas Kominfo", digest="0" * 64, created_at=now, created_by="admin")
    session.add(source)
    session.flush()
    for ref, url in (("T-1", "https://tickets.example/T-1"), ("T-2", "javascript:alert(3)")):
        session.add(
            Ticket(
                city_id=world.city, source_id=source.id, ref=ref, incident_id=incident_id, title=f"Wi-Fi mati {ref}",
                url=url, opened_at=now - HOUR,
            )
        )  # fmt: skip


@pytest.fixture
def incidents(world: World, settings: Settings) -> Incidents:
    engine = make_engine(settings.database)
    made = add_incidents(engine, world)
    engine.dispose()
    return made
