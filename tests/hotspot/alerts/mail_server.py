"""A real SMTP server on this machine, and ways to misbehave."""

import asyncio
import email
import email.policy
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import partial
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Mailbox:
    """What came in, in order. `rcpt` and `data` are answers to give instead of taking a message, by their turn.

    `arrived` is called when a message is there and its sender does not know yet.
    """

    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    rcpt: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    arrived: Callable[[], object] = lambda: None
    port: int = 0

    @property
    def subjects(self) -> list[str]:
        return [str(letter["Subject"]) for letter in self.letters]

    async def handle_RCPT(self, *said: Any) -> str:  # noqa: N802  # server, session, envelope, address, options
        if self.rcpt and (answer := self.rcpt.pop(0)):
            return answer
        said[2].rcpt_tos.append(said[3])
        return "250 OK"

    async def handle_DATA(self, *said: Any) -> str:  # noqa: N802  # server, session, envelope
        if self.data and (answer := self.data.pop(0)):
            return answer
        envelope: Envelope = said[2]
        content = envelope.content
        assert isinstance(content, bytes)
        self.letters.append(email.message_from_bytes(content, policy=email.policy.default))
        self.recipients.append(list(envelope.rcpt_tos))
        self.arrived()
        return f"250 OK: queued as {len(self.letters)}"


@contextmanager
def mail_server(port: int = 0, implicit: ssl.SSLContext | None = None, **options: Any) -> Iterator[Mailbox]:
    """`implicit`: TLS from the first byte on; other options are aiosmtpd's."""
    mailbox = Mailbox()

    async def begin() -> asyncio.Server:
        loop = asyncio.get_running_loop()
        greeting = partial(SMTP, mailbox, hostname="mail.test", **options)
        return await loop.create_server(greeting, "127.0.0.1", port, ssl=implicit)

    with serving(begin) as mailbox.port:
        yield mailbox


def lets_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth_data: Any) -> AuthResult:
    assert isinstance(auth_data, LoginPassword)
    return AuthResult(success=auth_data == LoginPassword(b"hotspot", b"a secret"), handled=False)


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def talking(talk: Talk) -> AbstractContextManager[int]:
    """A server on a free port that says what it likes; gives the port."""

    async def until_it_goes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(ConnectionError):
            await talk(reader, writer)

    return serving(lambda: asyncio.start_server(until_it_goes, "127.0.0.1", 0))


@contextmanager
def serving(begin: Callable[[], Awaitable[asyncio.Server]]) -> Iterator[int]:
    """In an event loop of its own, in a thread; gives the port."""
    ready: Future[tuple[int, Callable[[], object]]] = Future()

    async def main() -> None:
        server, over = await begin(), asyncio.Event()
        loop = asyncio.get_running_loop()
        ready.set_result((server.sockets[0].getsockname()[1], lambda: loop.call_soon_threadsafe(over.set)))
        await over.wait()
        server.close()

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    port, end = ready.result(30)
    try:
        yield port
    finally:
        end()
        thread.join(30)
