"""Routes as people add, change, remove and bring them back; what is removed stays for the log of what it told."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, cleaned, reject
from hotspot.analytics.incident_words import KINDS, SEVERITIES
from hotspot.analytics.permissions import ROLES
from hotspot.analytics.written import LANGUAGES
from hotspot.store.audit import note
from hotspot.store.models import Account, AlertChannel, AlertRoute, Area, City, Provider

LONGEST_NAME = 60
MOST_DIGEST_MIN, MOST_ESCALATE_MIN, MOST_AN_HOUR = 4 * 60, 7 * 24 * 60, 200
DAY_MIN = 24 * 60
MOST_QUIET_MIN = 16 * 60  # with the digest less than a day: what waits longer in the outbox is given up
ROLE, ACCOUNT, ITSELF = "role:", "account:", "channel"
NOT_KNOWN = N_("%(value)s is not known here")


@dataclass(frozen=True, slots=True)
class RouteDraft:
    """A route as a form says it: `who` is "role:owner", "account:12" or "channel", for what the channel itself names.

    `channel` is an id, 0 for the pages; `area` a code, `provider` a name. Minutes are of the day or a duration.
    """

    name: str
    who: str
    channel: int = 0
    area: str = ""
    provider: str = ""
    kinds: tuple[str, ...] = ()
    least_severity: str = "warning"
    quiet_from: int | None = None
    quiet_to: int | None = None
    digest_min: int = 0
    escalate_after_min: int | None = None
    most_an_hour: int = 12
    language: str = "id"
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class RouteRow:
    """A route as the list shows it; names instead of ids. `account_active` tells whether its person still hears."""

    id: int
    draft: RouteDraft
    account: str
    account_active: bool
    role: str
    channel: str
    channel_works: bool
    area: str
    changed_at: int
    changed_by: str


def route_rows(session: Session, city: City) -> list[RouteRow]:
    """By name; without removed ones and without streams to other systems."""
    query = (
        select(AlertRoute, Account, AlertChannel, Area, Provider.name)
        .outerjoin(Account, Account.id == AlertRoute.account_id)
        .outerjoin(AlertChannel, AlertChannel.id == AlertRoute.channel_id)
        .outerjoin(Area, Area.id == AlertRoute.area_id)
        .outerjoin(Provider, Provider.id == AlertRoute.provider_id)
        .where(AlertRoute.city_id == city.id, AlertRoute.removed_at.is_(None), ~AlertRoute.stream)
        .order_by(AlertRoute.name, AlertRoute.id)
    )
    return [row_of(*row) for row in session.execute(query)]


def row_of(
    row: AlertRoute, account: Account | None, channel: AlertChannel | None, area: Area | None, provider: str | None
) -> RouteRow:
    who = f"{ACCOUNT}{row.account_id}" if row.account_id is not None else f"{ROLE}{row.role}" if row.role else ITSELF
    draft = RouteDraft(
        name=row.name, who=who, channel=row.channel_id or 0, area=area.code if area else "", provider=provider or "",
        kinds=tuple(json.loads(row.kinds)), least_severity=row.least_severity, quiet_from=row.quiet_from,
        quiet_to=row.quiet_to, digest_min=row.digest_min, escalate_after_min=row.escalate_after_min,
        most_an_hour=row.most_an_hour, language=row.language, enabled=row.enabled,
    )  # fmt: skip
    return RouteRow(
        id=row.id,
        draft=draft,
        account=account.name if account else "",
        account_active=account is None or account.active,
        role=row.role or "",
        channel=channel.name if channel else "",
        channel_works=channel is None or (channel.enabled and channel.removed_at is None),
        area=area.name if area else "",
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )


def add_route(
    session: Session, city: City, draft: RouteDraft, *, personal: frozenset[str], now: int, actor: str
) -> int:
    """`personal`: the kinds of channels that reach persons. Raises RejectedError for the field that is wrong."""
    values = checked(session, city, draft, personal)
    row = AlertRoute(city_id=city.id, changed_at=now, changed_by=actor, **values)
    session.add(row)
    session.flush()
    note(session, now, actor, "add", f"route {row.name}")
    return row.id


def change_route(
    session: Session, city: City, route_id: int, draft: RouteDraft, *, personal: frozenset[str], now: int, actor: str
) -> bool:
    """False when nothing differs. Raises RejectedError; NoResultFound where there is no such route."""
    row = get(session, city, route_id)
    values = checked(session, city, draft, personal, but=route_id)
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    if not changed:
        return False
    for name in changed:
        setattr(row, name, values[name])
    row.changed_at, row.changed_by = now, actor
    note(session, now, actor, "change", f"route {row.name}", ", ".join(changed))
    return True


def remove_route(session: Session, city: City, route_id: int, now: int, actor: str) -> str:
    """Its name. What it told is still told to be over."""
    row = get(session, city, route_id)
    row.removed_at = now
    note(session, now, actor, "remove", f"route {row.name}")
    return row.name


def bring_back(session: Session, city: City, route_id: int, now: int, actor: str) -> str:
    query = select(AlertRoute).where(AlertRoute.city_id == city.id, AlertRoute.id == route_id, ~AlertRoute.stream)
    row = session.scalars(query).one()
    if row.removed_at is not None:
        row.removed_at = None
        note(session, now, actor, "undo", f"route {row.name}")
    return row.name


def get(session: Session, city: City, route_id: int) -> AlertRoute:
    """Raises NoResultFound."""
    mine = (AlertRoute.city_id == city.id, AlertRoute.id == route_id, AlertRoute.removed_at.is_(None))
    return session.scalars(select(AlertRoute).where(*mine, ~AlertRoute.stream)).one()


def checked(
    session: Session, city: City, draft: RouteDraft, personal: frozenset[str], but: int | None = None
) -> dict[str, Any]:
    """The columns of the row."""
    return {
        "name": free_name(session, city, draft.name, but),
        **whom(session, city, draft, personal),
        **what(session, city, draft),
        **waits(draft),
        "enabled": draft.enabled,
        "language": draft.language if draft.language in LANGUAGES else unknown("language", draft.language),
    }


def free_name(session: Session, city: City, name: str, but: int | None) -> str:
    name = cleaned("name", name) or reject("name", N_("empty"))
    if len(name) > LONGEST_NAME:
        reject("name", N_("longer than %(most)s characters"), most=LONGEST_NAME)
    query = select(AlertRoute).where(AlertRoute.city_id == city.id, AlertRoute.name == name)
    other = session.scalars(query).one_or_none()
    if other is not None and other.id != but:
        removed = N_("a removed route has this name; choose another name")
        reject("name", removed if other.removed_at is not None else N_("there is one of this name already"))
    return name


def whom(session: Session, city: City, draft: RouteDraft, personal: frozenset[str]) -> dict[str, Any]:
    channel = None
    if draft.channel:
        mine = (AlertChannel.city_id == city.id, AlertChannel.id == draft.channel, AlertChannel.removed_at.is_(None))
        channel = session.scalars(select(AlertChannel).where(*mine)).one_or_none() or unknown("channel", draft.channel)
    found: dict[str, Any] = {"account_id": None, "role": None, "channel_id": channel.id if channel else None}
    if draft.who == ITSELF:
        if channel is None:
            reject("who", N_("in the pages somebody has to read it: choose a role or a person"))
    elif channel is not None and channel.kind not in personal:
        reject("who", N_("this channel reaches no persons: choose the channel itself"))
    elif draft.who.startswith(ROLE):
        role = draft.who.removeprefix(ROLE)
        found["role"] = role if role in ROLES else unknown("who", role)
    else:
        found["account_id"] = account_of(session, draft.who.removeprefix(ACCOUNT))
    return found


def account_of(session: Session, number: str) -> int:
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    found = session.scalar(select(Account.id).where(Account.id == wanted, Account.active))
    return found or unknown("who", number)


def what(session: Session, city: City, draft: RouteDraft) -> dict[str, Any]:
    if draft.least_severity not in SEVERITIES:
        unknown("least_severity", draft.least_severity)
    for kind in draft.kinds:
        if kind not in KINDS:
            unknown("kinds", kind)
    area_id = provider_id = None
    if draft.area:
        mine = select(Area.id).where(Area.city_id == city.id, Area.code == draft.area)
        area_id = session.scalar(mine) or unknown("area", draft.area)
    if draft.provider:
        its = select(Provider.id).where(Provider.city_id == city.id, Provider.name == draft.provider)
        provider_id = session.scalar(its) or unknown("provider", draft.provider)
    kinds = json.dumps([kind for kind in KINDS if kind in draft.kinds])
    return {"least_severity": draft.least_severity, "kinds": kinds, "area_id": area_id, "provider_id": provider_id}


def waits(draft: RouteDraft) -> dict[str, Any]:
    """In the pages nothing waits: nobody is disturbed there."""
    for column, value, least, most in (
        ("digest_min", draft.digest_min, 0, MOST_DIGEST_MIN),
        ("escalate_after_min", draft.escalate_after_min, 1, MOST_ESCALATE_MIN),
        ("most_an_hour", draft.most_an_hour, 1, MOST_AN_HOUR),
        ("quiet_from", draft.quiet_from, 0, DAY_MIN - 1),
        ("quiet_to", draft.quiet_to, 0, DAY_MIN - 1),
    ):
        if value is not None and not least <= value <= most:
            reject(column, N_("not from %(least)s to %(most)s"), least=least, most=most)
    if (draft.quiet_from is None) != (draft.quiet_to is None):
        reject("quiet_to" if draft.quiet_to is None else "quiet_from", N_("quiet hours need a beginning and an end"))
    if draft.quiet_from is not None and draft.quiet_to is not None:
        length = (draft.quiet_to - draft.quiet_from) % DAY_MIN
        if not 0 < length <= MOST_QUIET_MIN:
            reject("quiet_to", N_("quiet hours of at most 16 hours; to hear nothing, switch the route off"))
    disturbs = draft.channel != 0
    return {
        "quiet_from": draft.quiet_from if disturbs else None,
        "quiet_to": draft.quiet_to if disturbs else None,
        "digest_min": draft.digest_min if disturbs else 0,
        "escalate_after_min": draft.escalate_after_min,
        "most_an_hour": draft.most_an_hour,
    }


def unknown(column: str, value: object) -> Any:
    reject(column, NOT_KNOWN, value=str(value)[:60])
