"""Every setting of the service: name, default, meaning. Read once, at start.

Defaults < `hotspot.toml` in the data folder, or the file named by HOTSPOT_CONFIG < HOTSPOT_<NAME> or
HOTSPOT_<NAME>_FILE.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import urlsplit

PREFIX = "HOTSPOT_"
MASK = "********"
EX_CONFIG = 78  # sysexits.h: the supervisor doesn't restart a child that ends so


KINDS = {int: "whole number", str: "text"}
CHOICES = {
    "language": ("id", "en"),
    "ping": ("on", "off"),
    "password_policy": ("asvs", "bssn"),
    "second_factor": ("off", "owner", "all"),
}


class SettingError(ValueError):
    """A setting has a name or a value the service can't use; the message is one sentence naming it."""


def setting(default: Any, explanation: str, *, secret: bool = False, least: int = 0, most: int = 0) -> Any:
    return field(default=default, metadata={"help": explanation, "secret": secret, "least": least, "most": most})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field a setting; the environment variable is its name in capitals behind HOTSPOT_."""

    data_dir: str = setting("var", "folder of the database, the keys and everything else that is kept")
    city: str = setting("", "of several cities in cities/ of the data folder, the one a command works on")
    hosts: str = setting("", "in a city's own file: host names, by commas, at which it is served without its prefix")
    database_url: str = setting("", "SQLAlchemy address of the database; empty: hotspot.sqlite in the data folder")
    bind: str = setting("127.0.0.1:8080", "address and port of the pages")
    web_workers: int = setting(1, "web processes", least=1, most=64)
    web_threads: int = setting(4, "threads of each web process", least=1, most=256)
    public_url: str = setting("", "the address by which browsers reach the pages; empty: http:// and the bind address")
    trusted_proxies: int = setting(0, "reverse proxies in front whose X-Forwarded-* headers are believed", most=16)
    secret_key: str = setting("", "key of cookies and stored secrets; empty: made at first start", secret=True)
    session_hours: int = setting(12, "hours a person stays signed in without a request", least=1, most=8_760)
    password_policy: str = setting(
        "asvs", "asvs: long passwords, never renewed; bssn: also composed, and renewed every 90 days"
    )
    second_factor: str = setting("off", "who must have a second factor: off (who wants), owner, or all")
    oidc_issuer: str = setting(
        "", "OpenID provider at which people may sign in as well, such as https://sso.example.go.id"
    )
    oidc_client_id: str = setting("", "what that provider calls this service")
    oidc_client_secret: str = setting("", "the secret that it gave this service", secret=True)
    language: str = setting("id", "language when the browser names none of ours: id or en")
    poll_interval: int = setting(
        60,
        "seconds between two polls of one access point, for the city that `hotspot init` makes",
        least=5,
        most=86_400,
    )
    misses: int = setting(3, "unanswered polls in a row before an outage is recorded", least=1, most=100)
    poll_timeout: str = setting("1,2,2,2", "seconds to wait for an answer, one number a try")
    ping: str = setting("on", "on: each poll also pings the device, where the system allows it; off: none is pinged")
    trap_port: int = setting(0, "UDP port where traps and informs of devices are received; 0: nowhere", most=65_535)
    trap_communities: str = setting(
        "", "communities of traps, by commas, beside those by which devices are asked", secret=True
    )
    poll_window: int = setting(256, "requests in flight at once", least=1, most=65_536)
    storm_share: int = setting(
        50,
        "percent of the newest polls without an answer above which the collector's own link is checked",
        least=1,
        most=100,
    )
    reference_hosts: str = setting(
        "", "host:port pairs, by commas, that prove the collector's link; empty: the default gateway"
    )
    webhook_hosts: str = setting(
        "", "hosts and networks, by commas, to which webhooks may go although they are private: centre.example.go.id"
    )
    heartbeat_url: str = setting(
        "", "address that the collector calls every two minutes while it polls, for a watcher outside", secret=True
    )
    keep_polls_days: int = setting(2, "days single polls are kept as rows, before they are packed", most=3_650, least=1)
    keep_chunks_days: int = setting(400, "days packed polls are kept", least=2, most=36_500)
    keep_hours_days: int = setting(400, "days hourly figures are kept", least=7, most=36_500)
    lease_seconds: int = setting(30, "seconds after which a silent collector loses its lease", least=3, most=3_600)
    log_level: str = setting("info", "debug, info, warning or error")

    @property
    def folder(self) -> Path:
        return Path(self.data_dir)

    @property
    def database(self) -> str:
        """SQLAlchemy URL; PostgreSQL always by psycopg 3."""
        if not self.database_url:
            return f"sqlite:///{(self.folder / 'hotspot.sqlite').absolute()}"
        for scheme in ("postgresql://", "postgres://"):
            if self.database_url.startswith(scheme):
                return "postgresql+psycopg://" + self.database_url.removeprefix(scheme)
        return self.database_url

    @property
    def address(self) -> str:
        """Where a person finds the pages."""
        return self.public_url.rstrip("/") or f"http://{self.bind}"

    @property
    def tries(self) -> tuple[float, ...]:
        """Seconds to wait at each try of a request."""
        return tuple(float(part) for part in self.poll_timeout.split(","))


def load(overrides: Mapping[str, Any] | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Defaults, file, environment, then `overrides` (tests and command line); raises SettingError."""
    from_environment = read_environment(environ)
    folder = Path(str((overrides or {}).get("data_dir") or from_environment.get("data_dir") or Settings().data_dir))
    values = read_file(environ.get(f"{PREFIX}CONFIG"), folder) | from_environment
    settings = Settings(**(values | dict(overrides or {})))
    check(settings)
    return settings


