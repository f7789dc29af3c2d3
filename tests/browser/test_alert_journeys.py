"""From a device that falls silent to the people who hear of it and mend it, in a real browser, with real mail."""

import json
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from time import time
from urllib.request import Request, urlopen

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from hotspot.analytics.permissions import CONTRACT_OFFICER, NETWORK_ADMIN, VIEWER
from hotspot.store.base import reading
from hotspot.store.models import IncidentMember
from tests.browser.collecting import Collecting, collecting
from tests.browser.people import clean, english, person
from tests.browser.site import Site, serve
from tests.browser.test_journeys import heading, main, walk
from tests.hotspot.alerts.mail_server import Mailbox, mail_server
from tests.hotspot.web.world import ZONE

AGO_S = 3600  # the world is so old, and what happens in it happened since
MARKET, PARK, SCHOOL = "Switch Pasar", "FO Taman", "Penyulang Sekolah"
OF_MARKET = ("AP-013-1", "AP-014-1", "AP-016-1")
OF_PARK = ("AP-017-1", "AP-018-1", "AP-019-1")
OF_SCHOOL = ("AP-023-1", "AP-024-1", "AP-025-1")
WORKED_ON, BESIDE = "AP-026-1", "AP-027-1"
NOTE, COMMENT = "PLN sedang memperbaiki gardu.", "Teknisi sampai jam 14."
ACKNOWLEDGE, TAKE = "form[action$='/acknowledge'] button", "form[action$='/work'] [name=assignee] + button"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ExitStack() as stack:
        with time_machine.travel(time() - AGO_S):
            served = stack.enter_context(serve(tmp_path_factory.mktemp("site")))
        yield served


@pytest.fixture(scope="module")
def collector(site: Site) -> Iterator[Collecting]:
    with collecting(site) as made:
        made.hang("switch", MARKET, OF_MARKET)
        made.hang("fibre", PARK, OF_PARK)
        made.hang("power_area", SCHOOL, OF_SCHOOL)
        yield made


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as served:
        yield served


def owner_of(site: Site, chromium: Browser) -> Page:
    page = site.open(chromium).new_page()
    english(page, site)
    return page


def letters(mailbox: Mailbox, address: str, about: str) -> list[str]:
    """What was written to somebody of something: subject and text."""
    return [
        f"{letter['Subject']}\n{letter.get_content()}".replace("\u00a0", " ")
        for letter, to in zip(mailbox.letters, mailbox.recipients, strict=True)
        if to == [address] and about in str(letter["Subject"])
    ]


def set_up_mail(page: Page, site: Site, collector: Collecting, port: int) -> None:
    """The owner sets up e-mail, and sees whether it works."""
    page.goto(site.url + "/alerts/channels/")
    page.get_by_role("link", name="Add: E-mail").click()
    page.get_by_label("Name").fill("Surel kantor")
    page.get_by_label("Server").fill("127.0.0.1")
    page.get_by_label("Encryption").select_option("none")
    page.get_by_label("Port").fill(str(port))
    page.get_by_label("Sender").fill("hotspot@example.go.id")
    page.get_by_role("button", name="Keep").click()
    row = page.locator("tr", has_text="Surel kantor")
    row.get_by_role("button", name="Send a test message").click()
    expect(row).to_contain_text("On its way")
    collector.send()
    expect(row).to_contain_text("It was taken.", timeout=30_000)
    page.goto(site.url + "/alerts/deliveries/")
    main(page, "250 OK: queued as 1")


def route_to(page: Page, site: Site, name: str) -> None:
    page.goto(site.url + "/alerts/routes/")
    page.get_by_text("Add a route").click()
    page.get_by_label("Name", exact=True).fill("Jaga malam")
    page.get_by_label("Who hears").select_option(label=name)
    page.get_by_label("By which channel").select_option(label="Surel kantor")
    page.get_by_label("Language").select_option("en")
    page.get_by_role("button", name="Add", exact=True).click()
    main(page, "the account has no address for this channel")  # of whom an incident would be told


