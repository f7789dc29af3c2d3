"""hotspot credentials and hotspot discover, on real agents; secrets never on a command line or in an output."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select

from hotspot.cli import cli
from hotspot.secrets import master_key
from hotspot.settings import Settings
from hotspot.store.base import reading
from hotspot.store.credential_sets import stored_words
from hotspot.store.models import AccessPoint, CredentialSet, FoundDevice, Search
from tests.hotspot import small_city
from tests.hotspot.polled_city import devices, until


@pytest.fixture
def port() -> Iterator[int]:
    with devices(3) as (_, served):
        yield served


@pytest.fixture
def city(sqlite_engine: Engine) -> Engine:
    small_city.build(sqlite_engine)
    return sqlite_engine


@pytest.fixture
def with_public(city: Engine, settings: Settings) -> Engine:
    assert run(settings, "credentials", "add", "field", typed="public\n").exit_code == 0
    return city


def run(settings: Settings, *words: str, typed: str = "") -> Result:
    key = {"HOTSPOT_DATA_DIR": settings.data_dir, "HOTSPOT_SECRET_KEY": settings.secret_key}
    return CliRunner().invoke(cli, words, input=typed, env=key)


def sealed(engine: Engine, settings: Settings) -> dict[str, str]:
    with reading(engine) as session:
        return stored_words(master_key(settings), session.scalars(select(CredentialSet)).one())


def test_a_community_is_read_from_standard_input_and_warned_of(city: Engine, settings: Settings) -> None:
    done = run(settings, "credentials", "add", "field", typed="not for eyes\n")
    assert (done.exit_code, done.output) == (
        0, "field is kept; but the community travels readable through the network\n",
    )  # fmt: skip
    assert sealed(city, settings) == {"community": "not for eyes"}
    assert "not for eyes" not in run(settings, "credentials", "list").output


def test_the_secrets_of_a_user_come_a_line_each(city: Engine, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("first not for eyes\nsecond not for eyes\n")
    user = ("--version", "3", "--user", "hotspot", "--auth", "sha256", "--priv", "AES")
    done = run(settings, "credentials", "add", "modern", *user, "--secrets", str(tmp_path / "secrets"))
    assert (done.exit_code, done.output) == (0, "modern is kept\n")
    assert sealed(city, settings)["priv_password"] == "second not for eyes"
    listed = run(settings, "credentials", "list").output
    assert listed == "modern                   3   SHA256 + AES          0 devices\n"


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("--secrets", "-"), "", "1 lines are needed, 0 came"),
        ((), "\n", "community: empty"),
        (("--version", "3"), "", "user: SNMPv3 needs a user"),
        (("--version", "3", "--user", "u", "--auth", "SHA"), "short\n", "auth_password: shorter than 8 characters"),
    ],
)
def test_what_is_wrong_with_a_credential_is_a_sentence(
    city: Engine, settings: Settings, words: tuple[str, ...], typed: str, said: str
) -> None:
    done = run(settings, "credentials", "add", "field", *words, typed=typed)
    assert done.exit_code == 1
    assert said in done.output


def test_a_credential_goes_unless_it_is_used(with_public: Engine, settings: Settings) -> None:
    assert "there is no credential named x" in run(settings, "credentials", "remove", "x").output
    with with_public.begin() as connection:
        connection.execute(AccessPoint.__table__.update().where(AccessPoint.id == 1).values(credential_set_id=1))  # type: ignore[attr-defined]
    assert (
        "1 access points are asked with field; give them another"
        in run(settings, "credentials", "remove", "field").output
    )
    with with_public.begin() as connection:
        connection.execute(AccessPoint.__table__.update().values(credential_set_id=None))  # type: ignore[attr-defined]
    assert run(settings, "credentials", "remove", "field").output == "field is removed\n"


def test_credentials_are_tried_on_one_device(with_public: Engine, settings: Settings, port: int) -> None:
    done = run(settings, "credentials", "test", "127.77.0.1", "--port", str(port))
    assert done.output == "field: fits: device-0, Linux device 6.1\n"
    refused = run(settings, "credentials", "test", "127")
    assert (refused.exit_code, refused.output) == (1, "field: 127 is not an IP address\n")
    assert "public" not in done.output
    run(settings, "credentials", "remove", "field")
    assert "there is no credential yet" in run(settings, "credentials", "test", "127.77.0.1").output


def test_a_search_prints_and_keeps_what_it_finds(with_public: Engine, settings: Settings, port: int) -> None:
    searched = ("discover", "127.77.0.1-127.77.0.6", "--port", str(port), "--rate", "500")
    found = [json.loads(line) for line in run(settings, *searched, "--json").stdout.splitlines()]
    by_name = {one["name"]: one for one in found if one["credential"]}
    assert set(by_name) == {"device-0", "device-1", "device-2"}
    assert by_name["device-0"]["address"] == "127.77.0.1"
    assert by_name["device-0"]["state"] == "new"
    with reading(with_public) as session:
        one = session.scalars(select(Search)).one()
        assert (one.asked, one.answered, one.finished_at is not None) == (6, 3, True)

    table = run(settings, "discover").stdout.splitlines()
    assert table[0].split()[:3] == ["address", "name", "vendor"]
    assert [line.split()[:2] for line in table[1:]] == [[f"127.77.0.{n + 1}", f"device-{n}"] for n in range(3)]
    rows = list(csv.DictReader(io.StringIO(run(settings, "discover", "--csv").stdout)))
    assert [row["credential"] for row in rows] == ["field"] * 3


def test_only_what_is_told_is_added_or_ignored(with_public: Engine, settings: Settings, port: int) -> None:
    run(settings, "discover", "127.77.0.1-3", "--port", str(port), "--rate", "500")
    with reading(with_public) as session:
        assert session.scalars(select(AccessPoint.id).where(AccessPoint.port == port)).all() == []

    assert (
        run(settings, "discover", "--add", "127.77.0.1", "--point", "P-1").output
        == "device-0 is in the inventory at P-1\n"
    )
    added = run(settings, "discover", "--add", "127.77.0.2", "--name", "park")
    assert added.output == "park is in the inventory; no point is named yet\n"
    assert run(settings, "discover", "--ignore", "127.77.0.3").output == "127.77.0.3 is ignored\n"

    assert "127.77.0.3 is ignored already" in run(settings, "discover", "--ignore", "127.77.0.3").output
    assert "it can't be added any more" in run(settings, "discover", "--add", "127.77.0.1").output
    assert "nothing was found at 10.9.9.9" in run(settings, "discover", "--add", "10.9.9.9").output
    assert "nothing to show; search with" in run(settings, "discover").output
    with reading(with_public) as session:
        names = session.scalars(select(AccessPoint.name).where(AccessPoint.port == port).order_by(AccessPoint.id)).all()
        assert names == ["device-0", "park"]


def test_one_address_at_two_ports_needs_the_port(with_public: Engine, settings: Settings) -> None:
    with with_public.begin() as connection:
        connection.execute(Search.__table__.insert(), {  # type: ignore[attr-defined]
            "id": 1, "city_id": 1, "ranges": "x", "rate": 1, "credential_sets": "1", "requested_at": 1,
            "requested_by": "a", "addresses": 1,
        })  # fmt: skip
        for port in (161, 1161):
            connection.execute(FoundDevice.__table__.insert(), {  # type: ignore[attr-defined]
                "city_id": 1, "search_id": 1, "address": "10.0.0.1", "port": port, "first_seen": 1, "last_seen": 1,
                "credential_set_id": 1,
            })  # fmt: skip
    done = run(settings, "discover", "--ignore", "10.0.0.1", "--port", "7")
    assert "10.0.0.1 was found at ports 161, 1161; name one with --port" in done.output
    assert run(settings, "discover", "--ignore", "10.0.0.1", "--port", "1161").exit_code == 0


def test_ctrl_c_ends_a_search_and_keeps_what_was_found(with_public: Engine, settings: Settings, port: int) -> None:
    words = (sys.executable, "-m", "hotspot", "discover", "127.77.0.0/24", "--port", str(port), "--rate", "20")
    key = {"HOTSPOT_DATA_DIR": settings.data_dir, "HOTSPOT_SECRET_KEY": settings.secret_key}
    with subprocess.Popen(
        words, env=os.environ | key, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=heed_ctrl_c
    ) as running:
        until(lambda: found_names(with_public))
        running.send_signal(signal.SIGINT)
        output, errors = running.communicate(timeout=20)
    assert running.returncode == 0
    assert b"device-0" in output
    assert b"cancelled after" in errors
    with reading(with_public) as session:
        assert session.scalars(select(Search.cancelled_at)).one()


def heed_ctrl_c() -> None:
    """What a shell starts in the background ignores it, and so would its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def found_names(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [name for name in session.scalars(select(FoundDevice.sys_name)) if name]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("10.0.0.0/8",), "ranges: 16777214 addresses; at most 65536 are searched at once"),
        (("ten",), "ranges: ten is neither an address nor a range"),
        (("10.0.0.1", "--rate", "0"), "rate: 0 is not from 1 to 1000 addresses a second"),
        (("10.0.0.1", "--credentials", "other"), "there is no credential named other; there are field"),
    ],
)
def test_a_mistaken_search_is_a_sentence(
    with_public: Engine, settings: Settings, words: tuple[str, ...], said: str
) -> None:
    done = run(settings, "discover", *words)
    assert done.exit_code == 1
    assert said in done.output


def test_without_credentials_it_says_how_to_keep_one(city: Engine, settings: Settings) -> None:
    assert "`hotspot credentials add NAME` keeps one" in run(settings, "discover", "10.0.0.1").output