def read_file(named: str | None, folder: Path) -> dict[str, Any]:
    path = Path(named) if named else folder / "hotspot.toml"
    if not path.exists():
        if named:
            raise SettingError(f"HOTSPOT_CONFIG names {path}, which does not exist")
        return {}
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingError(f"{path}: {error}") from error
    return {key: convert(key, value, f"{path}: {key}") for key, value in data.items()}


# Of this name's form, but not settings: the file of the settings, the supervisor's mark, the collectors' own command.
OTHERS = frozenset({f"{PREFIX}CONFIG", f"{PREFIX}PARENT", f"{PREFIX}COMMUNITY"})


def read_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or variable in OTHERS:
            continue
        name, value = variable.removeprefix(PREFIX).lower(), text
        if name.endswith("_file"):
            name = name.removesuffix("_file")
            if variable.removesuffix("_FILE") in environ:
                raise SettingError(f"{variable} and {variable.removesuffix('_FILE')} are both set; keep one")
            try:
                value = Path(text).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise SettingError(f"{variable}: {error.strerror}: {text}") from error
            except UnicodeDecodeError as error:
                raise SettingError(f"{variable}: {text} is not UTF-8 text") from error
        values[name] = convert(name, value, variable)
    return values


def convert(name: str, value: Any, shown: str) -> Any:
    """`value` as the type of the setting; `shown` names it in the error."""
    types = get_type_hints(Settings)
    if name not in types or name not in {item.name for item in fields(Settings)}:
        raise SettingError(f"{shown} is not a setting; `hotspot config` lists them")
    if types[name] is int and isinstance(value, str):
        with suppress(ValueError):
            value = int(value)
    if not isinstance(value, types[name]) or isinstance(value, bool):
        raise SettingError(f"{shown} is {value!r:.80}, not a {KINDS[types[name]]}")
    return value


def check(settings: Settings) -> None:
    for item in fields(settings):
        least, most, value = item.metadata["least"], item.metadata["most"], getattr(settings, item.name)
        if most and not least <= value <= most:
            raise SettingError(f"{PREFIX}{item.name.upper()} is {value}, not from {least} to {most}")
    for name, allowed in CHOICES.items():
        if (chosen := getattr(settings, name)) not in allowed:
            raise SettingError(f"{PREFIX}{name.upper()} is {chosen!r:.80}, not {' or '.join(allowed)}")
    check_addresses(settings)
    if settings.log_level not in ("debug", "info", "warning", "error"):
        raise SettingError(f"HOTSPOT_LOG_LEVEL is {settings.log_level!r}, not debug, info, warning or error")
    try:
        usable = all(0.05 <= wait <= 60 for wait in settings.tries)
    except ValueError:
        usable = False
    if not usable:
        raise SettingError(f"HOTSPOT_POLL_TIMEOUT is {settings.poll_timeout!r}, not seconds by commas such as 1,2,2")


