"""People of each role in browsers of their own, who read English and come in by the door."""

from playwright.sync_api import Browser, Page

from hotspot.settings import Settings
from hotspot.store.base import make_engine
from tests.browser.site import Seen, Site, watch
from tests.hotspot.web.visitor import PASSWORD, make_account

PATIENCE_MS = 10_000


def stranger(site: Site, chromium: Browser, *, javascript: bool = True, size: str = "desktop") -> tuple[Page, Seen]:
    """Somebody who is not signed in; what the page must not do is collected beside it."""
    context = site.open(chromium, javascript=javascript, size=size)
    context.clear_cookies()
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    return page, watch(page, site.url)


def english(page: Page, site: Site) -> None:
    page.context.add_cookies([{"name": "language", "value": "en", "url": site.url}])


def person(
    site: Site, chromium: Browser, role: str, name: str, *, javascript: bool = True, size: str = "desktop"
) -> tuple[Page, Seen]:
    """A new account of this role, signed in with its password."""
    engine = make_engine(Settings(data_dir=str(site.folder)).database)
    make_account(engine, name, role)
    engine.dispose()
    page, seen = stranger(site, chromium, javascript=javascript, size=size)
    english(page, site)
    page.goto(site.url + "/sign-in")
    come_in(page, name)
    return page, seen


def come_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def clean(seen: Seen) -> None:
    assert (seen.elsewhere, seen.told) == ([], [])
