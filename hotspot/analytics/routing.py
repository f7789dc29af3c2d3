"""Who hears of what happened to an incident, by which route, and when: values in, values out."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hotspot.analytics.import_row import N_
from hotspot.analytics.incident_words import TELLING, at_least
from hotspot.analytics.permissions import within

OPENING = TELLING - {"recovered"}
"""What tells that something is wrong; only "recovered" tells that it no longer is."""
HOUR_S = 3600

# Why a route does not hear of an event.
SWITCHED_OFF = N_("it is switched off")
ESCALATES = N_("it hears only of what nobody acknowledges in time")
NOT_ITS_TURN = N_("another route is told that nobody acknowledged")
TOO_SLIGHT = N_("it hears only of what is more severe")
OTHER_KIND = N_("it does not hear of this kind")
OTHER_AREA = N_("it is of another area")
OTHER_PROVIDER = N_("it is of another provider")

# Why a message is held back; kept with the message.
STORM = N_("more messages in an hour than the route lets through")
NO_ADDRESS = N_("the account has no address for this channel")
CHANNEL_OFF = N_("the channel is switched off or removed")
NOT_TOLD = N_("that it began was not told either")
LEFT = N_("the account is disabled")


@dataclass(frozen=True, slots=True)
class Route:
    """A row of alert_route. `area` is a code, empty for the whole city; no `kinds` are all kinds.

    `quiet` are the minutes of the city's day from which and to which it holds back what is less than critical.
    """

    id: int
    name: str
    account_id: int | None = None
    role: str = ""
    channel_id: int | None = None
    area: str = ""
    provider_id: int | None = None
    kinds: frozenset[str] = frozenset()
    least_severity: str = "warning"
    quiet: tuple[int, int] | None = None
    digest_min: int = 0
    escalate_after_min: int | None = None
    most_an_hour: int = 12
    language: str = "id"
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Way:
    """A channel. `personal`: it reaches persons at an address of theirs, otherwise only what it itself names."""

    id: int
    name: str
    kind: str
    personal: bool
    works: bool = True


@dataclass(frozen=True, slots=True)
class Listener:
    """An account; `contacts` are the kinds of channels for which it has an address, `areas` codes as in Person."""

    id: int
    name: str
    role: str
    active: bool = True
    areas: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of an incident, with where its members are; one that escalated is for the route `route_id` alone."""

    event: str
    kind: str
    severity: str
    areas: frozenset[str] = frozenset()
    providers: frozenset[int] = frozenset()
    route_id: int | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """An account, or none for what the channel itself names; without a channel it reads in the pages."""

    channel_id: int | None
    account_id: int | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to a recipient, not before `at`; `held` says why it is held back for good."""

    route_id: int
    recipient: Recipient
    at: int
    held: str = ""


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody and every way out there is, and the clock on the city's wall."""

    people: Mapping[int, Listener]
    ways: Mapping[int, Way]
    zone: str


def deaf(route: Route, happening: Happening) -> str:
    """Why the route does not hear of it; empty when it does."""
    if not route.enabled:
        return SWITCHED_OFF
    if happening.event == "escalated":
        return "" if happening.route_id == route.id else NOT_ITS_TURN
    return ESCALATES if route.escalate_after_min is not None else not_of_it(route, happening)


def not_of_it(route: Route, happening: Happening) -> str:
    """What an incident is decides, whatever happened to it."""
    if not at_least(happening.severity, route.least_severity):
        return TOO_SLIGHT
    if route.kinds and happening.kind not in route.kinds:
        return OTHER_KIND
    if route.area and not touches(happening, frozenset((route.area,))):
        return OTHER_AREA
    if route.provider_id is not None and route.provider_id not in happening.providers:
        return OTHER_PROVIDER
    return ""


def touches(happening: Happening, areas: frozenset[str]) -> bool:
    return any(within(code, areas) for code in happening.areas)


def recipients(route: Route, happening: Happening, audience: Audience) -> Iterable[tuple[Recipient, str]]:
    """Each with why nothing can be sent there, empty when it can.

    Of a role those whose accounts are limited to areas hear only of these; what is at no place everybody hears.
    """
    way = audience.ways.get(route.channel_id) if route.channel_id is not None else None
    held = CHANNEL_OFF if route.channel_id is not None and (way is None or not way.works) else ""
    if not names_people(route, way):
        yield Recipient(route.channel_id, None), held
        return
    for person in listeners(route, happening, audience):
        missing = way is not None and way.kind not in person.contacts
        yield Recipient(route.channel_id, person.id), held or (NO_ADDRESS if missing else "")


