"""Upstreams that there seem to be, from what the inventory and a year of outages tell; taken or ignored by people."""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.fell_together import Outage, Together, fell_together
from hotspot.analytics.import_row import CONTROLLER, N_, reject
from hotspot.analytics.restarts import REBOOT
from hotspot.analytics.upstream_proposals import Device, Existing, Ignored, Proposed, proposals
from hotspot.analytics.upstreams import all_below
from hotspot.store.alerts.dependency_edit import new_dependencies
from hotspot.store.alerts.upstream_edit import EDIT, new_upstream, upstream_of
from hotspot.store.audit import note
from hotspot.store.changes import Before, keep
from hotspot.store.models import (
    AccessPoint,
    ApState,
    Area,
    City,
    Dependency,
    DeviceEvent,
    FoundDevice,
    IgnoredUpstream,
    Point,
    Provider,
    Site,
    State,
    StatusSpan,
    Upstream,
)

LOOKED_AT_S = 365 * 86_400
RESTART_BEFORE_S, RESTART_AFTER_S = 180, 300  # around an outage: the power goes before the first poll that is missed


def proposed(session: Session, city: City, now: int) -> list[Proposed]:
    """The surest first. Reads a year of outages: for a page that somebody opens, not for one that is looked at."""
    devices = devices_of(session, city)
    outages = outages_of(session, city, now - LOOKED_AT_S)
    together: Sequence[Together] = fell_together(outages, len(devices))
    return proposals(devices, together, existing(session, city), ignored(session, city))


def devices_of(session: Session, city: City) -> list[Device]:
    """Those that are polled, each with the switch that the last search which reached it heard of."""
    found, controller, district = FoundDevice, aliased(AccessPoint), aliased(Area)
    told = select(found.ap_id, found.address, found.port, found.neighbour).where(
        found.city_id == city.id, found.neighbour != ""
    )
    by_id, by_address = {}, {}
    for row in session.execute(told.order_by(found.last_seen)):
        by_address[row.address, row.port] = row.neighbour
        if row.ap_id is not None:
            by_id[row.ap_id] = row.neighbour
    query = (
        select(
            AccessPoint.id, AccessPoint.address, AccessPoint.port, func.coalesce(Point.code, "").label("point"),
            func.coalesce(Area.name, "").label("area"), func.coalesce(district.name, "").label("district"),
            func.coalesce(Provider.name, "").label("provider"),
            func.coalesce(controller.name, "").label("controller"),
        )
        .outerjoin(Point, Point.id == AccessPoint.point_id)
        .outerjoin(Site, Site.id == Point.site_id)
        .outerjoin(Area, Area.id == Site.area_id)
        .outerjoin(district, district.id == Area.parent_id)
        .outerjoin(Provider, Provider.id == Point.provider_id)
        .outerjoin(controller, controller.id == AccessPoint.controller_id)
        .where(AccessPoint.city_id == city.id, AccessPoint.kind != CONTROLLER, AccessPoint.polling)
    )  # fmt: skip
    return [
        Device(
            row.id, row.point, row.area, row.district, row.provider, row.controller, row.address or "",
            switch(by_id.get(row.id) or by_address.get((row.address or "", row.port), "")),
        )
        for row in session.execute(query)
    ]  # fmt: skip


def switch(neighbour: str) -> str:
    """Without the port, as collectors.neighbours writes both."""
    return neighbour.partition(" port ")[0].strip()


def outages_of(session: Session, city: City, since: int) -> list[Outage]:
    """Those that ended or not, with whether a restart was noted around them."""
    span = StatusSpan
    query = select(span.ap_id, span.start, span.end).where(
        span.city_id == city.id, span.state == int(State.DOWN), span.start >= since
    )
    restarts = restarts_of(session, city, since)
    clocks = set(session.scalars(select(ApState.ap_id).where(ApState.uptime_s.is_not(None))))
    return [
        Outage(ap_id, start, rebooted(restarts.get(ap_id, ()), start, end, known=ap_id in clocks))
        for ap_id, start, end in session.execute(query)
    ]


def restarts_of(session: Session, city: City, since: int) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    query = select(DeviceEvent.ap_id, DeviceEvent.at).where(
        DeviceEvent.city_id == city.id, DeviceEvent.kind == REBOOT, DeviceEvent.at >= since - RESTART_BEFORE_S
    )
    for ap_id, at in session.execute(query.order_by(DeviceEvent.at)):
        found[ap_id or 0].append(at)
    return found


