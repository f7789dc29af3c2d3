"""The public site as a visitor without an account meets it, and that it tells nothing else."""

import gzip
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, String, Text, text, update

from hotspot.store.base import Base, writing
from hotspot.store.models import AccessPoint, City, ContractPoint, FaultReport, Point, PointNote
from hotspot.web.access import OPEN
from hotspot.web.kept import FRESH_S
from tests.hotspot.web.contracted import add_contracts
from tests.hotspot.web.world import ADMIN, DOWN_TOGETHER, HOSTILE, NOW, World

ADDRESSES = (
    "/public",
    "/public?q=taman&status=work&venue=park&page=2",
    "/public/about",
    "/public/methods",
    "/public/offline",
    "/public/areas/36.74.01",
    "/public/areas/36.74.01.1001",
    "/public/points.json",
    "/public/areas.json",
    "/public/manifest.webmanifest",
    "/public/worker.js",
    "/open-data/",
    "/open-data/points.csv",
    "/open-data/points.json",
    "/open-data/points.geojson",
    "/open-data/availability.csv",
    "/open-data/catalog.json",
    "/open-data/schema/points-csv.json",
    "/badge/city.svg",
    "/badge/TS-0003.svg",
    "/robots.txt",
    "/sitemap.xml",
    "/.well-known/security.txt",
    *(f"/p/TS-{number:04d}" for number in (*range(1, 16), 40, 41, 42, 47, 48)),
)
# What may be read, and what is a key of the code rather than a text; all other texts get a canary.
PUBLIC = {
    "city": {"code", "name", "time_zone", "licence", "contact"},
    "area": {"code", "name", "level", "boundary"},
    "site": {"venue_kind", "address"},
    "point": {"code", "name", "lifecycle", "auth_mode"},
    "fund": {"credit_line"},
    "lifecycle_change": {"stage"},
}
CANARY, FEE, PORT = "kenari", 97_531_642, 54_321


@pytest.fixture
def anybody(city_app: Flask) -> FlaskClient:
    return city_app.test_client()


@pytest.fixture
def planted(city_engine: Engine, world: World) -> None:
    """A canary in every column that is not public, of every row."""
    add_contracts(city_engine, world)
    with writing(city_engine) as session:
        point = world.points["TS-0003"]
        session.add(FaultReport(point_id=point, at=NOW, kind="slow", comment="x"))
        session.add(PointNote(point_id=point, at=NOW, received_at=NOW, actor="x", text="x"))
        session.execute(update(ContractPoint).values(monthly_fee_rp=FEE))
        session.execute(update(AccessPoint).values(port=PORT))
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, String | Text) and column.name not in PUBLIC.get(table.name, ()):
                    value = f"'{CANARY}-{table.name}-{column.name}-' || hex(randomblob(6))"
                    session.execute(text(f'UPDATE "{table.name}" SET "{column.name}" = {value}'))


def test_no_public_address_tells_what_is_not_public(planted: None, anybody: FlaskClient) -> None:
    for path in ADDRESSES:
        answer = anybody.get(path)
        assert answer.status_code in (200, 404), f"{path}: {answer.status_code}"
        told = answer.text + str(answer.headers)
        for secret in (CANARY, str(FEE), f"{FEE:,}".replace(",", "."), str(PORT), "10.74."):
            assert secret not in told, f"{path} tells {secret}"


def test_every_public_address_is_asked(city_app: Flask) -> None:
    open_to_all = ("public", "public_point", "open_data", "badges", "well_known")
    assert set(open_to_all) <= OPEN
    adapter = city_app.url_map.bind("localhost")
    asked = {adapter.match(path.partition("?")[0])[0] for path in ADDRESSES}
    wanted = {rule.endpoint for rule in city_app.url_map.iter_rules() if rule.endpoint.partition(".")[0] in open_to_all}
    assert wanted == asked


def test_the_home_of_strangers_is_the_public_site(anybody: FlaskClient, city_admin: FlaskClient) -> None:
    assert anybody.get("/").location == "/public"
    assert city_admin.get("/").status_code == 200
    assert anybody.get("/points").location == "/sign-in?next=/points"
    assert 'href="/sign-in"' in anybody.get("/public").text


