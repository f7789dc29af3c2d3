"""Two taps of a visitor in a real browser, with and without JavaScript; what they wrote, read by the office."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.site import Site, watch

CANARY = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>'


@pytest.mark.parametrize("javascript", [True, False])
def test_two_taps_report_a_fault_and_leave_no_cookie(chromium: Browser, site: Site, javascript: bool) -> None:
    context = site.open(chromium, size="phone", javascript=javascript)
    context.clear_cookies()
    page = context.new_page()
    seen = watch(page, site.url)
    page.goto(f"{site.url}/p/TS-0020")
    page.locator("details.say > summary").first.click()
    page.locator('button[value="no_signal"]').click()
    expect(page.locator("#said [role=status]")).to_be_visible()
    assert page.url.endswith("/p/TS-0020?sent=report#said")
    assert (context.cookies(), seen.elsewhere, seen.told) == ([], [], [])
    context.close()


def test_buttons_are_large_enough_for_a_thumb(chromium: Browser, site: Site) -> None:
    context = site.open(chromium, size="phone")
    page = context.new_page()
    page.goto(f"{site.url}/p/TS-0020")
    for summary in page.locator("details.say > summary").all():
        summary.click()
    boxes = [button.bounding_box() for button in page.locator(".say button, .say summary").all()]
    assert len(boxes) == 13
    assert all(box and box["height"] >= 44 and box["width"] >= 44 for box in boxes)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_what_a_visitor_writes_never_runs_in_the_inbox(chromium: Browser, site: Site) -> None:
    context = site.open(chromium)
    page = context.new_page()
    seen = watch(page, site.url)
    page.goto(f"{site.url}/p/TS-0021")
    page.locator("details.say > summary").first.click()
    page.locator("#comment").fill(CANARY)
    page.locator('button[value="damaged"]').click()
    page.goto(f"{site.url}/citizen-reports/?point=TS-0021")
    expect(page.get_by_text("<img src=x")).to_be_visible()
    assert page.title() != "owned"
    assert seen.told == []
    context.close()
