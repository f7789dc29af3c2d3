import io
import os

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from hotspot.clock import now
from hotspot.settings import Settings
from hotspot.store.base import reading
from hotspot.store.models import AccessPoint, AuditEntry, Point
from hotspot.web import uploads
from tests.hotspot.web.visitor import come_in, send
from tests.hotspot.web.world import COMMUNITY, World

HEADER = "point_code,point_name,venue_kind,area_code,installed_on,ap_name,ap_address,snmp_community\n"
GOOD = "NEW-1,Balai baru,Balai warga,36.74.01.1001,2026-01-05,new-1-1,10.200.0.1,rahasia-sekali\n"
BAD = "NEW-2,Kapal,kapal selam,36.74.01.1001,,,,\n"


@pytest.fixture
def admin(city_app: Flask, world: World, sqlite_engine: Engine) -> FlaskClient:
    client = city_app.test_client()
    come_in(client, sqlite_engine, world.accounts["admin"])
    return client


def upload(client: FlaskClient, text: str, name: str = "titik.csv") -> TestResponse:
    return send(client, "/import/", file=(io.BytesIO(text.encode()), name))


def number_of_points(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(Point)) or 0


def test_the_report_writes_nothing_and_names_row_and_reason(admin: FlaskClient, sqlite_engine: Engine) -> None:
    before = number_of_points(sqlite_engine)
    page = admin.get(upload(admin, HEADER + GOOD + BAD).location + "?lang=en").text
    assert "2 rows were read" in page
    assert "NEW-2" in page
    assert "kapal selam is not one of the known values" in page
    assert number_of_points(sqlite_engine) == before


def test_yes_writes_the_good_rows_and_the_file_is_gone(
    admin: FlaskClient, sqlite_engine: Engine, settings: Settings
) -> None:
    before = number_of_points(sqlite_engine)
    report = upload(admin, HEADER + GOOD + BAD).location
    mark = admin.get(report).text.split('name="mark" value="')[1].split('"')[0]
    assert send(admin, report, mark=mark).status_code == 200
    assert number_of_points(sqlite_engine) == before + 1
    assert admin.get(report).status_code == 404
    assert list(uploads.folder(settings.folder).iterdir()) == []
    with reading(sqlite_engine) as session:
        assert session.scalars(select(AuditEntry.action)).all()[-1] == "import"


def test_the_same_file_again_changes_nothing(admin: FlaskClient) -> None:
    report = upload(admin, HEADER + GOOD).location
    send(admin, report, mark=admin.get(report).text.split('name="mark" value="')[1].split('"')[0])
    page = admin.get(upload(admin, HEADER + GOOD).location + "?lang=en").text
    assert "There is nothing to import" in page


def test_a_report_that_is_no_longer_true_is_shown_again(admin: FlaskClient, sqlite_engine: Engine) -> None:
    before = number_of_points(sqlite_engine)
    report = upload(admin, HEADER + GOOD).location
    answer = send(admin, report, mark="another inventory")
    assert answer.location == report
    assert number_of_points(sqlite_engine) == before


def test_dont_import_forgets_the_file(admin: FlaskClient, settings: Settings) -> None:
    report = upload(admin, HEADER + GOOD).location
    send(admin, report, to=report + "/cancel")
    assert list(uploads.folder(settings.folder).iterdir()) == []


@pytest.mark.parametrize(
    ("text", "name"), [("a;b\n1;2\n", "x.csv"), ("", "empty.csv"), ("\0\0\0\0", "photo.jpg"), ("PK\x03\x04x", "x.xlsx")]
)
def test_a_file_that_is_none_comes_back_to_its_field(admin: FlaskClient, text: str, name: str) -> None:
    answer = upload(admin, text, name)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_without_a_file_the_field_says_so(admin: FlaskClient) -> None:
    assert send(admin, "/import/").status_code == 422


@pytest.mark.parametrize("key", ["..%2f..%2fsecret.key", "x", "a" * 40])
def test_a_key_is_never_a_path(admin: FlaskClient, key: str) -> None:
    assert admin.get(f"/import/{key}").status_code == 404


def test_waiting_files_are_few_private_and_expire(settings: Settings) -> None:
    keys = [uploads.keep(settings.folder, f"{i}.csv", b"x") for i in range(uploads.MOST + 5)]
    waiting = list(uploads.folder(settings.folder).glob("*.data"))
    assert len(waiting) == uploads.MOST
    assert all(path.stat().st_mode & 0o077 == 0 for path in waiting)
    newest = uploads.folder(settings.folder) / f"{keys[-1]}.data"
    assert uploads.waiting(settings.folder, keys[-1])
    os.utime(newest, (now() - uploads.LASTING_S - 1,) * 2)
    assert uploads.waiting(settings.folder, keys[-1]) is None
    assert not newest.exists(), "what waited too long does not lie there in clear"


def test_no_page_shows_a_community(admin: FlaskClient, sqlite_engine: Engine) -> None:
    with reading(sqlite_engine) as session:
        ap, code = session.execute(
            select(AccessPoint, Point.code).join(Point).where(AccessPoint.credential.is_not(None)).limit(1)
        ).one()
    head = "point_code,point_name,venue_kind,area_code,ap_name,ap_address,snmp_community"
    changed = f"{head}\n{code},Nama,Taman,36.74.01.1001,{ap.name},{ap.address},lain-sekali\n"
    page = admin.get(upload(admin, changed).location).text
    assert "snmp_community" in page
    assert "lain-sekali" not in page
    assert COMMUNITY not in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_can_be_imported(admin: FlaskClient, kind: str) -> None:
    template = admin.get(f"/import/template.{kind}").data
    answer = send(admin, "/import/", file=(io.BytesIO(template), f"points.{kind}"))
    page = admin.get(answer.location + "?lang=en").text
    assert "1 rows were read" in page
