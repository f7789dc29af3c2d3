"""Hostile texts in every column, device answer and file: pages show them as texts, files hold them as cells."""

import csv
import io
import json
import re

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect
from sqlalchemy import Engine

from hotspot.settings import Settings
from hotspot.spreadsheet import DANGEROUS
from hotspot.store.base import make_engine, writing
from hotspot.store.walls import add_wall, wall_path
from tests.browser.canaries import CANARIES, MORE, plant
from tests.browser.pages import DOORS, LAST_MONTH, PAGES
from tests.browser.site import Seen, Site, watch

STRANGE = """() => [...document.querySelectorAll(`[data-ran], [data-canary], [onerror], [onload], [src*=canary],
  [href^="javascript:" i], [action^="javascript:" i], script:not([src]):not([type="application/json"])`)]
  .map((one) => one.outerHTML.slice(0, 200))"""
FILES = (
    "/points.csv", "/outages.csv?period=30d", "/usage.csv", "/funds.csv", "/contracts/2/annex.csv", "/money.csv",
    "/discover/devices.csv", "/lifecycle/steps.csv", "/lifecycle/overrides.csv", "/proposals/file.csv",
    "/audit/log.csv", "/reconciliation.csv", "/rollout/targets.csv", "/siting.csv", "/siting/capacity.csv",
    "/siting/relocation.csv", "/siting/figures/file.csv", f"/contracts/2/sla/{LAST_MONTH}.csv",
    "/access-points/AP-006-1/polls.csv", "/citizen-reports/citizen-reports.csv", "/open-data/points.csv",
    "/open-data/availability.csv", "/upstreams.csv",
)  # fmt: skip
DATA = (
    "/open-data/points.json", "/open-data/points.geojson", "/open-data/catalog.json", "/public/points.json",
    "/public/areas.json", "/map/points.json", "/public/manifest.webmanifest",
)  # fmt: skip
PICTURES = ("/badge/city.svg", "/badge/TS-0003.svg")
SEEN_AT_LEAST = {
    "area.name", "site.name", "site.address", "point.name", "access_point.name", "access_point.sys_descr", "radios",
    "ssids", "interfaces", "ap_state.error", "device_event.detail", "found_device.sys_name", "found_device.neighbour",
    "search.error", "provider.name", "fund.name", "contract.title", "agreement.title", "exclusion.note", "goal.source",
    "lifecycle_change.note", "maintenance_series.reason", "maintenance_window.reason", "proposal.reason",
    "proposal.answer", "fault_report.comment",
    "account.name", "api_token.name", "audit_entry.detail", "change_set.summary", "saved_view.name",
    "imported_file.name", "credential_set.name", "wall_link.name", "city.name", "city.contact",
    "upstream.name", "upstream.note", "dependency.by",
}  # fmt: skip


@pytest.fixture(scope="module")
def wall(site: Site) -> str:
    """The address of a screen; afterwards every text of the site's database is hostile."""
    engine: Engine = make_engine(Settings(data_dir=str(site.folder)).database)
    with writing(engine) as session:
        address = wall_path(add_wall(session, "lobby", site.world.now, "tests"))
    with engine.begin() as connection:
        plant(connection, site.world)
    engine.dispose()
    return address


def opened(site: Site, chromium: Browser) -> tuple[Page, Seen]:
    page = site.open(chromium).new_page()
    page.set_default_timeout(5000)
    seen = watch(page, site.url)
    page.on("dialog", lambda dialog: seen.told.append(f"dialog {dialog.message}"))
    return page, seen