def test_an_outage_is_told_once_worked_on_and_over(
    site: Site, chromium: Browser, collector: Collecting, mailbox: Mailbox
) -> None:
    admin, seen = person(site, chromium, NETWORK_ADMIN, "jaga")
    owner = owner_of(site, chromium)
    set_up_mail(owner, site, collector, mailbox.port)
    route_to(owner, site, "jaga")
    owner.context.close()
    admin.goto(site.url + "/account/")
    admin.get_by_label("E-mail").fill("jaga@example.go.id")
    admin.locator("form", has=admin.get_by_label("E-mail")).get_by_role("button", name="Keep").click()
    main(admin, "jaga: warnings and worse, by Surel kantor")

    collector.goes_down(OF_MARKET)
    collector.send()
    collector.look()
    collector.send()
    (told,) = letters(mailbox, "jaga@example.go.id", MARKET)
    assert told.startswith(f"Warning: {MARKET}: 3 access points at 3 points down")
    link = told.split()[-1]
    assert link.startswith(f"{site.url}/incidents/")

    admin.goto(link)
    heading(admin, f"{MARKET}: 3 access points at 3 points down")
    expect(admin.locator("#cause")).to_contain_text("3 of the 3 access points there are down")
    work(admin, by_mouse, "power")
    clean(seen)

    other, _ = person(site, chromium, VIEWER, "wali")
    other.goto(link)
    expect(other.locator("#history")).to_contain_text(COMMENT)
    expect(other.locator(".figures")).to_contain_text("jaga")
    expect(other.locator("#messages tbody tr", has_text="Surel kantor")).to_have_count(1)
    expect(other.locator("main").get_by_role("button")).to_have_count(0)
    other.context.close()

    collector.comes_back(OF_MARKET)
    collector.look()
    collector.send()
    collector.send()
    assert [one.partition("\n")[0] for one in letters(mailbox, "jaga@example.go.id", MARKET)[1:]] == [
        f"{MARKET}: up again after 13 min"
    ]
    admin.reload()
    heading(admin, f"{MARKET}: up again after 13 min")
    admin.context.close()

    officer, seen = person(site, chromium, CONTRACT_OFFICER, "kontrak")
    officer.goto(link)
    officer.locator("#contracts a.button").first.click()
    expect(officer.get_by_label("Codes of the points")).to_have_value(re.compile(r"TS-0013\s+TS-0014\s+TS-0016"))
    for label in ("From", "To"):
        expect(officer.get_by_label(label, exact=True)).not_to_have_value("")
    expect(officer.get_by_label("Reason")).to_have_value("power")
    expect(officer.get_by_label("Note")).to_have_value(f"Incident #{link.rpartition('/')[2]}")
    officer.context.close()
    clean(seen)


Press = Callable[[Page, str, str], None]
"""Comes to what the selector says, and types, chooses, or, given nothing, presses."""


def by_mouse(page: Page, to: str, what: str) -> None:
    place = page.locator(to).first
    if not what:
        place.click()
    elif to == "#reason":
        place.select_option(what)
    else:
        place.fill(what)


def by_keys(page: Page, to: str, what: str) -> None:
    walk(page, to)
    if what:
        page.keyboard.type(what)
    else:
        page.keyboard.press("Enter")


def work(page: Page, press: Press, reason: str) -> None:
    """What somebody does about an incident on its page."""
    press(page, ACKNOWLEDGE, "")
    expect(page.get_by_role("button", name="Take the acknowledgement back")).to_be_visible()
    press(page, TAKE, "")
    expect(page.get_by_role("button", name="I take it")).to_have_count(0)
    press(page, "#reason", reason)
    press(page, "#note", NOTE)
    press(page, "#work [type=submit]", "")
    expect(page.locator("#history")).to_contain_text(NOTE)
    press(page, "#note", COMMENT)
    press(page, "#work [type=submit]", "")
    expect(page.locator("#history")).to_contain_text(COMMENT)
    for step in ("Acknowledged", "Assigned", "Reason given"):
        expect(page.locator("#history")).to_contain_text(step)


