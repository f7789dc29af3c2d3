"""The wall in a real browser: legible at five metres, turns, survives a service that is away, grows no memory."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hotspot.clock import now
from hotspot.settings import Settings
from hotspot.store.base import make_engine, writing
from hotspot.store.walls import add_wall, wall_path
from hotspot.web.wall import SCENES, SHOWN_S
from tests.browser.site import Site, watch

HEADLINE, TEXT = 0.08, 0.025  # of the screen's height: read at five metres from a screen of 60 cm
SIZES = """() => [...document.querySelectorAll('#board .scene:not([hidden]) *, header *, footer *')]
  .filter((node) => node.checkVisibility())
  .filter((node) => [...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim()))
  .map((node) => [node.textContent.trim().slice(0, 40),
    parseFloat(getComputedStyle(node).fontSize) * (node.closest('svg') ? node.closest('svg').getScreenCTM().a : 1)])"""
LOST = """() => [...document.querySelectorAll('#board .scene:not([hidden]) *')]
  .filter((node) => node.checkVisibility() && !node.closest('svg'))
  .map((node) => [node, node.getBoundingClientRect()])
  .filter(([node, box]) => box.bottom > innerHeight + 1 || box.right > innerWidth + 1)
  .map(([node]) => node.textContent.trim().slice(0, 40))"""


@pytest.fixture(scope="module")
def address(site: Site) -> str:
    with writing(make_engine(Settings(data_dir=str(site.folder)).database)) as session:
        return site.url + wall_path(add_wall(session, "Ruang kendali", now(), "tests"))


@pytest.fixture
def screen(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1920, "height": 1080}, locale="id-ID")
    yield context
    context.close()


def opened(screen: BrowserContext, address: str) -> Page:
    page = screen.new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080), (3840, 2160)])
def test_every_scene_is_read_at_five_metres_and_fits(
    screen: BrowserContext, address: str, width: int, height: int
) -> None:
    page = opened(screen, address)
    page.set_viewport_size({"width": width, "height": height})
    for _ in SCENES:
        sizes = page.evaluate(SIZES)
        scene = page.locator(".scene:visible").get_attribute("data-scene")
        assert [one for one in sizes if one[1] < TEXT * height - 0.5] == [], scene
        assert scene in ("map", "districts") or max(size for _, size in sizes) >= HEADLINE * height
        assert page.evaluate(LOST) == [], scene
        page.keyboard.press("ArrowRight")


def test_it_asks_nobody_else_and_breaks_no_policy(screen: BrowserContext, site: Site, address: str) -> None:
    page = screen.new_page()
    seen = watch(page, site.url)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert (seen.elsewhere, seen.told, screen.cookies()) == ([], [], [])


def test_scenes_turn_pause_and_step(screen: BrowserContext, address: str) -> None:
    page = screen.new_page()
    page.clock.install()
    page.goto(address)
    for scene in (*SCENES[1:], SCENES[0]):
        with page.expect_response(address):
            page.clock.run_for(SHOWN_S * 1000)
        expect(page.locator(".scene:visible")).to_have_attribute("data-scene", scene)
    page.keyboard.press("Space")
    with page.expect_response(address):
        page.clock.run_for(SHOWN_S * 1000)
    expect(page.locator(".scene:visible")).to_have_attribute("data-scene", SCENES[0])
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".scene:visible")).to_have_attribute("data-scene", SCENES[-1])


def test_without_the_service_it_keeps_its_picture_and_says_so(screen: BrowserContext, address: str) -> None:
    page = screen.new_page()
    page.clock.install()
    page.goto(address)
    before = page.locator(".scene-now .huge").inner_text()
    page.route("**/wall/*", lambda route: route.abort())
    page.clock.run_for(3 * SHOWN_S * 1000 + 2000)
    expect(page.locator("body")).to_have_class("wall is-cut")
    expect(page.locator("[data-told]")).not_to_be_empty()
    assert page.locator(".scene-now .huge").text_content() == before or before in (
        page.locator(".scene-now .huge").text_content() or ""
    )
    page.clock.run_for(900_000)
    expect(page.locator(".heard")).to_have_css("color", page.evaluate(RED))
    page.unroute("**/wall/*")
    with page.expect_response(address):
        page.clock.run_for(SHOWN_S * 1000)
    expect(page.locator("body")).to_have_class("wall")


RED = """() => { const node = document.createElement('i'); node.className = 'tone-bad'; document.body.append(node);
  const colour = getComputedStyle(node).color; node.remove(); return colour; }"""


def test_an_update_of_the_service_is_loaded(screen: BrowserContext, address: str) -> None:
    page = screen.new_page()
    page.clock.install()
    page.goto(address)
    page.evaluate("document.body.dataset.version = 'of yesterday'")
    with page.expect_navigation():
        page.clock.run_for(SHOWN_S * 1000)
    assert page.evaluate("document.body.dataset.version") != "of yesterday"


def test_two_hundred_turns_grow_no_memory(screen: BrowserContext, address: str) -> None:
    page = screen.new_page()
    page.clock.install()
    html = screen.request.get(address).text()
    page.goto(address)
    page.route("**/wall/*", lambda route: route.fulfill(body=html, content_type="text/html"))
    protocol = screen.new_cdp_session(page)

    def turn(turns: int) -> None:
        for _ in range(turns):
            with page.expect_response("**/wall/*"):
                page.clock.run_for(SHOWN_S * 1000)

    def kept() -> tuple[float, float]:
        protocol.send("HeapProfiler.collectGarbage")
        counts = {one["name"]: one["value"] for one in protocol.send("Performance.getMetrics")["metrics"]}
        return counts["JSHeapUsedSize"], counts["Nodes"]

    protocol.send("Performance.enable")
    turn(20)
    first = min(kept() for _ in range(10))
    turn(180)
    for _ in range(100):  # the page of the last turn may just be taking the place of the one before
        after = kept()
        if after[1] < first[1] * 1.5:
            break
        page.wait_for_timeout(100)
    assert after[0] < first[0] + 2**20
    assert after[1] < first[1] * 1.5