def test_a_city_may_keep_to_itself(anybody: FlaskClient, city_engine: Engine) -> None:
    with writing(city_engine) as session:
        session.execute(update(City).values(public=False))
    assert anybody.get("/").location == "/sign-in"
    fixed = ("/robots.txt", "/.well-known/security.txt")
    assert {anybody.get(path).status_code for path in ADDRESSES if path not in fixed} == {404}
    assert anybody.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_a_name_is_text(anybody: FlaskClient) -> None:
    for path in ("/public", f"/p/{HOSTILE}", f"/badge/{HOSTILE}.svg", "/sitemap.xml"):
        assert "<script>alert" not in anybody.get(path).text
    ET.fromstring(anybody.get(f"/badge/{HOSTILE}.svg").text)
    ET.fromstring(anybody.get("/sitemap.xml").text)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=balai+warga", "TS-0008"),
        ("q=Pamulang+Barat+church", "TS-0022"),
        ("q=ts-0006", "TS-0006"),
        ("status=down", "TS-0003"),
    ],
)
def test_search_finds_by_name_code_area_and_kind_in_both_languages(
    anybody: FlaskClient, query: str, found: str
) -> None:
    page = anybody.get(f"/public?{query}")
    codes = re.findall(r'href="/p/([^"]+)"', page.text)
    assert found in codes
    assert len(codes) < 10
    assert page.headers["Cache-Control"] == "no-cache"


def test_nothing_found_says_what_to_do(anybody: FlaskClient) -> None:
    page = anybody.get("/public?q=tidak+ada&page=99&status=<b>", headers={"Accept-Language": "en"}).text
    assert "No point matches" in page
    assert "<b>" not in page.partition("<main")[2].partition("</form>")[0]


def test_a_long_list_has_pages(anybody: FlaskClient) -> None:
    first, second = (re.findall(r'href="/p/([^"]+)"', anybody.get(f"/public?page={n}").text) for n in (1, 2))
    assert len(first) == 30
    assert len(second) == 9
    assert not set(first) & set(second)


def test_the_map_has_the_placed_points_and_no_client(anybody: FlaskClient) -> None:
    answer = anybody.get("/public/points.json").get_json()
    assert len(answer["features"]) == 39
    assert set(answer["features"][0]["properties"]) == {"s", "n", "c", "d"}
    assert answer["made_at"] == NOW
    outlines = anybody.get("/public/areas.json").get_json()
    assert {one["properties"]["n"] for one in outlines["features"]} >= {"Buaran", "Pakulonan"}


def test_a_silent_collector_is_said_and_nothing_is_called_working(anybody: FlaskClient) -> None:
    with time_machine.travel(NOW + 3600, tick=False):
        told = anybody.get("/public", headers={"Accept-Language": "en"}).text
        point = anybody.get("/p/TS-0013", headers={"Accept-Language": "en"}).text
        badge = anybody.get("/badge/city.svg?lang=en").text
    assert "The points have not been measured since" in told
    assert "<small> / 39</small>" in told
    assert "It has not been measured since" in point
    assert "not known" in badge


def test_a_page_is_made_once_in_some_seconds_for_everybody(anybody: FlaskClient, city_engine: Engine) -> None:
    path = f"/p/{DOWN_TOGETHER[0]}"
    first = anybody.get(path)
    with writing(city_engine) as session:
        session.execute(update(Point).where(Point.code == DOWN_TOGETHER[0]).values(name="Nama baru"))
    assert anybody.get(path + "?fbclid=1").data == first.data
    assert first.headers["Cache-Control"] == f"public, max-age={FRESH_S}"
    assert anybody.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    with time_machine.travel(NOW + FRESH_S, tick=False):
        assert "Nama baru" in anybody.get(path).text


def test_pages_are_small_and_packed(anybody: FlaskClient) -> None:
    plain = anybody.get("/public")
    small = anybody.get("/public", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) < 6_000


