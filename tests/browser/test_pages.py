"""What a browser sees: nothing from elsewhere, no violation, no error, no barrier; all pages, themes and sizes."""

import re
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.pages import DOORS, NO_PAGES, PAGES
from tests.browser.site import THEMES, VIEWPORTS, Site

MACHINES = ("api.", "health.", "metrics.", "openapi.")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@dataclass
class Seen:
    """What a page did that it must not do."""

    elsewhere: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def watch(page: Page, url: str) -> Seen:
    seen = Seen()

    def note_request(address: str) -> None:
        if not address.startswith((url + "/", "data:")):
            seen.elsewhere.append(address)

    page.on("request", lambda request: note_request(request.url))
    page.on("console", lambda message: seen.told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen.told.append(str(error)))
    return seen


def visit(context: BrowserContext, site: Site, path: str) -> tuple[Page, Seen]:
    page = context.new_page()
    seen = watch(page, site.url)
    page.goto(site.url + path)
    page.wait_for_load_state("networkidle")
    return page, seen


@pytest.mark.parametrize("size", VIEWPORTS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", [*PAGES, *DOORS])
def test_a_page_asks_nobody_else_breaks_no_policy_and_has_no_error(
    site: Site, chromium: Browser, name: str, theme: str, size: str
) -> None:
    context = site.open(chromium, theme=theme, size=size)
    if name in DOORS:
        context.clear_cookies()
    page, seen = visit(context, site, {**PAGES, **DOORS}[name])
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    context.close()
    expected = ["404"] if name == "not-found" else []
    assert seen.elsewhere == []
    assert [text for text in seen.told if not any(code in text for code in expected)] == []
    assert wide <= 0, "the page is wider than its window"


@pytest.mark.parametrize("size", VIEWPORTS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", [*PAGES, *DOORS])
def test_a_page_has_no_barrier(site: Site, chromium: Browser, name: str, theme: str, size: str) -> None:
    context = site.open(chromium, theme=theme, size=size, bypass_csp=True)
    if name in DOORS:
        context.clear_cookies()
    page, _ = visit(context, site, {**PAGES, **DOORS}[name])
    found = Axe().run(page, options={"runOnly": list(RULES)}).response["violations"]
    context.close()
    assert [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_works_without_javascript(site: Site, chromium: Browser, name: str) -> None:
    context = site.open(chromium, javascript=False)
    page, _ = visit(context, site, PAGES[name])
    heading, hidden = page.locator("h1").count(), page.locator("main").inner_text()
    context.close()
    assert heading == 1
    assert len(hidden) > 20


def test_every_page_is_looked_at(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    looked_at = {adapter.match(path.partition("?")[0])[0] for name, path in PAGES.items() if name != "not-found"}
    looked_at |= {adapter.match(path)[0] for path in DOORS.values()}
    wanted = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith(MACHINES)
    }
    assert wanted - looked_at == NO_PAGES & wanted


def test_live_parts_renew_without_moving_the_focus(site: Site, chromium: Browser) -> None:
    context = site.open(chromium)
    page, seen = visit(context, site, "/")
    link = page.locator(".states a").first
    link.focus()
    with page.expect_response(site.url + "/"):
        page.evaluate("htmx.ajax('GET', '/', {target: '#live', select: '#live', swap: 'outerMorph'})")
    page.wait_for_load_state("networkidle")
    focused = page.evaluate("document.activeElement.closest('.states') !== null")
    context.close()
    assert focused
    assert seen.told == []


def test_the_map_opens_a_cluster_and_keeps_its_place_in_the_address(site: Site, chromium: Browser) -> None:
    context = site.open(chromium)
    page, seen = visit(context, site, "/map")
    page.wait_for_selector("#map[data-ready]")
    for _ in range(3):
        page.locator(".leaflet-control-zoom-out").click()
    page.locator("#map .cluster:has(.donut)").first.dispatch_event("click")
    page.wait_for_url(re.compile(r"#\d"))
    context.close()
    assert seen.told == []


def test_the_theme_is_switched_and_kept(site: Site, chromium: Browser) -> None:
    context = site.open(chromium)
    page, _ = visit(context, site, "/users/")
    page.locator("[data-theme-toggle]").click()
    page.reload()
    theme = page.locator("html").get_attribute("data-theme")
    context.close()
    assert theme == "dark"
