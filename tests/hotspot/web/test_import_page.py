import io
import os
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from hotspot.clock import now
from hotspot.settings import Settings
from hotspot.store.base import reading
from hotspot.store.models import AccessPoint, Area, AuditEntry, Point
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


FOREIGN = (
    "No;Nama Lokasi;Alamat;Kelurahan;Kecamatan;Lintang;Bujur;Tanggal Pasang\n"
    "1;Masjid Al Ikhlas;Jl. Mawar 1;{area};Serpong;-6,31;106,67;12 Mei 2021\n"
    "2;Balai RW 03;Jl. Melati 2;Kel. {area};Serpong;106,68;-6,32;2020\n"
    "3;Balai RW 03;Jl. Melati 2;Kel. {area};Serpong;106,68;-6,32;2020\n"
    "4;Kapal;Jl. Laut;Atlantis;Serpong;-6,31;106,67;2020\n"
)


@pytest.fixture
def foreign(sqlite_engine: Engine, world: World) -> str:
    with reading(sqlite_engine) as session:
        return FOREIGN.format(area=session.scalars(select(Area.name).where(Area.code == "36.74.01.1001")).one())


def mark_of(page: str) -> str:
    return page.split('name="mark" value="')[1].split('"')[0]


def test_a_strange_file_is_understood_mapped_looked_at_imported_and_undone(
    admin: FlaskClient, sqlite_engine: Engine, foreign: str
) -> None:
    before = number_of_points(sqlite_engine)
    columns = upload(admin, foreign).location
    assert columns.endswith("/columns")
    page = admin.get(columns + "?lang=en").text
    assert "Masjid Al Ikhlas" in page
    assert '<option value="1" selected>Nama Lokasi</option>' in page
    look = columns.removesuffix("/columns") + "?point_name=1&address=2&area_name=3&district=4&latitude=5&longitude=6"
    page = admin.get(look + "&lang=en").text
    assert "By themselves 3 are accepted, 1 merged and 0 rejected" in page
    assert "Atlantis is no kelurahan of this city" in page
    assert "were swapped: put right" in admin.get(look + "&lang=en&show=mended").text
    assert "the same as row" not in page
    assert "the same name and position as row 3" in admin.get(look + "&show=merged&lang=en").text
    table = admin.get(look.replace("?", "/rows.csv?") + "&lang=en").text
    assert "rejected,area_name,Atlantis is no kelurahan of this city" in table
    assert number_of_points(sqlite_engine) == before
    page = send(admin, look, mark=mark_of(page)).text
    assert number_of_points(sqlite_engine) == before + 2
    undo = re.search(r"/changes/\d+/undo", page)
    assert undo, page
    send(admin, "/import/", to=undo[0])
    assert number_of_points(sqlite_engine) == before
    assert "titik.csv" in admin.get("/import/").text


def test_the_next_file_with_these_columns_is_read_as_the_last(admin: FlaskClient, foreign: str) -> None:
    columns = upload(admin, foreign).location
    look = columns.removesuffix("/columns") + "?point_name=2&area_name=3&district=4"
    send(admin, look, mark=mark_of(admin.get(look).text))
    again = upload(admin, foreign).location
    assert not again.endswith("/columns")
    page = admin.get(again + "?lang=en").text
    assert "There is nothing to import" in page
    assert "imported this very file on" in page


def test_columns_that_tell_no_place_are_asked_again(admin: FlaskClient, foreign: str) -> None:
    columns = upload(admin, foreign).location
    answer = admin.get(columns.removesuffix("/columns") + "?latitude=5")
    assert answer.location == columns
    assert "no column with the names of places" in admin.get(columns).text


def test_no_cell_of_a_file_is_markup_or_a_formula(admin: FlaskClient) -> None:
    evil = "<script>alert(1)</script>"
    text = f"Nama,Alamat,{evil}\n" + "".join(f"{evil}{i},=1+{i},{evil}\n" for i in range(4))
    columns = upload(admin, text).location
    for address in (columns, columns.removesuffix("/columns")):
        assert evil not in admin.get(address).text
    assert "\r\n=1" not in (table := admin.get(columns.removesuffix("/columns") + "/rows.csv").text)
    assert ",=1" not in table


def test_the_communities_of_a_file_are_not_in_the_list_of_rows(admin: FlaskClient) -> None:
    look = upload(admin, HEADER + GOOD + BAD).location
    table = admin.get(f"{look}/rows.csv").text
    assert "NEW-2" in table
    assert "rahasia-sekali" not in table


def test_passwords_that_nobody_reads_are_not_in_the_list_of_rows_either(admin: FlaskClient) -> None:
    text = "Nama,Alamat,SNMP Community,wifi_password\n" + "".join(f"T{i},Jl. {i},rahasia,sandi{i}\n" for i in range(4))
    columns = upload(admin, text).location
    table = admin.get(columns.removesuffix("/columns") + "/rows.csv").text
    assert "Jl. 3" in table
    assert "rahasia" not in table
    assert "sandi" not in table
    assert "rahasia" not in admin.get(columns).text
