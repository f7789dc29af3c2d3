"""Which folders are cities, what each takes from the installation and what never."""

from pathlib import Path

import pytest

from hotspot import cities
from hotspot.settings import SettingError, Settings


@pytest.fixture
def installation(tmp_path: Path) -> Settings:
    for slug in ("bekasi", "tangsel"):
        (tmp_path / "cities" / slug).mkdir(parents=True)
    return Settings(
        data_dir=str(tmp_path), public_url="https://wifi.example.go.id", database_url="sqlite:///elsewhere.sqlite",
        secret_key="k" * 40, trap_port=10162, trap_communities="trap", misses=5, bind="0.0.0.0:80", trusted_proxies=1,
    )  # fmt: skip


def write(installation: Settings, slug: str, text: str) -> None:
    (installation.folder / "cities" / slug / "hotspot.toml").write_text(text)


@pytest.mark.parametrize("slug", ["a", "tangsel", "kota-2", "36-74", "x" * 40])
def test_slugs(slug: str) -> None:
    assert cities.is_slug(slug)


@pytest.mark.parametrize(
    "slug",
    ["", "static", "api", "healthz", "..", "../x", "a/b", "A", "kota é", "ko\u0442a",
      "-a", "a-", "a--b", "a.b", "a\n", "x" * 41, "٣"],
)  # fmt: skip
def test_what_is_no_slug(slug: str) -> None:
    assert not cities.is_slug(slug)


def test_folders_of_other_names_are_no_cities(installation: Settings) -> None:
    for name in (".draft", "API x", "static"):
        (installation.folder / "cities" / name).mkdir()
    (installation.folder / "cities" / "file").touch()
    assert cities.slugs(installation) == ["bekasi", "tangsel"]
    assert cities.strangers(installation) == [".draft", "API x", "file", "static"]


def test_without_folders_the_data_folder_is_the_city(tmp_path: Path) -> None:
    alone = Settings(data_dir=str(tmp_path))
    assert cities.slugs(alone) == []
    assert cities.chosen(alone) == alone


def test_secrets_and_addresses_of_the_installation_are_no_citys(installation: Settings) -> None:
    city = cities.settings_of(installation, "bekasi")
    assert (city.city, city.data_dir) == ("bekasi", str(installation.folder / "cities" / "bekasi"))
    assert (city.database_url, city.secret_key, city.trap_port, city.trap_communities) == ("", "", 0, "")
    assert city.address == "https://wifi.example.go.id/bekasi"
    assert city.misses == 5


def test_a_citys_own_settings_go_first(installation: Settings) -> None:
    own = 'misses = 2\nhosts = "wifi.bekasi.example, Bekasi.example"\npublic_url = "https://wifi.bekasi.example"\n'
    write(installation, "bekasi", own)
    city = cities.settings_of(installation, "bekasi")
    assert (city.misses, city.address) == (2, "https://wifi.bekasi.example")
    assert cities.hosts(city) == ("wifi.bekasi.example", "bekasi.example")
    assert cities.settings_of(installation, "tangsel").misses == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("misses = ", "hotspot.toml"),
        ("misses = 1000", "HOTSPOT_MISSES is 1000"),
        ('bind = "0.0.0.0:1"', "bind belongs to the installation"),
        ('city = "x"', "city belongs to the installation"),
        ('hosts = "a/b"', "not host names"),
        ("nonsense = 1", "nonsense is not a setting"),
    ],
)
def test_a_mistake_in_a_citys_file_names_the_file(installation: Settings, text: str, said: str) -> None:
    write(installation, "bekasi", text)
    with pytest.raises(SettingError, match=said) as error:
        cities.settings_of(installation, "bekasi")
    assert "cities/bekasi/hotspot.toml" in str(error.value)


def test_of_several_one_has_to_be_named(installation: Settings) -> None:
    with pytest.raises(SettingError, match="--city SLUG or HOTSPOT_CITY; there are: bekasi, tangsel"):
        cities.chosen(installation)
    (installation.folder / "cities" / "bekasi").rmdir()
    assert cities.chosen(installation).city == "tangsel"


@pytest.mark.parametrize("name", ["nowhere", "../cities/bekasi", "static"])
def test_an_unknown_city_is_told_with_those_there_are(installation: Settings, name: str) -> None:
    with pytest.raises(SettingError, match=r"there is no city .*; there are: bekasi, tangsel"):
        cities.settings_of(installation, name)
