"""The service with which a city runs its free public Wi-Fi: inventory, measured availability, rollout."""

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from hotspot.settings import Settings

try:
    __version__ = version("hotspot")
except PackageNotFoundError:  # run from a checkout that was not installed
    __version__ = "0.1.0"


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Build the web application; the collector is a process of its own (see hotspot/jobs.py)."""
    from hotspot.application import build  # the command line and the collector start without Flask

    return build(settings)