def test_an_incident_is_worked_on_by_keys_alone(site: Site, chromium: Browser, collector: Collecting) -> None:
    page, seen = person(site, chromium, NETWORK_ADMIN, "tombol")
    collector.goes_down(OF_PARK)
    page.goto(site.url + "/incidents?which=open")
    walk(page, ".skip")
    page.keyboard.press("Enter")
    walk(page, f"a[href='/incidents/{incident_of(collector, OF_PARK[0])}']")
    page.keyboard.press("Enter")
    heading(page, f"{PARK}: 3 access points at 3 points down")
    work(page, by_keys, "Fib")
    expect(page.locator("#reason")).to_have_value("fibre_cut")
    page.context.close()
    clean(seen)


def test_an_incident_is_worked_on_by_phone_without_javascript(
    site: Site, chromium: Browser, collector: Collecting
) -> None:
    collector.goes_down(OF_SCHOOL)
    page, seen = person(site, chromium, NETWORK_ADMIN, "polos", javascript=False, size="phone")
    page.goto(site.url + "/incidents")
    fits(page)
    page.get_by_role("link", name=SCHOOL).first.click()
    fits(page)
    work(page, by_mouse, "device")
    fits(page)
    page.context.close()
    clean(seen)


def fits(page: Page) -> None:
    """Nothing lies beside the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def incident_of(collector: Collecting, name: str) -> int:
    ap_id = collector.site.world.access_points[name]
    newest = select(IncidentMember.incident_id).where(IncidentMember.ap_id == ap_id)
    with reading(collector.engine) as session:
        return session.scalars(newest.order_by(IncidentMember.id.desc())).first() or 0


def run(site: Site, line: str) -> dict[str, object]:
    """As the shell and curl would, at the site instead of the address that the line names."""
    words = shlex.split(line)
    headers = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    data = words[words.index("-d") + 1].encode() if "-d" in words else None
    url = site.url + re.sub(r"^http://[^/]+", "", words[-1])
    with urlopen(Request(url, data, headers)) as answer:  # the site of the tests
        said: dict[str, object] = json.load(answer)
        return said


def test_another_agency_opens_and_closes_a_ticket(site: Site, chromium: Browser) -> None:
    page = owner_of(site, chromium)
    page.goto(site.url + "/alerts/ticket-sources/")
    page.get_by_label("Name").first.fill("Dinas Perhubungan")
    page.get_by_role("button", name="Make the secret").click()
    ask, open_, close = page.locator(".link-box", has_text="curl").all_inner_texts()
    assert run(site, ask)["total"] == 0
    opened = run(site, open_.replace("TS-0001", "TS-0003"))
    assert opened["ticket"]["incident"] == 1  # type: ignore[index]

    page.goto(site.url + "/incidents/1")
    ticket = page.locator("#tickets li", has_text="4711")
    expect(ticket).to_contain_text("Kabel putus")
    expect(page.locator("#history")).to_contain_text("Dinas Perhubungan 4711")
    run(site, close)
    page.reload()
    expect(ticket).to_contain_text("Closed")
    heading(page, re.compile("down$"))  # a ticket closes no incident
    page.context.close()


def test_an_outage_within_recurring_maintenance_is_no_incident(
    site: Site, chromium: Browser, collector: Collecting
) -> None:
    """The last one here: its devices fall silent when the window has begun, which is not yet."""
    begin = int(time()) // 60 * 60 + 1800
    local = datetime.fromtimestamp(begin, ZONE)
    page, seen = person(site, chromium, NETWORK_ADMIN, "rencana")
    page.goto(site.url + "/maintenance?point=TS-0026")
    page.get_by_label("Reason").fill("Ganti baterai")
    page.get_by_label("Comes again").select_option("weekly")
    page.get_by_label(f"{local:%A}").check()
    page.get_by_label("Begins at").fill(f"{local:%H:%M}")
    page.get_by_label("Minutes").fill("60")
    page.get_by_label("First day").fill(f"{local:%Y-%m-%d}")
    page.get_by_role("button", name="Announce").click()
    main(page, "The series is announced.")
    expect(page.get_by_role("region", name="Coming").locator("tr", has_text="Ganti baterai").first).to_be_visible()

    collector.until(begin + 60)
    collector.goes_down((WORKED_ON, BESIDE))
    assert (incident_of(collector, WORKED_ON), incident_of(collector, BESIDE) > 0) == (0, True)
    page.goto(site.url + "/incidents?point=TS-0026")
    main(page, "No incident matches")
    page.context.close()
    clean(seen)
