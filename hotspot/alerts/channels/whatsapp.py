"""WhatsApp: by Meta's cloud with a template that Meta accepted, or by the gateway that the city rents."""

import re
from urllib.parse import quote, urlencode

from hotspot.alerts.channels import typed
from hotspot.alerts.channels.apprise import apprised
from hotspot.alerts.channels.call import call
from hotspot.alerts.channels.channel import Channel, ChannelError, Checked, Config, Field, Outgoing
from hotspot.alerts.channels.text import body, subject
from hotspot.alerts.guard import Guard
from hotspot.analytics.import_row import N_, reject

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}", re.ASCII)
REFUSED = re.compile(r'"(status|success)"\s*:\s*(false|"(false|error|failed)")', re.IGNORECASE)
LONGEST = 1000  # of the 1,024 of a template's variable
FIELDS = (
    Field("token", N_("Token"), N_("Of Meta's cloud, or of the gateway."), secret=True, required=True),
    Field("phone_id", N_("Number id of the sender"), N_("Of Meta's cloud; empty with a gateway.")),
    Field("template", N_("Template"), N_("Accepted by Meta, with one variable in its body: the message.")),
    Field(
        "gateway",
        N_("Address of a gateway"),
        N_("Such as https://example.com/send; empty for Meta's cloud."),
        leads=True,
    ),
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
    to = outgoing.to or config["to"]
    if not to:
        raise ChannelError("the channel has no number of its own", retry=False, sick=False)
    text = f"{subject(outgoing)}\n{body(outgoing, LONGEST - len(subject(outgoing)))}"
    return by_gateway(config, to, text, guard) if config["gateway"] else by_meta(config, to, text, outgoing, guard)


def by_gateway(config: Config, to: str, text: str, guard: Guard) -> str:
    """A form with two fields, and the token as Authorization: as most gateways have it."""
    form = urlencode({config["to_name"]: to.lstrip("+"), config["text_name"]: text}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": config["token"]}
    answer = call(guard, config["gateway"], body=form, headers=headers, secrets=[config["token"]])
    if REFUSED.search(answer.text):  # with a status of 200
        raise ChannelError(f"refused: {answer.text}", retry=True, sick=False)
    return f"{answer.status} {answer.text}".strip()


def by_meta(config: Config, to: str, text: str, outgoing: Outgoing, guard: Guard) -> str:
    """What a template's variable may not hold, such as ends of lines, Meta refuses."""
    template = f"{config['template']}:" if config["template"] else ""
    url = f"whatsapp://{template}{quote(config['token'], safe='')}@{config['phone_id']}/{quote(to, safe='')}/"
    if template:
        url += f"?lang={outgoing.language}&:body=1"
        text = " · ".join(" ".join(line.split()) for line in text.splitlines() if line.strip())
    return apprised(url, "", text, guard)


CHANNEL = Channel(
    "whatsapp", N_("WhatsApp"), FIELDS, check, hint, send, address, address_help=N_("Such as +62 812 3456 789.")
)
