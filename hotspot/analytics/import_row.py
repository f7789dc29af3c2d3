"""One row of an inventory file: from text to typed values, or the column and the reason why not."""

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NoReturn

from hotspot.analytics.areanames import VILLAGE, Gazetteer, dotted
from hotspot.analytics.inventory import AUTH_MODES, DEVICE_KINDS, LIFECYCLE, VENUE_KINDS

NOTHING = "-"
CONTROLLER = "controller"  # a kind of device
LONGEST = 200
LONGEST_ADDRESS = 500
EARLIEST = date(1990, 1, 1)
SPREADSHEET_EPOCH = date(1899, 12, 30)
INDONESIA = (-11.5, 6.5, 94.5, 141.5)  # south, north, west, east
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "jan"),
            ("februari", "feb"),
            ("maret", "mar"),
            ("april", "apr"),
            ("mei", "may"),
            ("juni", "jun"),
            ("juli", "jul"),
            ("agustus", "agu", "aug"),
            ("september", "sep"),
            ("oktober", "okt", "oct"),
            ("november", "nov"),
            ("desember", "des", "dec"),
        ),
        start=1,
    )
    for name in names
}
VERSIONS = {"1": "1", "v1": "1", "2": "2c", "2c": "2c", "v2": "2c", "v2c": "2c", "3": "3", "v3": "3"}
OTHER_WORDS = {
    "venue_kind": {
        "community_hall": ("balai rw", "balai rt", "balai", "aula"),
        "mosque": ("mesjid",),
        "prayer_room": ("mushola", "musholla", "mushalla", "langgar"),
        "buddhist_temple": ("wihara",),
        "confucian_temple": ("klenteng",),
        "health_centre": ("pusat kesehatan masyarakat",),
        "village_office": ("kelurahan", "kantor lurah", "kantor desa"),
        "district_office": ("kecamatan", "kantor camat"),
        "service_mall": ("mpp",),
    },
    "lifecycle": {
        "proposed": ("usulan",),
        "planned": ("rencana",),
        "surveyed": ("survei", "survey"),
        "installed": ("dipasang",),
        "accepted": ("serah terima",),
        "active": ("beroperasi",),
        "suspended": ("dihentikan",),
        "relocated": ("pindah",),
        "retired": ("dibongkar",),
    },
    "auth_mode": {
        "open": ("terbuka", "tanpa sandi", "bebas"),
        "portal": ("captive portal", "halaman masuk"),
        "voucher": ("voucher",),
        "password": ("sandi", "kata sandi", "wpa2"),
        "login": ("akun", "masuk"),
    },
    "kind": {
        "access_point": ("ap", "perangkat", "access point"),
        "controller": ("kontroler", "pengontrol", "controller wifi", "wlc", "wireless controller"),
    },
}
AUTH_PROTOCOLS = ("MD5", "SHA", "SHA224", "SHA256", "SHA384", "SHA512")
PRIV_PROTOCOLS = ("DES", "AES", "AES192", "AES256", "AES192C", "AES256C")


def N_(text: str) -> str:  # noqa: N802  # the usual mark of a text that pages translate when they show it
    return text


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row was rejected: an English sentence to translate, and the values to put into it."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values


