"""A table of past steps in the browser and on the command line."""

import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from hotspot.cli import cli
from hotspot.settings import Settings
from tests.hotspot.web.visitor import send
from tests.hotspot.web.world import World

TABLE = (
    "Kode Titik;Tahap;Tanggal;Nomor BAST;Petugas;Lain\n"
    "TS-0045;terpasang;20/10/2026;SPK 1;Dinas;x\n"
    "TS-0045;diterima;1 November 2026;BAST 1;Dinas;x\n"
    "TS-0045;dibongkar;2026-02-01;;;\n"
)


def test_a_file_is_looked_at_then_taken_in(city_admin: FlaskClient) -> None:
    look = send(city_admin, "/lifecycle/import/", file=(io.BytesIO(TABLE.encode()), "langkah.csv")).location
    page = city_admin.get(look).text

    assert "3 rows were read" in page
    assert "<code>since</code>" in page
    assert "left out: Lain" in page
    mark = re.findall(r'name="mark" value="([0-9a-f]+)"', page)[0]
    assert send(city_admin, look, mark="other").location == look
    assert send(city_admin, look, mark=mark).location == "/lifecycle/"

    assert "BAST 1" in city_admin.get("/points/TS-0045").text
    assert "from a table of past steps" in city_admin.get("/points/TS-0045").text
    assert city_admin.get(look).status_code == 404


def test_a_file_may_be_given_up(city_admin: FlaskClient) -> None:
    look = send(city_admin, "/lifecycle/import/", file=(io.BytesIO(TABLE.encode()), "langkah.csv")).location

    assert send(city_admin, look, f"{look}/cancel").location == "/lifecycle/import/"
    assert city_admin.get(look).status_code == 404


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"point_code,stage\nTS-1,active\n"])
def test_a_wrong_file_is_refused(city_admin: FlaskClient, content: bytes) -> None:
    answer = send(city_admin, "/lifecycle/import/", file=(io.BytesIO(content), "x.csv"))

    assert answer.status_code == 422
    assert "has no column" in answer.text


def test_the_template_is_read_by_the_import(city_admin: FlaskClient) -> None:
    for kind in ("csv", "xlsx"):
        body = city_admin.get(f"/lifecycle/import/template.{kind}").data
        look = send(city_admin, "/lifecycle/import/", file=(io.BytesIO(body), f"t.{kind}")).location
        assert "1 rows were read" in city_admin.get(look).text


def test_a_viewer_imports_nothing(city_viewer: FlaskClient) -> None:
    assert city_viewer.get("/lifecycle/import/").status_code == 403


def run(settings: Settings, *words: str) -> tuple[int, str]:
    environment = {"HOTSPOT_DATA_DIR": settings.data_dir, "HOTSPOT_SECRET_KEY": settings.secret_key}
    result = CliRunner().invoke(cli, words, env=environment)
    return result.exit_code, result.stdout


def test_the_command_line_does_the_same(world: World, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "langkah.csv"
    file.write_text(TABLE)
    assert world.points

    code, told = run(settings, "import", "lifecycle", str(file), "--dry-run")
    assert code == 0
    assert "3 rows read\n      2 added\n      0 changed\n      0 unchanged\n      1 rejected" in told
    assert "row 4 rejected (TS-0045): since: " in told
    assert "dry run: nothing was written" in told
    assert json.loads(run(settings, "import", "lifecycle", str(file), "--json")[1])["added"] == 2
    assert "2 unchanged" in run(settings, "import", "lifecycle", str(file))[1]

    table = run(settings, "export", "lifecycle")[1]
    assert "TS-0045,accepted,2026-11-01,BAST 1,Dinas," in table
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("point_code,stage,since\nX,active,2022-01-01\n")
    assert run(settings, "import", "lifecycle", str(wrong))[0] == 1
