"""What a first visit loads: a slow phone waits for bytes and for round trips, so both have a bound."""

import pytest
from playwright.sync_api import Browser

from tests.browser.pages import PAGES
from tests.browser.site import Site

BOUNDS = {
    "overview": (125_000, 12),
    "points": (190_000, 13),
    "point": (190_000, 16),
    "map": (150_000, 18),
}  # bytes, requests


@pytest.mark.parametrize("name", BOUNDS)
def test_a_first_visit_is_light(site: Site, chromium: Browser, name: str) -> None:
    context = site.open(chromium, size="phone")
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    loaded: list[int] = []
    wire.on("Network.loadingFinished", lambda told: loaded.append(told["encodedDataLength"]))
    page.goto(site.url + PAGES[name])
    page.wait_for_load_state("networkidle")
    context.close()
    most_bytes, most_requests = BOUNDS[name]
    assert sum(loaded) <= most_bytes
    assert len(loaded) <= most_requests


SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
READY = """() => new Promise((done) => new PerformanceObserver((list) => done([
  performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd, list.getEntries().at(-1).startTime,
])).observe({ type: 'largest-contentful-paint', buffered: true }))"""


def test_the_overview_is_ready_within_two_seconds_of_a_slow_line(site: Site, chromium: Browser) -> None:
    """First visit, nothing kept; 1.6 Mbit/s and 150 ms for each answer, as browsers' own slow 4G."""
    context = site.open(chromium, size="phone")
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", SLOW_4G)
    page.goto(site.url)
    ready_ms, painted_ms = page.evaluate(READY)
    context.close()
    assert 150 < ready_ms < 2000
    assert painted_ms < 2000
