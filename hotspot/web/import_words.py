"""What an import says in its pages: verdicts, the columns in people's words, and a row to look at."""

from flask_babel import lazy_gettext

from hotspot.analytics.import_plan import ADDED, CHANGED, REJECTED, UNCHANGED
from hotspot.analytics.sifted import MERGED
from hotspot.spreadsheet import Cell

VERDICTS = {
    ADDED: lazy_gettext("added"),
    CHANGED: lazy_gettext("changed"),
    UNCHANGED: lazy_gettext("unchanged"),
    MERGED: lazy_gettext("merged"),
    REJECTED: lazy_gettext("rejected"),
}
ASKED = ("point_name", "area_name", "latitude", "longitude")  # always among the first
# Our columns in the order of the mapping, with what people call them.
NAMES = {
    "point_name": lazy_gettext("Name of the place"),
    "detail": lazy_gettext("Part of the place: floor, room"),
    "point_code": lazy_gettext("Code"),
    "site_name": lazy_gettext("Site that the place belongs to"),
    "venue_kind": lazy_gettext("Kind of venue"),
    "address": lazy_gettext("Address"),
    "area_code": lazy_gettext("Code of the kelurahan"),
    "area_name": lazy_gettext("Kelurahan"),
    "district": lazy_gettext("Kecamatan"),
    "latitude": lazy_gettext("Latitude"),
    "longitude": lazy_gettext("Longitude"),
    "coordinates": lazy_gettext("Latitude and longitude in one column"),
    "east": lazy_gettext("Metres east (x)"),
    "north": lazy_gettext("Metres north (y)"),
    "installed_on": lazy_gettext("Installed on"),
    "accepted_on": lazy_gettext("Accepted on"),
    "lifecycle": lazy_gettext("Stage"),
    "fund": lazy_gettext("Fund"),
    "provider": lazy_gettext("Provider"),
    "auth_mode": lazy_gettext("Access for visitors"),
    "ap_name": lazy_gettext("Name of the access point"),
    "ap_address": lazy_gettext("IP address of the access point"),
}
EXAMPLE: dict[str, Cell] = {
    "point_code": "TS-0001",
    "point_name": "Balai Warga RW 05",
    "venue_kind": "Balai warga",
    "area_code": "36.74.01.1001",
    "address": "Jl. Merdeka 5",
    "latitude": -6.3012,
    "longitude": 106.6633,
    "installed_on": "2026-03-01",
    "fund": "APBD",
    "provider": "Telkom",
    "ap_name": "ts-0001-1",
    "ap_address": "10.10.1.11",
    "snmp_version": "2c",
}
