"""Each kind of user does a day's work, start to end, in a real browser."""

import re
from time import time

import pyotp
from playwright.sync_api import Browser, Page, expect

from hotspot.analytics.permissions import AUDITOR, CONTRACT_OFFICER, NETWORK_ADMIN, PLANNER, TECHNICIAN, VIEWER
from tests.browser.pages import LAST_MONTH
from tests.browser.people import clean, come_in, english, person, stranger
from tests.browser.site import Site
from tests.hotspot.web.visitor import PASSWORD as VISITORS_PASSWORD

PASSWORD = "a sentence that only Rina knows"
DIRTY = (
    "Daftar titik Wi-Fi,,,,,\n"
    "No;Nama Lokasi;Alamat;Kelurahan;Kecamatan;Lintang;Bujur;Tanggal Pasang\n"
    "1;Masjid Al Ikhlas;Jl. Mawar 1;Buaran;Serpong;-6,31;106,67;12 Mei 2021\n"
    "2;Balai RW 03;Jl. Melati 2;Kel. Buaran;Serpong;106,68;-6,32;2020\n"
    "3;Kapal;Jl. Laut;Atlantis;Serpong;-6,31;106,67;2020\n"
)
READ = (
    "/points", "/points/TS-0006", "/access-points/AP-006-1", "/contracts/2", f"/contracts/2/sla/{LAST_MONTH}",
    "/rollout", "/maintenance", "/lifecycle/", "/proposals/", "/funds/2", "/unplaced/", "/citizen-reports/",
)  # fmt: skip


def main(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator("main")).to_contain_text(text)


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator("h1")).to_have_text(text)


def test_an_owner_invites_and_the_invited_comes_in_with_a_second_factor(site: Site, chromium: Browser) -> None:
    owner = site.open(chromium).new_page()
    english(owner, site)
    owner.goto(site.url + "/users/")
    owner.get_by_label("Name", exact=True).fill("rina")
    owner.locator("#invite").get_by_label("Role").select_option(NETWORK_ADMIN)
    owner.get_by_role("button", name="Create and get the link").click()
    link = re.sub(r"^https?://[^/]+", site.url, owner.locator(".link-box").inner_text())
    owner.context.close()

    rina, seen = stranger(site, chromium)
    english(rina, site)
    rina.goto(link)
    rina.get_by_label("New password").first.fill(PASSWORD)
    rina.get_by_label("again").fill("something else")
    rina.get_by_role("button", name="Set the password and sign in").click()
    expect(rina.locator("[aria-invalid]")).to_have_count(1)
    rina.get_by_label("New password").first.fill(PASSWORD)
    rina.get_by_label("again").fill(PASSWORD)
    rina.get_by_role("button", name="Set the password and sign in").click()
    expect(rina.locator("#verdict")).to_be_visible()

    rina.goto(site.url + "/account/")
    rina.get_by_label("password").fill(PASSWORD)
    rina.get_by_role("button", name="Set up a second factor").click()
    expect(rina.locator("img.qr")).to_be_visible()
    totp = pyotp.TOTP(rina.locator("code.link-box").inner_text().replace(" ", ""))
    rina.get_by_label("Code").fill(totp.at(int(time())))
    rina.get_by_role("button", name="Switch it on").click()
    expect(rina.locator(".recovery-codes li")).to_have_count(10)
    rina.get_by_role("link", name="I have kept them").click()
    rina.locator("header .top-end details summary").click()
    rina.get_by_role("button", name="Sign out").click()

    come_in(rina, "rina", PASSWORD)
    heading(rina, "Second step")
    rina.get_by_label("Code").fill(totp.at(int(time()) + 30))  # the code of the set-up works no second time
    rina.get_by_role("button", name="Sign in").click()
    expect(rina.locator("#verdict")).to_be_visible()
    seen.told.clear()  # of the form that was refused
    rina.goto(link)
    heading(rina, "This link was used already")
    rina.context.close()
    assert seen.elsewhere == []


def test_a_network_admin_finds_what_is_down_and_mends_the_record(site: Site, chromium: Browser) -> None:
    page, seen = person(site, chromium, NETWORK_ADMIN, "network")
    expect(page.locator("#verdict")).to_contain_text("3 points are down")
    page.locator("#verdict").get_by_role("link", name="3 points are down").click()
    expect(page.locator(".points tbody tr")).to_have_count(3)
    page.get_by_role("navigation", name="Main menu").get_by_text("Network").click()
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Outages").click()
    page.get_by_label("Show").select_option("open")
    page.wait_for_url("**which=open**")
    page.locator(".outages tr", has_text="TS-0004").locator("th a").click()
    main(page, "Down for")
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Latitude").fill("north")
    page.get_by_label("Address").fill("Jl. Kenanga 7")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Latitude")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Latitude")).to_have_value("north")
    page.get_by_label("Latitude").fill("-6.303")
    page.get_by_role("button", name="Save").click()
    main(page, "The point is saved.")
    main(page, "Jl. Kenanga 7")
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.locator("main")).not_to_contain_text("Jl. Kenanga 7")
    page.context.close()
    assert seen.elsewhere == []


