"""One incident is told once, its end once, to the same people, and each row of the log says why."""

import pytest
from sqlalchemy import Engine, func, select

from hotspot.analytics.routing import CHANNEL_OFF, LEFT, NO_ADDRESS, NOT_TOLD, STORM
from hotspot.store.base import reading, writing
from hotspot.store.models import Account, AccountArea, AlertChannel, AlertRoute, Incident, OutboxMessage
from tests.hotspot.alerts.told_city import ToldCity, build


@pytest.fixture
def city(engine: Engine) -> ToldCity:
    return build(engine)


@pytest.fixture
def told(city: ToldCity) -> ToldCity:
    """One person hears by e-mail."""
    city.account("sari")
    city.route()
    return city


def test_a_new_city_tells_owners_and_network_admins_in_the_pages(city: ToldCity) -> None:
    for name, role in (("sari", "network_admin"), ("budi", "owner"), ("tono", "viewer")):
        city.account(name, role)
    city.incident()
    city.look()
    rows = city.messages()
    assert {row.account_id for row in rows} == {city.accounts["sari"], city.accounts["budi"]}
    assert {(row.state, row.channel_id, row.sent_at) for row in rows} == {("sent", None, city.now)}
    assert len({row.key for row in rows}) == 2


def test_defaults_are_made_once_and_not_again_after_somebody_removed_them(city: ToldCity) -> None:
    city.look()
    for number in (1, 2):
        city.change(AlertRoute, number, removed_at=city.now)
    city.look()
    city.incident()
    city.look()
    assert city.messages() == []


def test_told_once_and_recovered_once(told: ToldCity) -> None:
    incident = told.incident()
    told.look()
    told.look()
    told.sends()
    told.later(42)
    told.happens(incident, "recovered")
    told.look()
    told.look()
    assert told.subjects() == [
        "Warning: Switch 3: one access point down",
        "Switch 3: up again after 42 min",
    ]
    assert [row.event for row in told.messages()] == ["opened", "recovered"]
    assert told.untold() == 0


def test_the_end_goes_to_who_was_told_also_when_routes_changed(told: ToldCity) -> None:
    incident = told.incident()
    told.look()
    told.sends()
    told.account("budi")
    told.change(AlertRoute, 1, removed_at=told.now)
    told.route("new")
    told.happens(incident, "recovered")
    told.look()
    ended = [row for row in told.messages() if row.event == "recovered"]
    assert [row.account_id for row in ended] == [told.accounts["sari"]]


def test_the_end_goes_to_nobody_who_was_not_told(told: ToldCity) -> None:
    incident = told.incident(severity="notice")
    told.look()
    told.happens(incident, "recovered")
    told.look()
    assert told.messages() == []


def test_what_came_and_went_before_anybody_was_told_is_one_message(told: ToldCity) -> None:
    incident = told.incident()
    told.later(4)
    told.happens(incident, "recovered")
    told.look()
    assert told.subjects() == ["Switch 3: up again after 4 min"]


def test_what_was_over_long_ago_is_history(told: ToldCity) -> None:
    incident = told.incident()
    told.happens(incident, "recovered")
    told.look(minutes=24 * 60)
    assert told.messages() == []
    assert told.untold() == 0


def test_comments_and_the_like_are_no_messages(told: ToldCity) -> None:
    incident = told.incident()
    told.look()
    told.happens(incident, "comment")
    told.look()
    assert len(told.messages()) == 1
    assert told.untold() == 0


def test_an_incident_that_comes_and_goes_is_told_of_each_turn_and_its_last_end_once(told: ToldCity) -> None:
    incident = told.incident()
    for event in ("recovered", "reopened", "recovered"):
        told.look(1)
        told.happens(incident, event)
    told.look(1)
    assert [row.event for row in told.messages()] == ["opened", "recovered", "reopened", "recovered"]


def test_of_several_events_between_two_looks_one_message(told: ToldCity) -> None:
    incident = told.incident()
    told.happens(incident, "grew")
    told.look()
    assert [row.event for row in told.messages()] == ["opened"]


def test_one_person_in_two_routes_by_one_channel_is_told_once(told: ToldCity) -> None:
    told.route("again", account_id=told.accounts["sari"], role=None)
    told.route("pages", channel_id=None)
    told.incident()
    told.look()
    assert [(row.channel_id, row.why) for row in told.messages()] == [(told.post, "mail"), (None, "pages")]


