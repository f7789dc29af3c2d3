"""Signed webhooks to a real HTTP server, also to one that means harm."""

import asyncio
import hmac
import json
import socket
from asyncio import StreamReader, StreamWriter
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import time_machine

from hotspot.alerts.channels import ChannelError, call, webhook
from hotspot.alerts.guard import Guard
from hotspot.analytics.import_row import RejectedError
from tests.hotspot.alerts.certificate import certificate
from tests.hotspot.alerts.channels.letters import letter
from tests.hotspot.alerts.mail_server import talking
from tests.hotspot.alerts.sink import sink

NOW = 1_795_244_400
SECRET = "a secret between two systems"
NAMED = Guard(frozenset(("localhost",)), (ip_network("127.0.0.1/32"),))


def config(port: int, host: str = "127.0.0.1", scheme: str = "http", **more: str) -> dict[str, str]:
    return {"url": f"{scheme}://{host}:{port}/hook?city=36.74", "secret": SECRET, **more}


def failing(settings: dict[str, str], guard: Guard = NAMED) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        webhook.send(settings, letter(), guard)
    return caught.value


def signed(secret: str, at: str, body: bytes) -> str:
    return "v1=" + hmac.new(secret.encode(), at.encode() + b"." + body, "sha256").hexdigest()


def test_message_is_signed_and_has_its_key() -> None:
    with sink() as there, time_machine.travel(NOW, tick=False):
        assert webhook.send(config(there.port), letter(), NAMED) == "200 ok"
    got = there.requests[0]
    assert got.path == "/hook?city=36.74"
    assert got.headers["idempotency-key"] == "f" * 64
    assert got.headers["hotspot-timestamp"] == str(NOW)
    assert got.headers["hotspot-signature"] == signed(SECRET, str(NOW), got.body)
    assert got.headers["host"] == f"127.0.0.1:{there.port}"
    assert json.loads(got.body)["subject"] == "12 access points are down"


def test_payload_is_sent_as_it_is() -> None:
    with sink() as there:
        webhook.send(config(there.port), letter(payload='{"incident": 7, "name": "Café"}'), NAMED)
    assert there.requests[0].body == '{"incident": 7, "name": "Café"}'.encode()


def test_old_secret_signs_for_a_day_after_it_was_replaced() -> None:
    replaced = {"old_secret": "the one before, long enough", "old_secret_until": str(NOW + 1)}
    with sink() as there:
        for at in (NOW, NOW + 1):
            with time_machine.travel(at, tick=False):
                webhook.send(config(there.port, **replaced), letter(), NAMED)
    first, second = there.requests
    both = [signed(SECRET, str(NOW), first.body), signed("the one before, long enough", str(NOW), first.body)]
    assert first.headers["hotspot-signature"].split(",") == both
    assert second.headers["hotspot-signature"] == signed(SECRET, str(NOW + 1), second.body)


