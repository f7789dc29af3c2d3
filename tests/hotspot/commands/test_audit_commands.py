import csv
import io
import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from hotspot.cli import cli
from hotspot.commands.opening import open_database
from hotspot.settings import Settings
from hotspot.store.audit import note
from hotspot.store.base import writing
from hotspot.store.models import AuditEntry, AuditHead

Call = Callable[..., Result]


@pytest.fixture
def call(settings: Settings) -> Call:
    with writing(open_database(settings, upgrade=True)) as session:
        for number in range(3):
            note(session, 1_800_000_000 + number, "ani", "add", f"point TS-{number}", "+6281")
    environment = {"HOTSPOT_DATA_DIR": settings.data_dir, "HOTSPOT_SECRET_KEY": settings.secret_key}
    return lambda *words, **more: CliRunner().invoke(cli, ["audit", *words], env=environment | more)


def test_a_log_of_a_new_database_is_sealed_from_the_start(call: Call) -> None:
    answer = call("verify")
    assert answer.exit_code == 0
    assert answer.output.startswith("ok, 3 entries, head ")
    told = json.loads(call("verify", "--json").output)
    assert (told["ok"], told["count"], told["fault"]) == (True, 3, None)
    assert told["head"] in answer.output


def test_the_first_fault_is_named_and_ends_with_1(call: Call, settings: Settings) -> None:
    with open_database(settings).begin() as connection:
        connection.execute(update(AuditEntry).where(AuditEntry.position == 2).values(actor="budi"))
    answer = call("verify")
    assert answer.exit_code == 1
    assert "entry 2 is not the one that was written there" in answer.output
    assert "budi: add point TS-1" in answer.output
    told = json.loads(call("verify", "--json").output)
    assert (told["ok"], told["fault"]) == (False, {"kind": "changed", "first": 2, "last": 2})


def test_the_log_as_a_file(call: Call) -> None:
    rows = list(csv.DictReader(io.StringIO(call("export").output)))
    assert [row["subject"] for row in rows] == ["point TS-2", "point TS-1", "point TS-0"]
    assert rows[0]["detail"] == "'+6281"
    lines = [json.loads(line) for line in call("export", "--format", "json").output.splitlines()]
    assert [line["entry"] for line in lines] == [3, 2, 1]


def test_a_lost_seal_comes_back_with_a_reason_that_is_kept(call: Call, settings: Settings) -> None:
    with open_database(settings).begin() as connection:
        connection.execute(update(AuditHead).values(seal=""))
    assert "not sealed with this service's key" in call("verify").output
    assert call("seal").exit_code == 2
    assert call("seal", "--reason", "restored after a fire").exit_code == 0
    assert call("verify").output.startswith("ok, 4 entries")
    assert "restored after a fire" in call("export").output
