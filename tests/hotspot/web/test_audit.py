"""The page of the audit log: filters, files, words for every action, and what was touched."""

import ast
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

import hotspot
from hotspot.analytics.permissions import AUDITOR
from hotspot.secrets import master_key
from hotspot.settings import Settings
from hotspot.store.audit import note, seal_head, seal_key
from hotspot.store.base import make_engine, writing
from hotspot.store.models import AuditEntry
from hotspot.web.audit_words import ACTIONS
from tests.hotspot.web.visitor import make_account, sign_in
from tests.hotspot.web.world import NOW, World

HOME = Path(hotspot.__file__).parent


@pytest.fixture
def log(world: World, settings: Settings) -> Iterator[Engine]:
    engine = make_engine(settings.database)
    engine.update_execution_options(**seal_key(master_key(settings)))
    with writing(engine) as session:
        seal_head(session)
        note(session, NOW - 3 * 86400, "budi", "change", "point TS-0001", "name: a -> <script>alert(1)</script>")
        note(session, NOW - 86400, "budi", "remove", "point TS-9999", "=1+1")
        note(session, NOW, "ani", "import", "inventory", "3 added")
    yield engine
    engine.dispose()


@pytest.fixture
def auditor(log: Engine, city_app: Flask) -> FlaskClient:
    make_account(log, "rina", AUDITOR)
    browser = city_app.test_client()
    sign_in(browser, "rina")
    browser.set_cookie("language", "en")
    return browser


def test_an_auditor_reads_and_others_do_not(auditor: FlaskClient, city_viewer: FlaskClient) -> None:
    page = auditor.get("/audit/").text
    assert 'href="/points/TS-0001"' in page
    assert 'href="/points/TS-9999"' not in page
    assert "<script>alert(1)" not in page
    assert "those shown are as they were written" in page
    for path in ("/audit/", "/audit/check", "/audit/log.csv"):
        assert city_viewer.get(path).status_code == 403


FILTERS = {
    "who=budi": 2, "who=nobody": 0, "what=import": 1, "q=9999": 1, "q=%25": 0, "q=%00": 5, "from=2026-11-21": 3,
    "to=2026-11-19": 1, "from=2026-11-20&to=2026-11-20": 1, "from=x&to=9999-99-99": 5, "page=999": 5, "page=-1": 5,
    "q=" + "x" * 5000: 0,
}  # fmt: skip


def test_filters(auditor: FlaskClient) -> None:
    for query, count in FILTERS.items():
        answer = auditor.get(f"/audit/log.csv?{query}")
        rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
        assert len(rows) == count, query[:30]
        assert {row["as_written"] for row in rows} <= {"yes"}
        page = auditor.get(f"/audit/?{query}").text
        assert ("No entry fits" in page) == (count == 0)


def test_cells_are_no_formulas(auditor: FlaskClient) -> None:
    assert ",'=1+1," in auditor.get("/audit/log.csv").text


def test_what_was_touched_is_told(auditor: FlaskClient, log: Engine) -> None:
    assert "are as they were written" in auditor.get("/audit/check").text
    with log.begin() as connection:
        connection.execute(update(AuditEntry).where(AuditEntry.position == 2).values(actor="mallory"))
    assert "1 entry shown here is not what was written" in auditor.get("/audit/").text
    page = auditor.get("/audit/check").text
    assert "Entry 2 is not the one that was written there" in page
    assert "mallory" in page


def test_signing_in_by_the_pages_is_sealed(auditor: FlaskClient, log: Engine) -> None:
    with log.connect() as connection:
        assert connection.scalar(select(AuditEntry.action).order_by(AuditEntry.position.desc())) == "sign in"


def noted(path: Path) -> Iterator[str]:
    """The actions that a module of the service may write into the log."""
    tree = ast.parse(path.read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in calls:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        place = {"note": 3, "act": 1}.get(name)
        if place is not None and len(call.args) > place:
            yield from constants(call.args[place], tree)


def constants(node: ast.expr, tree: ast.Module) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body, tree)
        yield from constants(node.orelse, tree)
    elif isinstance(node, ast.Name):
        for other in ast.walk(tree):
            if isinstance(other, ast.Assign) and any(getattr(to, "id", "") == node.id for to in other.targets):
                yield from constants(other.value, tree)


def test_every_action_in_the_code_has_its_word() -> None:
    found = {action for path in HOME.rglob("*.py") for action in noted(path)}
    assert {"change", "sign out", "ignore", "disable account"} <= found
    assert found - set(ACTIONS) == set()
    assert set(ACTIONS) - found == set()
