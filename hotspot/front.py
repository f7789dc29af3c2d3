"""What answers first where an installation has several cities: hands each request to the application of its city.

A city's application is made when it is first asked for. It has its own engine, cookie and keys, and shares only code.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.middleware.proxy_fix import ProxyFix

from hotspot import cities, clock
from hotspot.application import STATIC, TEMPLATES, build
from hotspot.settings import SettingError, Settings
from hotspot.store.db import db
from hotspot.store.several import look_at
from hotspot.web import directory

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

log = logging.getLogger(__name__)
MOST_KEPT = 32  # applications: 2 to 16 MiB each, by how many of its pages are asked for
IDLE_S = 60  # then an application gives its connections back
AGAIN_S = 5  # between two tries to open a city that can't be served
HOSTS_S = 5  # between two looks for host names

Stamp = tuple[int | None, ...]


@dataclass(slots=True)
class Kept:
    """An application, or why there is none."""

    app: "Flask | None"
    stamp: Stamp
    used_at: float
    connected: bool = True


@dataclass(slots=True)
class Front:
    """The WSGI application of the installation. Cities may be added, changed and removed while it serves."""

    installation: Settings
    kept: OrderedDict[str, Kept] = field(default_factory=OrderedDict)  # the one asked longest ago first
    by_host: dict[str, str] = field(default_factory=dict)
    hosts_at: float = -HOSTS_S
    lock: threading.Lock = field(default_factory=threading.Lock)
    making: threading.Lock = field(default_factory=threading.Lock)
    directory: "Flask" = field(init=False)

    def __post_init__(self) -> None:
        self.directory = directory.build(self.installation, TEMPLATES, STATIC)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        slug, prefixed = self.whose(environ)
        if not slug:
            return self.directory(environ, start_response)
        app = self.app_of(slug)
        if app is None:
            environ[directory.UNAVAILABLE] = True
            return self.directory(environ, start_response)
        if prefixed:
            shift(environ, slug)
        return app(environ, start_response)

    def whose(self, environ: "WSGIEnvironment") -> tuple[str, bool]:
        """The city a request is for, and whether its address begins with the city; no city: the installation's."""
        host = str(environ.get("HTTP_HOST", "")).rpartition("@")[2].partition(":")[0].rstrip(".").lower()
        slug = self.hosts().get(host, "")
        if slug:
            return slug, False
        first, slash, _ = str(environ.get("PATH_INFO", "")).removeprefix("/").partition("/")
        if not cities.is_slug(first) or not cities.home(self.installation, first).is_dir():
            return "", False
        return (first, True) if slash else ("", False)  # the directory leads /city to /city/

    def hosts(self) -> dict[str, str]:
        if time.monotonic() - self.hosts_at >= HOSTS_S:
            self.hosts_at = time.monotonic()
            self.by_host = hosts_of(self.installation)
        return self.by_host

    def app_of(self, slug: str) -> "Flask | None":
        """None when the city can't be served; the log says why."""
        stamp = stamp_of(cities.home(self.installation, slug))
        kept = self.fresh(slug, stamp)
        if kept is None:
            with self.making:  # of several who ask at once, one makes it
                kept = self.fresh(slug, stamp)
                if kept is None:
                    kept = Kept(self.make(slug), stamp, time.monotonic())
                    self.keep(slug, kept)
        return kept.app

    def fresh(self, slug: str, stamp: Stamp) -> Kept | None:
        with self.lock:
            kept, now = self.kept.get(slug), time.monotonic()
            if kept is None or kept.stamp != stamp or (kept.app is None and now - kept.used_at > AGAIN_S):
                return None
            if kept.app is not None:
                kept.used_at, kept.connected = now, True
                self.kept.move_to_end(slug)
            return kept

    def make(self, slug: str) -> "Flask | None":
        try:
            settings = cities.settings_of(self.installation, slug)
            found = look_at(settings, clock.now())
            if not found.trouble:
                return build(settings)
            log.error("city %s can't be served: %s", slug, found.trouble)
        except SettingError as error:
            log.error("city %s can't be served: %s", slug, error)
        except Exception:
            log.exception("city %s can't be served", slug)
        return None

    def keep(self, slug: str, made: Kept) -> None:
        """Let go of the application before it, of those nobody asked for long, and of connections that are idle."""
        now = time.monotonic()
        with self.lock:
            let_go = [self.kept.pop(slug)] if slug in self.kept else []
            self.kept[slug] = made
            let_go += [self.kept.popitem(last=False)[1] for _ in range(len(self.kept) - MOST_KEPT)]
            let_go += [one for one in self.kept.values() if one.connected and now - one.used_at > IDLE_S]
        for one in let_go:
            one.connected = False
            if one.app is not None:
                disconnect(one.app)


def disconnect(app: "Flask") -> None:
    """Forget its pages, close its idle connections; one that a request uses is closed when that is answered."""
    app.extensions.pop("kept", None)
    with app.app_context():
        db.engine.dispose()


def shift(environ: "WSGIEnvironment", slug: str) -> None:
    """The city's prefix belongs to where the application is, not to what is asked of it (PEP 3333)."""
    environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{slug}"
    environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(f"/{slug}")


def stamp_of(folder: Path) -> Stamp:
    """Another one when the folder, its settings or its database file is another."""
    return (inode(folder), changed(folder / "hotspot.toml"), inode(folder / "hotspot.sqlite"))


def inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None


def changed(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


def hosts_of(installation: Settings) -> dict[str, str]:
    """The city of each host name; of two that claim one, the first by name has it, and the doctor tells."""
    found: dict[str, str] = {}
    for slug in cities.slugs(installation):
        try:
            names = cities.hosts(cities.settings_of(installation, slug))
        except SettingError:
            continue
        for name in names:
            found.setdefault(name, slug)
    return found


def create_front(installation: Settings) -> "WSGIApplication":
    """Behind reverse proxies their word about the host counts before a city is chosen by it."""
    front: Any = Front(installation)
    hops = installation.trusted_proxies
    return ProxyFix(front, x_for=hops, x_proto=hops, x_host=hops) if hops else front
