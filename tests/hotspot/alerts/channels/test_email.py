"""E-mail by a real SMTP server, also by one that means harm."""

import asyncio
from asyncio import StreamReader, StreamWriter
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from hotspot.alerts.channels import ChannelError, email
from hotspot.alerts.guard import Guard
from hotspot.analytics.import_row import RejectedError
from tests.hotspot.alerts.certificate import certificate
from tests.hotspot.alerts.channels.letters import letter
from tests.hotspot.alerts.mail_server import lets_in, mail_server, talking
from tests.hotspot.alerts.outbox_city import email_config


def send(port: int, config: dict[str, str] | None = None, **more: Any) -> str:
    return email.send(config or email_config(port), letter(**more), Guard())


def failing(port: int, config: dict[str, str] | None = None, **more: Any) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        send(port, config, **more)
    return caught.value


def text_of(message: EmailMessage) -> str:
    return str(message.get_content()).replace("\r\n", "\n")


def test_letter_says_that_a_machine_wrote_it_and_belongs_to_its_incident() -> None:
    with mail_server() as mailbox:
        assert send(mailbox.port) == "250 OK: queued as 1"
        send(mailbox.port, key="e" * 64, subject="They are back")
    first, second = mailbox.letters
    assert (first["From"], first["To"]) == ("hotspot@example.go.id", "jaga@example.go.id")
    assert first["Message-ID"] == f"<{'f' * 64}@example.go.id>"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["References"] == second["References"] == f"<{'a' * 32}@example.go.id>"
    assert first["Content-Language"] == "id"
    assert text_of(first) == "Since 08:12.\n\nhttps://wifi.example.go.id/incidents/7\n"
    assert first.get_content_type() == "text/plain"


def test_a_person_is_written_to_alone() -> None:
    with mail_server() as mailbox:
        send(mailbox.port, to="budi@example.go.id")
    assert (mailbox.recipients, mailbox.letters[0]["To"]) == ([["budi@example.go.id"]], "budi@example.go.id")


@pytest.mark.parametrize(
    ("subject", "arrives"),
    [
        ("AP-1\r\nBcc: all@example.com\r\n\r\nfree phones", "AP-1 Bcc: all@example.com free phones"),
        ("AP-1\x00\x1b[31m\u2028\u202egnp", "AP-1[31m gnp"),
        ("Balai Warga Ünïcödé 网络 🛜", "Balai Warga Ünïcödé 网络 🛜"),
        ("\udcff broken", "broken"),
        ("x" * 5000, "x" * 199 + "…"),
    ],
)
def test_subject_is_one_harmless_line(subject: str, arrives: str) -> None:
    with mail_server() as mailbox:
        send(mailbox.port, subject=subject)
    assert mailbox.subjects == [arrives]
    assert mailbox.recipients == [["jaga@example.go.id"]]
    assert mailbox.letters[0]["Bcc"] is None


def test_body_is_bounded_and_ends_no_conversation() -> None:
    with mail_server() as mailbox:
        send(mailbox.port, body="a\r\n.\r\nQUIT\r\n\x00" + "y" * 100_000)
    text = text_of(mailbox.letters[0])
    assert text.startswith("a\n.\nQUIT\nyyy")
    assert 19_000 < len(text) < 20_100
    assert text.endswith("…\n\nhttps://wifi.example.go.id/incidents/7\n")


@pytest.mark.parametrize(
    ("rcpt", "data", "retry", "says"),
    [
        (["550 5.1.1 <budi@example.go.id> unknown, call +6281234567890"], [], False, "550 5.1.1 <…> unknown, call …"),
        (["450 4.2.0 greylisted"], [], True, "450 4.2.0 greylisted"),
        ([], ["554 5.7.1 spam"], False, "554 5.7.1 spam"),
        ([], ["451 4.3.0 later"], True, "451 4.3.0 later"),
    ],
)
def test_refusal_for_now_and_for_good(rcpt: list[str], data: list[str], retry: bool, says: str) -> None:
    with mail_server() as mailbox:
        mailbox.rcpt, mailbox.data = rcpt, data
        error = failing(mailbox.port)
    assert (error.retry, error.sick) == (retry, False)
    assert says in str(error)


