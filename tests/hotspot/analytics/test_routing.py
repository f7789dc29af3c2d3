"""Who hears of what, when; no message is lost without a reason, none goes out in quiet hours, none twice."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics import routing
from hotspot.analytics.incident_words import SEVERITIES
from hotspot.analytics.routing import (
    Audience,
    Delivery,
    Happening,
    Listener,
    Recipient,
    Route,
    Way,
    deaf,
    due,
    escalates,
    opening,
    quiet_until,
    recovery,
)

JAKARTA = "Asia/Jakarta"
MIDNIGHT = 1_795_280_400  # 22 Nov 2026 in Jakarta
MINUTE, HOUR = 60, 3600
MAIL, HOOK, OFF = 1, 2, 3
WAYS = {
    MAIL: Way(MAIL, "mail", "email", personal=True),
    HOOK: Way(HOOK, "hook", "webhook", personal=False),
    OFF: Way(OFF, "old", "email", personal=True, works=False),
}
PEOPLE = {
    one.id: one
    for one in (
        Listener(1, "sari", "network_admin", contacts=frozenset(("email",))),
        Listener(2, "budi", "network_admin"),
        Listener(3, "gone", "network_admin", active=False, contacts=frozenset(("email",))),
        Listener(4, "serpong", "network_admin", areas=frozenset(("36.74.01",)), contacts=frozenset(("email",))),
        Listener(5, "boss", "owner", contacts=frozenset(("email",))),
    )
}
ALL = Audience(PEOPLE, WAYS, JAKARTA)
ADMINS = Route(1, "admins", role="network_admin", channel_id=MAIL)
DOWN = Happening("opened", "outage", "warning", frozenset(("36.74.06.1001",)), frozenset((7,)))


def nothing_sent(_: Delivery) -> int:
    return 0


def told(routes: list[Route], happening: Happening = DOWN, audience: Audience = ALL) -> dict[Recipient, str]:
    return {one.recipient: one.held for one in opening(happening, routes, audience, MIDNIGHT, nothing_sent)}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, ""),
        ({"enabled": False}, routing.SWITCHED_OFF),
        ({"escalate_after_min": 30}, routing.ESCALATES),
        ({"least_severity": "critical"}, routing.TOO_SLIGHT),
        ({"least_severity": "notice"}, ""),
        ({"kinds": frozenset(("disk",))}, routing.OTHER_KIND),
        ({"kinds": frozenset(("disk", "outage"))}, ""),
        ({"area": "36.74.01"}, routing.OTHER_AREA),
        ({"area": "36.74.06"}, ""),
        ({"area": "36.74.0"}, routing.OTHER_AREA),
        ({"provider_id": 8}, routing.OTHER_PROVIDER),
        ({"provider_id": 7}, ""),
    ],
)
def test_a_route_hears_what_it_names(changed: dict[str, object], why: str) -> None:
    assert deaf(replace(ADMINS, **changed), DOWN) == why  # type: ignore[arg-type]


def test_what_is_at_no_place_is_not_heard_by_a_route_of_one() -> None:
    nowhere = replace(DOWN, areas=frozenset(), providers=frozenset())
    assert deaf(replace(ADMINS, area="36.74.06"), nowhere) == routing.OTHER_AREA
    assert deaf(ADMINS, nowhere) == ""


def test_an_escalation_is_heard_by_its_own_route_alone() -> None:
    late = replace(DOWN, event="escalated", route_id=1)
    assert deaf(replace(ADMINS, escalate_after_min=30), late) == ""
    assert deaf(replace(ADMINS, id=2), late) == routing.NOT_ITS_TURN


def test_members_of_a_role_who_are_active_and_of_the_area_hear() -> None:
    assert told([ADMINS]) == {Recipient(MAIL, 1): "", Recipient(MAIL, 2): routing.NO_ADDRESS}
    at_serpong = replace(DOWN, areas=frozenset(("36.74.01.1001",)))
    assert set(told([ADMINS], at_serpong)) == {Recipient(MAIL, n) for n in (1, 2, 4)}
    assert Recipient(MAIL, 4) in told([ADMINS], replace(DOWN, areas=frozenset()))


@pytest.mark.parametrize(
    ("route", "wanted"),
    [
        (replace(ADMINS, channel_id=None), {Recipient(None, 1): "", Recipient(None, 2): ""}),
        (replace(ADMINS, role="", account_id=4), {Recipient(MAIL, 4): ""}),
        (replace(ADMINS, role="", account_id=3), {}),
        (replace(ADMINS, role="", account_id=99), {}),
        (replace(ADMINS, role=""), {Recipient(MAIL, None): ""}),
        (replace(ADMINS, channel_id=HOOK), {Recipient(HOOK, None): ""}),
        (replace(ADMINS, channel_id=OFF, role="owner"), {Recipient(OFF, 5): routing.CHANNEL_OFF}),
        (replace(ADMINS, channel_id=99, role=""), {Recipient(99, None): routing.CHANNEL_OFF}),
        (replace(ADMINS, role="nobody"), {}),
    ],
)
def test_whom_a_route_reaches(route: Route, wanted: dict[Recipient, str]) -> None:
    assert told([route]) == wanted


def test_one_person_in_two_routes_hears_by_the_sooner_one_that_works() -> None:
    slow = replace(ADMINS, digest_min=60)
    fast = replace(ADMINS, id=2, role="", account_id=1)
    full = replace(fast, id=3)
    sent = {2: 0, 3: 12, 1: 0}
    found = opening(DOWN, [slow, full, fast], ALL, MIDNIGHT, lambda one: sent[one.route_id])
    assert [(one.route_id, one.at) for one in found if one.recipient.account_id == 1] == [(2, MIDNIGHT)]


@pytest.mark.parametrize(
    ("quiet", "hour", "until"),
    [
        ((22 * 60, 6 * 60), 23, 30),
        ((22 * 60, 6 * 60), 2, 6),
        ((22 * 60, 6 * 60), 6, None),
        ((22 * 60, 6 * 60), 21.99, None),
        ((12 * 60, 13 * 60), 12.5, 13),
        ((0, 6 * 60), 0, 6),
        ((22 * 60, 0), 23, 24),
        (None, 3, None),
    ],
)
def test_quiet_hours_are_those_of_the_citys_clock(
    quiet: tuple[int, int] | None, hour: float, until: int | None
) -> None:
    wanted = None if until is None else MIDNIGHT + until * HOUR
    assert quiet_until(quiet, MIDNIGHT + int(hour * HOUR), JAKARTA) == wanted


def test_critical_messages_and_those_in_the_pages_wait_for_nothing() -> None:
    slow = replace(ADMINS, quiet=(0, 6 * 60), digest_min=15)
    assert due(slow, "critical", MIDNIGHT, JAKARTA) == MIDNIGHT
    assert due(replace(slow, channel_id=None), "warning", MIDNIGHT, JAKARTA) == MIDNIGHT
    assert due(slow, "warning", MIDNIGHT, JAKARTA) == MIDNIGHT + 6 * HOUR
    assert due(slow, "warning", MIDNIGHT + 7 * HOUR, JAKARTA) == MIDNIGHT + 7 * HOUR + 15 * MINUTE


def test_a_digest_that_would_end_in_quiet_hours_ends_with_them() -> None:
    slow = replace(ADMINS, quiet=(22 * 60, 6 * 60), digest_min=60)
    assert due(slow, "warning", MIDNIGHT - int(2.5 * HOUR), JAKARTA) == MIDNIGHT + 6 * HOUR


ZONES = st.sampled_from((JAKARTA, "Asia/Jayapura", "Europe/Berlin", "America/New_York"))
MINUTES = st.integers(0, 24 * 60 - 1)
QUIET = st.tuples(MINUTES, MINUTES).filter(lambda pair: pair[0] != pair[1])


@given(zone=ZONES, quiet=QUIET, now=st.integers(1_700_000_000, 1_900_000_000), digest=st.integers(0, 240))
def test_nothing_goes_out_in_quiet_hours_and_nothing_waits_for_ever(
    zone: str, quiet: tuple[int, int], now: int, digest: int
) -> None:
    """Also in nights in which clocks are set."""
    at = due(replace(ADMINS, quiet=quiet, digest_min=digest), "warning", now, zone)
    assert now <= at <= now + digest * MINUTE + 25 * HOUR
    local = datetime.fromtimestamp(at, ZoneInfo(zone))
    minute, (begins, ends) = local.hour * 60 + local.minute, quiet
    repeated = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    is_quiet = begins <= minute < ends if begins < ends else minute >= begins or minute < ends
    assert repeated or not is_quiet


ROUTES = st.lists(
    st.builds(
        Route,
        id=st.integers(1, 5),
        name=st.just("route"),
        account_id=st.sampled_from((None, 1, 2, 3, 99)),
        role=st.sampled_from(("", "network_admin", "owner")),
        channel_id=st.sampled_from((None, MAIL, HOOK, OFF, 99)),
        area=st.sampled_from(("", "36.74.01", "36.74.06")),
        least_severity=st.sampled_from(tuple(SEVERITIES)),
        quiet=st.none() | QUIET,
        digest_min=st.integers(0, 30),
        most_an_hour=st.integers(1, 4),
    ),
    max_size=5,
    unique_by=lambda route: route.id,
)


@given(routes=ROUTES, severities=st.lists(st.sampled_from(tuple(SEVERITIES)), max_size=12))
def test_every_listener_of_every_event_is_sent_it_once_or_it_is_held_with_a_reason(
    routes: list[Route], severities: list[str]
) -> None:
    sent: Counter[tuple[int, Recipient]] = Counter()
    caps = {route.id: route.most_an_hour for route in routes}
    for severity in severities:
        happening = replace(DOWN, severity=severity)
        found = opening(happening, routes, ALL, MIDNIGHT, lambda one: sent[one.route_id, one.recipient])
        wanted = {
            recipient
            for route in routes
            if not deaf(route, happening)
            for recipient, _ in routing.recipients(route, happening, ALL)
        }
        assert {one.recipient for one in found} == wanted
        assert len(found) == len(wanted)
        for one in found:
            if not one.held:
                sent[one.route_id, one.recipient] += 1
    assert all(count <= caps[route_id] for (route_id, _), count in sent.items())


def test_the_end_goes_to_each_who_was_told_once_and_says_why_to_nobody_else() -> None:
    before = [
        Delivery(1, Recipient(MAIL, 1), 0),
        Delivery(2, Recipient(MAIL, 1), 0, routing.STORM),
        Delivery(1, Recipient(MAIL, 2), 0, routing.NO_ADDRESS),
        Delivery(1, Recipient(MAIL, 3), 0),
        Delivery(9, Recipient(None, 5), 0),
        Delivery(1, Recipient(OFF, 5), 0),
        Delivery(1, Recipient(HOOK, None), 0),
        Delivery(1, Recipient(MAIL, 99), 0),
    ]
    routes = {1: ADMINS, 2: replace(ADMINS, id=2)}
    found = recovery(before, routes, ALL, "warning", MIDNIGHT)
    assert {one.recipient: one.held for one in found} == {
        Recipient(MAIL, 1): "",
        Recipient(MAIL, 2): routing.NOT_TOLD,
        Recipient(MAIL, 3): routing.LEFT,
        Recipient(None, 5): "",
        Recipient(OFF, 5): routing.CHANNEL_OFF,
        Recipient(HOOK, None): "",
        Recipient(MAIL, 99): routing.LEFT,
    }


def test_the_end_is_not_sent_to_an_address_that_was_taken_away() -> None:
    found = recovery([Delivery(1, Recipient(MAIL, 2), 0)], {}, ALL, "warning", MIDNIGHT)
    assert [one.held for one in found] == [routing.NO_ADDRESS]


@pytest.mark.parametrize(
    ("changed", "minutes", "wanted"),
    [
        ({"escalate_after_min": 30}, 29, False),
        ({"escalate_after_min": 30}, 30, True),
        ({"escalate_after_min": None}, 90, False),
        ({"escalate_after_min": 30, "enabled": False}, 90, False),
        ({"escalate_after_min": 30, "least_severity": "critical"}, 90, False),
    ],
)
def test_escalates_when_its_time_has_come(changed: dict[str, object], minutes: int, wanted: bool) -> None:
    route = replace(ADMINS, **changed)  # type: ignore[arg-type]
    assert escalates(route, DOWN, MIDNIGHT, MIDNIGHT + minutes * MINUTE) is wanted
