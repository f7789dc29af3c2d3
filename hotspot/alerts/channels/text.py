"""The text of a message as a channel may carry it, and what the other side said as a log may keep it."""

import re
import socket
import ssl
import unicodedata
from collections.abc import Iterable

from hotspot.alerts.channels.channel import Outgoing
from hotspot.alerts.channels.typed import MAIL

LONGEST_SUBJECT, LONGEST_BODY, LONGEST_SAID = 200, 20_000, 200
CUT = "…"
UNSEEN = ("Cc", "Cs", "Zl", "Zp")
OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # of the direction of writing
# Telephone numbers, also in groups as people write them, and numbers of chats.
DIGITS = re.compile(r"\+\d[\d -]{6,}\d|\b08\d\d?(?:[ -]?\d{2,4}){2,3}|\d{7,}", re.ASCII)


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + CUT


def seen(text: str, kept: str = "") -> str:
    """Without what no eye sees; such characters forge headers and turn the rest of a line around."""
    return "".join(
        letter
        for letter in text
        if letter in kept or not (unicodedata.category(letter) in UNSEEN or letter in OVERRIDES)
    )


def subject(outgoing: Outgoing) -> str:
    """One line."""
    return cut(seen(" ".join(outgoing.subject.split())), LONGEST_SUBJECT)


def body(outgoing: Outgoing, most: int = LONGEST_BODY) -> str:
    """With the address of the page below, unless the text has it."""
    text = seen(outgoing.body.replace("\r\n", "\n").replace("\r", "\n"), kept="\n\t").strip()
    url = "" if not outgoing.url or outgoing.url in text else f"\n\n{outgoing.url}"
    return (cut(text, most - len(url)) + url).strip()


def said(text: str | bytes, secrets: Iterable[str] = ()) -> str:
    """One short line of what the other side said, without addresses, numbers of people and what is secret."""
    line = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    line = seen(" ".join(line[:5000].split()))
    for secret in filter(None, secrets):
        line = line.replace(secret, CUT)
    return cut(DIGITS.sub(CUT, MAIL.sub(CUT, line)), LONGEST_SAID)


def trouble(error: Exception) -> str:
    """Why a server could not be spoken with, as somebody can act on it."""
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens at its port"
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {said(error.verify_message)}"
    return said(str(getattr(error, "strerror", None) or error) or type(error).__name__)
