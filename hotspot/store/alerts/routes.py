"""The routes of messages: who hears what by which channel, and everybody and every channel they may name."""

import json
from collections.abc import Callable, Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_
from hotspot.analytics.permissions import NETWORK_ADMIN, OWNER
from hotspot.analytics.routing import Audience, Listener, Route, Way
from hotspot.store.accounts import people
from hotspot.store.models import AccountContact, AlertChannel, AlertRoute, Area, City

DEFAULTS: Mapping[str, str] = {
    OWNER: N_("Owners, in the pages"),
    NETWORK_ADMIN: N_("Network administrators, in the pages"),
}


def ensure_defaults(session: Session, city: City, now: int, say: Callable[[str], str]) -> None:
    """A city in which nobody ever made a route begins with those that disturb nobody."""
    mine = select(AlertRoute.id).where(AlertRoute.city_id == city.id, ~AlertRoute.stream)
    if session.scalar(mine.limit(1)) is not None:
        return
    session.add_all(
        AlertRoute(
            city_id=city.id, name=say(name), role=role, least_severity="warning", changed_at=now, changed_by=""
        )
        for role, name in DEFAULTS.items()
    )  # fmt: skip
    session.flush()


def every_route(session: Session, city: City) -> dict[int, Route]:
    """By id, those that are switched off or removed as well: what they told is still to be ended by them.

    Streams to other systems are no routes of messages.
    """
    query = select(AlertRoute, Area.code).outerjoin(Area, Area.id == AlertRoute.area_id).order_by(AlertRoute.id)
    rows = session.execute(query.where(AlertRoute.city_id == city.id, ~AlertRoute.stream))
    return {row.id: route(row, code or "") for row, code in rows}


def route(row: AlertRoute, area: str) -> Route:
    quiet = None if row.quiet_from is None or row.quiet_to is None else (row.quiet_from, row.quiet_to)
    return Route(
        id=row.id,
        name=row.name,
        account_id=row.account_id,
        role=row.role or "",
        channel_id=row.channel_id,
        area=area,
        provider_id=row.provider_id,
        kinds=frozenset(json.loads(row.kinds)),
        least_severity=row.least_severity,
        quiet=quiet,
        digest_min=row.digest_min,
        escalate_after_min=row.escalate_after_min,
        most_an_hour=row.most_an_hour,
        language=row.language,
        enabled=row.enabled and row.removed_at is None,
    )


def audience(session: Session, city: City, personal: Collection[str]) -> Audience:
    """`personal`: the kinds of channels that reach persons at an address of theirs."""
    contacts: dict[int, set[str]] = {}
    for account_id, kind in session.execute(select(AccountContact.account_id, AccountContact.kind)):
        contacts.setdefault(account_id, set()).add(kind)
    listeners = {
        one.id: Listener(one.id, one.name, one.role, one.active, one.areas, frozenset(contacts.get(one.id, ())))
        for one in people(session)
    }
    channels = session.scalars(select(AlertChannel).where(AlertChannel.city_id == city.id).order_by(AlertChannel.id))
    ways = {
        one.id: Way(one.id, one.name, one.kind, one.kind in personal, one.enabled and one.removed_at is None)
        for one in channels
    }
    return Audience(listeners, ways, city.time_zone)
