"""Telegram, WhatsApp and other services by the real Apprise, to a server on this machine that stands for theirs."""

import json
import logging
import socket
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any
from urllib.parse import parse_qs

import pytest

from hotspot.alerts import apprise_process
from hotspot.alerts.channels import ChannelError, apprise, other, telegram, whatsapp
from hotspot.alerts.guard import Guard
from hotspot.analytics.import_row import RejectedError
from tests.hotspot.alerts.channels.letters import letter
from tests.hotspot.alerts.sink import Sink, sink

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # by what Apprise imports
HERE = Guard(networks=(ip_network("127.0.0.1/32"),))
BOT = {"token": "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr", "chat": "-100200300"}
META = {
    "token": "EAAabc123", "phone_id": "1055500001", "template": "", "gateway": "", "to_name": "target",
    "text_name": "message", "to": "+6281234567890",
}  # fmt: skip


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """Services whose addresses nobody may choose are called here, by the process's function within this one."""
    from apprise.plugins.telegram import NotifyTelegram
    from apprise.plugins.whatsapp import NotifyWhatsApp

    with sink() as server:
        server.text = b'{"ok": true, "result": {"message_id": 1}, "messages": []}'
        monkeypatch.setattr(NotifyTelegram, "notify_url", f"http://127.0.0.1:{server.port}/bot")
        monkeypatch.setattr(NotifyWhatsApp, "notify_url", f"http://127.0.0.1:{server.port}/{{fb_ver}}/{{phone_id}}")
        monkeypatch.setattr(NotifyTelegram, "request_rate_per_sec", 0)
        monkeypatch.setattr(NotifyWhatsApp, "request_rate_per_sec", 0)
        monkeypatch.setattr(subprocess, "run", within)
        monkeypatch.setattr(socket, "getaddrinfo", socket.getaddrinfo)  # put back afterwards
        yield server
    log = logging.getLogger("apprise")
    log.handlers.clear()
    log.setLevel(logging.NOTSET)


def within(_: list[str], *, input: bytes, **more: Any) -> subprocess.CompletedProcess[bytes]:  # noqa: A002
    assert "HOTSPOT_SECRET_KEY" not in more["env"]
    reply = apprise_process.handed_over(json.loads(input))
    return subprocess.CompletedProcess([], 0, json.dumps(reply).encode(), b"")


def test_telegram_writes_to_the_person_or_to_the_channels_own_chat(there: Sink) -> None:
    for to in ("", "4455667"):
        assert telegram.send(BOT, letter(to=to), HERE) == "taken"
    bodies = [json.loads(request.body) for request in there.requests]
    assert [str(body["chat_id"]) for body in bodies] == ["-100200300", "4455667"]
    assert there.requests[0].path == f"/bot{BOT['token']}/sendMessage"
    assert "12 access points are down" in bodies[0]["text"]
    assert "https://wifi.example.go.id/incidents/7" in bodies[0]["text"]


@pytest.mark.parametrize(
    ("status", "retry", "sick"), [(400, False, False), (403, False, False), (401, True, True), (500, True, True)]
)
def test_telegram_tells_a_lost_person_from_a_lost_bot(there: Sink, status: int, retry: bool, sick: bool) -> None:
    there.answers = [status] * 9
    with pytest.raises(ChannelError) as caught:
        telegram.send(BOT, letter(), HERE)
    assert (caught.value.retry, caught.value.sick) == (retry, sick)
    assert BOT["token"] not in str(caught.value)
    assert "100200300" not in str(caught.value)


def test_whatsapp_by_meta_fills_the_template_with_one_line(there: Sink) -> None:
    whatsapp.send({**META, "template": "gangguan"}, letter(to="+628111222333"), HERE)
    body = json.loads(there.requests[0].body)
    assert body["to"] == "+628111222333"
    assert body["template"]["language"] == {"code": "id"}
    said = "12 access points are down · Since 08:12. · https://wifi.example.go.id/incidents/7"
    assert body["template"]["components"][0]["parameters"][0]["text"] == said
    assert there.requests[0].headers["authorization"] == "Bearer EAAabc123"


