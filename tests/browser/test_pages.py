"""What pages do besides being looked at: without JavaScript, live parts, the map, the theme; all of them are listed."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser.pages import DOORS, NO_PAGES, PAGES
from tests.browser.site import Site, visit

MACHINES = ("api.", "health.", "metrics.", "openapi.")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_works_without_javascript(site: Site, chromium: Browser, name: str) -> None:
    context = site.open(chromium, javascript=False)
    page, _ = visit(context, site, name)
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
    page, seen = visit(context, site, "overview")
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
    page, seen = visit(context, site, "map")
    page.wait_for_selector("#map[data-ready]")
    for _ in range(3):
        page.locator(".leaflet-control-zoom-out").click()
    page.locator("#map .cluster:has(.donut)").first.dispatch_event("click")
    page.wait_for_url(re.compile(r"#\d"))
    context.close()
    assert seen.told == []


def test_the_theme_is_switched_and_kept(site: Site, chromium: Browser) -> None:
    context = site.open(chromium)
    page, _ = visit(context, site, "users")
    page.locator("[data-theme-toggle]").click()
    page.reload()
    theme = page.locator("html").get_attribute("data-theme")
    context.close()
    assert theme == "dark"


def test_the_map_looks_back_by_key_and_keeps_the_hour_in_its_address(site: Site, chromium: Browser) -> None:
    context = site.open(chromium)
    page, seen = visit(context, site, "map")
    page.wait_for_selector("#map[data-ready]")
    slider = page.locator("#map-hour-range")
    slider.focus()
    with page.expect_response(re.compile(r"points\.json\?at=\d+")):
        page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile(r"at=\d+"))
    page.reload()
    page.wait_for_selector("#map[data-ready]")
    back = slider.input_value()
    context.close()
    assert back == "-1"
    assert seen.told == []
