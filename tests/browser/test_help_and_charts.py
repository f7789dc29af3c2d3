"""Help opens over its page and gives the focus back; charts of many days are zoomed, read out and stay readable."""

from playwright.sync_api import Browser

from tests.browser.site import Site, visit


def test_help_opens_over_its_page_by_key_and_gives_the_focus_back(site: Site, chromium: Browser) -> None:
    context = site.open(chromium)
    page, seen = visit(context, site, "outages")
    page.locator("a[data-help]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open] .help h1")
    title = page.locator("dialog[open] h1").inner_text()
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog[open]", state="detached")
    back = page.evaluate("document.activeElement.matches('a[data-help]')")
    context.close()
    assert title == "Gangguan"
    assert back
    assert seen.told == []


def test_a_long_chart_is_zoomed_read_out_and_whole_again(site: Site, chromium: Browser) -> None:
    context = site.open(chromium)
    page, seen = visit(context, site, "usage")
    chart = page.locator(".long-chart").first
    box = chart.locator(".u-over").bounding_box()
    assert box is not None
    whole, told = chart.get_by_role("button"), chart.locator(".chart-tip")
    at_first = whole.is_visible()
    page.mouse.move(box["x"] + 60, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 40, steps=3)
    page.mouse.up()
    whole.wait_for(state="visible")
    page.mouse.move(box["x"] + 120, box["y"] + 40)
    read = told.inner_text()
    whole.click()
    whole.wait_for(state="hidden")
    context.close()
    assert not at_first
    assert "·" in read
    assert seen.told == []


def test_a_chart_has_its_picture_and_its_table_without_javascript(site: Site, chromium: Browser) -> None:
    context = site.open(chromium, javascript=False)
    page, _ = visit(context, site, "point")
    drawn = page.locator("figure[data-long] .series-line").count()
    page.locator("details.numbers summary").last.focus()
    page.keyboard.press("Enter")
    opened = page.locator("details.numbers").last.locator("table").is_visible()
    context.close()
    assert drawn == 3
    assert opened
