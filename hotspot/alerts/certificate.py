"""When the certificate of the pages ends, read as a browser meets it: at the address that people use."""

import logging
import socket
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

from cryptography.x509 import load_der_x509_certificate
from sqlalchemy import Engine

from hotspot import clock
from hotspot.store.alerts.rule_records import CERTIFICATE, certificate_of
from hotspot.store.base import reading, writing
from hotspot.store.city import current_city
from hotspot.store.events import Event, add_events
from hotspot.store.lease import Fence

log = logging.getLogger(__name__)
TIMEOUT_S = 10


def note_end(engine: Engine, fence: Fence, address: str) -> None:
    """An event when it is another than before. An address without TLS has none; one that can't be met says nothing."""
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname:
        return
    try:
        ends = end_of(parts.hostname, parts.port or 443)
    except (OSError, ValueError) as error:
        log.warning("the certificate of %s can't be read: %s", parts.hostname, error)
        return
    with reading(engine) as session:
        city = current_city(session)
        if city is None or certificate_of(session, city) == (parts.hostname, ends):
            return
        city_id = city.id
    with writing(engine) as session:
        fence.check(session)
        add_events(session, city_id, [Event(clock.now(), CERTIFICATE, detail=f"{parts.hostname} {ends.isoformat()}")])


def end_of(host: str, port: int) -> datetime:
    """The last second of the certificate that is shown there, also of one that is over or that nobody trusts."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # it is read, and nothing is said to it
    with (
        socket.create_connection((host, port), TIMEOUT_S) as plain,
        context.wrap_socket(plain, server_hostname=host) as tls,
    ):
        shown = tls.getpeercert(binary_form=True)
    if shown is None:
        raise ValueError("none is shown")
    return load_der_x509_certificate(shown).not_valid_after_utc.astimezone(UTC)
