"""What opens within pages asks nobody else, breaks no policy and has no error; test_barriers.py looks at the pages."""

from playwright.sync_api import Browser, FilePayload, expect

from tests.browser.people import clean
from tests.browser.site import Site, watch

FILE = "Nama Lokasi;Kelurahan;Kecamatan;Keterangan\nMasjid Al Ikhlas;Buaran;Serpong;a\nBalai RW 03;Buaran;Serpong;b\n"


def test_dialogs_charts_and_the_map(site: Site, chromium: Browser) -> None:
    page = site.open(chromium).new_page()
    seen = watch(page, site.url)
    page.goto(site.url + "/points/TS-0006?period=90d")
    expect(page.locator(".long-chart canvas").first).to_be_visible()
    page.locator("a[data-help]").click()
    expect(page.locator("dialog[open] h1")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("TS-0006")
    expect(page.locator("#palette [role=option]").first).to_contain_text("TS-0006")
    page.keyboard.press("Escape")
    page.locator("[data-theme-toggle]").click()
    page.goto(site.url + "/map?colour=availability")
    page.wait_for_selector("#map[data-ready]")
    page.locator(".leaflet-control-zoom-in").click()
    page.context.close()
    clean(seen)


def test_the_steps_of_an_import_and_of_a_second_factor(site: Site, chromium: Browser) -> None:
    page = site.open(chromium).new_page()
    seen = watch(page, site.url)
    page.goto(site.url + "/import/")
    file = FilePayload(name="titik.csv", mimeType="text/csv", buffer=FILE.encode())
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form button[type=submit]").click()
    page.locator("button[form=map]").click()
    page.locator("main form button.is-main").click()
    expect(page.locator("main form[action$=undo] button").first).to_be_visible()
    page.locator("main form[action$=undo] button").first.click()
    page.goto(site.url + "/account/")
    page.locator("#second-factor button").click()
    expect(page.locator("img.qr")).to_be_visible()
    page.context.close()
    clean(seen)
