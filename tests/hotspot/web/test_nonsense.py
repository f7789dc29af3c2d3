"""Whatever somebody sends to an address or a form gets a page that says so."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.hotspot.web.visitor import token

NUMBERS = ("0", "99999", str(2**63 - 1), str(2**63), "9" * 40)
NAMES = ("AP-003-1", "nobody", "a\0b", "%00", "..", "x" * 5_000, "\u202e", "<b>")
TEXTS = ("", "\0", "<script>", "-1", "9" * 5_000, "nan", "x" * 1_000_000)
FIELDS = (
    "name", "snmp_version", "snmp_community", "snmp_user", "ranges", "sets", "rate", "port", "found", "ap", "point-1",
    "name-1", "kind-1", "direction", "ap_name", "ap_address", "ap_port", "poll_interval_s", "point", "role",
)  # fmt: skip


def addresses(app: Flask, method: str) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and rule.endpoint not in ("static", "sign_in.sign_out", "health.readyz"):
            head, _, rest = rule.rule.partition("<")
            kind, _, tail = rest.partition(">")
            values = ("csv", "xlsx") if kind.startswith("any") else NUMBERS if kind.startswith("int") else NAMES
            yield from (head + quote(value) + tail for value in (values if rest else [""]))


def test_addresses_of_nothing_are_no_error(city_app: Flask, city_admin: FlaskClient) -> None:
    for address in addresses(city_app, "GET"):
        assert city_admin.get(address).status_code < 500, address


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:9]))
def test_forms_of_nonsense_are_no_error(city_app: Flask, city_admin: FlaskClient, text: str) -> None:
    csrf = token(city_admin, "/credentials/")
    filled = (
        FIELDS if len(text) < 10_000 else ("name", "ranges", "ap_name", "point-1")
    )  # the rest is refused as a whole
    for address in addresses(city_app, "POST"):
        sent = {**dict.fromkeys(filled, text), "csrf_token": csrf}
        assert city_admin.post(address, data=sent).status_code < 500, address
