"""The collectors of several cities: a process each, so that one that fails or hangs stops no other."""

import sys

from hotspot import cities
from hotspot.settings import Settings

HOTSPOT = (sys.executable, "-m", "hotspot")


def collectors(installation: Settings) -> dict[str, tuple[str, ...]]:
    """The command of each by its name, for the cities there are now."""
    return {f"collector of {slug}": (*HOTSPOT, "--city", slug, "collector") for slug in cities.slugs(installation)}