def names_people(route: Route, way: Way | None) -> bool:
    """Not where the channel itself says who reads it."""
    return bool(route.account_id is not None or route.role) and (way is None or way.personal)


def listeners(route: Route, happening: Happening, audience: Audience) -> Iterable[Listener]:
    everywhere = not happening.areas
    for person in audience.people.values():
        if route.account_id is not None:
            named = person.id == route.account_id
        else:
            named = person.role == route.role and (everywhere or not person.areas or touches(happening, person.areas))
        if named and person.active:
            yield person


def quiet_until(quiet: tuple[int, int] | None, now: int, zone: str) -> int | None:
    """The end of the quiet hours in which `now` lies; None outside of them. They may go over midnight."""
    if quiet is None:
        return None
    begins, ends = quiet
    local = datetime.fromtimestamp(now, ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    within_hours = begins <= minute < ends if begins < ends else minute >= begins or minute < ends
    if not within_hours:
        return None
    day = local.date() + timedelta(days=1 if minute >= ends else 0)
    end = datetime.combine(day, time(ends // 60, ends % 60), ZoneInfo(zone))
    later = (int(end.replace(fold=fold).timestamp()) for fold in (0, 1))  # where clocks were set back, the second
    return next((t for t in later if t > now), None)


def due(route: Route, severity: str, now: int, zone: str) -> int:
    """When a message of the route goes out: critical ones and those in the pages at once, others after its waits."""
    if severity == "critical" or route.channel_id is None:
        return now
    collected = now + route.digest_min * 60
    return quiet_until(route.quiet, collected, zone) or collected


Sent = Callable[[Delivery], int]


def opening(happening: Happening, routes: Iterable[Route], audience: Audience, now: int, sent: Sent) -> list[Delivery]:
    """To whom it goes: each recipient once, by the route that tells soonest, unless the storm cap holds it back.

    `sent` tells how many messages a delivery's recipient got by its route in the last hour.
    """
    best: dict[Recipient, Delivery] = {}
    for route in routes:
        if deaf(route, happening):
            continue
        at = due(route, happening.severity, now, audience.zone)
        for recipient, held in recipients(route, happening, audience):
            one = Delivery(route.id, recipient, at, held)
            if not held and sent(one) >= route.most_an_hour:
                one = replace(one, held=STORM)
            best[recipient] = min(best.get(recipient, one), one, key=preference)
    return list(best.values())


def preference(one: Delivery) -> tuple[bool, int, int]:
    return bool(one.held), one.at, one.route_id


def recovery(
    told: Collection[Delivery], routes: Mapping[int, Route], audience: Audience, severity: str, now: int
) -> list[Delivery]:
    """To exactly those who were told that it began, each once; `told` are those deliveries, with why one was held.

    Not held back by the storm cap: there are never more of them than there were openings.
    """
    best: dict[Recipient, Delivery] = {}
    for before in told:
        route = routes.get(before.route_id)
        at = due(route, severity, now, audience.zone) if route else now
        held = NOT_TOLD if before.held else unreachable(before.recipient, audience)
        one = Delivery(before.route_id, before.recipient, at, held)
        best[before.recipient] = min(best.get(before.recipient, one), one, key=preference)
    return list(best.values())


def unreachable(recipient: Recipient, audience: Audience) -> str:
    person = audience.people.get(recipient.account_id) if recipient.account_id is not None else None
    if recipient.account_id is not None and (person is None or not person.active):
        return LEFT
    if recipient.channel_id is None:
        return ""
    way = audience.ways.get(recipient.channel_id)
    if way is None or not way.works:
        return CHANNEL_OFF
    return NO_ADDRESS if person is not None and way.kind not in person.contacts else ""


def escalates(route: Route, happening: Happening, told_at: int, now: int) -> bool:
    """Whether it is time to tell the route that nobody acknowledged what was told at `told_at`."""
    if not route.enabled or route.escalate_after_min is None or not_of_it(route, happening):
        return False
    return now >= told_at + route.escalate_after_min * 60
