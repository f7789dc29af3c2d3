"""Serves the application for a browser and opens pages as a signed-in person would."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize
from werkzeug.serving import make_server

from hotspot import create_app, secrets
from hotspot.clock import now
from hotspot.handover import hand_over
from hotspot.settings import Settings
from hotspot.store import sign_ins
from hotspot.store.alerts.rules import ensure_defaults
from hotspot.store.audit import seal_head, seal_key
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.migrate import migrate
from hotspot.store.models import City
from tests.browser.pages import DOORS, PAGES
from tests.hotspot.web.contracted import add_contracts
from tests.hotspot.web.controlled import settle
from tests.hotspot.web.world import World, build, today
from tests.hotspot.web.world_incidents import add_incidents
from tests.hotspot.web.world_sent import add_sent
from tests.hotspot.web.world_told import add_told
from tests.hotspot.web.world_upstreams import add_upstreams

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
VIEWPORTS: dict[str, ViewportSize] = {
    "desktop": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@dataclass(frozen=True)
class Site:
    url: str
    cookie: str  # of an admin who is signed in
    world: World
    folder: Path

    def open(self, browser: Browser, *, theme: str = "light", size: str = "desktop", **options: bool) -> BrowserContext:
        """A fresh browser of the admin, who reads Indonesian; `options` are Playwright's."""
        context = browser.new_context(
            viewport=VIEWPORTS[size],
            color_scheme="dark" if theme == "dark" else "light",
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            reduced_motion="reduce",  # else a colour may be half way to the other theme when it is judged
            java_script_enabled=options.get("javascript", True),
        )
        context.add_cookies([{"name": "hotspot", "value": self.cookie, "url": self.url}])
        return context


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))


@contextmanager
def serve(folder: Path) -> Iterator[Site]:
    """The world as it is this very minute, so that its data are fresh."""
    settings = Settings(data_dir=str(folder), secret_key="a key for tests that is long enough")
    key = secrets.master_key(settings)
    engine = make_engine(settings.database).execution_options(**seal_key(key))
    migrate(engine)
    with writing(engine) as session:
        seal_head(session)
    world = build(engine, now(), key=key, demonstration=True)
    settle(engine, world.city, now())
    contracts = add_contracts(engine, world)
    add_incidents(engine, world)
    add_told(engine, world, key)
    add_sent(engine, world, key)
    add_upstreams(engine, world)
    with writing(engine) as session:
        ensure_defaults(session, session.get_one(City, world.city), now())
    with reading(engine) as session:
        city = session.get_one(City, world.city)
    month = today(world.now).replace(day=1) - timedelta(days=1)
    hand_over(engine, key, city, contracts["K-1"], f"{month:%Y-%m}", now(), "admin")
    app = create_app(settings)
    with writing(engine) as session:
        secret = sign_ins.sign_in(session, world.accounts["admin"], now())
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.port}", serializer.dumps({"sign_in": secret}), world, folder)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        engine.dispose()


@dataclass
class Seen:
    """What a page did that it must not do."""

    elsewhere: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def watch(page: Page, url: str) -> Seen:
    seen = Seen()

    def note_request(address: str) -> None:
        if not address.startswith((url + "/", "data:")):
            seen.elsewhere.append(address)

    page.on("request", lambda request: note_request(request.url))
    page.on("console", lambda message: seen.told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen.told.append(str(error)))
    return seen


def visit(context: BrowserContext, site: Site, name: str) -> tuple[Page, Seen]:
    """A page by its name; the doors are seen by somebody who is not signed in."""
    if name in DOORS:
        context.clear_cookies()
    page = context.new_page()
    seen = watch(page, site.url)
    page.goto(site.url + {**PAGES, **DOORS}[name])
    page.wait_for_load_state("networkidle")
    return page, seen
