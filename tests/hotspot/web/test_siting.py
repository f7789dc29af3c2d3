"""The page "Where next", its files, its map and the numbers behind it."""

import io
import json
import re
from csv import DictReader

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from hotspot.store.base import writing
from hotspot.store.models import Area, AuditEntry, Denominator
from tests.hotspot.store.test_siting import square
from tests.hotspot.web.visitor import send
from tests.hotspot.web.world import HOSTILE_NAME, VILLAGES, World

A = "36.74.01.1001"
HEAD = "kode_wilayah,tanggal,penduduk,penduduk_miskin,sekolah,umkm,estimasi,sumber\n"


def figures() -> str:
    rows = [
        f"{code},2025-06-30,{10_000 + n * 1_000},{100 * n},{n},{n * 50},ya,Contoh" for n, code in enumerate(VILLAGES)
    ]
    return HEAD + "\n".join(rows)


@pytest.fixture
def drawn(world: World, sqlite_engine: Engine) -> World:
    """The world with square outlines one above the other."""
    with writing(sqlite_engine) as session:
        for n, code in enumerate(VILLAGES):
            area = session.get_one(Area, world.areas[code])
            area.boundary = square(-6.30 - (n + 1) * 0.008, 106.66, 0.06)
    return world


def upload(client: FlaskClient, text: str) -> TestResponse:
    return send(client, "/siting/figures/", file=(io.BytesIO(text.encode()), "angka.csv"))


def state(client: FlaskClient, text: str) -> TestResponse:
    report = upload(client, text).location
    return send(client, report)


def test_without_numbers_the_page_says_what_to_do(city_admin: FlaskClient) -> None:
    page = city_admin.get("/siting").text
    assert "Nobody has said yet how many people live where" in page
    assert "6 of 6 kelurahan have no outline" in page
    assert "no data" in page


def test_the_page_the_file_and_the_api_tell_the_same(drawn: World, city_admin: FlaskClient) -> None:
    assert state(city_admin, figures()).status_code == 302
    rows = list(DictReader(io.StringIO(city_admin.get("/siting.csv?count=installed").text.lstrip("\ufeff"))))
    told = city_admin.get("/api/v1/siting?count=installed").get_json()
    page = city_admin.get("/siting?count=installed").text
    assert [row["area_code"] for row in rows] == [row["area"]["code"] for row in told["ranking"]]
    for row, other in zip(rows, told["ranking"], strict=True):
        assert float(row["points_per_10000"]) == pytest.approx(other["area"]["points_per_10000"])
        assert float(row["share_within_300m"]) == pytest.approx(other["area"]["share_within_300m"])
        assert float(row["score"]) == pytest.approx(other["score"])
        assert row["people_as_of"] == "2025-06-30"
        assert row["estimate"] == "yes"
    equity = city_admin.get("/api/v1/equity?count=installed").get_json()
    assert equity["indicators"] == told["now"]
    assert f">{equity['indicators']['points_per_10000']:.2f}<" in page
    assert "People as of 30 Jun 2025, estimated" in page.replace("\xa0", " ")
    assert sum(row["points"] for row in equity["areas"]) == equity["indicators"]["points"]
    assert drawn.city


def test_every_number_of_points_leads_to_its_list(drawn: World, city_admin: FlaskClient) -> None:
    state(city_admin, figures())
    page = city_admin.get("/siting?count=accepted").text
    links = re.findall(r'href="(/points\?area=([\d.]+)&amp;count=accepted)">(\d+)</a>', page)
    assert len(links) == len(VILLAGES)
    for link, _, number in links:
        listed = city_admin.get(link.replace("&amp;", "&")).text
        assert f"{number} point" in listed
    assert drawn.city


def test_points_put_are_shown_before_and_after(drawn: World, city_admin: FlaskClient) -> None:
    state(city_admin, figures())
    page = city_admin.get("/siting?put=-6.3010,106.6610&put=36.74.06.1002*3&put=rubbish&put=-1,100").text
    assert "with 4 points more" in page
    assert "3 points in the gaps of Benda Baru" in page
    assert "Rubbish is no place, area or proposal." in page or "rubbish is no place, area or proposal." in page.lower()
    assert "lies in no outline of the city" in page
    added = city_admin.get("/siting?into=36.74.06.1002&number=2&at=-6.3010, 106.6610").text
    assert "with 3 points more" in added
    layer = city_admin.get("/siting/map.json?put=36.74.06.1002*3").get_json()
    assert len(layer["put"]) == 3
    assert {area["properties"]["c"] for area in layer["areas"]["features"]} == set(VILLAGES)
    assert HOSTILE_NAME in {name for *_, name in layer["points"]}
    assert drawn.city


