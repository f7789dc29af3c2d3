from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from sqlalchemy import Engine, update

from hotspot.cli import cli
from hotspot.settings import Settings
from hotspot.store.base import writing
from hotspot.store.models import State, StatusSpan
from tests.hotspot.sla_city import NOW, at, build

Call = Callable[..., Result]


@pytest.fixture
def call(sqlite_engine: Engine, settings: Settings) -> Iterator[Call]:
    build(sqlite_engine)
    environment = {"HOTSPOT_DATA_DIR": settings.data_dir, "HOTSPOT_SECRET_KEY": settings.secret_key}
    with time_machine.travel(NOW, tick=False):
        yield lambda *words: CliRunner().invoke(cli, ["evidence", *map(str, words)], env=environment)


def packed(call: Call, folder: Path, month: str = "2026-10") -> Path:
    before = set(folder.iterdir())
    assert call("make", "K-1/2026", month, "--to", folder).exit_code == 0
    [made] = set(folder.iterdir()) - before
    return made


def test_pack_is_made_listed_and_checked(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "packs"
    folder.mkdir()
    september, october = packed(call, folder, "2026-09"), packed(call, folder)

    listed = call("list").output
    verified = call("verify", september, october)

    assert listed.splitlines()[0].startswith("2026-10  K-1/2026")
    assert "Rp      1,384,000" in listed
    assert call("list", "K-1/2026").output == listed
    assert (verified.exit_code, verified.output.count("whole")) == (0, 2)
    assert "follows on 2026-09" in verified.output
    assert call("compare", october).output.strip() == f"{october.name}: as the record of now"


def test_tampered_pack_is_named_and_the_exit_code_says_so(call: Call, tmp_path: Path) -> None:
    pack = packed(call, tmp_path)
    data = bytearray(pack.read_bytes())
    data[data.index(b"1000000,31,31")] ^= 1
    pack.write_bytes(data)

    verified = call("verify", pack)

    assert verified.exit_code == 1
    assert "amounts.csv, line 2" in verified.output
    assert call("compare", pack).exit_code == 1


def test_edited_outage_is_named(call: Call, tmp_path: Path, sqlite_engine: Engine) -> None:
    pack = packed(call, tmp_path)
    with writing(sqlite_engine) as session:
        session.execute(update(StatusSpan).filter_by(ap_id=2, start=at("2026-10-10")).values(state=int(State.UP)))

    compared = call("compare", pack)

    assert compared.exit_code == 1
    assert "AP-2, 2026-10-10T00:00:00+07:00 to 2026-10-11T06:00:00+07:00: was down, is up" in compared.output


def test_other_key_than_the_one_expected_is_said(call: Call, tmp_path: Path) -> None:
    pack = packed(call, tmp_path)
    own = call("verify", pack).output.partition("signed by the key ")[2].partition(":")[0]

    other = call("new-key", "--yes").output
    assert len(other.split()) == 8, other

    assert call("verify", pack, "--fingerprint", own.upper()).exit_code == 0
    refused = call("verify", pack, "--fingerprint", other)
    assert refused.exit_code == 1
    assert "another key than the one expected" in refused.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("make", "K-9", "2026-10"), "there is no contract 'K-9'"),
        (("make", "K-1/2026", "2030-10"), "2030-10 is not over yet"),
        (("make", "K-1/2026", "soon"), "must be a month such as 2026-10"),
        (("list", "K-9"), "there is no contract 'K-9'"),
        (("verify", "no-such.zip"), "No such file"),
        (("verify",), "Missing argument"),
        (("compare", "no-such.zip"), "No such file"),
        (("make", "K-1/2026", "2026-10", "--to", "/proc/nowhere"), "/proc/nowhere"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(call: Call, words: tuple[str, ...], said: str) -> None:
    answer = call(*words)

    assert answer.exit_code != 0
    assert said in answer.output
    assert "Traceback" not in answer.output