def test_no_page_runs_or_draws_a_text(site: Site, chromium: Browser, wall: str) -> None:
    page, seen = opened(site, chromium)
    strange, shown = {}, set()
    for name, path in {**PAGES, **MORE, **DOORS, "wall": wall}.items():
        if name in DOORS:
            page.context.clear_cookies()
        answer = page.goto(site.url + path, wait_until="domcontentloaded")
        assert answer is not None
        assert answer.status == (404 if name == "not-found" else 200), name
        if found := page.evaluate(STRANGE):
            strange[name] = found
        text = page.evaluate(
            "document.body.innerText + [...document.querySelectorAll('input')].map((one) => one.value)"
        )
        assert "${49}" not in text, name
        shown |= set(re.findall(r"canary ([a-z_]+(?:[.][a-z_]+)?) \d", text))
    page.context.close()
    assert strange == {}
    assert (seen.elsewhere, [one for one in seen.told if "404" not in one]) == ([], [])
    assert SEEN_AT_LEAST - shown == set()


def test_what_scripts_put_on_a_page_is_text_as_well(site: Site, chromium: Browser, wall: str) -> None:
    page, seen = opened(site, chromium)
    page.goto(site.url + "/outages")
    page.keyboard.press("Control+k")
    page.keyboard.type("canary")
    expect(page.locator("#palette [role=option]").first).to_contain_text("canary")
    assert page.evaluate(STRANGE) == []

    page.goto(site.url + "/map")
    page.wait_for_selector("#map[data-ready]")
    expect(page.locator('#map [title*="canary point.name"]').first).to_be_attached()
    assert page.evaluate(STRANGE) == []

    page.context.grant_permissions(["geolocation"], origin=site.url)
    page.context.set_geolocation({"latitude": -6.31, "longitude": 106.7})
    page.goto(site.url + "/public")
    page.wait_for_selector("#map[data-ready]")
    page.locator("[data-near]").click()
    expect(page.locator("[data-near-list]")).to_contain_text("canary point.name")
    assert page.evaluate(STRANGE) == []
    page.context.close()
    assert (seen.elsewhere, seen.told) == ([], [])


def test_a_hostile_file_is_mapped_and_looked_at_as_text(site: Site, chromium: Browser, wall: str) -> None:
    page, seen = opened(site, chromium)
    cells = io.StringIO()
    rows = [
        [text.format(f" canary cell {number} {column}") for column in range(4)] for number, text in enumerate(CANARIES)
    ]
    csv.writer(cells).writerows([["Nama Lokasi", "Alamat", "Kelurahan", CANARIES[0].format("canary head")], *rows])
    file = FilePayload(name="<img src=x onerror=alert(1)>.csv", mimeType="text/csv", buffer=cells.getvalue().encode())
    page.goto(site.url + "/import/")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form button[type=submit]").click()
    for step in ("columns", "look"):
        expect(page.locator("main")).to_contain_text("onerror=")
        assert page.evaluate(STRANGE) == [], step
        if step == "columns":
            page.locator("button[form=map]").click()
    page.context.close()
    assert (seen.elsewhere, seen.told) == ([], [])


def test_no_cell_of_a_file_is_a_formula_and_no_file_is_a_page(site: Site, chromium: Browser, wall: str) -> None:
    context = site.open(chromium)
    bad = []
    for path in FILES:
        answer = context.request.get(site.url + path)
        assert answer.ok, f"{answer.status} {path}"
        assert answer.headers["content-type"].startswith("text/csv")
        for row in csv.reader(io.StringIO(answer.text().removeprefix("\ufeff"), newline="")):
            bad += [(path, cell) for cell in row if cell.startswith(DANGEROUS) and not is_number(cell)]
    for path in DATA:
        answer = context.request.get(site.url + path)
        assert answer.ok, f"{answer.status} {path}"
        assert "json" in answer.headers["content-type"]
        assert json.loads(answer.text())
    for path in PICTURES:
        answer = context.request.get(site.url + path)
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert not re.search(
            r"<(?!/?(svg|title|desc|rect|text|g|path|circle|linearGradient|stop|clipPath|mask|tspan)\b)", answer.text()
        )
    context.close()
    assert bad == []


def is_number(cell: str) -> bool:
    return re.fullmatch(r"-?[0-9.]+(e-?[0-9]+)?", cell) is not None
