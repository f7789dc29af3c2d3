"""What is known of access points that went silent together, from which their cause is proposed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.restarts import REBOOT
from hotspot.analytics.root_cause import Facts, Group, Past, Proposal, Silent, root_cause
from hotspot.analytics.upstreams import all_above
from hotspot.store.alerts.cause_records import TRAPS_S, Fell, events, past, restarted, running_works
from hotspot.store.models import AccessPoint, ApState, Area, City, Dependency, Point, Provider, Site, State, Upstream
from hotspot.store.standing import ap_now

__all__ = ["Fell", "cause_facts", "proposed_causes"]


def proposed_causes(session: Session, city: City, fell: Sequence[Fell], now: int) -> tuple[Proposal, ...]:
    """The best first; a handful of questions, however many fell silent. Asked again after recovery it knows more."""
    return root_cause(cause_facts(session, city, fell, now))


def cause_facts(session: Session, city: City, fell: Sequence[Fell], now: int) -> Facts:
    last = {one.ap_id: one for one in sorted(fell, key=lambda one: one.since)}
    if not last:
        return Facts((), ())
    began = min(one.since for one in last.values())
    rows = {row.ap_id: row for row in session.execute(everything(session, city, now))}
    last = {ap_id: one for ap_id, one in last.items() if ap_id in rows}
    restarts = events(session, last, (REBOOT,), began - TRAPS_S, now)
    silent = tuple(as_silent(one, rows[ap_id], restarts.get(ap_id, ())) for ap_id, one in last.items())
    traps = events(session, last, ("trap",), began - TRAPS_S, began + TRAPS_S)
    kept, above = tree(session, city)
    groups = grouped(rows, last, kept, above, past(session, city, began))
    nearest = {up for one in last for up in above.get(one, ())[:1]}
    near = {ap_id for ap_id, ups in above.items() if not nearest.isdisjoint(ups)} | last.keys()
    works = tuple(running_works(session, city, began, near))
    return Facts(silent, tuple(groups), len(traps), works)


def everything(session: Session, city: City, now: int) -> Any:
    """Every access point with what it may share with others, and what it does now."""
    ap = ap_now(session, city.id, now).c
    here, village, district, controller = aliased(AccessPoint), aliased(Area), aliased(Area), aliased(AccessPoint)
    return (
        select(
            ap.ap_id, ap.state, ap.last_ok, here.name,
            Point.id.label("point"), Point.name.label("point_name"), Point.code.label("point_code"),
            village.code.label("area"), village.name.label("area_name"),
            district.code.label("district"), district.name.label("district_name"),
            Provider.id.label("provider"), Provider.name.label("provider_name"),
            controller.id.label("controller"), controller.name.label("controller_name"),
            ApState.uptime_s, ApState.last_poll, ApState.interval_s, ApState.ping_sent, ApState.ping_received,
        )
        .join(here, here.id == ap.ap_id)
        .outerjoin(ApState, ApState.ap_id == ap.ap_id)
        .outerjoin(Point, Point.id == here.point_id)
        .outerjoin(Site, Site.id == Point.site_id)
        .outerjoin(village, village.id == Site.area_id)
        .outerjoin(district, district.id == village.parent_id)
        .outerjoin(Provider, Provider.id == Point.provider_id)
        .outerjoin(controller, controller.id == here.controller_id)
        .where(here.kind == "access_point", here.polling)
    )  # fmt: skip


def as_silent(one: Fell, row: Any, restarts: Sequence[int]) -> Silent:
    if one.ended_at is None:
        pings = None if not row.ping_sent else bool(row.ping_received)
        return Silent(one.ap_id, one.since, None, None, pings)
    return Silent(one.ap_id, one.since, one.ended_at, restarted(one, row, restarts))


@dataclass(frozen=True, slots=True)
class Kept:
    name: str
    kind: str
    parent_id: int | None


def tree(session: Session, city: City) -> tuple[dict[int, Kept], dict[int, tuple[int, ...]]]:
    """The upstreams, and those that each access point hangs on, the nearest first."""
    query = select(Upstream.id, Upstream.name, Upstream.kind, Upstream.parent_id).where(Upstream.city_id == city.id)
    kept = {id_: Kept(name, kind, parent) for id_, name, kind, parent in session.execute(query)}
    if not kept:
        return {}, {}
    direct = session.execute(select(Dependency.ap_id, Dependency.upstream_id)).all()
    parents = {id_: one.parent_id for id_, one in kept.items()}
    return kept, all_above(parents, ((ap_id, up) for ap_id, up in direct if up in kept))


Key = tuple[str, str]  # what is shared, and which one


def grouped(
    rows: Mapping[int, Any],
    last: Mapping[int, Fell],
    kept: Mapping[int, Kept],
    above: Mapping[int, Sequence[int]],
    history: Mapping[tuple[str, str], Past],
) -> Iterable[Group]:
    """All groups of which one of the silent is a member, the nearest upstreams first."""
    members: dict[Key, list[int]] = defaultdict(list)
    told: dict[Key, tuple[str, str]] = {}
    for ap_id, row in rows.items():
        for shared, key, name, kind in shares(row, kept, above.get(ap_id, ())):
            members[shared, key].append(ap_id)
            told[shared, key] = name, kind
    mine: dict[Key, None] = {}
    for ap_id in last:
        mine |= {(shared, key): None for shared, key, _, _ in shares(rows[ap_id], kept, above.get(ap_id, ()))}
    for each in mine:
        ids, (name, kind) = members[each], told[each]
        if each[0] != "point" or len(ids) > 1:
            yield group(each, name, kind, [rows[one] for one in ids], last, history.get((each[0], name)))
    if len(last) == 1:
        yield alone(rows, members, rows[next(iter(last))])


def shares(row: Any, kept: Mapping[int, Kept], above: Sequence[int]) -> Iterable[tuple[str, str, str, str]]:
    for upstream in above:
        yield "upstream", str(upstream), kept[upstream].name, kept[upstream].kind
    if row.controller is not None:
        yield "controller", str(row.controller), row.controller_name, ""
    if row.point is not None:
        yield "point", str(row.point), row.point_name, ""
        yield "area", row.area, row.area_name, ""
    if row.district is not None:
        yield "district", row.district, row.district_name, ""
    if row.provider is not None:
        yield "provider", str(row.provider), row.provider_name, ""
    yield "city", "", "", ""


def group(key: Key, name: str, kind: str, rows: Sequence[Any], last: Mapping[int, Fell], history: Past | None) -> Group:
    """A member of the incident counts as silent also when it is back, or nothing could be told after recovery."""
    silent = [row for row in rows if row.ap_id in last or row.state == int(State.DOWN)]
    up = [row for row in rows if row.ap_id not in last and row.state == int(State.UP)]
    return Group(
        *key,
        name,
        frozenset(row.ap_id for row in rows if row.ap_id in last),
        len(silent),
        len(up),
        len(rows) - len(silent) - len(up),
        max((row.last_ok for row in up if row.last_ok is not None), default=None),
        kind,
        len({row.provider for row in silent if row.provider is not None}) or 1,
        history,
    )


def alone(rows: Mapping[int, Any], members: Mapping[Key, Sequence[int]], row: Any) -> Group:
    """The access point by itself, beside the others at its point."""
    beside = [rows[one] for one in members.get(("point", str(row.point)), ()) if one != row.ap_id]
    up = [one for one in beside if one.state == int(State.UP)]
    seen = max((one.last_ok for one in up if one.last_ok is not None), default=None)
    return Group("ap", str(row.ap_id), row.name, frozenset([row.ap_id]), 1, len(up), seen=seen)
