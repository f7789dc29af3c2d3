"""What a person is told in the pages: counted on each page, read one by one or all, by oneself alone."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select

from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading
from hotspot.store.models import OutboxMessage
from tests.hotspot.web.visitor import send
from tests.hotspot.web.world_incidents import Incidents
from tests.hotspot.web.world_told import told

__all__ = ["told"]
PAGE = "/notices/"


def unread(client: FlaskClient) -> int:
    """As the bell on any page tells."""
    found = re.search(r'class="bell-count"[^>]*>(\d+)<', client.get("/outages").text)
    return int(found[1]) if found else 0


def mine(settings: Settings) -> list[OutboxMessage]:
    engine = make_engine(settings.database)
    with reading(engine) as session:
        seen = OutboxMessage.channel_id.is_(None), OutboxMessage.state == "sent", OutboxMessage.seen_at.is_(None)
        found = list(session.scalars(select(OutboxMessage).where(*seen).order_by(OutboxMessage.id.desc())))
    engine.dispose()
    return found


def test_the_bell_counts_what_is_not_read(told: Incidents, city_admin: FlaskClient, settings: Settings) -> None:
    assert unread(city_admin) == len(mine(settings)) > 1
    assert "Kelurahan Buaran: 4 access points at 4 points down" in city_admin.get(PAGE).text


def test_a_notice_leads_to_its_incident_and_counts_as_read(
    told: Incidents, city_admin: FlaskClient, settings: Settings
) -> None:
    before = mine(settings)
    answer = city_admin.get(f"{PAGE}{before[0].id}")
    assert answer.location == f"/incidents/{before[0].incident_id}"
    assert unread(city_admin) == len(before) - 1


def test_marked_one_by_one_and_all(told: Incidents, city_admin: FlaskClient, settings: Settings) -> None:
    before = mine(settings)
    send(city_admin, PAGE, f"{PAGE}read", notice=str(before[1].id))
    assert unread(city_admin) == len(before) - 1
    send(city_admin, PAGE, f"{PAGE}read", up_to=str(before[0].id))
    assert unread(city_admin) == 0
    assert "Mark all as read" not in city_admin.get(PAGE).text


def test_what_is_no_number_marks_nothing(told: Incidents, city_admin: FlaskClient, settings: Settings) -> None:
    before = len(mine(settings))
    for number in ("9" * 30, "-1", "x", "1.5", "²", ""):
        for name in ("notice", "up_to"):
            assert send(city_admin, PAGE, f"{PAGE}read", **{name: number}).status_code == 302
    assert len(mine(settings)) == before


def test_others_neither_see_nor_mark_them(
    told: Incidents, city_viewer: FlaskClient, city_admin: FlaskClient, settings: Settings
) -> None:
    before = mine(settings)
    assert "Nothing was told to you" in city_viewer.get(PAGE).text
    assert city_viewer.get(f"{PAGE}{before[0].id}").status_code == 404
    send(city_viewer, "/account/", f"{PAGE}read", notice=str(before[0].id))
    send(city_viewer, "/account/", f"{PAGE}read", up_to="999999")
    assert len(mine(settings)) == len(before)


def test_names_of_others_are_text(told: Incidents, city_admin: FlaskClient, settings: Settings) -> None:
    engine = make_engine(settings.database)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE outbox_message SET subject = '<script>alert(3)</script>', incident_id = NULL"
        )
    engine.dispose()
    text = city_admin.get(PAGE).text
    assert "&lt;script&gt;alert(3)" in text
    assert "<script>alert(3)" not in text
    number = mine(settings)[0].id
    assert city_admin.get(f"{PAGE}{number}").location == PAGE
