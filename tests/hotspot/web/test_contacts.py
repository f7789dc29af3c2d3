"""One's own addresses: sealed, shown to oneself alone, a test message to oneself."""

from flask.testing import FlaskClient
from sqlalchemy import select

from hotspot.settings import Settings
from hotspot.store.alerts.contacts import hint_of
from hotspot.store.base import make_engine, reading
from hotspot.store.models import AccountContact, AuditEntry, OutboxMessage
from tests.hotspot.web.visitor import send
from tests.hotspot.web.world_incidents import Incidents
from tests.hotspot.web.world_told import ADDRESS, told

__all__ = ["told"]
PAGE = "/account/"


def test_an_address_is_shown_to_its_owner_alone(
    told: Incidents, city_admin: FlaskClient, city_viewer: FlaskClient
) -> None:
    assert ADDRESS in city_admin.get(PAGE).text
    for page in (PAGE, "/notices/", "/incidents"):
        assert ADDRESS not in city_viewer.get(page).text
    for page in ("/users/", "/users/1", "/alerts/routes/", "/alerts/hearers/", "/audit/"):
        assert ADDRESS not in city_admin.get(page).text


def test_an_address_is_kept_sealed_changed_and_forgotten(
    told: Incidents, city_admin: FlaskClient, settings: Settings
) -> None:
    for number in ("+62 812 3456 789", "+62 812 9999 111"):
        assert send(city_admin, PAGE, f"{PAGE}contacts/whatsapp", address=number).status_code == 302
    assert "628129999111" in city_admin.get(PAGE).text.replace(" ", "")
    assert b"9999" not in (settings.folder / "hotspot.sqlite").read_bytes()
    assert send(city_admin, PAGE, f"{PAGE}contacts/whatsapp/remove").status_code == 302
    assert send(city_admin, PAGE, f"{PAGE}contacts/whatsapp/remove").status_code == 302
    engine = make_engine(settings.database)
    with reading(engine) as session:
        assert session.scalars(select(AccountContact.kind)).all() == ["email"]
        noted = session.execute(select(AuditEntry.action, AuditEntry.subject, AuditEntry.detail)).all()
    engine.dispose()
    told_of = [(row.action, row.subject, row.detail) for row in noted if "whatsapp" in row.subject]
    assert told_of == [("change", "whatsapp address of admin", "")] * 2 + [("remove", "whatsapp address of admin", "")]


def test_what_is_no_address_is_refused_at_its_field(told: Incidents, city_admin: FlaskClient) -> None:
    for kind, typed in (("email", "nobody"), ("telegram", "x" * 300), ("whatsapp", "08-no"), ("email", "")):
        answer = send(city_admin, PAGE, f"{PAGE}contacts/{kind}", address=typed)
        assert answer.status_code == 422, kind
        assert f'id="contact-{kind}-error"' in answer.text
    assert ADDRESS in city_admin.get(PAGE).text
    for kind in ("webhook", "pigeon"):
        assert send(city_admin, PAGE, f"{PAGE}contacts/{kind}", address="a@example.go.id").status_code == 404


def test_a_test_message_goes_to_oneself(told: Incidents, city_admin: FlaskClient, settings: Settings) -> None:
    assert send(city_admin, PAGE, f"{PAGE}contacts/email/test").status_code == 302
    assert send(city_admin, PAGE, f"{PAGE}contacts/telegram/test").status_code == 404
    engine = make_engine(settings.database)
    with reading(engine) as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.event == "test")).all()
        assert [(row.channel_id, row.account_id, row.state) for row in rows] == [(1, 1, "waiting")]
    engine.dispose()
    for _ in range(4):
        answer = send(city_admin, PAGE, f"{PAGE}contacts/email/test")
    assert "Tests of this channel wait already" in city_admin.get(answer.location).text


def test_the_account_tells_which_routes_name_one(told: Incidents, city_admin: FlaskClient) -> None:
    text = city_admin.get(PAGE).text
    assert "admin: warnings and worse, by Surel kota" in text


def test_a_hint_tells_little() -> None:
    assert hint_of("sari@example.go.id") == "s…@example.go.id"
    assert hint_of("+628123456789") == "…789"
    assert hint_of("@grup") == "…rup"