def test_certificate_is_checked_for_the_name_and_the_address_for_the_guard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certificate(tmp_path, "localhost")
    with sink(context) as there:
        assert "certificate is not valid" in str(failing(config(there.port, "localhost", "https")))
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        webhook.send(config(there.port, "localhost", "https"), letter(), NAMED)
        assert "certificate is not valid" in str(failing(config(there.port, "127.0.0.1", "https")))
        assert "127.0.0.1, which is no public address" in str(
            failing(config(there.port, "localhost", "https"), Guard())
        )
    assert [request.headers["host"] for request in there.requests] == [f"localhost:{there.port}"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    with sink() as elsewhere, sink() as there:
        there.answers, there.headers = [status], {"Location": f"http://127.0.0.1:{elsewhere.port}/"}
        error = failing(config(there.port))
    assert (len(there.requests), elsewhere.requests) == (1, [])
    assert (error.retry, "redirects are not followed" in str(error)) == (True, True)


@pytest.mark.parametrize(
    ("status", "retry", "sick"),
    [
        (400, False, False), (413, False, False), (422, False, False), (410, False, True),
        (401, True, True), (403, True, True), (404, True, True), (429, True, True), (500, True, True),
        (503, True, True),
    ],
)  # fmt: skip
def test_refusal_for_now_and_for_good(status: int, retry: bool, sick: bool) -> None:
    with sink() as there:
        there.answers, there.text = [status], b"budi@example.go.id not found\r\n\x00" + b"x" * 100_000
        error = failing(config(there.port))
    assert (error.retry, error.sick) == (retry, sick)
    assert str(error).startswith(f"refused: {status} … not found xxx")
    assert len(str(error)) < 250


def test_name_is_resolved_once_and_that_address_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that changes between check and use has no use."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def changing(host: str, port: int, *args: Any, **more: Any) -> list[Any]:
        if host != "centre.example.go.id":
            return list(real(host, port, *args, **more))
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "127.0.0.99"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    with sink() as there:
        guard = Guard(frozenset(("centre.example.go.id",)))
        webhook.send(config(there.port, "centre.example.go.id"), letter(), guard)
    assert asked == ["centre.example.go.id"]
    assert there.requests[0].headers["host"] == f"centre.example.go.id:{there.port}"


async def garbage(_: StreamReader, writer: StreamWriter) -> None:
    writer.write(b"\x00\xff not HTTP at all\r\n\r\n")
    await writer.drain()


async def endless_headers(_: StreamReader, writer: StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X: " + b"y" * 900 + b"\r\n")
        await writer.drain()


async def drip(_: StreamReader, writer: StreamWriter) -> None:
    writer.write(b"HTTP/1.1 500 Wait\r\nX: ")
    while True:
        writer.write(b"y")
        await writer.drain()
        await asyncio.sleep(0.02)


async def hole(reader: StreamReader, _: StreamWriter) -> None:
    while await reader.read(1000):
        pass


@pytest.mark.parametrize("talk", [garbage, endless_headers, drip, hole])
def test_server_that_means_harm_ends_in_time(talk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call, "LONGEST_S", 0.3)
    with talking(talk) as port:
        error = failing(config(port))
    assert (error.retry, error.sick) == (True, True)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "empty"),
        ("ftp://example.com/", "only addresses that begin with https"),
        ("http://example.com/", "only addresses that begin with https"),
        ("https://127.0.0.1/", "no messages go there: 127.0.0.1 is at 127.0.0.1"),
        ("https://[::1]:8080/", "no messages go there"),
        ("https://169.254.169.254/latest/meta-data/", "no messages go there"),
        ("https://2130706433/", "no messages go there"),
        ("https://0x7f.1/", "no messages go there"),
        ("https://0177.0.0.1/", "no messages go there"),
        ("https://localhost/", "no messages go there"),
        ("https://user:word@example.com/", "without user"),
        ("https://example.com/#part", "without user"),
        ("https://exam ple.com/", "this is no address"),
        ("https://ex\u00e4mple.com/", "this is no address"),
        ("https://example.com\\@127.0.0.1/", "without user"),
        ("https:///hook", "this is no address"),
        ("https://example.com:0x50/", "this is no address"),
        ("https://example.com:70000/", "this is no address"),
        ("https://[::1/", "this is no address"),
        ("https://nowhere.invalid/", "the name nowhere.invalid is not known"),
        ("https://example.com/\r\nX: y", "can't be seen"),
        ("https://example.com/" + "x" * 3000, "longer than"),
    ],
)
def test_address_is_refused_with_the_reason(url: str, why: str) -> None:
    with pytest.raises(RejectedError, match=why) as caught:
        webhook.check({"url": url, "secret": SECRET}, Guard())
    assert caught.value.column == "url"


def test_short_secret_is_refused() -> None:
    with pytest.raises(RejectedError, match="shorter than 24"):
        webhook.check({"url": "https://localhost/", "secret": "short"}, NAMED)


def test_host_that_the_operator_named_may_be_called_in_clear() -> None:
    checked = webhook.check({"url": "http://localhost:8080/x", "secret": SECRET, "other": "1"}, NAMED)
    assert checked == {"url": "http://localhost:8080/x", "secret": SECRET}
