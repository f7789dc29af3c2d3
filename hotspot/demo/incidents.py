"""The incidents of the last weeks, grouped from the invented outages as the collector groups those it sees."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.incident_groups import Explained, Group, Outage, explained
from hotspot.analytics.incident_words import OUTAGE
from hotspot.analytics.root_cause import OF_KIND, Evidence, Proposal, to_json
from hotspot.analytics.spans import DOWN, Span
from hotspot.demo.chance import share
from hotspot.demo.history import Track
from hotspot.store.alerts.case_edit import name_of
from hotspot.store.alerts.incident_contracts import due_at
from hotspot.store.alerts.incident_events import add
from hotspot.store.alerts.upstreams import upstreams_of
from hotspot.store.models import AccessPoint, Account, City, Incident, IncidentMember, Provider, Upstream

DAY_S, HOUR_S, MINUTE_S = 86_400, 3_600, 60
LOOKED_S = 120  # from the first missed poll until everything else was asked
MANY, LARGE = 3, 10  # access points of a group worth looking back at, and of one that is critical
GROUPS_S, SINGLES_S, LONG_S = 60 * DAY_S, 7 * DAY_S, 2 * HOUR_S
NOTES = {
    "power": ("PLN: gardu kembali menyala.", "Listrik padam, sudah dikonfirmasi ke PLN.", "MCB turun, dinaikkan."),
    "fibre_cut": ("Kabel putus tertarik truk, disambung ulang.", "Galian jalan memutus kabel."),
    "device": ("Adaptor diganti.", "Perangkat diganti dengan cadangan.", "Konektor longgar, dikencangkan."),
    "unknown": ("Pulih sendiri sebelum teknisi tiba.",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Down:
    """An outage of the history; `end` is None while it lasts."""

    track: Track
    start: int
    end: int | None


def look_back(session: Session, city: City, tracks: Sequence[Track], now: int, actor: str) -> None:
    """Large groups of two months, long single outages of a week, and everything that is down now."""
    downs = {(one.track.ap_id, one.start): one for one in lately(tracks, now)}
    belongs = groups_of(session, city, tracks)
    outages = [
        Outage(one.track.ap_id, one.start, 30, belongs[one.track.ap_id][0], belongs[one.track.ap_id])
        for one in downs.values()
    ]
    sizes = Counter(group for groups in belongs.values() for group in groups)
    account = session.scalars(select(Account.id).order_by(Account.id)).first()
    kinds = {str(row.id): row.kind for row in session.execute(select(Upstream.id, Upstream.kind))}
    found = explained(outages, lambda group, most: min(sizes[group], most))
    for group in sorted(found, key=lambda one: one.outages[0].start):
        members = [downs[one.ap_id, one.start] for one in group.outages]
        if is_worth(members, now):
            tell(
                session, city, group, members, (sizes[group.group], kinds.get(group.group.key, "")), now, actor, account
            )


def lately(tracks: Iterable[Track], now: int) -> Iterable[Down]:
    for track in tracks:
        for span in track.spans:
            is_last = span is track.spans[-1]
            if span.state == DOWN and (track.polling or not is_last) and is_in_time(span, is_last, now):
                yield Down(track, span.start, None if is_last else span.end)


def is_in_time(span: Span, is_open: bool, now: int) -> bool:
    return is_open or span.end > now - GROUPS_S


def groups_of(session: Session, city: City, tracks: Sequence[Track]) -> Mapping[int, tuple[Group, ...]]:
    """What each access point shares with others, its point first."""
    providers = {row.name: row.id for row in session.execute(select(Provider.name, Provider.id))}
    points = {row.id: row.point_id for row in session.execute(select(AccessPoint.id, AccessPoint.point_id))}
    above = upstreams_of(session, city)
    return {
        one.ap_id: (
            Group("point", str(points[one.ap_id])),
            *(Group("upstream", str(number)) for number in above.get(one.ap_id, ())),
            Group("area", one.watched.village),
            Group("district", one.watched.district),
            Group("provider", str(providers.get(one.watched.provider, ""))),
        )
        for one in tracks
    }


def is_worth(members: Sequence[Down], now: int) -> bool:
    if len(members) >= MANY or any(one.end is None for one in members):
        return True
    return all(one.end and one.end - one.start > LONG_S and one.start > now - SINGLES_S for one in members)


def tell(
    session: Session, city: City, group: Explained, members: Sequence[Down], about: tuple[int, str], now: int,
    actor: str, account_id: int | None,
) -> None:  # fmt: skip
    """The row, its members, and what happened since; of the past, so that nobody gets a message."""
    began, ends = min(one.start for one in members), [one.end for one in members]
    over = None if None in ends else max(end for end in ends if end is not None)
    name = name_of(session, city, group.group) or members[0].track.watched.name
    proposal = cause(group.group, name, members, *about)
    reason = reason_of(proposal, name, began) if over or now - began > DAY_S else ""
    seen = began + LOOKED_S + int(share("seen", name, began) * 25 * MINUTE_S)
    row = Incident(
        city_id=city.id, kind=OUTAGE, severity="critical" if len(members) >= LARGE else "warning",
        shared=group.group.shared, shared_key=group.group.key, name=name, began=began, opened_at=began + LOOKED_S,
        announced_at=began + LOOKED_S, recovered_at=over, members=len({one.track.ap_id for one in members}),
        cause=to_json([proposal]) if proposal else "", reason=reason,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add_all(
        IncidentMember(
            incident_id=row.id, subject=f"ap:{one.track.ap_id}", ap_id=one.track.ap_id, since=one.start,
            point_id=int(group_point(group, one)), label=one.track.watched.name, ended_at=one.end,
        )
        for one in members
    )  # fmt: skip
    session.flush()
    row.due_at = due_at(session, city, row.id, began)
    add(session, row.id, at=began + LOOKED_S, kind="opened", data={"members": row.members}, quiet=True)
    if seen < (over or now) and share("acknowledged", name, began) < 0.8:
        row.acknowledged_at, row.acknowledged_by = seen, actor
        add(session, row.id, at=seen, kind="acknowledged", actor=actor, quiet=True)
    if over is None and reason:
        row.assignee_id = account_id
        add(session, row.id, at=seen, kind="assigned", actor=actor, text=actor, quiet=True)
    if reason:
        words = NOTES[reason]
        text, at = words[int(share("note", name, began) * len(words))], min(over or now, seen + HOUR_S)
        add(session, row.id, at=at, kind="reason", actor=actor, text=text, data={"reason": reason}, quiet=True)
    if over:
        add(session, row.id, at=over, kind="recovered", data={"members": row.members}, quiet=True)


def group_point(group: Explained, one: Down) -> str:
    return next(each.home.key for each in group.outages if each.ap_id == one.track.ap_id)


def cause(group: Group, name: str, members: Sequence[Down], size: int, kind: str) -> Proposal | None:
    """What the collector would have proposed; of a single access point nothing."""
    count = len(members)
    if count < MANY:
        return None
    words = {"upstream": OF_KIND.get(kind, "unknown"), "area": "power", "provider": "line", "district": "line"}
    spread = max(one.start for one in members) - min(one.start for one in members)
    evidence = [
        Evidence("silent", {"down": count, "total": max(count, size)}),
        Evidence("together", {"count": count, "spread_s": spread}),
    ]
    return Proposal(
        words.get(group.shared, "unknown"), group.shared, group.key, name, kind, count, count, 0.9, tuple(evidence)
    )


def reason_of(proposal: Proposal | None, name: str, began: int) -> str:
    """What somebody found out, of most."""
    luck = share("reason", name, began)
    if luck > 0.8:
        return ""
    if proposal and proposal.cause in ("power", "fibre_cut"):
        return proposal.cause
    if proposal and proposal.cause == "line":
        return "fibre_cut" if luck < 0.5 else "device"
    return ("device", "power", "unknown")[int(luck / 0.8 * 2.99)]
