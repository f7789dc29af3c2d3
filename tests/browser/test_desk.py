"""The desk of a network admin by keyboard: search, rows, many points at once, undo, views, and two people at once."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.site import Site


def opened(site: Site, chromium: Browser, path: str) -> Page:
    page = site.open(chromium).new_page()
    page.goto(site.url + path)
    return page


def english(page: Page) -> Page:
    page.context.add_cookies([{"name": "language", "value": "en", "url": page.url}])
    page.reload()
    return page


def test_the_palette_finds_and_opens_by_keyboard(site: Site, chromium: Browser) -> None:
    page = opened(site, chromium, "/outages")
    field, options = page.locator("#palette input"), page.locator("#palette [role=option]")

    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.type("TS-000")
    expect(page.locator("#palette [role=group]").first.locator("[role=option]")).to_have_count(5)
    expect(field).to_have_attribute("aria-activedescendant", "palette-0")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()

    page.keyboard.press("Control+k")
    page.keyboard.type("TS-0006")
    page.keyboard.press("Enter")
    page.wait_for_url("**/points/TS-0006")
    page.keyboard.press("Control+k")
    expect(options.first).to_contain_text("TS-0006", ignore_case=True)
    page.context.close()


def test_rows_are_ticked_by_key_changed_together_and_undone(site: Site, chromium: Browser) -> None:
    page = english(opened(site, chromium, "/points?sort=code"))
    rows = page.locator(".points tbody tr")
    page.locator("main h1").click()
    for key in "jjxjxkj":
        page.keyboard.press(key)
    expect(rows.nth(2)).to_have_class("is-current")
    expect(rows.locator("input:checked")).to_have_count(2)

    page.get_by_role("button", name="Edit the ticked ones").click()
    expect(page.locator("h1")).to_have_text("Edit 2 points")
    page.get_by_label("Access for visitors").select_option("voucher")
    page.get_by_role("button", name="See what would change").click()
    expect(page.locator("main")).to_contain_text("Nothing has been written yet.")
    page.get_by_role("button", name="Change 2 points").click()
    expect(page.locator("main")).to_contain_text("2 points are changed.")
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_contain_text("Undone: everything is as it was")
    page.context.close()


def test_keys_lead_to_pages_and_can_be_switched_off(site: Site, chromium: Browser) -> None:
    page = opened(site, chromium, "/points")
    page.locator("main h1").click()
    page.keyboard.press("/")
    expect(page.locator("#points-search")).to_be_focused()
    page.keyboard.type("gm?")
    expect(page.locator("#keys")).to_be_hidden()
    page.locator("#points-search").fill("")
    page.locator("main h1").click()
    page.keyboard.type("gd")
    page.wait_for_url("**/outages")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.locator("[data-keys-on]").uncheck()
    page.locator("[data-keys-close]").click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.context.close()


def test_of_two_who_edit_a_point_nobody_loses_anything(site: Site, chromium: Browser) -> None:
    one = english(opened(site, chromium, "/points/TS-0020/edit"))
    other = english(opened(site, chromium, "/points/TS-0020/edit"))
    one.get_by_label("Name of the point").fill("The first one's name")
    one.get_by_label("Address").fill("Jl. First")
    one.get_by_role("button", name="Save").click()
    expect(one.locator("main")).to_contain_text("The point is saved.")

    other.get_by_label("Name of the point").fill("The second one's name")
    other.get_by_role("button", name="Save").click()
    expect(other.locator("main")).to_contain_text("Somebody else has changed this meanwhile.")
    expect(other.get_by_role("radio", name=re.compile("Jl. First"))).to_be_checked()
    other.get_by_role("radio", name=re.compile("The second one's name")).check()
    other.get_by_role("button", name="Save what is chosen").click()
    expect(other.locator("h1")).to_have_text("The second one's name")
    expect(other.locator("main")).to_contain_text("Jl. First")
    one.context.close()
    other.context.close()


def test_a_filter_is_saved_as_a_view(site: Site, chromium: Browser) -> None:
    page = english(opened(site, chromium, "/points"))
    page.locator('.chip:has(input[value="down"])').click()
    page.wait_for_url("**/points?status=down")
    page.locator(".views summary").click()
    expect(page.locator(".views code")).to_contain_text("status=down")
    page.get_by_label("Save this filter and order as").fill("Dark ones")
    page.get_by_role("button", name="Save the view").click()
    expect(page.locator("main")).to_contain_text("The view Dark ones is saved.")
    expect(page).to_have_url(re.compile(r"\?status=down$"))
    page.goto(f"{site.url}/points")
    page.locator(".views summary").click()
    page.get_by_role("link", name="Dark ones").click()
    expect(page).to_have_url(re.compile(r"\?status=down$"))
    page.context.close()


def test_an_incident_is_ticked_acknowledged_and_opened_by_key(site: Site, chromium: Browser) -> None:
    page = english(opened(site, chromium, "/incidents?which=open"))
    rows = page.locator(".incidents tbody tr")
    page.locator("main h1").click()
    for key in "jx":
        page.keyboard.press(key)
    expect(rows.first.locator("input")).to_be_checked()
    page.get_by_role("button", name="Acknowledge the ticked ones").click()
    expect(page.get_by_text("1 incident is acknowledged.")).to_be_visible()
    page.wait_for_load_state()  # with its scripts
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(re.compile(r"/incidents/\d+$"))
    page.get_by_role("button", name="Yes, it was this: Electricity").click()
    expect(page.locator("#history")).to_contain_text("Reason given Electricity")
    page.context.close()
