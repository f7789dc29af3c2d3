"""Telegram: a bot that writes to persons and groups who let it in."""

import re
from urllib.parse import quote

from hotspot.alerts.channels import typed
from hotspot.alerts.channels.apprise import apprised
from hotspot.alerts.channels.channel import Channel, ChannelError, Checked, Config, Field, Outgoing
from hotspot.alerts.channels.text import body, subject
from hotspot.alerts.guard import Guard
from hotspot.analytics.import_row import N_, reject

TOKEN = re.compile(r"[0-9]{6,12}:[A-Za-z0-9_-]{30,60}", re.ASCII)
CHAT = re.compile(r"-?[0-9]{4,16}|@[A-Za-z][A-Za-z0-9_]{3,31}", re.ASCII)
LONGEST = 3500  # of the 4,096 that Telegram takes
FIELDS = (
    Field("token", N_("Token of the bot"), N_("As @BotFather tells it."), secret=True, required=True),
    Field("chat", N_("Chat of the channel itself"), N_("For routes that name this channel and no person.")),
)


def check(config: Config, _: Guard) -> Checked:
    token = typed.needed(config, "token")
    if not TOKEN.fullmatch(token):
        reject("token", N_("this is no token of a bot"))
    return {"token": token, "chat": chat("chat", typed.line(config, "chat"))}


def chat(name: str, text: str) -> str:
    text = text.strip()
    if text and not CHAT.fullmatch(text):
        reject(name, N_("%(value)s is no number of a chat and no @name of a group"), value=text[:40])
    return text


def hint(config: Config) -> str:
    return f"bot {config['token'].partition(':')[0]}"


def address(text: str) -> str:
    return chat("address", text) or reject("address", typed.NOTHING)


def send(config: Config, outgoing: Outgoing, guard: Guard) -> str:
    to = outgoing.to or config["chat"]
    if not to:
        raise ChannelError("the channel has no chat of its own", retry=False, sick=False)
    url = f"tgram://{config['token']}/{quote(to, safe='@-')}/?format=text&preview=no"
    return apprised(url, subject(outgoing), body(outgoing, LONGEST), guard, gone=(400, 403))


CHANNEL = Channel(
    "telegram",
    N_("Telegram"),
    FIELDS,
    check,
    hint,
    send,
    address,
    address_help=N_("The number of your chat with the bot; write to the bot first, or it may not write to you."),
)
