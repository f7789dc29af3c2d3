"""The public site in the hand of a visitor: search, near me, without a line, without JavaScript."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.site import Site, watch

HERE = {"latitude": -6.3131, "longitude": 106.72}  # TS-0013 is at -6.313, 106.72

SERVED = """new Promise((done) => {
  if (navigator.serviceWorker.controller) done(true);
  else navigator.serviceWorker.addEventListener("controllerchange", () => done(true));
})"""


@pytest.fixture
def visitor(site: Site, chromium: Browser) -> Iterator[BrowserContext]:
    context = site.open(chromium, size="phone")
    context.clear_cookies()
    yield context
    context.close()


def points_of(page: Page, within: str = "#points") -> list[str]:
    links = page.locator(f"{within} .point-list a")
    return [(link.get_attribute("href") or "").removeprefix("/p/") for link in links.all()]


def test_search_leads_to_a_point(site: Site, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto(site.url)
    assert page.url == site.url + "/public"
    page.get_by_role("searchbox").fill("rawa buntu")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=rawa+buntu#points")
    assert "TS-0013" in points_of(page)
    page.locator("#points .point-list a", has_text="Rawa Buntu 13").click()
    page.wait_for_url("**/p/TS-0013")
    assert page.locator(".state-word").count() == 1


def test_near_me_finds_the_nearest_and_tells_nobody(site: Site, visitor: BrowserContext) -> None:
    visitor.grant_permissions(["geolocation"], origin=site.url)
    visitor.set_geolocation({"latitude": HERE["latitude"], "longitude": HERE["longitude"]})
    page = visitor.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    seen = watch(page, site.url)
    page.goto(site.url + "/public")
    page.wait_for_selector("#map[data-ready]")
    page.locator("[data-near]").click()
    expect(page.locator("[data-near-list] li")).to_have_count(5)
    assert points_of(page, "[data-near-list]")[0] == "TS-0013"
    page.wait_for_selector("#map .me")
    assert not [one for one in asked if "6.3131" in one]
    assert (seen.elsewhere, seen.told) == ([], [])


def test_who_does_not_say_where_they_are_is_helped(site: Site, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto(site.url + "/public")
    page.locator("[data-near]").click()
    words = json.loads(page.locator("[data-near-list]").get_attribute("data-words") or "")
    expect(page.locator("[data-near-list] p")).to_have_text(words["refused"])


READY = """async () => {  // one worker for /public, one for /p/
  for (let tries = 0; tries < 600; tries++) {
    const workers = await navigator.serviceWorker.getRegistrations();
    if (workers.length === 2 && workers.every((one) => one.active?.state === "activated")) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}"""
KEPT = """async (path) => {
  for (let tries = 0; tries < 600; tries++) {
    const kept = await (await caches.open("public-1/")).keys();
    if (kept.some((one) => new URL(one.url).pathname === path)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}"""


def test_without_a_line_what_was_seen_is_shown_with_its_age(site: Site, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto(site.url + "/public")
    page.evaluate(READY)
    page.goto(site.url + "/p/TS-0003")
    page.evaluate(KEPT, "/p/TS-0003")
    visitor.new_cdp_session(page).send("Network.clearBrowserCache")  # where the page is for its first seconds
    visitor.set_offline(True)
    page.goto(site.url + "/p/TS-0003")
    assert page.locator(".state-word").count() == 1
    assert page.locator("main > .notice").count() == 1
    page.goto(site.url + "/public?q=x")
    assert len(points_of(page)) == 30
    page.goto(site.url + "/p/TS-0004")  # was never opened
    expect(page.locator("[data-offline] li")).to_have_count(39)
    visitor.set_offline(False)


def test_the_worker_keeps_nothing_behind_the_sign_in(site: Site, chromium: Browser) -> None:
    context = site.open(chromium)
    page = context.new_page()
    page.goto(site.url + "/public")
    page.evaluate(SERVED)
    for path in ("/points", "/", "/users/"):
        page.goto(site.url + path)
    kept = page.evaluate(
        "(async () => (await (await caches.open('public-1/')).keys()).map((one) => new URL(one.url).pathname))()"
    )
    context.close()
    assert kept
    assert all(path.startswith(("/public", "/p/", "/static/")) for path in kept)


def test_all_of_it_is_there_without_javascript(site: Site, chromium: Browser) -> None:
    context = site.open(chromium, size="phone", javascript=False)
    context.clear_cookies()
    page = context.new_page()
    page.goto(site.url + "/public?q=taman")
    assert points_of(page)
    assert not page.locator("[data-near]").is_visible()
    page.locator("#points .point-list a").first.click()
    assert page.locator(".strip.is-large rect").count() == 90
    context.close()
