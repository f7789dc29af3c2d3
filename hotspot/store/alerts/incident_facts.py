"""What is said of incidents: their facts as analytics.incident_text takes them, of many at once."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, case, distinct, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.incident_text import NAMED, IncidentFacts, Names, Said
from hotspot.analytics.root_cause import from_json
from hotspot.analytics.root_cause_text import said
from hotspot.store.models import Account, Incident, IncidentEvent, IncidentMember, Point

Named = Mapping[int, tuple[str, ...]]


def incident_facts(session: Session, incident_ids: Collection[int]) -> dict[int, IncidentFacts]:
    """By id, of those that there are; six questions however many they are and however many members they have."""
    ids = list(incident_ids)
    if not ids:
        return {}
    counts = {row.incident_id: row for row in session.execute(_counts(ids))}
    labels, still = _labels(session, ids, still=False), _labels(session, ids, still=True)
    points, left = _points(session, ids), _left(session, ids)
    query = select(Incident, Account.name).outerjoin(Account, Account.id == Incident.assignee_id)
    found = {}
    for one, assignee in session.execute(query.where(Incident.id.in_(ids))):
        count = counts.get(one.id)
        found[one.id] = IncidentFacts(
            one.id, one.kind, one.severity, one.shared, one.name, one.began, one.recovered_at, one.members,
            down=int(count.down) if count else 0,
            point_count=int(count.points) if count else 0,
            points=points.get(one.id, ()),
            labels=labels.get(one.id, ()),
            still=still.get(one.id, ()),
            cause=_cause(one.cause),
            reason=one.reason,
            flapping=one.flapping,
            left=left.get(one.id),
            acknowledged_by=one.acknowledged_by or "",
            assignee=assignee or "",
            due_at=one.due_at,
        )  # fmt: skip
    return found


def _cause(kept: str) -> Said | str:
    """The first line of the likeliest."""
    proposals = from_json(kept)
    return said(proposals[0]) if proposals else ""


def _counts(ids: list[int]) -> Select[*tuple[Any, ...]]:
    open_ = case((IncidentMember.ended_at.is_(None), IncidentMember.subject))
    return (
        select(
            IncidentMember.incident_id,
            func.count(distinct(open_)).label("down"),
            func.count(distinct(IncidentMember.point_id)).label("points"),
        )
        .where(IncidentMember.incident_id.in_(ids))
        .group_by(IncidentMember.incident_id)
    )


def _labels(session: Session, ids: list[int], *, still: bool) -> Named:
    """Of the first members, or of the first that have not ended."""
    query = select(IncidentMember.incident_id, IncidentMember.label.label("name"), func.min(IncidentMember.id))
    query = query.where(IncidentMember.incident_id.in_(ids))
    if still:
        query = query.where(IncidentMember.ended_at.is_(None))
    return _first(session, query.group_by(IncidentMember.incident_id, IncidentMember.label))


def _points(session: Session, ids: list[int]) -> Named:
    query = select(IncidentMember.incident_id, Point.name.label("name"), func.min(IncidentMember.id))
    query = query.join(Point, Point.id == IncidentMember.point_id).where(IncidentMember.incident_id.in_(ids))
    return _first(session, query.group_by(IncidentMember.incident_id, Point.id, Point.name))


def _left(session: Session, ids: list[int]) -> dict[int, Names]:
    """Who stayed down when the others were back, as its last end told."""
    query = select(IncidentEvent.incident_id, IncidentEvent.data).where(IncidentEvent.incident_id.in_(ids))
    query = query.where(IncidentEvent.kind == "recovered").order_by(IncidentEvent.id)
    ended = {incident_id: json.loads(data or "{}") for incident_id, data in session.execute(query)}
    return {one: Names(tuple(data["left"]), data["left_behind"]) for one, data in ended.items() if data.get("left")}


def _first(session: Session, query: Select[*tuple[Any, ...]]) -> Named:
    """The first NAMED names of each incident, in the order in which they joined it."""
    incident, name, joined = query.selected_columns
    rank = func.row_number().over(partition_by=incident, order_by=func.min(IncidentMember.id))
    ranked = query.with_only_columns(incident, name, joined.label("joined"), rank.label("rank")).subquery()
    rows = select(ranked).where(ranked.c.rank <= NAMED).order_by(ranked.c.rank)
    names: dict[int, list[str]] = defaultdict(list)
    for row in session.execute(rows):
        names[row.incident_id].append(row.name)
    return {one: tuple(found) for one, found in names.items()}