def test_a_channel_without_people_is_told_itself(city: ToldCity) -> None:
    city.route(channel_id=city.hook, role=None)
    city.incident()
    city.look()
    assert [(row.channel_id, row.account_id) for row in city.messages()] == [(city.hook, None)]


def test_no_address_and_a_dead_channel_are_on_record(told: ToldCity) -> None:
    told.account("tono", mail=False)
    incident = told.incident()
    told.look()
    assert [(row.state, row.error) for row in told.messages()] == [("waiting", ""), ("held_back", NO_ADDRESS)]
    told.change(AlertChannel, told.post, enabled=False)
    told.happens(incident, "recovered")
    told.incident("Another")
    told.look()
    assert [row.error for row in told.messages("held_back")] == [NO_ADDRESS, CHANNEL_OFF, NOT_TOLD] + [CHANNEL_OFF] * 2


def test_disabled_accounts_hear_nothing_of_what_waits_and_of_what_comes(told: ToldCity) -> None:
    incident = told.incident()
    told.look()
    told.change(Account, told.accounts["sari"], active=False)
    told.happens(incident, "recovered")
    told.incident("Another")
    told.look()
    assert [(row.event, row.error) for row in told.messages("held_back")] == [("opened", LEFT), ("recovered", NOT_TOLD)]
    assert told.messages("waiting") == []


def test_areas_of_routes_and_of_accounts_limit_what_is_heard(city: ToldCity) -> None:
    """Access point 1 stands in the first area, 2 in the second."""
    city.account("sari")
    city.account("limited")
    with writing(city.engine) as session:
        session.add(AccountArea(account_id=city.accounts["limited"], area_id=1))
    city.route("first area", area_id=1, role="network_admin")
    city.incident("One", ap=1)
    city.incident("Two", ap=2)
    city.route("role")
    city.look()
    heard = sorted((row.why, row.account_id, row.subject[-30:]) for row in city.messages())
    assert [(why, account) for why, account, _ in heard] == [
        ("first area", city.accounts["sari"]),
        ("first area", city.accounts["limited"]),
        ("role", city.accounts["sari"]),
    ]


def test_what_is_merged_ends_with_what_it_was_merged_into(told: ToldCity) -> None:
    first = told.incident("First")
    told.look()
    told.sends()
    second = told.incident("Second")
    told.change(Incident, first, merged_into_id=second, recovered_at=told.now)
    told.change(AlertRoute, 1, least_severity="critical")
    told.look()
    told.happens(second, "recovered")
    told.look()
    assert told.subjects() == ["Warning: First: one access point down", "Second: up again after 0 s"]


def quiet(city: ToldCity) -> None:
    """From 22:00 to 06:00."""
    city.account("sari")
    city.route(quiet_from=22 * 60, quiet_to=6 * 60)
    city.now += 12 * 3600  # midnight


def test_quiet_hours_end_with_one_message_of_all_that_was_held(city: ToldCity) -> None:
    quiet(city)
    for name in ("One", "Two", "Three"):
        city.incident(name)
        city.look(10)
    assert city.sends() == []
    city.later(6 * 60 - 30)
    assert [row.event for row in city.sends()] == ["digest"]
    row = city.messages("sent")[0]
    assert row.subject == "3 incidents, 3 still open: One: one access point down"
    assert row.body.count("- ") == 3
    assert [row.digest_id for row in city.messages("collected")] == [row.id] * 3


def test_what_recovers_in_quiet_hours_is_one_line(city: ToldCity) -> None:
    quiet(city)
    incident = city.incident()
    city.look(1)
    city.later(3)
    city.happens(incident, "recovered")
    city.look(2)
    city.later(6 * 60)
    assert [row.subject.replace("\u00a0", " ") for row in city.sends()] == ["Switch 3: up again after 4 min"]
    assert [row.event for row in city.messages("collected")] == ["opened", "recovered"]


def test_what_was_told_before_quiet_hours_and_ends_in_them_is_told_after_them(city: ToldCity) -> None:
    quiet(city)
    city.later(-3 * 60)  # nine in the evening
    incident = city.incident()
    city.look()
    assert [row.event for row in city.sends()] == ["opened"]
    city.later(5 * 60)
    city.happens(incident, "recovered")
    city.look()
    assert city.sends() == []
    city.later(4 * 60)
    assert [row.subject.replace("\u00a0", " ") for row in city.sends()] == ["Switch 3: up again after 5 h"]


def test_critical_passes_quiet_hours(city: ToldCity) -> None:
    quiet(city)
    city.incident(severity="critical")
    city.look()
    assert [row.event for row in city.sends()] == ["opened"]


