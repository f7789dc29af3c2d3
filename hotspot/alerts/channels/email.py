"""E-mail by SMTP: plain text, one thread for each incident, marked as written by a machine."""

from hotspot.alerts.channels import typed
from hotspot.alerts.channels.channel import Channel, ChannelError, Checked, Config, Field, Outgoing
from hotspot.alerts.guard import Guard
from hotspot.analytics.import_row import N_, reject

SECURITY = (
    ("starttls", N_("STARTTLS (usually port 587)")),
    ("tls", N_("TLS (usually port 465)")),
    ("none", N_("None: everything travels in clear")),
)
PORTS = {"starttls": 587, "tls": 465, "none": 25}
FIELDS = (
    Field("host", N_("Server"), N_("Name or address of the SMTP server; it may be a private one."), required=True),
    Field("security", N_("Encryption"), default="starttls", choices=SECURITY, required=True),
    Field("port", N_("Port"), N_("Empty: the usual one of the encryption.")),
    Field("user", N_("User"), N_("Empty: the server asks for none.")),
    Field("password", N_("Password"), secret=True),
    Field("from", N_("Sender"), N_("The address that messages come from."), required=True),
    Field(
        "to",
        N_("Recipients of the channel itself"),
        N_("By commas; for routes that name this channel and no person."),
    ),
)


def check(config: Config, _: Guard) -> Checked:
    security = typed.chosen(config, "security", SECURITY, "starttls")
    user = typed.line(config, "user")
    password = typed.line(config, "password")
    if password and security == "none":
        reject("password", N_("no password in clear: choose an encryption"))
    if password and not user:
        reject("user", N_("a password without a user"))
    return {
        "host": typed.host(config, "host"),
        "security": security,
        "port": typed.port(config, "port", PORTS[security]),
        "user": user,
        "password": password,
        "from": typed.mail("from", typed.needed(config, "from")),
        "to": typed.mails(config, "to"),
    }


def hint(config: Config) -> str:
    return f"{config['host']}:{config['port']}"


def address(text: str) -> str:
    return typed.mail("address", text)


def send(config: Config, outgoing: Outgoing, _: Guard) -> str:
    raise ChannelError("e-mail is not sent yet", retry=True)


CHANNEL = Channel(
    "email", N_("E-mail"), FIELDS, check, hint, send, address, address_help=N_("Such as name@example.go.id.")
)
