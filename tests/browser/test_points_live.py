"""The table of points with JavaScript: the same filter without a reload, and its address to send to a colleague."""

import re

from playwright.sync_api import Browser, expect

from tests.browser.site import Site
from tests.hotspot.web.world import DOWN_TOGETHER, POINTS

ROWS = ".points tbody tr"


def test_a_filter_answers_without_a_reload_and_is_in_the_address(site: Site, chromium: Browser) -> None:
    context = site.open(chromium)
    page = context.new_page()
    page.goto(f"{site.url}/points")
    expect(page.locator(ROWS)).to_have_count(POINTS)
    page.evaluate("window.stayed = true")

    page.locator('.chip:has(input[value="down"])').click()
    expect(page.locator(ROWS)).to_have_count(len(DOWN_TOGETHER))
    page.locator("#points-search").press_sequentially("school")
    expect(page.locator(ROWS)).to_have_count(1)

    assert page.evaluate("window.stayed")
    expect(page).to_have_url(re.compile(r"/points\?q=school&status=down$"))
    page.reload()
    expect(page.locator(ROWS)).to_have_count(1)
    context.close()


def test_a_filter_works_without_javascript(site: Site, chromium: Browser) -> None:
    context = site.open(chromium, javascript=False)
    page = context.new_page()
    page.goto(f"{site.url}/points")

    page.locator('.chip:has(input[value="down"])').click()
    page.locator("main .toolbar button[type=submit]").click()

    expect(page.locator(ROWS)).to_have_count(len(DOWN_TOGETHER))
    context.close()