class RejectedError(ValueError):
    def __init__(self, column: str, text: str, **values: object) -> None:
        super().__init__(f"{column}: {text % values}")
        self.column, self.reason = column, Reason(text, values)


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is the line in the file; `cells` by our column names, a missing column is a missing key."""

    number: int
    cells: Mapping[str, str] = field(repr=False)
    shifted: bool = False  # more cells than the header has


@dataclass(frozen=True, slots=True)
class Typed:
    """What a row says. An empty cell says nothing, so that it keeps what is stored; a lone "-" takes it away.

    Without a code it is a device at no point: a controller, or an access point that nobody placed yet.
    """

    number: int
    code: str
    point: dict[str, Any]
    site: dict[str, Any]
    ap_name: str = ""
    ap: dict[str, Any] = field(default_factory=dict)
    secret: dict[str, str] = field(default_factory=dict, repr=False)


def typed(row: Row, areas: Gazetteer, today: date, *, demonstration: bool) -> Typed:
    """Raises RejectedError for the first thing that is wrong with the row by itself."""
    if row.shifted:
        reject("", N_("more cells than the header has columns"))
    cells = {column: cleaned(column, value) for column, value in row.cells.items()}
    if cells.get("demonstration") and not demonstration:
        reject("demonstration", N_("demonstration data does not belong into a real city"))
    if is_of_no_point(cells):
        return Typed(row.number, "", {}, {}, needed(cells, "ap_name"), ap_values(cells), secret_values(cells))
    code = code_of(cells)
    point, site = point_values(cells, areas, today), site_values(cells)
    ap_name = cells.get("ap_name", "")
    ap, secret = ap_values(cells), secret_values(cells)
    if not ap_name and ({"address", "controller", "kind"} & ap.keys() or secret):
        reject("ap_name", N_("an access point needs a name"))
    return Typed(row.number, code, point, site, ap_name, ap if ap_name else {}, secret)


def code_of(cells: Mapping[str, str]) -> str:
    """The code of a point; browsers would shorten an address with empty parts or dots (RFC 3986, 5.2.4)."""
    code = needed(cells, "point_code")
    if {"", ".", ".."} & set(code.split("/")):
        reject(
            "point_code",
            N_("%(value)s can't stand in an address: between its slashes is nothing, or only dots"),
            value=code,
        )
    return code


def is_of_no_point(cells: Mapping[str, str]) -> bool:
    """Whether the row is about a device alone; raises RejectedError for a controller with a point."""
    kind = word("kind", cells["kind"]) if cells.get("kind") else ""
    if kind == CONTROLLER and cells.get("point_code"):
        reject("point_code", N_("a controller belongs to no point"))
    return bool(kind) and not cells.get("point_code")


def reject(column: str, text: str, **values: object) -> NoReturn:
    raise RejectedError(column, text, **values)


def cleaned(column: str, value: str) -> str:
    """One line of text without the spaces around; what can do harm somewhere else is refused, not repaired."""
    if column.startswith("snmp_") and column != "snmp_version":
        value = value.strip()
    else:
        value = " ".join(unicodedata.normalize("NFC", value).split())
    if value.startswith("="):
        reject(column, N_("a formula, not a value"))
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in value):
        reject(column, N_("a control character"))
    most = LONGEST_ADDRESS if column == "address" else LONGEST
    if len(value) > most:
        reject(column, N_("longer than %(most)s characters; is a quotation mark left open?"), most=most)
    return value


def needed(cells: Mapping[str, str], column: str) -> str:
    return cells.get(column) or reject(column, N_("empty"))


def point_values(cells: Mapping[str, str], areas: Gazetteer, today: date) -> dict[str, Any]:
    values: dict[str, Any] = {"point_name": needed(cells, "point_name"), "area_code": area(cells, areas)}
    if cells.get("site_name"):
        values["site_name"] = cells["site_name"]
    for column in ("fund", "provider"):
        if cells.get(column):
            values[column] = "" if cells[column] == NOTHING else cells[column]
    for column in ("lifecycle", "auth_mode"):
        if cells.get(column):
            values[column] = word(column, cells[column])
    for column in ("installed_on", "accepted_on"):
        if cells.get(column):
            values[column] = day(column, cells[column], today)
    if values.get("installed_on") and values.get("accepted_on") and values["accepted_on"] < values["installed_on"]:
        reject("accepted_on", N_("accepted before it was installed"))
    return values


def site_values(cells: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if cells.get("venue_kind"):
        values["venue_kind"] = word("venue_kind", cells["venue_kind"])
    if cells.get("address"):
        values["address"] = "" if cells["address"] == NOTHING else cells["address"]
    latitude, longitude = cells.get("latitude", ""), cells.get("longitude", "")
    if latitude or longitude:
        values["latitude"], values["longitude"] = coordinates(latitude, longitude)
    return values


def area(cells: Mapping[str, str], areas: Gazetteer) -> str:
    """The code of the kelurahan; the code is believed before the name."""
    if cells.get("area_code"):
        found = areas.by_code.get(dotted(cells["area_code"]))
        if found is None:
            reject("area_code", N_("%(value)s is no area of this city"), value=cells["area_code"])
        if found.level != VILLAGE:
            reject("area_code", N_("%(value)s is a kecamatan; name the kelurahan"), value=cells["area_code"])
        return found.code
    name = cells.get("area_name") or reject("area_code", N_("neither a code nor a name"))
    villages = areas.named(name, cells.get("district", ""))
    if not villages:
        reject("area_name", N_("%(value)s is no kelurahan of this city"), value=name)
    if len(villages) > 1:
        reject("area_name", N_("more than one kelurahan is named %(value)s; add its kecamatan"), value=name)
    return villages[0].code


def vocabulary(column: str, keys: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    words = {key: key for key in keys}
    for key, labels in keys.items():
        for label in (key, *labels, *OTHER_WORDS[column].get(key, ())):
            words[bare(label)] = key
    return words


def bare(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


WORDS = {
    "venue_kind": vocabulary("venue_kind", VENUE_KINDS),
    "lifecycle": vocabulary("lifecycle", LIFECYCLE),
    "auth_mode": vocabulary("auth_mode", AUTH_MODES),
    "kind": vocabulary("kind", DEVICE_KINDS),
}


def word(column: str, value: str) -> str:
    return WORDS[column].get(bare(value)) or reject(column, N_("%(value)s is not one of the known values"), value=value)


def day(column: str, text: str, today: date) -> date | None:
    """None takes the date away. 31/12/2021 is read as Indonesians write it: the day first."""
    if text == NOTHING:
        return None
    found = parsed_day(text) or reject(column, N_("%(value)s is not a date such as 2021-12-31"), value=text)
    if found > today:
        reject(column, N_("%(value)s lies in the future"), value=found.isoformat())
    if found < EARLIEST:
        reject(column, N_("%(value)s lies before public Wi-Fi"), value=found.isoformat())
    return found


def parsed_day(text: str) -> date | None:
    try:
        if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.]+)?", text, re.ASCII):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", text, re.ASCII):
            return date(int(match[4]), int(match[3]), int(match[1]))
        if match := re.fullmatch(r"(\d{1,2}) ([a-z]+) (\d{4})", text.casefold(), re.ASCII):
            return date(int(match[3]), MONTHS.get(match[2], 0), int(match[1]))
        if re.fullmatch(r"[2-7]\d{4}", text, re.ASCII):  # a spreadsheet's day number: 1954 to 2119
            return SPREADSHEET_EPOCH + timedelta(days=int(text))
    except ValueError:
        return None
    return None


def coordinates(latitude: str, longitude: str) -> tuple[float | None, float | None]:
    if latitude == longitude == NOTHING:
        return None, None
    north = number("latitude", latitude)
    east = number("longitude", longitude)
    south_edge, north_edge, west_edge, east_edge = INDONESIA
    if south_edge <= north <= north_edge and west_edge <= east <= east_edge:
        return round(north, 6), round(east, 6)
    if south_edge <= east <= north_edge and west_edge <= north <= east_edge:
        reject("latitude", N_("latitude and longitude are swapped"))
    reject("latitude", N_("%(value)s lies outside Indonesia"), value=f"{north:g}, {east:g}")


def number(column: str, text: str) -> float:
    """A decimal comma is as good as a point."""
    plain = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    if not re.fullmatch(r"[+-]?\d{1,12}(\.\d{0,20})?", plain, re.ASCII):
        reject(column, N_("%(value)s is not a number") if text else N_("empty"), value=text)
    return float(plain)


def ap_values(cells: Mapping[str, str]) -> dict[str, Any]:
    convert: dict[str, Callable[[str], object]] = {
        "ap_address": ip_address,
        "ap_port": port,
        "snmp_version": version,
    }
    values = {
        column.removeprefix("ap_"): parse(cells[column]) for column, parse in convert.items() if cells.get(column)
    }
    for column in ("profile", "controller"):
        if cells.get(column):
            values[column] = "" if cells[column] == NOTHING else cells[column]
    if cells.get("kind"):
        values["kind"] = word("kind", cells["kind"])
    return values


def ip_address(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        reject("ap_address", N_("%(value)s is not an IP address"), value=text)
    if address.is_multicast or address.is_unspecified or str(address) == "255.255.255.255":
        reject("ap_address", N_("%(value)s is not the address of one device"), value=text)
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id:
        reject("ap_address", N_("%(value)s is not the address of one device"), value=text)
    return str(address)


def port(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or not 1 <= int(text) <= 65535:
        reject("ap_port", N_("%(value)s is not a port from 1 to 65535"), value=text)
    return int(text)


def version(text: str) -> str:
    return VERSIONS.get(text.casefold()) or reject("snmp_version", N_("%(value)s is not 1, 2c or 3"), value=text)


def secret_values(cells: Mapping[str, str]) -> dict[str, str]:
    """The parts of the credential that the row gives; an empty cell keeps what is stored. No value is ever shown."""
    values = {column.removeprefix("snmp_"): cells[column] for column in SECRET_COLUMNS if cells.get(column)}
    for column, allowed in (("auth_protocol", AUTH_PROTOCOLS), ("priv_protocol", PRIV_PROTOCOLS)):
        if column in values:
            values[column] = values[column].upper().replace("-", "")
            if values[column] not in allowed:
                reject(f"snmp_{column}", N_("not one of %(allowed)s"), allowed=", ".join(allowed))
    for column in ("auth_password", "priv_password"):
        if column in values and len(values[column]) < 8:  # RFC 3414, 11.2
            reject(f"snmp_{column}", N_("shorter than 8 characters"))
    return values


SECRET_COLUMNS = (
    "snmp_community",
    "snmp_user",
    "snmp_auth_protocol",
    "snmp_auth_password",
    "snmp_priv_protocol",
    "snmp_priv_password",
    "snmp_context",
)