def test_weights_of_the_address_order_the_table(drawn: World, city_admin: FlaskClient) -> None:
    state(city_admin, figures())
    poor = city_admin.get("/api/v1/siting?w_points=0&w_reach=0&w_schools=0&w_umkm=0").get_json()
    shares = [row["area"]["poor_share"] for row in poor["ranking"]]
    assert shares == sorted(shares, reverse=True)
    assert all(row["stays"] == 1 for row in poor["ranking"])  # six kelurahan are all among the first ten
    for query in (
        "w_points=x&w_poor=-3&count=moon&sort=nothing",
        "w_points=" + "9" * 99,
        "put=" + "x" * 9000,
        "number=0&into=x",
    ):
        assert city_admin.get(f"/siting?{query}").status_code == 200
    for sort in ("name", "-points", "people", "-per_10000", "near", "walk", "-distance", "poor", "stays", "district"):
        assert city_admin.get(f"/siting?sort={sort}").status_code == 200
    assert drawn.city


def test_a_file_is_looked_at_before_it_is_written(city_admin: FlaskClient, sqlite_engine: Engine) -> None:
    bad = (
        HEAD + f"{A},2025-06-30,100,101,,,,\n{A},2099-01-01,5,,,,,\n99.99,2025,5,,,,,\n{A},2024,7,,,<b>,ya,\n"
        f"{A},2024,7,,,,ya,"
    )
    page = city_admin.get(upload(city_admin, bad).location).text
    assert "5 rows were read" in page
    assert "101 poor people of 100 people" in page
    assert "2099-01-01 lies in the future" in page
    assert "&lt;b&gt; is not a whole number" in page
    with writing(sqlite_engine) as session:
        assert session.scalars(select(Denominator)).all() == []
    state(city_admin, bad)
    with writing(sqlite_engine) as session:
        assert [(row.kind, row.value) for row in session.scalars(select(Denominator))] == [("population", 7)]
        assert session.scalars(select(AuditEntry.subject)).all()[-1] == "denominators"
    assert "History of Buaran" in city_admin.get(f"/siting/figures/?area={A}").text
    again = city_admin.get(upload(city_admin, bad).location).text
    assert "There is nothing to import" in again


def test_a_file_of_something_else_is_refused_in_a_sentence(city_admin: FlaskClient) -> None:
    for content in ("", "a,b\n1,2", "\0\0", "kode_wilayah,tanggal\n1,2"):
        answer = upload(city_admin, content)
        assert answer.status_code == 422
        assert 'class="error"' in answer.text


def test_use_has_its_pages_and_files(city_admin: FlaskClient) -> None:
    page = city_admin.get("/siting/relocation?cap=1").text
    assert "may still move" in page
    cards = re.findall(r'href="/siting/relocation\?found=(\w+)&amp;cap=1".*?class="value">(\d+)<', page)
    assert len(cards) == 4
    for kind, count in cards:
        listed = city_admin.get(f"/siting/relocation?found={kind}").text
        assert listed.count('<tr><th scope="row">') == int(count), kind
    full = city_admin.get("/siting/capacity?limit=1").text
    rows = list(DictReader(io.StringIO(city_admin.get("/siting/capacity.csv?limit=1").text.lstrip("\ufeff"))))
    assert rows
    assert f'href="/points/{rows[0]["point_code"]}"' in full
    assert all(int(row["peak_clients"]) >= 1 and int(row["hours_at_limit"]) >= 1 for row in rows)
    assert city_admin.get("/siting/relocation.csv").status_code == 200
    for query in ("limit=0", "limit=x", "limit=-1", "limit=99999999", "cap=x"):
        assert city_admin.get(f"/siting/capacity?{query}").status_code == 200
        assert city_admin.get(f"/siting/relocation?{query}").status_code == 200


def test_who_only_looks_sees_all_of_it_and_imports_nothing(city_viewer: FlaskClient) -> None:
    for page in ("/siting", "/siting/relocation", "/siting/capacity", "/siting/figures/", "/siting/figures/file.xlsx"):
        assert city_viewer.get(page).status_code == 200
    assert "Import numbers" not in city_viewer.get("/siting/figures/").text
    assert json.loads(city_viewer.get("/siting/map.json").text)["areas"]["features"] == []
