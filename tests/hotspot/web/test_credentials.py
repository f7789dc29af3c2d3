import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.models import AccessPoint, CredentialSet
from tests.hotspot.web.visitor import come_in, make_account, send

COMMUNITY = {
    "name": "new <set>",
    "snmp_version": "2c",
    "snmp_community": "not-for-eyes",
    "snmp_auth_protocol": "SHA256",
}
USER = {
    "name": "modern",
    "snmp_version": "3",
    "snmp_user": "hotspot",
    "snmp_auth_protocol": "MD5",
    "snmp_auth_password": "first-not-for-eyes",
    "snmp_priv_protocol": "AES",
    "snmp_priv_password": "second-not-for-eyes",
}


def names(settings: Settings) -> list[str]:
    with reading(make_engine(settings.database)) as session:
        return list(session.scalars(select(CredentialSet.name).order_by(CredentialSet.position)))


def of(settings: Settings, name: str) -> int:
    with reading(make_engine(settings.database)) as session:
        return session.scalars(select(CredentialSet.id).where(CredentialSet.name == name)).one()


def test_a_credential_is_kept_shown_without_secrets_and_warned_of(city_admin: FlaskClient, settings: Settings) -> None:
    assert send(city_admin, "/credentials/", **COMMUNITY).status_code == 302
    assert send(city_admin, "/credentials/", **USER).status_code == 302
    page = city_admin.get("/credentials/").text
    for said in ("new &lt;set&gt;", "travels readable", "MD5 + AES", "MD5 and DES are weak"):
        assert said in page, said
    assert "not-for-eyes" not in page
    assert names(settings)[-2:] == ["new <set>", "modern"]
    assert "added" in city_admin.get("/audit/").text


def test_a_refused_credential_says_why_and_forgets_its_secrets(city_admin: FlaskClient, settings: Settings) -> None:
    before = names(settings)
    answer = send(city_admin, "/credentials/", **USER | {"snmp_auth_password": "short"})
    assert answer.status_code == 422
    assert "Shorter than 8 characters." in answer.text
    assert "second-not-for-eyes" not in answer.text
    assert 'value="modern"' in answer.text
    assert send(city_admin, "/credentials/", **COMMUNITY | {"snmp_version": "9"}).status_code == 422
    assert names(settings) == before


def test_a_credential_is_changed_and_what_is_empty_stays(city_admin: FlaskClient, settings: Settings) -> None:
    send(city_admin, "/credentials/", **USER)
    path = f"/credentials/{of(settings, 'modern')}"
    page = city_admin.get(path).text
    assert "MD5 + AES." in page
    empty = dict.fromkeys(USER, "") | {"name": "renamed", "snmp_version": "3"}
    assert send(city_admin, path, **empty).status_code == 302
    assert names(settings)[-1] == "renamed"
    assert "Nothing was different" in city_admin.get(send(city_admin, path, **empty).location).text
    wrong = send(city_admin, path, **empty | {"name": ""})
    assert (wrong.status_code, "Empty." in wrong.text) == (422, True)
    assert send(city_admin, path, **empty | {"snmp_version": "9"}).status_code == 422
    assert city_admin.get("/credentials/999").status_code == 404


def test_the_order_changes_without_javascript(city_admin: FlaskClient, settings: Settings) -> None:
    for name in ("second", "third"):
        send(city_admin, "/credentials/", **COMMUNITY | {"name": name})
    before = names(settings)
    send(city_admin, "/credentials/", f"/credentials/{of(settings, 'third')}/move", direction="up")
    assert names(settings)[-2:] == ["third", "second"]
    send(city_admin, "/credentials/", f"/credentials/{of(settings, 'third')}/move", direction="down")
    assert names(settings) == before


def test_a_credential_in_use_stays_and_says_how_many_use_it(city_admin: FlaskClient, settings: Settings) -> None:
    send(city_admin, "/credentials/", **COMMUNITY)
    set_id = of(settings, "new <set>")
    with writing(make_engine(settings.database)) as session:
        for ap in session.scalars(select(AccessPoint).limit(3)):
            ap.credential_set_id = set_id
    send(city_admin, "/credentials/", f"/credentials/{set_id}/remove")
    assert "stays: 3 devices are asked with it" in city_admin.get("/credentials/").text
    with writing(make_engine(settings.database)) as session:
        for ap in session.scalars(select(AccessPoint)):
            ap.credential_set_id = None
    send(city_admin, "/credentials/", f"/credentials/{set_id}/remove")
    assert "new <set>" not in names(settings)


@pytest.mark.parametrize("path", ["/credentials/", "/discover/"])
def test_a_viewer_sees_none_of_it(city_viewer: FlaskClient, path: str) -> None:
    assert city_viewer.get(path).status_code == 403
    assert not re.search(r'href="/(credentials|discover)/', city_viewer.get("/").text)


@pytest.mark.parametrize("path", ["/credentials/", "/discover/"])
def test_without_a_city_the_page_says_what_to_do(path: str, sqlite_engine: Engine, client: FlaskClient) -> None:
    come_in(client, sqlite_engine, make_account(sqlite_engine, "ana"))
    assert "hotspot init --city" in client.get(path).text
