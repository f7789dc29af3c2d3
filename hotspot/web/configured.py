"""The settings of the application that answers this request, and the key that its secrets are sealed with."""

from flask import current_app

from hotspot.secrets import master_key
from hotspot.settings import Settings


def settings() -> Settings:
    chosen: Settings = current_app.config["SETTINGS"]
    return chosen


def secret_key() -> bytes:
    return master_key(settings())
