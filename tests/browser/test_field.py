"""A technician's phone: the nearest first, a bad line, forms that are done once, and nothing left after signing out."""

import re
import struct
import zlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine, select

from hotspot.clock import now
from hotspot.store import links
from hotspot.store.accounts import create_account, person_by_name
from hotspot.store.assignments import assign
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.models import City, PointNote, PointPhoto
from tests.browser.site import Site, watch

CODE, FAR = "TS-0003", "TS-0013"
HERE = {"latitude": -6.3131, "longitude": 106.72}  # TS-0013 is at -6.313, 106.72
KEPT = """(async () => {
  const name = (await caches.keys()).find((one) => one.startsWith("field "));
  return name ? (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname) : [];
})()"""
WAITING = """(async () => {
  const { dataset } = document.querySelector("[data-field]");
  return await window.drafts.all(window.drafts.nameOf(dataset.home, dataset.account));
})()"""
LEFT = """(async () => {
  const names = [...await caches.keys(), ...(await indexedDB.databases()).map((one) => one.name)];
  return names.filter((one) => one.startsWith("field "));
})()"""


@pytest.fixture(scope="module")
def engine(site: Site) -> Iterator[Engine]:
    made = make_engine(f"sqlite:///{site.folder / 'hotspot.sqlite'}")
    with writing(made) as session:
        city = session.get_one(City, site.world.city)
        for name in ("tini", "tono"):
            number = create_account(session, name, "technician", now()).id
            assign(session, city, [CODE, FAR], number, "no power", now=now(), actor="admin")
    yield made
    made.dispose()


def come_in(site: Site, engine: Engine, page: Page, name: str) -> None:
    with writing(engine) as session:
        person = person_by_name(session, name)
        assert person
        path = links.link_path(links.make_link(session, links.LOGIN, now(), person.id))
    page.goto(site.url + path)
    page.locator("main form button").click()
    page.wait_for_url("**/field/")


@pytest.fixture
def phone(site: Site, chromium: Browser, engine: Engine) -> Iterator[BrowserContext]:
    """Of tini, who is signed in."""
    context = site.open(chromium, size="phone")
    context.clear_cookies()
    context.set_default_timeout(8000)
    page = context.new_page()
    come_in(site, engine, page, "tini")
    until(page, f"(await {KEPT}).includes('/field/{CODE}')")
    page.close()
    yield context
    context.close()


def until(page: Page, question: str) -> None:
    """Asks what takes a promise to tell, which `wait_for_function` takes for a yes."""
    page.evaluate(f"(async () => {{ while (!({question})) await new Promise((done) => setTimeout(done, 20)); }})()")


def texts(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(PointNote.text).order_by(PointNote.id)))


def write(page: Page, text: str) -> None:
    page.locator('[data-draft="note"] textarea').fill(text)
    page.locator('[data-draft="note"] button').click()


def test_what_is_kept_without_a_line_is_sent_once(site: Site, phone: BrowserContext, engine: Engine) -> None:
    page = phone.new_page()
    phone.set_offline(True)
    page.goto(f"{site.url}/field/{CODE}")
    write(page, "kabel putus")
    expect(page.locator("[data-outbox-list] li")).to_have_count(1)
    page.goto(f"{site.url}/field/")
    expect(page.locator("[data-outbox-list] li")).to_contain_text("kabel putus")
    draft = page.evaluate(WAITING)
    phone.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-outbox]")).to_be_hidden()
    assert texts(engine) == ["kabel putus"]
    again(page, draft[0])
    expect(page.locator("[data-outbox]")).to_be_hidden()
    assert texts(engine) == ["kabel putus"]


def again(page: Page, draft: dict[str, object]) -> None:
    """As a phone whose first sending was answered to nobody, from two tabs."""
    page.evaluate(
        """async (draft) => {
          const { dataset } = document.querySelector("[data-field]");
          await window.drafts.put(window.drafts.nameOf(dataset.home, dataset.account), draft);
          dispatchEvent(new Event("online")); dispatchEvent(new Event("online"));
        }""",
        draft,
    )
    until(page, f"!(await {WAITING}).length")


