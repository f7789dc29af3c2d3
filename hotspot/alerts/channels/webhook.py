"""A signed webhook: JSON to another system, such as the city's command centre."""

import hmac
import json
from urllib.parse import urlsplit

from hotspot import clock
from hotspot.alerts.channels import typed
from hotspot.alerts.channels.call import call
from hotspot.alerts.channels.channel import Channel, Checked, Config, Field, Outgoing
from hotspot.alerts.channels.text import subject
from hotspot.alerts.guard import Guard
from hotspot.analytics.import_row import N_, reject

SHORTEST = 24
FIELDS = (
    Field("url", N_("Address"), N_("Messages are sent there by POST, over HTTPS."), required=True),
    Field(
        "secret",
        N_("Secret"),
        N_("Messages are signed with it. Empty: one is made, and shown once."),
        secret=True,
        rotates=True,
    ),
)


def check(config: Config, guard: Guard) -> Checked:
    secret = typed.needed(config, "secret")
    if len(secret) < SHORTEST:
        reject("secret", N_("shorter than %(least)s characters"), least=SHORTEST)
    old = {name: config[name] for name in ("old_secret", "old_secret_until") if config.get(name)}
    return {"url": typed.web_address(config, "url", guard), "secret": secret, **old}


def hint(config: Config) -> str:
    return urlsplit(config["url"]).hostname or ""


def send(config: Config, outgoing: Outgoing, guard: Guard) -> str:
    """Each try is signed anew, with its own instant; the key stays the same."""
    now = clock.now()
    body = payload(outgoing).encode()
    answer = call(
        guard,
        config["url"],
        body=body,
        headers={
            "Content-Type": "application/json",
            "User-Agent": "Hotspot",
            "Idempotency-Key": outgoing.key,
            "Hotspot-Event": outgoing.event,
            "Hotspot-Timestamp": str(now),
            "Hotspot-Signature": ",".join(signature(secret, now, body) for secret in secrets(config, now)),
        },
    )
    return f"{answer.status} {answer.text}".strip()


def signature(secret: str, at: int, body: bytes) -> str:
    return "v1=" + hmac.digest(secret.encode(), f"{at}.".encode() + body, "sha256").hex()


def secrets(config: Config, now: int) -> list[str]:
    """The new one, and for a day after it was replaced the old one, so that both sides need not change at once."""
    old = config.get("old_secret") if int(config.get("old_secret_until") or 0) > now else None
    return [config["secret"], *([old] if old else [])]


def payload(outgoing: Outgoing) -> str:
    """The message itself where nothing else was to be said."""
    return outgoing.payload or json.dumps(
        {
            "key": outgoing.key,
            "event": outgoing.event,
            "severity": outgoing.severity,
            "subject": subject(outgoing),
            "text": outgoing.body,
            "url": outgoing.url,
            "at": outgoing.at,
        },
        ensure_ascii=False,
    )


CHANNEL = Channel("webhook", N_("Webhook"), FIELDS, check, hint, send)
