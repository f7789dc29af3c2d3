"""The languages of messages: the same catalogues as those of the pages, without a request."""

import gettext
from functools import cache
from pathlib import Path

from hotspot.analytics.incident_text import Voice
from hotspot.analytics.written import Writer

FOLDER = Path(__file__).resolve().parent.parent / "translations"


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """English has none: it is what the texts are written in."""
    return gettext.translation("messages", FOLDER, languages=[language], fallback=True)


def voice(language: str, zone: str) -> Voice:
    return Voice(catalogue(language).gettext, Writer(language, zone))
