"""The settings of the public site: who may change them, what is refused, and that it is noted."""

from flask.testing import FlaskClient

from hotspot.settings import Settings
from hotspot.store.audit_list import AuditFilter, audit_page
from hotspot.store.base import make_engine, reading
from tests.hotspot.web.visitor import send


def test_the_owner_switches_the_site_off_and_is_noted(city_admin: FlaskClient, settings: Settings) -> None:
    answer = send(city_admin, "/city", licence="CC0-1.0", contact=" Dinas  Kominfo ")
    assert answer.location == "/city"
    assert city_admin.get("/public").status_code == 404
    assert "Dinas Kominfo" in city_admin.get("/city").text
    engine = make_engine(settings.database)
    with reading(engine) as session:
        noted = audit_page(session, AuditFilter()).rows[0]
    engine.dispose()
    assert (noted.action, noted.subject) == ("change", "public site of Kota Tangerang Selatan")
    assert "now not shown, CC0-1.0, contact 'Dinas Kominfo'" in noted.detail
    send(city_admin, "/city", licence="CC0-1.0", contact="Dinas Kominfo")
    assert "Nothing was changed" in city_admin.get("/city").text


def test_a_licence_nobody_knows_is_refused_and_nothing_is_saved(city_admin: FlaskClient) -> None:
    answer = send(city_admin, "/city", licence="MY-OWN", contact="typed")
    assert answer.status_code == 422
    assert "MY-OWN" in answer.text
    assert "typed" in answer.text
    assert city_admin.get("/public").status_code == 200
    assert "typed" not in city_admin.get("/city").text


def test_others_have_no_say(city_viewer: FlaskClient) -> None:
    assert city_viewer.get("/city").status_code == 403