def test_languages_and_themes_are_apart(anybody: FlaskClient) -> None:
    indonesian = anybody.get("/public", headers={"Accept-Language": "id"})
    english = anybody.get("/public", headers={"Accept-Language": "en"})
    assert 'lang="id"' in indonesian.text
    assert 'lang="en"' in english.text
    anybody.set_cookie("theme", "dark")
    assert 'data-theme="dark"' in anybody.get("/public").text
    assert {"Accept-Language", "Cookie", "Accept-Encoding"} <= set(english.vary)
    assert "Set-Cookie" not in english.headers


def test_position_may_be_asked_on_the_map_alone(anybody: FlaskClient) -> None:
    assert "geolocation=(self)" in anybody.get("/public").headers["Permissions-Policy"]
    assert "geolocation=()" in anybody.get("/p/TS-0003").headers["Permissions-Policy"]


def test_the_worker_may_serve_the_public_pages(city_app: Flask, anybody: FlaskClient) -> None:
    worker = anybody.get("/public/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/"
    assert "worker-src 'self'" in worker.headers["Content-Security-Policy"]
    manifest = json.loads(anybody.get("/public/manifest.webmanifest").text)
    assert manifest["start_url"] == "/public"
    icons = [icon["src"].removeprefix("/static/") for icon in manifest["icons"]]
    assert all(Path(city_app.static_folder or "", name).is_file() for name in icons)


def test_search_engines_are_led_to_public_pages_alone(anybody: FlaskClient) -> None:
    robots = anybody.get("/robots.txt").text.splitlines()
    assert {"Allow: /public", "Allow: /p/", "Disallow: /"} <= set(robots)
    addresses = [one.text or "" for one in ET.fromstring(anybody.get("/sitemap.xml").text).iter() if one.text]
    paths = [re.sub(r"^https?://[^/]+", "", address) for address in addresses if address.strip()]
    assert len(paths) == 4 + 9 + 39
    assert {anybody.get(path).status_code for path in paths} == {200}
    page = anybody.get("/p/TS-0003").text
    assert all(f'property="og:{name}"' in page for name in ("title", "description", "url", "image"))


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("", "Contact: http://127.0.0.1:8080/public/about#contact"),
        ("Dinas Kominfo, wifi@example.go.id, 021 123", "Contact: mailto:wifi@example.go.id"),
        ("https://kominfo.example.go.id/kontak", "Contact: https://kominfo.example.go.id/kontak"),
    ],
)
def test_security_txt_names_somebody_and_never_ends(
    anybody: FlaskClient, city_engine: Engine, written: str, line: str
) -> None:
    with writing(city_engine) as session:
        session.execute(update(City).values(contact=written))
    answer = anybody.get("/.well-known/security.txt")
    assert answer.text.startswith(line + "\n")
    assert "Expires: 2027-05-" in answer.text
    assert answer.content_type == "text/plain; charset=utf-8"


def test_badges_are_for_the_pages_of_others(anybody: FlaskClient) -> None:
    for path in ("/badge/city.svg", "/badge/TS-0003.svg"):
        answer = anybody.get(path)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        ET.fromstring(answer.text)
    assert "33 of 39 work" in anybody.get("/badge/city.svg", headers={"Accept-Language": "en"}).text
    assert anybody.get("/badge/TS-0042.svg").status_code == 404
    assert "Access-Control-Allow-Origin" not in anybody.get("/public").headers


def test_the_page_is_of_the_account_of_nobody(city_app: Flask, city_admin: FlaskClient, world: World) -> None:
    assert world.accounts[ADMIN]
    mine, theirs = city_admin.get("/public"), city_app.test_client().get("/public", headers={"Accept-Language": "en"})
    assert mine.data == theirs.data


def test_a_mistyped_code_leads_to_the_search(anybody: FlaskClient) -> None:
    answer = anybody.get("/p/TS-9999?lang=en")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert 'action="/public#points"' in answer.text
    assert 'href="/p/TS-9999?lang=id"' in answer.text
