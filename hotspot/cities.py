"""Several cities in one installation: each is a folder `cities/<slug>` of the data folder, with everything of its own.

Without such a folder the data folder itself is the one city.
"""

import re
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from hotspot.settings import SettingError, Settings, check, read_file

FOLDER, REMOVED = "cities", "removed"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
LONGEST = 40
# Addresses of the installation itself, and what programs ask any host for.
RESERVED = frozenset(
    {"static", "api", "healthz", "readyz", "metrics", "public", "link", "sign-in", "cities", "city", "admin", "www"}
)
# A city's database, secrets and addresses are nobody else's: they are never taken from the installation.
OWN = frozenset({"database_url", "secret_key", "public_url", "hosts", "trap_port", "trap_communities", "heartbeat_url"})
# One process serves every city: these are said once, for the installation.
SHARED = frozenset({"data_dir", "city", "bind", "web_workers", "web_threads", "trusted_proxies"})


def is_slug(text: str) -> bool:
    """Whether a city may be named so in an address: letters a to z, digits, single hyphens between them."""
    return len(text) <= LONGEST and SLUG.fullmatch(text) is not None and text not in RESERVED


def home(installation: Settings, slug: str) -> Path:
    return installation.folder / FOLDER / slug


def slugs(installation: Settings) -> list[str]:
    """The cities, by name; folders of any other name are none."""
    try:
        found = sorted((installation.folder / FOLDER).iterdir())
    except OSError:
        return []
    return [path.name for path in found if is_slug(path.name) and path.is_dir()]


def strangers(installation: Settings) -> list[str]:
    """What lies among the cities and is none."""
    try:
        found = sorted((installation.folder / FOLDER).iterdir())
    except OSError:
        return []
    return [path.name for path in found if not (is_slug(path.name) and path.is_dir())]


def settings_of(installation: Settings, slug: str) -> Settings:
    """Of a city: its own hotspot.toml over what holds for all; raises SettingError."""
    folder = home(installation, slug)
    if not is_slug(slug) or not folder.is_dir():
        raise SettingError(f"there is no city {slug!r:.60}; {told(slugs(installation))}")
    own = read_file(None, folder)
    wrong = sorted(own.keys() & SHARED)
    if wrong:
        raise SettingError(f"{folder / 'hotspot.toml'}: {wrong[0]} belongs to the installation, not to a city")
    shared = {item.name: getattr(installation, item.name) for item in fields(Settings) if item.name not in OWN}
    place = {"public_url": f"{installation.address}/{slug}", "data_dir": str(folder), "city": slug}
    made = Settings(**(shared | place | own))
    try:
        check(made)
    except SettingError as error:
        raise SettingError(f"{folder / 'hotspot.toml'}: {error}") from error
    return made


def hosts(city: Settings) -> tuple[str, ...]:
    """Names of hosts at which the city is served without its prefix."""
    return tuple(name.strip().lower() for name in city.hosts.split(",") if name.strip())


def chosen(installation: Settings) -> Settings:
    """The city that a command works on: the one named, or the only one; raises SettingError when neither is clear."""
    if installation.city:
        return settings_of(installation, installation.city)
    found = slugs(installation)
    if not found:
        return installation
    if len(found) > 1:
        raise SettingError(f"say which city by --city SLUG or HOTSPOT_CITY; {told(found)}")
    return settings_of(installation, found[0])


def told(found: Sequence[str]) -> str:
    return f"there are: {', '.join(found)}" if found else "this installation has no folder of cities"
