"""SNMPv3 of our own engine against a simulated agent of pysnmp, in every combination."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.entity.rfc3413 import cmdrsp, context

from collectors.snmp.base import SnmpCredentialError, SnmpError
from collectors.snmp.engine import Engine
from collectors.snmp.pysnmp_session import AUTH, PRIV
from collectors.snmp.usm import AUTHENTICATION, PRIVACY
from collectors.target import Credential
from tests.collectors.conftest import free_port

SYS_DESCR, HERE = "1.3.6.1.2.1.1.1.0", "127.0.0.1"
LEVELS = {(False, False): "noAuthNoPriv", (True, False): "authNoPriv", (True, True): "authPriv"}
TRIES = (0.2, 0.2)


def credential(auth: str = "", priv: str = "") -> Credential:
    auth_password, priv_password = "good to know" if auth else "", "better to keep" if priv else ""
    return Credential("3", "", f"u{auth}{priv}", auth, auth_password, priv, priv_password)


ALL = [credential(), *(credential(auth, priv) for auth, priv in product(AUTHENTICATION, ["", *PRIVACY]))]
ALICE = credential("SHA256", "AES")


@contextmanager
def agent(*users: Credential) -> Iterator[int]:
    """Must be entered where an event loop runs."""
    port, engine = free_port(), SnmpEngine()
    config.add_transport(engine, udp.DOMAIN_NAME, udp.UdpTransport().open_server_mode((HERE, port)))
    for user in users:
        keys: list[Any] = [AUTH[user.auth_protocol], user.auth_password or None]
        keys += [PRIV[user.priv_protocol], user.priv_password or None]
        config.add_v3_user(engine, user.user, *keys)
        level = LEVELS[bool(user.auth_protocol), bool(user.priv_protocol)]
        config.add_vacm_user(engine, 3, user.user, level, (1, 3, 6), (1, 3, 6))
    cmdrsp.GetCommandResponder(engine, context.SnmpContext(engine))
    try:
        yield port
    finally:
        engine.close_dispatcher()


def test_every_combination_is_understood_by_pysnmp() -> None:
    async def story() -> None:
        with agent(*ALL) as port:
            asking = Engine((0.5, 5.0))  # it opens its socket a little later than it says
            for user in ALL:
                (descr,) = await asking.session(HERE, port, user).get([SYS_DESCR])
                assert isinstance(descr, bytes)
                assert b"PySNMP" in descr
            asking.close()

    asyncio.run(asyncio.wait_for(story(), 60))


@pytest.mark.parametrize(
    ("user", "sentence"),
    [
        (replace(ALICE, user="mallory"), "does not know the user mallory"),
        (replace(ALICE, auth_password="not alice's words"), "authentication password or protocol"),
        (replace(ALICE, priv_protocol="DES"), "privacy password or protocol"),
        (replace(ALICE, context="nowhere"), "or the context 'nowhere', is wrong"),
    ],
)
def test_what_pysnmp_refuses_is_said(user: Credential, sentence: str) -> None:
    async def story() -> None:
        with agent(ALICE) as port:
            asking = Engine(TRIES)
            with pytest.raises(SnmpError, match=sentence) as error:
                await asking.session(HERE, port, user).get([SYS_DESCR])
            assert isinstance(error.value, SnmpCredentialError)
            asking.close()

    asyncio.run(asyncio.wait_for(story(), 60))
