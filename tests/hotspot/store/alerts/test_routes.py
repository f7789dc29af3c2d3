"""Routes, addresses, notices and own words in the database, on both engines."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.message_template import OURS
from hotspot.store.alerts import contacts, notices
from hotspot.store.alerts.message_words import every_words, set_words
from hotspot.store.alerts.route_edit import RouteDraft, add_route, bring_back, change_route, remove_route, route_rows
from hotspot.store.alerts.routes import audience, ensure_defaults, every_route
from hotspot.store.base import writing
from hotspot.store.models import AlertRoute, City
from tests.hotspot.alerts.told_city import NOON, ToldCity, build

KEY = b"k" * 32
PERSONAL = frozenset(("email",))
DRAFT = RouteDraft(name="Night shift", who="role:network_admin", area="36.74.01.1001", kinds=("disk",))


@pytest.fixture
def city(engine: Engine) -> ToldCity:
    made = build(engine)
    made.account("sari")
    return made


def test_a_route_is_kept_as_it_was_said(city: ToldCity) -> None:
    draft = replace(DRAFT, channel=city.post, quiet_from=1320, quiet_to=360, escalate_after_min=30)
    with writing(city.engine) as session:
        place = session.get_one(City, city.city)
        number = add_route(session, place, draft, personal=PERSONAL, now=NOON, actor="sari")
        assert not change_route(session, place, number, draft, personal=PERSONAL, now=NOON, actor="sari")
        assert [row.draft for row in route_rows(session, place)] == [draft]
        route = every_route(session, place)[number]
        assert (route.role, route.area, route.quiet) == ("network_admin", "36.74.01.1001", (1320, 360))
        assert route.kinds == {"disk"}
        remove_route(session, place, number, NOON, "sari")
        assert route_rows(session, place) == []
        assert not every_route(session, place)[number].enabled
        assert bring_back(session, place, number, NOON, "sari") == "Night shift"
        assert every_route(session, place)[number].enabled


def test_a_stream_to_another_system_is_no_route_of_messages(city: ToldCity) -> None:
    number = city.route("stream", channel_id=city.hook, role=None, stream=True)
    with writing(city.engine) as session:
        place = session.get_one(City, city.city)
        assert every_route(session, place) == {}
        ensure_defaults(session, place, NOON, str)
        ensure_defaults(session, place, NOON, str)
        assert [row.draft.who for row in route_rows(session, place)] == ["role:network_admin", "role:owner"]
        assert session.get_one(AlertRoute, number).enabled


def test_addresses_are_sealed_for_their_account(city: ToldCity) -> None:
    account = city.accounts["sari"]
    with writing(city.engine) as session:
        assert contacts.set_contact(session, KEY, account, "telegram", "12345", now=NOON, actor="sari")
        assert not contacts.set_contact(session, KEY, account, "telegram", "12345", now=NOON, actor="sari")
        kept = contacts.contacts(session, KEY, account)
        assert (kept["telegram"].address, kept["telegram"].hint) == ("12345", "…345")
        assert contacts.contacts(session, b"x" * 32, account)["telegram"].address == ""
        place = session.get_one(City, city.city)
        assert audience(session, place, PERSONAL).people[account].contacts == {"email", "telegram"}
        assert contacts.channels_for(session, place) == {
            "email": (city.post, "email"), "webhook": (city.hook, "webhook"),
        }  # fmt: skip
        assert contacts.remove_contact(session, account, "telegram", now=NOON, actor="sari")
        assert not contacts.remove_contact(session, account, "telegram", now=NOON, actor="sari")


def test_notices_are_counted_listed_and_marked(city: ToldCity) -> None:
    account = city.accounts["sari"]
    city.route("pages", channel_id=None, language="en")
    incidents = [city.incident(name) for name in ("One", "Two", "Three")]
    city.look()
    city.happens(incidents[0], "recovered")
    city.look(5)
    with writing(city.engine) as session:
        assert notices.unread(session, account) == 4
        page = notices.notices(session, account, per_page=3)
        assert (page.total, page.unread, page.pages, page.rows[0].event) == (4, 4, 2, "recovered")
        assert [row.is_over for row in page.rows] == [True, False, False]
        assert (page.rows[0].language, page.rows[0].why) == ("en", "pages")
        assert notices.incident_of(session, account, page.newest) == incidents[0]
        assert notices.incident_of(session, account + 1, page.newest) is None
        assert notices.see(session, account, city.now, ids=[page.newest]) == 1
        assert notices.see(session, account + 1, city.now, up_to=page.newest) == 0
        assert notices.see(session, account, city.now, up_to=page.newest) == 3
        assert notices.unread(session, account) == 0


def test_own_words_differ_from_ours_or_are_not_kept(city: ToldCity) -> None:
    ours = OURS["opened", "id"]
    with writing(city.engine) as session:
        place = session.get_one(City, city.city)
        assert not set_words(session, place, "opened", "id", ours.subject, ours.body, now=NOON, actor="sari")
        assert set_words(session, place, "opened", "id", "{headline}", "{details}", now=NOON, actor="sari")
        assert every_words(session, place)["opened", "id"].own
        assert not every_words(session, place)["opened", "en"].own
        with pytest.raises(RejectedError, match="language"):
            set_words(session, place, "opened", "fr", "a", "b", now=NOON, actor="sari")
    city.route(language="id")
    city.incident()
    city.look()
    assert [subject.partition(": ")[0] for subject in city.subjects("waiting")] == ["Switch 3"]
    with writing(city.engine) as session:
        place = session.get_one(City, city.city)
        assert set_words(session, place, "opened", "id", ours.subject, ours.body, now=NOON, actor="sari")
        assert not every_words(session, place)["opened", "id"].own


def test_words_that_can_no_longer_be_used_give_way_to_ours(city: ToldCity) -> None:
    with writing(city.engine) as session:
        place = session.get_one(City, city.city)
        set_words(session, place, "opened", "en", "{headline}", "{details}", now=NOON, actor="sari")
    with city.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE message_template SET subject = '{gone}'")
    city.route()
    city.incident()
    city.look()
    assert city.subjects("waiting") == ["Warning: Switch 3: one access point down"]
