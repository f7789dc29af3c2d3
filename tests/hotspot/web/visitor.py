"""A browser without a screen: fetches the CSRF token of a page's form and sends the form."""

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from hotspot.analytics.permissions import OWNER
from hotspot.clock import now
from hotspot.store import accounts, links
from hotspot.store.base import writing

PASSWORD = "kata sandi yang panjang"


def make_account(engine: Engine, name: str, role: str = OWNER) -> int:
    with writing(engine) as session:
        return accounts.create_account(session, name, role, now(), PASSWORD).id


def token(client: FlaskClient, page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)
    assert found, f"{page} has no form with a CSRF token"
    return found[1]


def send(client: FlaskClient, page: str, to: str = "", **fields: Any) -> TestResponse:
    """Fill the form of `page` and send it, to the page itself or `to` another address."""
    return client.post(to or page, data={"csrf_token": token(client, page)} | fields)


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD) -> TestResponse:
    return send(client, "/sign-in", name=name, password=password)


def come_in(client: FlaskClient, engine: Engine, account_id: int) -> None:
    """By a one-time link, for accounts without a password."""
    with writing(engine) as session:
        page = links.link_path(links.make_link(session, links.LOGIN, now(), account_id))
    assert send(client, page).status_code == 302