def test_whatsapp_by_a_gateway_is_a_form_with_two_fields() -> None:
    with sink() as server:
        rented = {**META, "gateway": f"http://127.0.0.1:{server.port}/send", "text_name": "pesan"}
        assert whatsapp.send(rented, letter(), HERE) == "200 ok"
        server.text = b'{"status": false, "reason": "number 6281234567890 is not on WhatsApp", "token": "EAAabc123"}'
        with pytest.raises(ChannelError, match="is not on WhatsApp") as caught:
            whatsapp.send(rented, letter(), HERE)
    form = parse_qs(server.requests[0].body.decode())
    assert form["target"] == ["6281234567890"]
    assert form["pesan"][0].startswith("12 access points are down\nSince")
    assert server.requests[0].headers["authorization"] == "EAAabc123"
    assert (caught.value.retry, caught.value.sick) == (True, False)
    assert not any(word in str(caught.value) for word in ("6281234567890", "EAAabc123"))


def test_process_of_its_own_reaches_only_what_the_guard_allows() -> None:
    with sink() as server:
        url = f"json://127.0.0.1:{server.port}/"
        assert apprise.apprised(url, "subject", "text", HERE) == "taken"
        with pytest.raises(ChannelError, match="which is no public address"):
            apprise.apprised(url, "subject", "text", Guard())
        server.answers, server.headers = [302], {"Location": f"http://127.0.0.2:{server.port}/"}
        with pytest.raises(ChannelError, match=r"127\.0\.0\.2, which is no public address"):
            apprise.apprised(url, "subject", "text", HERE)
    assert json.loads(server.requests[0].body)["message"] == "text"
    assert len(server.requests) == 2


def test_process_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apprise, "LONGEST_S", 0.05)
    with pytest.raises(ChannelError, match="in time") as caught:
        apprise.apprised("json://127.0.0.1:9/", "subject", "text", HERE)
    assert caught.value.retry


def test_apprise_is_not_loaded_by_those_who_only_name_channels() -> None:
    code = "import sys, hotspot.collector, hotspot.application; print('apprise' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b"False\n"


@pytest.mark.parametrize(
    "url",
    [
        "", "slack", "file:///etc/passwd", "exec://ls", "dbus://", "syslog://", "rsyslog://10.0.0.1", "gnome://",
        "windows://", "macosx://", "mailto://a:b@example.com", "json://10.0.0.1", "jsons://example.com", "fcm://a/b",
        "vapid://a", "mqtt://broker", "irc://x", "apprise://host/x", "SYSLOG://",
        "slack://a/b/c?template=/etc/passwd", "slack://a/b/c?verify=no", "discord://a/b?TEMPLATE=/x", "ntfys://[::1",
        "slack://a/b c", "slack://a/b\nsyslog://",
    ],
)  # fmt: skip
def test_addresses_that_would_touch_this_machine_are_refused(url: str) -> None:
    with pytest.raises(RejectedError) as caught:
        other.check({"url": url}, Guard())
    assert caught.value.column == "url"


def test_every_allowed_service_is_one_of_apprises() -> None:
    from apprise.manager_plugins import NotificationManager

    manager: Any = NotificationManager
    assert set(manager().schemas()) >= other.SCHEMES


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (telegram, "token", ""), (telegram, "token", "abc"), (telegram, "token", "123456:../../x" + "a" * 30),
        (telegram, "chat", "a person"), (telegram, "chat", "@x/../y"),
        (whatsapp, "token", ""), (whatsapp, "phone_id", ""), (whatsapp, "phone_id", "a/b"),
        (whatsapp, "template", "a b"),
        (whatsapp, "gateway", "https://127.0.0.1/"), (whatsapp, "to", "12"), (whatsapp, "to_name", "a&b"),
    ],
)  # fmt: skip
def test_wrong_fields_are_refused_by_name(kind: Any, field: str, value: str) -> None:
    right = BOT if kind is telegram else META
    with pytest.raises(RejectedError) as caught:
        kind.check({**right, field: value}, Guard())
    assert caught.value.column == field


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (telegram, " -100200 ", "-100200"), (telegram, "@posko_wifi", "@posko_wifi"),
        (whatsapp, "0812 3456-789", "+628123456789"), (whatsapp, "+62 (812) 3456.789", "+628123456789"),
    ],
)  # fmt: skip
def test_address_of_a_person_is_tidied(kind: Any, typed: str, kept: str) -> None:
    assert kind.address(typed) == kept


@pytest.mark.parametrize("kind", [telegram, whatsapp])
def test_no_address_is_refused(kind: Any) -> None:
    with pytest.raises(RejectedError) as caught:
        kind.address(" ")
    assert caught.value.column == "address"
