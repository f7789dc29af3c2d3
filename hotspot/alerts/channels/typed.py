"""What people type into the fields of channels, checked: lines, hosts, ports, e-mail addresses, telephone numbers."""

import re
import unicodedata
from urllib.parse import urlsplit

from hotspot.alerts.channels.channel import Config
from hotspot.alerts.guard import ForbiddenError, Guard
from hotspot.analytics.import_row import N_, reject

LONGEST = 500
NOTHING = N_("empty")
MAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}", re.ASCII)
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9a-f:.]{2,45}", re.ASCII)
TELEPHONE = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
NO_TELEPHONE = N_("%(value)s is no telephone number with its country, such as +62 812 3456 789")


def line(config: Config, name: str, *, longest: int = LONGEST) -> str:
    """Trimmed; raises RejectedError for what is longer or has a control character within."""
    value = config.get(name, "").strip()
    if len(value) > longest:
        reject(name, N_("longer than %(most)s characters"), most=longest)
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in value):
        reject(name, N_("has a character that can't be seen"))
    return value


def needed(config: Config, name: str, *, longest: int = LONGEST) -> str:
    return line(config, name, longest=longest) or reject(name, NOTHING)


def chosen(config: Config, name: str, choices: tuple[tuple[str, str], ...], default: str) -> str:
    value = config.get(name) or default
    return value if value in dict(choices) else reject(name, N_("choose one of the list"))


def host(config: Config, name: str) -> str:
    value = needed(config, name, longest=253).lower().rstrip(".")
    if not HOST.fullmatch(value):
        reject(name, N_("%(value)s is no host name"), value=value)
    return value


def port(config: Config, name: str, default: int) -> str:
    value = line(config, name) or str(default)
    if not (value.isascii() and value.isdigit() and 0 < int(value[:9]) < 65_536):
        reject(name, N_("%(value)s is no port"), value=value[:20])
    return str(int(value))


def mail(name: str, value: str) -> str:
    value = value.strip()
    if len(value) > 254 or not MAIL.fullmatch(value):
        reject(name, N_("%(value)s is no e-mail address"), value=value[:100])
    return value


def mails(config: Config, name: str, most: int = 20) -> str:
    """Several by commas; empty for none."""
    found = [mail(name, one) for one in line(config, name, longest=5000).split(",") if one.strip()]
    if len(found) > most:
        reject(name, N_("more than %(most)s"), most=most)
    return ", ".join(found)


def telephone(name: str, value: str) -> str:
    """In the form of E.164; a number that begins with 0 is taken for an Indonesian one."""
    digits = re.sub(r"[\s().-]", "", value)
    digits = f"+62{digits[1:]}" if digits.startswith("0") else digits
    if not TELEPHONE.fullmatch(digits):
        reject(name, NO_TELEPHONE, value=value.strip()[:40])
    return digits


def web_address(config: Config, name: str, guard: Guard) -> str:
    """An address over HTTPS at a host that messages may go to; raises RejectedError with the reason."""
    value = needed(config, name, longest=2000)
    try:
        parts = urlsplit(value)
        found, number = parts.hostname or "", parts.port or 443
    except ValueError:
        found, number, parts = "", 0, urlsplit("")
    if not value.isascii() or " " in value or not HOST.fullmatch(found) or not number:
        reject(name, N_("this is no address such as https://example.go.id/hotspot"))
    if parts.username is not None or parts.password is not None or parts.fragment:
        reject(name, N_("an address without user, password and #"))
    if parts.scheme != "https" and not (parts.scheme == "http" and guard.names(found)):
        reject(name, N_("only addresses that begin with https://"))
    try:
        guard.addresses(found, number)
    except ForbiddenError as error:
        reject(name, N_("no messages go there: %(why)s"), why=str(error))
    except (OSError, UnicodeError):
        reject(name, N_("the name %(host)s is not known"), host=found)
    return value
