"""A signed webhook: JSON to another system, such as the city's command centre."""

from urllib.parse import urlsplit

from hotspot.alerts.channels import typed
from hotspot.alerts.channels.channel import Channel, ChannelError, Checked, Config, Field, Outgoing
from hotspot.alerts.guard import Guard
from hotspot.analytics.import_row import N_, reject

SHORTEST = 24
FIELDS = (
    Field("url", N_("Address"), N_("Messages are sent there by POST, over HTTPS."), required=True),
    Field(
        "secret",
        N_("Secret"),
        N_("Known to both sides; messages are signed with it. At least 24 characters."),
        secret=True,
        required=True,
    ),
)


def check(config: Config, guard: Guard) -> Checked:
    secret = typed.needed(config, "secret")
    if len(secret) < SHORTEST:
        reject("secret", N_("shorter than %(least)s characters"), least=SHORTEST)
    return {"url": typed.web_address(config, "url", guard), "secret": secret}


def hint(config: Config) -> str:
    return urlsplit(config["url"]).hostname or ""


def send(config: Config, outgoing: Outgoing, guard: Guard) -> str:
    raise ChannelError("webhooks are not sent yet", retry=True)


CHANNEL = Channel("webhook", N_("Webhook"), FIELDS, check, hint, send)