def test_a_digest_collects(told: ToldCity) -> None:
    told.change(AlertRoute, 1, digest_min=15)
    for name in ("One", "Two"):
        told.incident(name)
        told.look(1)
    told.later(13)
    assert told.sends() == []
    told.later(1)
    assert [row.event for row in told.sends()] == ["digest"]
    told.incident("Three")
    told.look(1)
    assert len(told.messages("waiting")) == 1


def test_the_cap_counts_messages_and_not_what_they_collect(told: ToldCity) -> None:
    told.change(AlertRoute, 1, digest_min=15, most_an_hour=1)
    for name in ("One", "Two", "Three"):
        told.incident(name)
        told.look(1)
    told.later(15)
    assert [row.subject for row in told.sends()] == ["3 incidents, 3 still open: One: one access point down"]
    assert told.messages("held_back") == []
    told.incident("Four")
    told.look()
    assert [row.error for row in told.messages("held_back")] == [STORM]


def test_what_ends_while_its_channel_is_down_is_told_as_over_and_not_as_begun(told: ToldCity) -> None:
    incident = told.incident()
    told.look()
    told.later(120)
    told.happens(incident, "recovered")
    told.look()
    assert [row.subject.replace("\u00a0", " ") for row in told.sends()] == ["Switch 3: up again after 2 h"]
    assert [row.state for row in told.messages()] == ["collected", "sent"]


def test_what_was_tried_before_may_have_arrived_and_is_sent_again(told: ToldCity) -> None:
    incident = told.incident()
    told.look()
    told.change(OutboxMessage, 1, attempts=1)
    told.later(120)
    told.happens(incident, "recovered")
    told.look()
    assert [row.event for row in told.sends()] == ["opened", "recovered"]


def test_beyond_the_cap_one_message_about_the_storm_and_the_rest_on_record(told: ToldCity) -> None:
    told.change(AlertRoute, 1, most_an_hour=2)
    incidents = [told.incident(f"Number {n}") for n in range(6)]
    told.look()
    told.incident("Whole city", severity="critical")
    told.look(0.5)
    told.later(1)
    sent = told.sends()
    assert [row.event for row in sent] == ["opened", "opened", "storm"]
    assert sent[-1].severity == "critical"
    assert sent[-1].subject == "5 more incidents held back: Whole city: one access point down"
    assert {row.error for row in told.messages("held_back")} == {STORM}
    assert {row.digest_id for row in told.messages("held_back")} == {sent[-1].id}
    for incident in incidents:
        told.happens(incident, "recovered")
    told.look(1)
    assert [row.event for row in told.sends()] == ["recovered", "recovered"]


def test_after_an_hour_the_storm_is_over(told: ToldCity) -> None:
    told.change(AlertRoute, 1, most_an_hour=1)
    for name in ("One", "Two"):
        told.incident(name)
    told.look()
    told.later(2)
    told.sends()
    told.later(60)
    told.incident("Three")
    told.look()
    assert [row.event for row in told.sends()] == ["opened"]


def test_what_nobody_acknowledges_is_escalated_once(told: ToldCity) -> None:
    told.account("boss", "owner")
    told.route("boss", role="owner", escalate_after_min=30)
    open_ = told.incident("Open")
    seen, over = told.incident("Seen"), told.incident("Over")
    told.look()
    told.change(Incident, seen, acknowledged_at=told.now, acknowledged_by="sari")
    told.happens(over, "recovered")
    for _ in range(5):
        told.look(10)
    to_boss = [row for row in told.messages() if row.account_id == told.accounts["boss"]]
    assert [(row.event, row.subject) for row in to_boss] == [
        ("escalated", "Warning: Nobody acknowledged: Open: one access point down")
    ]
    told.happens(open_, "recovered")
    told.look()
    ended = [row.account_id for row in told.messages() if row.event == "recovered" and row.incident_id == open_]
    assert sorted(ended) == sorted(told.accounts.values())  # type: ignore[type-var]


def test_words_are_those_of_the_routes_language(told: ToldCity) -> None:
    told.change(AlertRoute, 1, language="id")
    told.incident(shared="area", name="Buaran")
    told.look()
    assert "Hotspot Testing" in told.messages()[0].body
    assert "WIB" in told.messages()[0].body


def test_nothing_is_written_while_nothing_happens(told: ToldCity) -> None:
    told.incident()
    told.look()
    with reading(told.engine) as session:
        before = session.scalar(select(func.count()).select_from(OutboxMessage))
    told.look()
    with reading(told.engine) as session:
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == before
