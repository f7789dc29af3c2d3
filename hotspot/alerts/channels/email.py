"""E-mail by SMTP: plain text, one thread for each incident, marked as written by a machine."""

import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import BinaryIO

from hotspot.alerts.channels import typed
from hotspot.alerts.channels.channel import Channel, ChannelError, Checked, Config, Field, Outgoing
from hotspot.alerts.channels.cut_off import cut_off
from hotspot.alerts.channels.text import body, said, subject, trouble
from hotspot.alerts.guard import Guard
from hotspot.analytics.import_row import N_, reject

SECURITY = (
    ("starttls", N_("STARTTLS (usually port 587)")),
    ("tls", N_("TLS (usually port 465)")),
    ("none", N_("None: everything travels in clear")),
)
TIMEOUT_S, LONGEST_S = 15.0, 60.0  # for one answer; for all
MOST_READ = 100_000  # bytes
PORTS = {"starttls": 587, "tls": 465, "none": 25}
FIELDS = (
    Field(
        "host",
        N_("Server"),
        N_("Name or address of the SMTP server; it may be a private one."),
        required=True,
        leads=True,
    ),
    Field("security", N_("Encryption"), default="starttls", choices=SECURITY, required=True, leads=True),
    Field("port", N_("Port"), N_("Empty: the usual one of the encryption."), leads=True),
    Field("user", N_("User"), N_("Empty: the server asks for none, and no password is kept.")),
    Field("password", N_("Password"), secret=True),
    Field("from", N_("Sender"), N_("The address that messages come from."), required=True),
    Field(
        "to",
        N_("Recipients of the channel itself"),
        N_("By commas; for routes that name this channel and no person."),
    ),
)


def check(config: Config, _: Guard) -> Checked:
    security = typed.chosen(config, "security", SECURITY, "starttls")
    user = typed.line(config, "user")
    password = typed.line(config, "password") if user else ""
    if password and security == "none":
        reject("password", N_("no password in clear: choose an encryption"))
    return {
        "host": typed.host(config, "host"),
        "security": security,
        "port": typed.port(config, "port", PORTS[security]),
        "user": user,
        "password": password,
        "from": typed.mail("from", typed.needed(config, "from")),
        "to": typed.mails(config, "to"),
    }


def hint(config: Config) -> str:
    return f"{config['host']}:{config['port']}"


def address(text: str) -> str:
    return typed.mail("address", text)


def send(config: Config, outgoing: Outgoing, _: Guard) -> str:
    recipients = [outgoing.to] if outgoing.to else list(filter(None, config["to"].split(", ")))
    if not recipients:
        raise ChannelError("the channel has no recipients of its own", retry=False, sick=False)
    try:
        with opened(config) as smtp:
            return deliver(smtp, config["from"], recipients, message(config["from"], recipients, outgoing))
    except smtplib.SMTPResponseException as error:
        raise ChannelError(
            f"refused: {error.smtp_code} {said(error.smtp_error, [config['password']])}", retry=True
        ) from error
    except (OSError, ValueError) as error:  # ValueError: what is said is not SMTP
        raise ChannelError(f"the server can't be used: {trouble(error)}", retry=True) from error


class Connection(smtplib.SMTP):
    """Reads no more than a conversation may say."""

    def __init__(self, host: str, sender_host: str) -> None:
        super().__init__(local_hostname=sender_host, timeout=TIMEOUT_S)
        self._host = host  # smtplib holds the certificate against it

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock:
            self.file = Bounded(self.sock.makefile("rb"))
        return super().getreply()


class Bounded:
    """Lines of a server, as many as a conversation may have."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.left = file, MOST_READ

    def readline(self, size: int) -> bytes:
        line = self.file.readline(size)
        self.left -= len(line)
        if self.left < 0:
            raise OSError("it says too much")
        return line

    def close(self) -> None:
        self.file.close()


@contextmanager
def opened(config: Config) -> Iterator[Connection]:
    """Greeted, encrypted and signed in as the configuration says."""
    host, sender_host = config["host"], config["from"].rpartition("@")[2]
    smtp = Connection(host, sender_host)
    plain = socket.create_connection((host, int(config["port"])), TIMEOUT_S)
    with plain, cut_off(plain, LONGEST_S):
        context = ssl.create_default_context()
        smtp.sock = context.wrap_socket(plain, server_hostname=host) if config["security"] == "tls" else plain
        try:
            expect(smtp.getreply())
            smtp.ehlo_or_helo_if_needed()
            if config["security"] == "starttls":
                expect(smtp.starttls(context=context))
            if config["user"]:
                smtp.login(config["user"], config["password"])
            yield smtp
        finally:
            smtp.close()


def deliver(smtp: Connection, sender: str, recipients: Sequence[str], letter: bytes) -> str:
    """What the server said when it took the message; some recipients may be refused while others are not."""
    expect(smtp.mail(sender))
    answers = [smtp.rcpt(one) for one in recipients]
    refused = [answer for answer in answers if answer[0] not in (250, 251)]
    if len(refused) == len(recipients):
        code, text = max(refused)
        raise ChannelError(f"the recipient is refused: {code} {said(text)}", retry=code < 500, sick=False)
    code, text = smtp.data(letter)
    if code != 250:
        raise ChannelError(f"the message is refused: {code} {said(text)}", retry=code < 500, sick=False)
    with suppress(OSError):  # it is taken, however the server says goodbye
        smtp.quit()
    left_out = f"; {len(refused)} of {len(recipients)} recipients refused" if refused else ""
    return f"{code} {said(text)}{left_out}"


def expect(reply: tuple[int, bytes]) -> None:
    code, text = reply
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, text)


def message(sender: str, recipients: Sequence[str], outgoing: Outgoing) -> bytes:
    """One that says that no person wrote it (RFC 3834); mail programs show those of one incident together."""
    host = sender.rpartition("@")[2]
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = ", ".join(recipients)
    letter["Subject"] = subject(outgoing)
    letter["Date"] = formatdate(outgoing.at, localtime=False)
    letter["Message-ID"] = f"<{outgoing.key}@{host}>"
    if outgoing.thread:
        letter["References"] = letter["In-Reply-To"] = f"<{outgoing.thread}@{host}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter.set_content(body(outgoing))
    letter["Content-Language"] = outgoing.language
    return letter.as_bytes()


CHANNEL = Channel(
    "email", N_("E-mail"), FIELDS, check, hint, send, address, address_help=N_("Such as name@example.go.id.")
)
