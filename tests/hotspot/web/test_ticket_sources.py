"""Systems of other agencies on the pages: secrets told once, streams, tickets as text."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from hotspot.settings import Settings
from hotspot.store.alerts.ticket_sources import PREFIX, source_of
from hotspot.store.alerts.tickets import Opening, close_ticket, open_ticket
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.models import AlertChannel, AlertRoute, AuditEntry, City, OutboxMessage, TicketSource
from tests.hotspot.web.visitor import send
from tests.hotspot.web.world import NOW, World

PAGE = "/alerts/ticket-sources/"
POINT = "TS-0020"


@pytest.fixture
def database(world: World, settings: Settings) -> Iterator[Engine]:
    engine = make_engine(settings.database)
    yield engine
    engine.dispose()


def add_ticket(engine: Engine, ref: str = "PU-7", title: str = "Kabel putus", url: str = "") -> None:
    with writing(engine) as session:
        city = session.scalars(select(City)).one()
        if session.get(TicketSource, 1) is None:
            session.add(TicketSource(city_id=1, name="Dinas <PU>", digest="x", created_at=NOW, created_by="admin"))
            session.flush()
        open_ticket(session, city, 1, Opening(ref, title, url, NOW - 60, POINT), NOW)


def test_a_secret_is_shown_once_with_a_line_to_try_and_can_be_revoked(
    city_admin: FlaskClient, database: Engine
) -> None:
    answer = send(city_admin, PAGE, name=" Dinas  PU ")
    (secret,) = set(re.findall(PREFIX + r"[\w-]{43}", answer.text))
    assert f'curl -H "Authorization: Bearer {secret}" http://' in answer.text.replace("&#34;", '"')
    listed = city_admin.get("/api/v1/tickets", headers={"Authorization": f"Bearer {secret}"})
    assert (listed.status_code, listed.json and listed.json["items"]) == (200, [])
    page = city_admin.get(PAGE).text
    assert "Dinas PU" in page
    assert secret not in page
    with reading(database) as session:
        assert source_of(session, secret)
        assert session.scalars(select(AuditEntry.subject)).all()[-1] == "ticket source Dinas PU"
    assert send(city_admin, PAGE, to=f"{PAGE}1/revoke").status_code == 302
    assert "revoked on" in city_admin.get(PAGE).text
    assert send(city_admin, PAGE, to=f"{PAGE}1/revoke").status_code == 404
    assert city_admin.get("/api/v1/tickets", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_a_name_that_cannot_be_is_said_at_its_field(city_admin: FlaskClient) -> None:
    assert send(city_admin, PAGE, name="PLN").status_code == 200
    for name, words in (("", "needed"), ("PLN", "exists already"), ("x" * 65, "64"), ("a\x07b", "control character")):
        answer = send(city_admin, PAGE, name=name)
        assert answer.status_code == 422
        assert words in answer.text
        assert answer.text.count('aria-invalid="true"') == 1


def test_only_who_manages_people_sees_the_page(city_viewer: FlaskClient) -> None:
    assert city_viewer.get(PAGE).status_code == 403


def test_what_a_ticket_says_is_text_and_its_address_a_link(city_admin: FlaskClient, database: Engine) -> None:
    add_ticket(database, title="<script>alert(1)</script>", url="https://tiket.example.go.id/7?a=1&b=2")
    add_ticket(database, "PU-8", title="مسجد")
    link = '<a href="https://tiket.example.go.id/7?a=1&amp;b=2" rel="noopener noreferrer external">'
    for page in (city_admin.get(PAGE).text, city_admin.get(f"/points/{POINT}").text):
        assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>" in page
        assert "<bdi>مسجد</bdi>" in page
        assert link in page
        assert "Dinas &lt;PU&gt;" in page


def test_closed_tickets_are_shown_when_asked_for(city_admin: FlaskClient, database: Engine) -> None:
    add_ticket(database)
    with writing(database) as session:
        close_ticket(session, 1, "PU-7", "Disambung", NOW, NOW)
    assert "1 is closed" in city_admin.get(PAGE).text
    assert "Disambung" in city_admin.get(f"{PAGE}?state=all").text
    assert "open ticket" not in city_admin.get(f"/points/{POINT}").text


def test_a_stream_is_set_up_and_ended(city_admin: FlaskClient, database: Engine) -> None:
    assert 'href="/alerts/channels/new/webhook"' in city_admin.get(PAGE).text
    with writing(database) as session:
        for kind, name in (("email", "Surat"), ("webhook", "Pusat komando")):
            session.add(AlertChannel(city_id=1, kind=kind, name=name, config=b"", created_at=NOW, created_by="admin"))
    to = f"{PAGE}streams"
    for fields, words in (({"name": "", "channel": 2}, "needed"), ({"name": "Pusat", "channel": 1}, "webhook")):
        answer = send(city_admin, PAGE, to=to, **fields)
        assert answer.status_code == 422
        assert words in answer.text
    assert send(city_admin, PAGE, to=to, name="Pusat", channel=2).status_code == 302
    assert send(city_admin, PAGE, to=to, name="Pusat", channel=2).status_code == 422
    assert "Pusat komando" in city_admin.get(PAGE).text
    with writing(database) as session:
        route = session.scalars(select(AlertRoute).where(AlertRoute.stream)).one()
        session.add(
            OutboxMessage(
                city_id=1, key="k", route_id=route.id, channel_id=2, event="opened", severity="notice", why="Pusat",
                subject="1 opened", body="", created_at=NOW, next_at=NOW,
            )
        )  # fmt: skip
        end = f"{PAGE}streams/{route.id}/stop"
    assert send(city_admin, PAGE, to=end).status_code == 302
    assert send(city_admin, PAGE, to=end).status_code == 404
    with reading(database) as session:
        assert session.scalar(select(OutboxMessage.state)) == "held_back"