def test_a_network_admin_imports_a_dirty_file_and_takes_it_back(site: Site, chromium: Browser) -> None:
    page, seen = person(site, chromium, NETWORK_ADMIN, "importer")
    page.goto(site.url + "/import/")
    page.get_by_role("button", name="Read the file").click()
    expect(page.locator("[aria-invalid]")).to_have_count(1)
    page.locator("input[type=file]").set_input_files(
        {"name": "titik.csv", "mimeType": "text/csv", "buffer": DIRTY.encode("utf-16")}
    )
    page.get_by_role("button", name="Read the file").click()
    heading(page, "What the columns are")
    expect(page.locator("#map-point_name option:checked")).to_have_text("Nama Lokasi")
    page.locator("#map-installed_on").select_option(label="Tanggal Pasang")
    page.locator("button[form=map]").click()
    main(page, "Atlantis is no kelurahan of this city")
    page.get_by_role("button", name=re.compile(r"Import \d rows")).click()
    page.get_by_role("button", name="Undo this import").click()
    main(page, "Undone")
    page.goto(site.url + "/points?q=al+ikhlas")
    main(page, re.compile("No point"))
    page.context.close()
    assert seen.elsewhere == []


def test_a_planner_adds_a_version_of_the_target(site: Site, chromium: Browser) -> None:
    page, seen = person(site, chromium, PLANNER, "planner")
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Rollout").click()
    page.get_by_text("Add a target or a new version").click()
    form = page.locator("#targets form", has_text="Number of points")
    form.get_by_label("Number of points").fill("-3")
    form.get_by_label("Source document").fill("RKPD 2")
    form.get_by_role("button", name="Add").click()
    expect(form.get_by_label("From")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_label("Source document")).to_have_value("RKPD 2")
    year = LAST_MONTH[:4]
    form.get_by_label("From").fill(f"{year}-01-01")
    form.get_by_label("To", exact=True).fill(f"{year}-12-31")
    form.get_by_role("button", name="Add").click()
    expect(form.get_by_label("Number of points")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_label("Number of points")).to_have_value("-3")
    form.get_by_label("Number of points").fill("77")
    form.get_by_role("button", name="Add").click()
    row = page.locator(".versions tr", has_text="RKPD 2")
    expect(row).to_contain_text("in force")
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Overview").click()
    expect(page.locator(".target .big")).to_contain_text("/ 77")
    page.context.close()
    assert seen.elsewhere == []


def test_a_contract_officer_goes_from_contract_to_evidence(site: Site, chromium: Browser) -> None:
    page, seen = person(site, chromium, CONTRACT_OFFICER, "officer")
    page.locator("header nav summary", has_text="Planning").click()
    page.locator("header nav").get_by_role("link", name="Contracts").click()
    page.locator("main tbody").get_by_role("link", name="K-1", exact=True).first.click()
    page.goto(page.url.rstrip("/") + f"/sla/{LAST_MONTH}")
    main(page, "To pay")
    page.get_by_role("button", name="Make a new pack").click()
    with page.expect_download() as waited:
        page.locator("main").get_by_role("link", name="Download").first.click()
    pack = waited.value.path()
    page.goto(site.url + "/evidence")
    page.locator("input[type=file]").set_input_files(
        {"name": "p.zip", "mimeType": "application/zip", "buffer": pack.read_bytes()}
    )
    page.get_by_role("button", name="Check").click()
    main(page, "signature")
    page.context.close()
    clean(seen)


def test_an_auditor_reads_the_log_and_has_nothing_to_send(site: Site, chromium: Browser) -> None:
    page, seen = person(site, chromium, AUDITOR, "auditor")
    page.locator("header .top-end details summary").click()
    page.get_by_role("link", name="Audit log").click()
    page.locator("#audit-search").fill("contract")
    page.wait_for_url("**q=contract**")
    expect(page.locator("#results tbody tr").first).to_contain_text("contract")
    page.get_by_role("link", name="Check the whole log").click()
    main(page, "entries are as they were written")
    own = re.compile(r"^(/sign-out|/evidence|/account/|/password|/views/)")
    for path in READ:
        page.goto(site.url + path)
        sent_to = page.evaluate(
            "[...document.forms].filter((one) => one.method === 'post').map((one) => new URL(one.action).pathname)"
        )
        assert [one for one in sent_to if not own.match(one)] == [], path
    page.context.close()
    clean(seen)


def test_a_viewer_sees_everything_and_changes_nothing(site: Site, chromium: Browser) -> None:
    page, seen = person(site, chromium, VIEWER, "reader")
    page.goto(site.url + "/points/TS-0006")
    expect(page.get_by_role("link", name="Edit", exact=True)).to_have_count(0)
    clean(seen)
    page.goto(site.url + "/points/TS-0006/edit")
    main(page, "Your role does not allow this")
    expect(page.locator("main a").first).to_be_visible()
    page.context.close()


