"""/incidents: what is wrong, once; its members, history and proposed causes."""

from hotspot.analytics.incident_text import Said, Voice, headline
from hotspot.analytics.root_cause_text import evidence_said
from hotspot.analytics.root_cause_text import said as cause_said
from hotspot.analytics.written import Writer
from hotspot.api import incident_shapes as shapes
from hotspot.api.incident_shapes import IncidentQuery, IncidentsQuery
from hotspot.api.layer import Ask
from hotspot.api.problem import Problem
from hotspot.store.alerts.incident_detail import Member, causes, events_of, members_page
from hotspot.store.alerts.incident_pages import IncidentFilter, IncidentRow, incident_row, incidents_page

DIGITS = 18


def index(ask: Ask[IncidentsQuery]) -> shapes.Incidents:
    """Incidents, open ones first, the gravest and newest before."""
    query = ask.query
    since, until = ask.seconds(query.from_), ask.seconds(query.to)
    if since is not None and until is not None and since >= until:
        raise Problem.of_field("to", "is not after from")
    chosen = IncidentFilter(
        query.state, query.kind or "", query.severity or "", query.area, query.provider, query.assignee, query.point,
        query.access_point, since, until,
    )  # fmt: skip
    found = incidents_page(ask.session, ask.city, chosen, page=query.page, per_page=query.per_page)
    ask.check_page(found.pages)
    return shapes.Incidents(
        **ask.head(),
        total=found.total,
        open=found.open,
        unacknowledged=found.unacknowledged,
        page=found.page,
        pages=found.pages,
        items=[incident(ask, row) for row in found.rows],
    )


def one(ask: Ask[IncidentQuery], number: str) -> shapes.IncidentAnswer:
    """One incident with its members, its history and what probably caused it."""
    known = number.isascii() and number.isdigit() and len(number) <= DIGITS
    row = incident_row(ask.session, ask.city, int(number)) if known else None
    if row is None:
        raise Problem(404, "There is no incident of this number.")
    found = members_page(ask.session, row.id, page=ask.query.page, per_page=ask.query.per_page)
    ask.check_page(found.pages)
    return shapes.IncidentAnswer(
        **ask.head(),
        incident=incident(ask, row),
        causes=[
            shapes.ProposedCause(
                cause=say(ask, cause_said(cause)), evidence=[say(ask, evidence_said(item)) for item in cause.evidence]
            )
            for cause in causes(ask.session, row.id)
        ],
        events=[
            shapes.IncidentEvent(
                at=ask.at(event.at), kind=event.kind, actor=event.actor or None, text=event.text, messages=event.told
            )
            for event in events_of(ask.session, row.id)
        ],
        members=[member(ask, each) for each in found.rows],
        members_total=found.total,
        page=found.page,
        pages=found.pages,
    )


def incident(ask: Ask[IncidentsQuery] | Ask[IncidentQuery], row: IncidentRow) -> shapes.Incident:
    told = row.facts
    return shapes.Incident(
        number=told.id,
        kind=told.kind,
        severity=told.severity,
        state="merged" if row.merged_into else "open" if row.is_open else "ended",
        headline=say(ask, headline(told)),
        shared=told.shared,
        shared_name=told.name,
        start=ask.at(told.began),
        announced=ask.time(row.announced_at),
        end=ask.time(told.recovered_at),
        duration_s=row.lasted_s(ask.now),
        members=told.members,
        members_down=told.down,
        points=told.point_count,
        flapping=told.flapping,
        probable_cause=(say(ask, told.cause) if isinstance(told.cause, Said) else told.cause) or None,
        reason=told.reason or None,
        acknowledged=ask.time(row.acknowledged_at),
        acknowledged_by=told.acknowledged_by or None,
        assignee=told.assignee or None,
        due=ask.time(told.due_at),
        merged_into=row.merged_into,
    )


def member(ask: Ask[IncidentQuery], each: Member) -> shapes.IncidentMember:
    return shapes.IncidentMember(
        subject=each.subject,
        label=each.label,
        access_point=each.ap_name or None,
        point=each.point_code or None,
        point_name=each.point_name or None,
        area_code=each.area_code or None,
        start=ask.at(each.since),
        end=ask.time(each.ended_at),
        value=each.value or None,
    )


def say(ask: Ask[IncidentsQuery] | Ask[IncidentQuery], said: Said) -> str:
    """In English, whoever asks: a program reads it."""
    return Voice(str, Writer("en", ask.city.time_zone)).say(said)