def test_refused_form_stays_with_its_reason(site: Site, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(f"{site.url}/field/{CODE}")
    page.locator("details summary", has_text=re.compile("device|perangkat", re.IGNORECASE)).first.click()
    page.locator('[data-draft="swap"] [name="serial"]').fill("SN-1")
    page.locator('[data-draft="swap"] [name="ap_name"]').fill("AP-013-1")
    page.locator('[data-draft="swap"] button').click()
    expect(page.locator("[data-outbox-list] .tone-bad")).to_contain_text("AP-013-1")
    page.reload()
    expect(page.locator("[data-outbox-list] li")).to_contain_text("SN-1")
    page.locator("header .top-end details.menu summary").last.click()
    with page.expect_event("dialog") as asked:
        page.locator("form[data-leave] button").click()
    asked.value.dismiss()
    assert page.evaluate(WAITING)
    with page.expect_event("dialog") as asked:
        page.locator("form[data-leave] button").click()
    asked.value.accept()
    page.wait_for_url("**/sign-in*")
    assert left(page) == []


def test_photograph_is_made_small(site: Site, phone: BrowserContext, engine: Engine) -> None:
    page = phone.new_page()
    seen = watch(page, site.url)
    page.goto(f"{site.url}/field/{CODE}")
    page.locator('[data-draft="photo"] input[type="file"]').set_input_files(
        {"name": "foto.png", "mimeType": "image/png", "buffer": picture(3000, 1500)}
    )
    page.locator('[data-draft="photo"] button').click()
    expect(page.locator('[data-draft="photo"] [data-said]')).not_to_be_empty()
    until(page, f"!(await {WAITING}).length")
    expect(page.locator('[data-draft="photo"] input[type="file"]')).to_have_value("")
    with reading(engine) as session:
        number = session.scalars(select(PointPhoto.attachment_id)).one()
    size = page.evaluate(
        """async (id) => {
          const one = await createImageBitmap(await (await fetch(`/attachments/${id}`)).blob());
          return [one.width, one.height];
        }""",
        number,
    )
    assert size == [1600, 800]
    assert (seen.elsewhere, seen.told) == ([], [])


def picture(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_the_nearest_come_first_and_nobody_learns_where(site: Site, phone: BrowserContext) -> None:
    phone.grant_permissions(["geolocation"], origin=site.url)
    phone.set_geolocation({"latitude": HERE["latitude"], "longitude": HERE["longitude"]})
    page = phone.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + str(request.post_data_buffer or "")))
    page.goto(site.url + "/field/")
    page.wait_for_selector("[data-sort][data-sorted]")
    first = page.locator("[data-sort]").first.locator("li").first
    expect(first.locator("a.is-main")).to_have_attribute("href", f"/field/{FAR}")
    expect(first.locator("[data-far]")).to_have_text("10 m")
    assert not [one for one in asked if "6.3131" in one]


def test_nobody_sees_what_waits_for_another_and_signing_out_takes_all(
    site: Site, phone: BrowserContext, engine: Engine
) -> None:
    page = phone.new_page()
    phone.set_offline(True)
    page.goto(f"{site.url}/field/{CODE}")
    write(page, "rahasia tini")
    expect(page.locator("[data-outbox-list] li")).to_have_count(1)
    phone.clear_cookies()  # the sign-in ended
    phone.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-outbox-sign]")).to_be_visible()
    come_in(site, engine, page, "tono")
    expect(page.locator("[data-outbox]")).to_be_hidden()
    until(page, f"(await {KEPT}).includes('/field/{CODE}')")
    sign_out(page)
    assert len(left(page)) == 1  # tini's forms alone
    come_in(site, engine, page, "tini")
    until(page, f"!(await {WAITING}).length")
    assert "rahasia tini" in texts(engine)
    sign_out(page)
    assert left(page) == []


def left(page: Page) -> list[str]:
    names: list[str] = page.evaluate(LEFT)
    return names


def sign_out(page: Page) -> None:
    page.locator("header .top-end details.menu summary").last.click()
    page.locator("form[data-leave] button").click()
    page.wait_for_url("**/sign-in*")


def test_all_of_it_is_there_without_javascript(site: Site, chromium: Browser) -> None:
    context = site.open(chromium, size="phone", javascript=False)
    page = context.new_page()
    page.goto(f"{site.url}/field/{CODE}")
    page.locator('[data-draft="note"] textarea').fill("tanpa skrip")
    page.locator('[data-draft="note"] button').click()
    expect(page.locator(".notes-list li").first).to_contain_text("tanpa skrip")
    page.locator(".test-poll button").first.click()
    expect(page.locator(".test-poll a")).to_have_count(1)
    context.close()