def test_a_citizen_reports_and_rates_without_a_cookie(site: Site, chromium: Browser) -> None:
    page, seen = stranger(site, chromium, size="phone")
    page.goto(site.url + "/")
    page.get_by_role("searchbox").fill("rawa buntu")
    page.keyboard.press("Enter")
    page.locator("#points .point-list a", has_text="Rawa Buntu 13").click()
    for choice in ("button[name=kind]", "button[name=stars]"):
        page.locator("details.say", has=page.locator(choice)).locator("summary").click()
        page.locator(choice).last.click()
        page.wait_for_url("**sent=**")
        expect(page.locator("#said [role=status]")).to_be_visible()
    assert page.context.cookies() == []
    page.context.close()
    clean(seen)


def test_a_change_by_keys_alone(site: Site, chromium: Browser) -> None:
    """From the sign-in to the saved edit without a mouse; what is focused is always seen."""
    page, seen = stranger(site, chromium)
    english(page, site)
    page.goto(site.url + "/users/")  # leads to the sign-in
    person(site, chromium, NETWORK_ADMIN, "keys")[0].context.close()
    page.goto(site.url + "/sign-in?next=/points?status=down")
    walk(page, "#name")
    page.keyboard.type("keys")
    walk(page, "#password")
    page.keyboard.type(VISITORS_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/points?status=down")
    walk(page, ".skip")
    page.keyboard.press("Enter")
    for key in "jjk":
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url("**/points/TS-*")  # with its scripts
    main(page, "Down for")
    page.keyboard.press("e")
    page.wait_for_url("**/edit")
    walk(page, "#address")
    page.keyboard.press("Control+a")
    page.keyboard.type("Jl. Tanpa Tetikus")
    page.keyboard.press("Enter")
    main(page, "The point is saved.")
    walk(page, "main [role=status] button")
    page.keyboard.press("Space")
    main(page, "Undone")
    page.wait_for_load_state()
    page.keyboard.press("?")
    page.keyboard.press("Escape")
    walk(page, "[data-help]")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open] h1")).to_be_visible()
    page.keyboard.press("Escape")
    page.context.close()
    clean(seen)


def walk(page: Page, to: str) -> None:
    """By Tab until it has the focus, which must be seen."""
    for _ in range(120):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED, to)
        assert at["seen"], at
        if at["there"]:
            return
    raise AssertionError(f"Tab never comes to {to}")


FOCUSED = """(to) => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const drawn = box.width > 0 && (style.outlineStyle !== 'none' || style.boxShadow !== 'none');
  return { there: one.matches(to), html: one.outerHTML.slice(0, 120), seen: one === document.body || drawn }; }"""


def test_a_day_without_javascript(site: Site, chromium: Browser) -> None:
    page, seen = person(site, chromium, NETWORK_ADMIN, "plain", javascript=False)
    page.locator("#verdict").get_by_role("link", name="3 points are down").click()
    page.locator(".points tr", has_text="TS-0005").locator("th a").click()
    page.get_by_role("link", name="Announce maintenance").click()
    page.get_by_label("Reason").fill("New mast")
    page.get_by_role("button", name="Announce").click()
    expect(page.locator("[aria-invalid]").first).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("New mast")
    page.goto(site.url + "/points/TS-0005/edit")
    page.get_by_label("Address").fill("Jl. Tanpa Skrip")
    page.get_by_role("button", name="Save").click()
    main(page, "The point is saved.")
    page.goto(site.url + "/changes/")
    page.get_by_role("button", name="Undo").first.click()
    main(page, "Undone")
    page.goto(site.url + "/edit-points/?code=TS-0010&code=TS-0011")
    page.get_by_label("Access for visitors").select_option("voucher")
    page.get_by_role("button", name="See what would change").click()
    main(page, "Nothing has been written yet.")
    page.get_by_role("link", name="Help for this page").click()
    expect(page.locator("h1")).to_be_visible()
    page.context.close()
    assert seen.elsewhere == []


def test_work_is_given_and_a_technician_does_it_on_a_phone(site: Site, chromium: Browser) -> None:
    phone, seen = person(site, chromium, TECHNICIAN, "field", size="phone")
    admin, _ = person(site, chromium, NETWORK_ADMIN, "dispatcher")
    admin.goto(site.url + "/assignments?point=TS-0004")
    admin.get_by_label("To", exact=True).select_option(label="field (Field technician)")
    admin.get_by_label("Codes of the points").fill("TS-0004")
    admin.get_by_label("What is to be done").fill("no power since Monday")
    admin.get_by_role("button", name="Give", exact=True).click()
    main(admin, "no power since Monday")

    phone.goto(site.url + "/field/")
    phone.locator("li.card", has_text="no power since Monday").get_by_role("link", name="I am here").click()
    phone.get_by_label("Note", exact=True).fill("The breaker was off.")
    phone.get_by_role("button", name="Keep the note").click()
    main(phone, "The breaker was off.")
    clean(seen)
    phone.context.close()

    admin.goto(site.url + "/points/TS-0004")
    main(admin, "The breaker was off.")
    admin.context.close()
