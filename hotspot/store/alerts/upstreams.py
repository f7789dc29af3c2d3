"""Upstreams and what hangs on them, as the pages list them and as incidents are grouped by them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.upstreams import all_above, all_below, ancestors, children
from hotspot.store.models import AccessPoint, Area, City, Dependency, Incident, Point, Provider, Site, State, Upstream
from hotspot.store.standing import AP_STATES, ap_now

UPSTREAM = "upstream"  # of analytics.incident_words.SHARED


def upstreams_of(session: Session, city: City) -> Mapping[int, tuple[int, ...]]:
    """By access point the ids of all upstreams that it hangs on, the nearest first; empty where nobody named any."""
    query = (
        select(Upstream.id, Upstream.parent_id, Dependency.ap_id)
        .outerjoin(Dependency, Dependency.upstream_id == Upstream.id)
        .where(Upstream.city_id == city.id)
    )
    rows = session.execute(query).all()
    parents = {id_: parent for id_, parent, _ in rows}
    return all_above(parents, ((ap_id, id_) for id_, _, ap_id in rows if ap_id is not None))


@dataclass(frozen=True, slots=True)
class UpstreamRow:
    """A line of the tree, `depth` 0 at the top; the counts are of the access points on it and on all below.

    `direct` are those that hang on it itself. `incident_id` is an open incident of it.
    """

    id: int
    kind: str
    name: str
    note: str
    parent_id: int | None
    depth: int
    direct: int
    total: int
    up: int
    down: int
    incident_id: int | None

    @property
    def unknown(self) -> int:
        return self.total - self.up - self.down

    @property
    def status(self) -> str:
        """As that of a point."""
        if not self.up and not self.down:
            return "unknown"
        return "up" if not self.down else "degraded" if self.up else "down"


def tree(session: Session, city: City, now: int) -> list[UpstreamRow]:
    """All of them, each followed by what hangs on it, by kind and name; three questions."""
    query = select(Upstream).where(Upstream.city_id == city.id).order_by(Upstream.kind, Upstream.name)
    stored = {one.id: one for one in session.scalars(query)}
    if not stored:
        return []
    parents = {id_: one.parent_id for id_, one in stored.items()}
    hanging = hanging_states(session, city, now)
    states = {ap: state for some in hanging.values() for ap, state in some.items()}
    all_on = all_below(parents, hanging)
    troubled = open_incidents(session, city)
    below, rows = children(parents), []
    waiting = [(id_, 0) for id_ in reversed(below.get(None, []))]
    while waiting:
        id_, depth = waiting.pop()
        waiting += [(child, depth + 1) for child in reversed(below.get(id_, []))]
        one = stored[id_]
        found = [states[ap] for ap in all_on[id_]]
        rows.append(
            UpstreamRow(
                id_, one.kind, one.name, one.note, one.parent_id, depth, len(hanging.get(id_, {})), len(found),
                found.count(int(State.UP)), found.count(int(State.DOWN)), troubled.get(id_),
            )
        )  # fmt: skip
    return rows


def hanging_states(session: Session, city: City, now: int) -> Mapping[int, Mapping[int, int]]:
    """By upstream what the access points that hang on it itself do now."""
    ap = ap_now(session, city.id, now)
    query = select(Dependency.upstream_id, Dependency.ap_id, ap.c.state).join(ap, ap.c.ap_id == Dependency.ap_id)
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for upstream, ap_id, state in session.execute(query):
        found[upstream][ap_id] = state
    return found


def open_incidents(session: Session, city: City) -> Mapping[int, int]:
    """By upstream the newest of its incidents that is open."""
    query = select(Incident.shared_key, Incident.id).where(
        Incident.city_id == city.id, Incident.shared == UPSTREAM, Incident.recovered_at.is_(None)
    )
    return {int(key): id_ for key, id_ in session.execute(query.order_by(Incident.id)) if key.isdecimal()}


@dataclass(frozen=True, slots=True)
class Hanging:
    """An access point on an upstream; `on` is the one that it hangs on directly. `state` is one of AP_STATES."""

    ap_id: int
    name: str
    point_code: str
    point_name: str
    area_code: str
    area_name: str
    provider: str
    state: str
    on: int
    why: str
    since: int
    by: str


def hanging(session: Session, city: City, upstream_ids: Collection[int], now: int) -> list[Hanging]:
    """What hangs on any of these directly, by name."""
    ap = ap_now(session, city.id, now)
    query = (
        select(
            AccessPoint.id, AccessPoint.name, Point.code, Point.name.label("point"), Area.code.label("area"),
            Area.name.label("area_name"), Provider.name.label("provider"), ap.c.state, Dependency.upstream_id,
            Dependency.why, Dependency.since, Dependency.by,
        )
        .join(Dependency, Dependency.ap_id == AccessPoint.id)
        .join(ap, ap.c.ap_id == AccessPoint.id)
        .outerjoin(Point, Point.id == AccessPoint.point_id)
        .outerjoin(Site, Site.id == Point.site_id)
        .outerjoin(Area, Area.id == Site.area_id)
        .outerjoin(Provider, Provider.id == Point.provider_id)
        .where(AccessPoint.city_id == city.id, Dependency.upstream_id.in_(upstream_ids))
        .order_by(AccessPoint.name, Dependency.upstream_id)
    )  # fmt: skip
    return [
        Hanging(
            row.id, row.name, row.code or "", row.point or "", row.area or "", row.area_name or "", row.provider or "",
            AP_STATES.get(row.state, "unknown"), row.upstream_id, row.why, row.since, row.by,
        )
        for row in session.execute(query)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Above:
    """An upstream of an access point; `direct` where it hangs on it itself, else on something that does."""

    id: int
    kind: str
    name: str
    direct: bool
    why: str


def above(session: Session, city: City, ap_id: int) -> list[Above]:
    """What the access point hangs on, the nearest first."""
    direct = select(Dependency.upstream_id, Dependency.why).where(Dependency.ap_id == ap_id)
    why = {row.upstream_id: row.why for row in session.execute(direct)}
    if not why:
        return []
    stored = {one.id: one for one in session.scalars(select(Upstream).where(Upstream.city_id == city.id))}
    parents = {id_: one.parent_id for id_, one in stored.items()}
    order = all_above(parents, ((ap_id, id_) for id_ in why if id_ in stored)).get(ap_id, ())
    return [Above(id_, stored[id_].kind, stored[id_].name, id_ in why, why.get(id_, "")) for id_ in order]


def chain(rows: Collection[UpstreamRow], upstream_id: int) -> list[UpstreamRow]:
    """What an upstream hangs on, the farthest first."""
    by_id = {row.id: row for row in rows}
    return [by_id[id_] for id_ in reversed(ancestors({row.id: row.parent_id for row in rows}, upstream_id))]
