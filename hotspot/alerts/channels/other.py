"""Other services, by an Apprise address: chats, push messages, text messages."""

import re
from urllib.parse import parse_qs, urlsplit

from hotspot.alerts.channels import typed
from hotspot.alerts.channels.apprise import apprised
from hotspot.alerts.channels.channel import Channel, Checked, Config, Field, Outgoing
from hotspot.alerts.channels.text import body, subject
from hotspot.alerts.guard import Guard
from hotspot.analytics.import_row import N_, reject

# Those that speak HTTPS and nothing else. The others write to this machine (dbus, gnome, syslog), run a program, read
# files of this machine (fcm, vapid) or speak a protocol of their own; e-mail, webhooks and WhatsApp have theirs here.
SCHEMES = frozenset((
    "46elks", "atalk", "bulksms", "clickatell", "d7sms", "discord", "dingtalk", "feishu", "gchat", "goalerts",
    "gotifys", "guilded", "gupshup", "infobip", "lark", "line", "mmosts", "msg91", "msgbird", "nctalks", "nexmo",
    "ntfys", "onesignal", "opsgenie", "pagerduty", "pbul", "plivo", "pover", "rockets", "ryver", "seven", "signals",
    "signl4", "sinch", "slack", "squadcast", "telnyx", "threema", "twilio", "twist", "victorops", "vonage", "webex",
    "wecombot", "whapi", "workflow", "workflows", "wxteams", "zalo", "zulip",
))  # fmt: skip
LONGEST = 4000
REFUSED = frozenset(("template", "verify", "attach", "key", "keyfile", "include"))  # files of ours; TLS unchecked
FIELDS = (
    Field(
        "url",
        N_("Apprise address"),
        N_("Such as slack://…, ntfys://… or discord://…; the whole address is kept secret."),
        secret=True,
        required=True,
    ),
)


def check(config: Config, _: Guard) -> Checked:
    url = typed.needed(config, "url", longest=2000)
    scheme = url.partition("://")[0].lower()
    if not re.fullmatch(r"[0-9a-z_]+://\S+", url, re.ASCII | re.IGNORECASE) or scheme not in SCHEMES:
        reject("url", N_("none of the services here: %(services)s"), services=", ".join(sorted(SCHEMES)))
    try:
        wrong = sorted(REFUSED & {name.lower() for name in parse_qs(urlsplit(url).query, keep_blank_values=True)})
    except ValueError:
        reject("url", N_("this is no address"))
    if wrong:
        reject("url", N_("%(name)s= may not be said in the address"), name=wrong[0])
    return {"url": url}


def hint(config: Config) -> str:
    return config["url"].partition("://")[0].lower()


def send(config: Config, outgoing: Outgoing, guard: Guard) -> str:
    return apprised(config["url"], subject(outgoing), body(outgoing, LONGEST), guard)


CHANNEL = Channel("other", N_("Other service"), FIELDS, check, hint, send)
