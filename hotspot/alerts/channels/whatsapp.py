"""WhatsApp: by Meta's cloud with a template that Meta accepted, or by the gateway that the city rents."""

import re

from hotspot.alerts.channels import typed
from hotspot.alerts.channels.channel import Channel, ChannelError, Checked, Config, Field, Outgoing
from hotspot.alerts.guard import Guard
from hotspot.analytics.import_row import N_, reject

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}", re.ASCII)
FIELDS = (
    Field("token", N_("Token"), N_("Of Meta's cloud, or of the gateway."), secret=True, required=True),
    Field("phone_id", N_("Number id of the sender"), N_("Of Meta's cloud; empty with a gateway.")),
    Field("template", N_("Template"), N_("Accepted by Meta, with one variable in its body: the message.")),
    Field("gateway", N_("Address of a gateway"), N_("Such as https://example.com/send; empty for Meta's cloud.")),
    Field("to_name", N_("Field of the number"), N_("As the gateway calls it."), default="target"),
    Field("text_name", N_("Field of the text"), N_("As the gateway calls it."), default="message"),
    Field("to", N_("Number of the channel itself"), N_("For routes that name this channel and no person.")),
)


def check(config: Config, guard: Guard) -> Checked:
    gateway, phone_id = typed.line(config, "gateway"), typed.line(config, "phone_id")
    if gateway:
        gateway = typed.web_address(config, "gateway", guard)
    elif not (phone_id.isascii() and phone_id.isdigit()):
        reject("phone_id", N_("the number id is needed where there is no gateway"))
    to = typed.line(config, "to")
    return {
        "token": typed.needed(config, "token"),
        "phone_id": phone_id,
        "template": name(config, "template", ""),
        "gateway": gateway,
        "to_name": name(config, "to_name", "target"),
        "text_name": name(config, "text_name", "message"),
        "to": typed.telephone("to", to) if to else "",
    }


def name(config: Config, field: str, default: str) -> str:
    value = typed.line(config, field) or default
    if value and not NAME.fullmatch(value):
        reject(field, N_("only letters, digits, - and _"))
    return value


def hint(config: Config) -> str:
    return config["gateway"].split("/")[2] if config["gateway"] else f"Meta …{config['phone_id'][-4:]}"


def address(text: str) -> str:
    return typed.telephone("address", text)


def send(config: Config, outgoing: Outgoing, guard: Guard) -> str:
    raise ChannelError("WhatsApp is not sent yet", retry=True)


CHANNEL = Channel(
    "whatsapp", N_("WhatsApp"), FIELDS, check, hint, send, address, address_help=N_("Such as +62 812 3456 789.")
)
