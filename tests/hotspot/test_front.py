"""What answers first: which city a request is for, cities that come, go and break while it serves, bounded memory."""

import gc
import logging
import shutil
import weakref
from pathlib import Path

import pytest
from sqlalchemy import text
from werkzeug.test import Client

from hotspot import front as module
from hotspot.front import Front, create_front
from hotspot.settings import Settings
from hotspot.store.areas import create_city, official
from hotspot.store.base import make_engine, writing
from hotspot.store.migrate import migrate


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a city without points."""
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("one")))
    engine = make_engine(settings.database)
    migrate(engine)
    with writing(engine) as session:
        create_city(session, official("36.74"), poll_interval_s=60)
    engine.dispose()
    return settings.folder / "hotspot.sqlite"


@pytest.fixture
def root(tmp_path: Path, database: Path) -> Path:
    for slug in ("bekasi", "tangsel"):
        add(tmp_path, slug, database)
    return tmp_path


@pytest.fixture
def front(root: Path) -> Front:
    return Front(Settings(data_dir=str(root)))


def add(root: Path, slug: str, database: Path, **changes: str) -> Path:
    folder = root / "cities" / slug
    folder.mkdir(parents=True)
    shutil.copy(database, folder / "hotspot.sqlite")
    change(folder, **changes)
    return folder


def change(folder: Path, **values: str) -> None:
    engine = make_engine(f"sqlite:///{folder / 'hotspot.sqlite'}")
    with writing(engine) as session:
        for name, value in values.items():
            session.execute(text(f"UPDATE city SET {name} = :value"), {"value": value})
    engine.dispose()


def status(front: Front, path: str, **headers: str) -> int:
    with Client(front).get(path, headers=headers) as answer:
        return answer.status_code


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/", 200),
        ("/healthz", 200),
        ("/readyz", 200),
        ("/static/app.css", 200),
        ("/bekasi/healthz", 200),
        ("/bekasi/static/app.css", 200),
        ("/bekasi/api/v1/points", 401),
        ("/depok/", 404),
        ("/static", 404),
        ("/static/", 404),
        ("/api/v1/points", 404),
        ("/../cities/bekasi/", 404),
        ("/%2e%2e/bekasi/", 404),
        ("/Bekasi/", 404),
        ("/b%C3%A9kasi/", 404),
        ("/bekasi%00/", 404),
        ("/bekasi%2Fhealthz", 200),  # as every server takes it: WSGI tells no difference
    ],
)
def test_addresses(front: Front, path: str, wanted: int) -> None:
    assert status(front, path) == wanted


def test_a_city_without_its_slash_is_led_to_it(front: Front) -> None:
    answer = Client(front).get("/bekasi")
    assert (answer.status_code, answer.location) == (308, "/bekasi/")


def test_the_directory_lists_the_public_cities_in_both_languages(front: Front, root: Path, database: Path) -> None:
    add(root, "depok", database, name="Kota <b>Depok</b>")
    change(root / "cities" / "tangsel", public="0")
    page = Client(front).get("/?lang=en")
    assert 'href="/bekasi/"' in page.text
    assert "Kota &lt;b&gt;Depok" in page.text
    assert "tangsel" not in page.text
    assert '<html lang="id"' in Client(front).get("/?lang=id").text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_host_name_belongs_to_one_city_alone(front: Front, root: Path) -> None:
    (root / "cities" / "bekasi" / "hotspot.toml").write_text('hosts = "wifi.bekasi.example"')
    assert status(front, "/healthz", Host="WIFI.bekasi.example.:8443") == 200
    assert status(front, "/tangsel/healthz", Host="wifi.bekasi.example") == 404
    page = Client(front).get("/sign-in", headers={"Host": "wifi.bekasi.example"}, follow_redirects=True)
    assert "/bekasi/" not in page.text
    assert status(front, "/tangsel/healthz", Host="other.example") == 200


def test_forwarded_host_counts_behind_a_trusted_proxy_alone(root: Path) -> None:
    (root / "cities" / "bekasi" / "hotspot.toml").write_text('hosts = "wifi.bekasi.example"')
    asked = {"X-Forwarded-Host": "wifi.bekasi.example"}
    trusting = Client(create_front(Settings(data_dir=str(root), trusted_proxies=1)))
    assert trusting.get("/sign-in", headers=asked).status_code != 404
    assert Client(create_front(Settings(data_dir=str(root)))).get("/sign-in", headers=asked).status_code == 404


def test_broken_cities_stop_no_other(
    front: Front, root: Path, database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (root / "cities" / "empty").mkdir()
    broken = add(root, "broken", database)
    (broken / "hotspot.toml").write_text("misses = [")
    damaged = add(root, "damaged", database)
    (damaged / "hotspot.sqlite").write_bytes(b"no database" * 1000)
    foreign = add(root, "old", database)
    engine = make_engine(f"sqlite:///{foreign / 'hotspot.sqlite'}")
    with writing(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()
    with caplog.at_level(logging.ERROR):
        assert [status(front, f"/{slug}/points") for slug in ("empty", "broken", "damaged", "old")] == [503] * 4
    assert not (root / "cities" / "empty" / "hotspot.sqlite").exists()
    for said in ("city empty can't be served: there is no database", "city broken", "city damaged", "city old"):
        assert said in caplog.text
    assert status(front, "/tangsel/healthz") == 200
    page = Client(front).get("/").text
    assert [slug for slug in ("empty", "broken", "damaged", "old") if slug in page] == []
    assert Client(front).get("/readyz").json == {"status": "ready", "cities": 6, "served": 2, "collected": 2}


def test_a_mended_city_is_served(front: Front, root: Path, database: Path) -> None:
    folder = add(root, "broken", database)
    (folder / "hotspot.toml").write_text("misses = [")
    assert status(front, "/broken/healthz") == 503
    (folder / "hotspot.toml").write_text("misses = 2")
    assert status(front, "/broken/healthz") == 200


def test_readiness_falls_when_no_city_can_be_served(tmp_path: Path) -> None:
    (tmp_path / "cities" / "empty").mkdir(parents=True)
    front = Front(Settings(data_dir=str(tmp_path)))
    assert status(front, "/readyz") == 503
    assert status(front, "/healthz") == 200


def test_cities_come_and_go_while_it_serves(front: Front, root: Path, database: Path) -> None:
    assert status(front, "/depok/healthz") == 404
    folder = add(root, "depok", database)
    assert status(front, "/depok/healthz") == 200
    folder.rename(root / "put-aside")
    assert status(front, "/depok/healthz") == 404
    add(root, "depok", database, name="Another")
    assert front.app_of("depok") is not None
    assert "Another" in Client(front).get("/depok/public?lang=en").text


def test_changed_settings_count_at_once(front: Front, root: Path) -> None:
    before = front.app_of("bekasi")
    assert before is front.app_of("bekasi")
    (root / "cities" / "bekasi" / "hotspot.toml").write_text("session_hours = 1")
    after = front.app_of("bekasi")
    assert after is not None
    assert after.config["SETTINGS"].session_hours == 1


def test_the_last_asked_stay_and_the_rest_is_let_go(
    front: Front, root: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 2)
    slugs = ["bekasi", "tangsel", *(f"kota-{number}" for number in range(3))]
    for slug in slugs[2:]:
        add(root, slug, database)
    apps = []
    for slug in slugs:
        assert status(front, f"/{slug}/sign-in") in (200, 302)
        apps.append(weakref.ref(front.kept[slug].app))
    assert list(front.kept) == slugs[-2:]
    gc.collect()
    assert [made() is None for made in apps] == [True, True, True, False, False]


def test_an_idle_city_gives_its_connection_back(front: Front, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert status(front, "/bekasi/readyz") == 200
    held = open_files(root, "bekasi")
    monkeypatch.setattr(module, "IDLE_S", -1)
    assert status(front, "/tangsel/healthz") == 200
    assert (held > 0, open_files(root, "bekasi")) == (True, 0)
    assert status(front, "/bekasi/readyz") == 200


def open_files(root: Path, slug: str) -> int:
    """Of this installation alone: those of an earlier test stay open until the collector of garbage finds it."""
    database = str(root.resolve() / "cities" / slug / "hotspot.sqlite")
    return sum(str(path.resolve()).startswith(database) for path in Path("/proc/self/fd").iterdir())


def test_cookies_of_cities_on_one_host_have_names_of_their_own(root: Path) -> None:
    """`__Host-` asks for the path /, so that the name alone tells them apart."""
    front = Front(Settings(data_dir=str(root), public_url="https://wifi.example"))
    names = set()
    for slug in ("bekasi", "tangsel"):
        app = front.app_of(slug)
        assert app is not None
        assert (app.config["SESSION_COOKIE_SECURE"], app.session_interface.get_cookie_path(app)) == (True, "/")
        names.add((app.config["SESSION_COOKIE_NAME"], app.secret_key))
    assert {name for name, _ in names} == {"__Host-hotspot-bekasi", "__Host-hotspot-tangsel"}
    assert len({key for _, key in names}) == 2
