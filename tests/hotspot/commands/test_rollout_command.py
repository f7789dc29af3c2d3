"""hotspot rollout, and targets as files, on the city's own story; the page and the API tell the same."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import select

from hotspot import create_app
from hotspot.cli import cli
from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading
from hotspot.store.migrate import migrate
from hotspot.store.models import Goal
from tests.hotspot.founding import build
from tests.hotspot.web.conftest import signed_in
from tests.hotspot.web.world import NOW


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A database with the story, made once, and the id of its administrator; tests work on copies."""
    made = Settings(data_dir=str(tmp_path_factory.mktemp("founded")))
    engine = make_engine(made.database)
    migrate(engine)
    admin = build(engine)
    engine.dispose()
    return made.folder / "hotspot.sqlite", admin


@pytest.fixture(autouse=True)
def admin(founded: tuple[Path, int], settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    settings.folder.mkdir(exist_ok=True)
    shutil.copy(founded[0], settings.folder / "hotspot.sqlite")
    monkeypatch.setenv("HOTSPOT_DATA_DIR", settings.data_dir)
    with time_machine.travel(NOW, tick=False):
        yield founded[1]


@pytest.fixture
def goals(settings: Settings) -> Callable[[], list[int]]:
    """The numbers of points of all versions, in the order in which they were entered."""

    def asked() -> list[int]:
        with reading(make_engine(settings.database)) as session:
            return list(session.scalars(select(Goal.quantity).order_by(Goal.id)))

    return asked


@pytest.fixture
def browser(settings: Settings, admin: int) -> FlaskClient:
    return signed_in(create_app(settings), settings, admin)


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == code, result.output
    return result


def test_today_in_a_few_lines() -> None:
    lines = run("rollout").stdout.splitlines()

    assert lines[0].startswith("2026-11-21: 1060 installed, 1060 accepted, ")
    assert lines[1] == "target: 3000 points by 2029-12-31 (from 1005 on 2025-03-01), RPJMD 2025-2029"
    assert re.fullmatch(r"line that day: \d+; running -\d+, installed -\d+", lines[2])
    assert "half of the futures by later; in time in 0% of the futures" in lines[4]
    assert any(line.startswith("on their way: 40; installed by 2029-12-31: ") for line in lines)
    assert any(line.startswith("Serpong ") for line in lines)


def test_the_end_of_2021_as_it_was_known_then() -> None:
    lines = run("rollout", "--on", "2021-12-31").stdout.splitlines()

    assert lines[0].startswith("2021-12-31: 750 installed, 750 accepted, no data active, no data payable, ")
    assert lines[1] == "target: 1000 points by 2022-12-31 (from 750 on 2022-01-01), RKPD 2022"
    assert not any(line.startswith("line that day") for line in lines)


def test_before_there_was_a_target() -> None:
    assert "no target is in force" in run("rollout", "--on", "2021-06-01").stdout


def test_a_refusal_is_a_sentence() -> None:
    assert "no forecast: points were added in fewer" not in run("rollout", "--on", "2022-01-31").stdout
    assert "on: is in the future" in run("rollout", "--on", "2026-12-31", code=2).stderr
    assert "on: is not a date" in run("rollout", "--on", "soon", code=2).stderr


@pytest.mark.parametrize("day", ["", "2021-12-31", "2022-12-31", "2024-12-31"])
def test_command_api_and_page_tell_the_same(browser: FlaskClient, day: str) -> None:
    asked = ["--on", day] if day else []
    told = json.loads(run("rollout", "--json", *asked).stdout)

    api = browser.get("/api/v1/rollout", query_string={"on": day} if day else {}).json
    assert api == told
    page = browser.get("/rollout", query_string={"on": day} if day else {}).text
    for count in ("installed", "accepted"):
        assert re.search(rf'href="/points\?count={count}[^"]*">\s*<span[^>]*>[^<]*</span>\s*<span class="value">'
                         rf"{told['counts'][count]:,}<", page)  # fmt: skip
    goal = told["standing"]["goal"]
    assert f"Target: {goal['end']:,} points by" in page
    for months in told["standing"]["forecast"]["months"][:3]:
        assert f'<td class="n">{months["low"]:,.0f}</td><td class="n">{months["middle"]:,.0f}</td>' in page


def test_the_forecast_of_any_number(browser: FlaskClient) -> None:
    own = browser.get("/api/v1/forecast").json
    near = browser.get("/api/v1/forecast?points=1075&by=2027-12-31&months=6").json

    assert own is not None
    assert near is not None
    assert (own["points"], own["by"], own["installed"]) == (3000, "2029-12-31", 1060)
    assert sum(own["grown"]) <= 1060
    assert near["forecast"]["chance"] > 0.8
    assert len(near["forecast"]["months"]) == 6


def test_a_forecast_of_nothing_names_the_parameter(browser: FlaskClient) -> None:
    for query, field in (
        ("area=36.74.01", "points"),
        ("area=99", "area"),
        ("fund=Nobody", "fund"),
        ("by=2026-11-21", "by"),
        ("points=0", "points"),
        ("points=many", "points"),
        ("months=61", "months"),
        ("venue=casino", "venue"),
    ):
        answer = browser.get(f"/api/v1/forecast?{query}")

        assert answer.status_code == 422
        assert answer.json is not None
        assert [one["field"] for one in answer.json["errors"]] == [field]


def test_every_version_is_on_the_page(browser: FlaskClient) -> None:
    whole = browser.get("/rollout").text
    page = whole.split('id="targets"')[1]

    assert whole.count('class="goal-line is-older"') == 3
    for said in ("+250", "1,000 in all", ">875<", ">1,075<", ">3,000<", "RKPD perubahan 2022", "Bappeda"):
        assert said in page, said


def test_targets_go_out_and_come_in_again(tmp_path: Path, goals: Callable[[], list[int]]) -> None:
    file = tmp_path / "targets.csv"
    run("export", "targets", str(file))
    assert "0 added, 4 unchanged" in run("import", "targets", str(file)).stdout

    text = file.read_text(encoding="utf-8-sig").replace("875,", "880,")
    file.write_text(text, encoding="utf-8")
    assert (
        "1 added, 3 unchanged; dry run: nothing was written" in run("import", "targets", "--dry-run", str(file)).stdout
    )
    assert "1 added, 3 unchanged" in run("import", "targets", str(file)).stdout
    assert goals() == [250, 875, 1075, 3000, 880]


def test_a_wrong_file_is_refused_whole(tmp_path: Path, goals: Callable[[], list[int]]) -> None:
    file = tmp_path / "targets.csv"
    file.write_text("quantity,kind,from_on,to_on,since\n9,all,2027-01-01,2027-12-31,2026-01-01\n9,all,x,x,x\n")
    refused = run("import", "targets", str(file), code=1)
    assert "row 3 rejected: from_on: x is not a date" in refused.stdout
    assert "nothing was written: 1 of 2 rows are wrong" in refused.stderr
    assert len(goals()) == 4

    file.write_text("a,b\n1,2\n")
    assert "has no column" in run("import", "targets", str(file), code=1).stderr
