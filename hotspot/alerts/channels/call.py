"""One request over HTTPS to an address that the guard allows: pinned, bounded in time and size, without redirects."""

import http.client
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from hotspot.alerts.channels.channel import ChannelError
from hotspot.alerts.channels.cut_off import cut_off
from hotspot.alerts.channels.text import said, trouble
from hotspot.alerts.guard import ForbiddenError, Guard

CONNECT_S, TIMEOUT_S, LONGEST_S = 5.0, 10.0, 20.0  # for each address; for each answer; for all
MOST_ADDRESSES = 3
MOST_READ = 4096
# What sending the same again can't mend. Others can: a token entered anew, a page put back, less to do.
FINAL = frozenset((400, 410, 413, 414, 415, 422))


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str


def call(
    guard: Guard,
    url: str,
    *,
    method: str = "POST",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    secrets: Sequence[str] = (),
) -> Answer:
    """What a server said with a status of 200 to 299, without `secrets`; raises ChannelError for anything else."""
    try:
        status, text = asked(guard, url, method, body, headers or {})
        answer = Answer(status, said(text, secrets))
    except ForbiddenError as error:
        raise ChannelError(f"nothing is sent there: {error}", retry=True) from error
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise ChannelError(f"the server can't be used: {trouble(error)}", retry=True) from error
    if not 200 <= answer.status < 300:
        raise refused(answer.status, answer.text)
    return answer


def refused(status: int, text: str) -> ChannelError:
    if 300 <= status < 400:
        return ChannelError(f"{status}: it leads elsewhere, and redirects are not followed", retry=True)
    sick = status not in FINAL or status == 410  # 410: nothing will ever be taken there again
    return ChannelError(f"refused: {status} {text}".strip(), retry=status not in FINAL, sick=sick)


def asked(guard: Guard, url: str, method: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    parts = urlsplit(url)
    host, tls = parts.hostname or "", parts.scheme == "https"
    if not tls and not guard.names(host):
        raise ForbiddenError("only https:// is used")
    port = parts.port or (443 if tls else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    plain = connected(guard, host, port)
    with plain, cut_off(plain, LONGEST_S):
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
        if tls:
            connection.default_port = 443  # or the Host header would name the port
        # Its own connecting would ask for the name once more, and perhaps get another address.
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if tls else plain
        try:
            connection.request(method, target, body, dict(headers))
            response = connection.getresponse()
            return response.status, response.read(MOST_READ)
        finally:
            connection.close()


def connected(guard: Guard, host: str, port: int) -> socket.socket:
    """With one of the very addresses that were checked."""
    trouble: OSError = OSError("the name has no address")
    for address in guard.addresses(host, port)[:MOST_ADDRESSES]:
        try:
            connection = socket.create_connection((address, port), CONNECT_S)
        except OSError as error:
            trouble = error
        else:
            connection.settimeout(TIMEOUT_S)
            return connection
    raise trouble