def test_one_of_two_recipients_refused_is_told() -> None:
    with mail_server() as mailbox:
        mailbox.rcpt = ["550 no", ""]
        config = email_config(mailbox.port, to="a@example.go.id, b@example.go.id")
        assert send(mailbox.port, config) == "250 OK: queued as 1; 1 of 2 recipients refused"
    assert mailbox.recipients == [["b@example.go.id"]]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encrypted_and_signed_in(security: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, trusted = certificate(tmp_path, "127.0.0.1")
    options: dict[str, Any] = {"tls_context": context, "require_starttls": True, "auth_required": True}
    if security == "tls":
        options = {"implicit": context, "auth_require_tls": False}  # it does not see TLS that was there before
    with mail_server(**options, authenticator=lets_in) as mailbox:
        config = email_config(mailbox.port, security=security, user="hotspot", password="a secret")
        untrusted = failing(mailbox.port, config)
        assert "certificate is not valid" in str(untrusted)
        assert (untrusted.retry, untrusted.sick) == (True, True)
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert send(mailbox.port, config).startswith("250")
        wrong = failing(mailbox.port, {**config, "password": "another secret"})
    assert (wrong.retry, wrong.sick) == (True, True)
    assert "535" in str(wrong)
    assert "another secret" not in str(wrong)


def test_server_without_starttls_gets_no_password() -> None:
    with mail_server() as mailbox:
        error = failing(mailbox.port, email_config(mailbox.port, security="starttls", user="u", password="p"))
    assert "STARTTLS" in str(error)
    assert not mailbox.letters


async def garbage(_: StreamReader, writer: StreamWriter) -> None:
    writer.write(b"\x00\xff\xfe hello\r\n" * 3)
    await writer.drain()


async def flood(reader: StreamReader, writer: StreamWriter) -> None:
    while True:
        writer.write(b"220-" + b"x" * 900 + b"\r\n")
        await writer.drain()


async def drip(_: StreamReader, writer: StreamWriter) -> None:
    while True:
        writer.write(b"2")
        await writer.drain()
        await asyncio.sleep(0.02)


async def hole(reader: StreamReader, writer: StreamWriter) -> None:
    await reader.read()


@pytest.mark.parametrize("talk", [garbage, flood, drip, hole])
def test_server_that_means_harm_ends_in_time(talk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "LONGEST_S", 0.3)
    with talking(talk) as port:
        error = failing(port)
    assert (error.retry, error.sick) == (True, True)


def test_nobody_at_the_port() -> None:
    with mail_server() as mailbox:
        pass
    assert str(failing(mailbox.port)) == "the server can't be used: nobody listens at its port"


def test_own_recipients_are_needed_where_no_person_is_named() -> None:
    error = failing(9, email_config(9, to=""))
    assert (error.retry, error.sick) == (False, False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", ""),
        ("host", "mail.example.go.id; rm"),
        ("port", "0"),
        ("port", "70000"),
        ("port", "²"),
        ("security", "ssl"),
        ("from", "hotspot"),
        ("from", "a@b\r\nBcc: c@d"),
        ("to", "a@b.id, c"),
        ("user", "a\x00b"),
        ("to", ", ".join(f"a{n}@example.go.id" for n in range(21))),
    ],
)
def test_wrong_fields_are_refused_by_name(field: str, value: str) -> None:
    with pytest.raises(RejectedError) as caught:
        email.check({**email_config(25), field: value}, Guard())
    assert caught.value.column == field


def test_password_never_travels_in_clear() -> None:
    with pytest.raises(RejectedError, match="password"):
        email.check(email_config(25, user="a", password="b"), Guard())
    assert (
        email.check({**email_config(0, security="tls", user="a", password="b"), "port": ""}, Guard())["port"] == "465"
    )