def check_addresses(settings: Settings) -> None:
    if not re.fullmatch(r"[A-Za-z0-9., -]*", settings.hosts):
        raise SettingError(f"HOTSPOT_HOSTS is {settings.hosts!r:.80}, not host names by commas")
    if settings.public_url and not is_address(settings.public_url):
        raise SettingError(
            f"HOTSPOT_PUBLIC_URL is {settings.public_url!r}, not an address such as https://wifi.example.go.id"
        )
    if settings.oidc_issuer:
        check_provider(settings)
    if settings.reference_hosts and not are_pairs(settings.reference_hosts):
        raise SettingError(f"HOTSPOT_REFERENCE_HOSTS is {settings.reference_hosts!r}, not host:port pairs by commas")
    if settings.heartbeat_url and not is_address(settings.heartbeat_url):
        raise SettingError("HOTSPOT_HEARTBEAT_URL is not an address such as https://watch.example.org/ping/1234")
    try:
        hosts_and_networks(settings.webhook_hosts)
    except ValueError as error:
        raise SettingError(f"HOTSPOT_WEBHOOK_HOSTS: {error}") from error
    host, _, port = settings.bind.rpartition(":")
    if not host or not is_port(port):
        raise SettingError(f"HOTSPOT_BIND is {settings.bind!r}, not address:port")
    if not is_database(settings.database):
        raise SettingError("HOTSPOT_DATABASE_URL is not a sqlite:/// or postgresql:// address")


def check_provider(settings: Settings) -> None:
    """Tokens in clear only within this machine."""
    issuer = settings.oidc_issuer
    local = is_address(issuer) and urlsplit(issuer).hostname in ("127.0.0.1", "localhost", "::1")
    if not is_address(issuer) or not (local or issuer.startswith("https://")):
        raise SettingError(f"HOTSPOT_OIDC_ISSUER is {issuer!r:.80}, not an address such as https://sso.example.go.id")
    if not settings.oidc_client_id or not settings.oidc_client_secret:
        raise SettingError("HOTSPOT_OIDC_ISSUER needs HOTSPOT_OIDC_CLIENT_ID and HOTSPOT_OIDC_CLIENT_SECRET")


def is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and " " not in url
    except ValueError:
        return False


def are_pairs(text: str) -> bool:
    pairs = (pair.strip().rpartition(":") for pair in text.split(","))
    return all(host and is_port(port) for host, _, port in pairs)


def hosts_and_networks(text: str) -> tuple[list[str], list[IPv4Network | IPv6Network]]:
    """Of names and networks by commas; raises ValueError for what is neither."""
    hosts: list[str] = []
    networks: list[IPv4Network | IPv6Network] = []
    for part in filter(None, (one.strip().lower().rstrip(".") for one in text.split(","))):
        if ":" in part or not re.search("[a-z]", part):
            networks.append(ip_network(part))
        elif re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", part, re.ASCII):
            hosts.append(part)
        else:
            raise ValueError(f"{part!r:.80} is no host name")
    return hosts, networks


def is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text[:9]) < 65536


def is_database(url: str) -> bool:
    try:
        urlsplit(url).port  # noqa: B018  # raises ValueError for a port that is none and a bracket left open
    except ValueError:
        return False
    return url.startswith(("sqlite://", "postgresql+psycopg://"))


def shown(settings: Settings) -> dict[str, Any]:
    """All settings for `hotspot config` and the logs; secrets and the database's password are masked."""
    values = {item.name: getattr(settings, item.name) for item in fields(settings)}
    secrets = {item.name for item in fields(settings) if item.metadata["secret"]}
    masked = {name: MASK if name in secrets and value else value for name, value in values.items()}
    return masked | {"database_url": re.sub(r"(?<=://)([^:/@]*):.*@|(?<=password=)[^&]*", mask, settings.database_url)}


def mask(password: re.Match[str]) -> str:
    """In an address: `user:password@`, or the value of a parameter."""
    return MASK if password[1] is None else f"{password[1]}:{MASK}@"
