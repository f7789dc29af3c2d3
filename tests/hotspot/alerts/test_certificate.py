"""The end of the pages' certificate, read from a real TLS server."""

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from hotspot import clock
from hotspot.alerts.certificate import note_end
from hotspot.store.base import reading, writing
from hotspot.store.lease import take
from hotspot.store.models import DeviceEvent
from tests.hotspot import small_city
from tests.hotspot.alerts.certificate import certificate


@pytest.fixture
def city(sqlite_engine: Engine) -> Engine:
    small_city.build(sqlite_engine, 1)
    return sqlite_engine


def look(engine: Engine, address: str) -> None:
    with writing(engine) as session:
        fence = take(session, "collector", "here", clock.now(), 60)
    assert fence is not None
    note_end(engine, fence, address)


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Of a server that shows a certificate of thirty days."""
    context, _ = certificate(tmp_path, "localhost")
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=show, args=(server, context), daemon=True).start()
        yield server.getsockname()[1]


def show(server: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            with server.accept()[0] as plain, context.wrap_socket(plain, server_side=True):
                pass
        except ssl.SSLError:
            continue
        except OSError:
            return


def noted(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(DeviceEvent.detail).where(DeviceEvent.kind == "certificate")))


def test_the_end_is_noted_once(city: Engine, port: int) -> None:
    for _ in range(2):
        look(city, f"https://localhost:{port}")
    (detail,) = noted(city)
    host, _, ends = detail.partition(" ")
    assert host == "localhost"
    assert abs(datetime.fromisoformat(ends) - datetime.now(UTC) - timedelta(days=30)) < timedelta(hours=1)


@pytest.mark.parametrize("address", ["http://localhost:{port}", "https://localhost:1", "https://127.0.0.256"])
def test_what_shows_none_says_nothing(city: Engine, port: int, address: str) -> None:
    look(city, address.format(port=port))
    assert noted(city) == []