def rebooted(restarts: Sequence[int], start: int, end: int | None, *, known: bool) -> bool | None:
    if end is None:
        return None
    place = bisect_left(restarts, start - RESTART_BEFORE_S)
    if place < len(restarts) and restarts[place] <= end + RESTART_AFTER_S:
        return True
    return False if known else None


def existing(session: Session, city: City) -> list[Existing]:
    ups = session.scalars(select(Upstream).where(Upstream.city_id == city.id)).all()
    hanging: dict[int, set[int]] = defaultdict(set)
    for row in session.execute(select(Dependency.upstream_id, Dependency.ap_id)):
        hanging[row.upstream_id].add(row.ap_id)
    below = all_below({one.id: one.parent_id for one in ups}, hanging)
    return [Existing(one.id, one.kind, one.name, frozenset(below[one.id])) for one in ups]


def ignored(session: Session, city: City) -> list[Ignored]:
    rows = session.execute(
        select(IgnoredUpstream.source, IgnoredUpstream.members).where(IgnoredUpstream.city_id == city.id)
    )
    return [Ignored(source, frozenset(json.loads(members))) for source, members in rows]


@dataclass(frozen=True, slots=True)
class Taken:
    """What was made of a proposal: the upstream, how many access points hang on it now, the number of the change."""

    upstream_id: int
    name: str
    count: int
    change_id: int


def take(session: Session, city: City, one: Proposed, said: Mapping[str, str], *, now: int, actor: str) -> Taken:
    """`said` are kind, name and parent, as a person corrected them; nothing of it for one that joins another.

    Raises RejectedError with the field.
    """
    kept = []
    if one.joins is None:
        upstream = new_upstream(session, city, said, now=now, actor=actor)
        kept.append(Before("upstream", upstream.id, None))
    else:
        upstream = upstream_of(session, city, one.joins)
    rows = new_dependencies(session, upstream, one.members, why=one.source, now=now, actor=actor)
    kept += [Before("dependency", each, None) for each in rows]
    id_, name, kind = upstream.id, upstream.name, upstream.kind
    note(session, now, actor, "add", f"upstream {kind} {name}", f"proposed by {one.source}, {len(rows)} access points")
    change_id = keep(session, city.id, what=EDIT, summary=f"{kind} {name}", before=kept, now=now, actor=actor)
    return Taken(id_, name, len(rows), change_id)


def proposal_of(found: Iterable[Proposed], digest: str) -> Proposed:
    """Raises RejectedError of "proposal" where what was looked at is not what is proposed any more."""
    one = next((one for one in found if one.digest == digest), None)
    return one or reject("proposal", N_("this is not proposed any more; look at the list as it is now"))


def ignore(session: Session, city: City, one: Proposed, *, now: int, actor: str) -> None:
    """Never to be proposed again, nor nearly the same."""
    members = json.dumps(list(one.members))
    session.merge(
        IgnoredUpstream(
            city_id=city.id, digest=one.digest, name=one.name, source=one.source, members=members, at=now, by=actor
        )
    )
    note(
        session,
        now,
        actor,
        "ignore",
        f"proposed upstream {one.name}",
        f"{one.source}, {len(one.members)} access points",
    )


@dataclass(frozen=True, slots=True)
class IgnoredRow:
    digest: str
    name: str
    source: str
    count: int
    at: int
    by: str


def ignored_rows(session: Session, city: City) -> list[IgnoredRow]:
    """The newest first."""
    query = select(IgnoredUpstream).where(IgnoredUpstream.city_id == city.id).order_by(IgnoredUpstream.at.desc())
    return [
        IgnoredRow(one.digest, one.name, one.source, len(json.loads(one.members)), one.at, one.by)
        for one in session.scalars(query)
    ]


def notice(session: Session, city: City, digests: Collection[str], *, now: int, actor: str) -> int:
    """The undo of `ignore`; how many may be proposed again."""
    mine = (IgnoredUpstream.city_id == city.id, IgnoredUpstream.digest.in_(digests))
    names = session.scalars(delete(IgnoredUpstream).where(*mine).returning(IgnoredUpstream.name)).all()
    if names:
        note(session, now, actor, "notice", "proposed upstreams", ", ".join(names))
    return len(names)
