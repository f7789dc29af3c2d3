"""Devices offer who is connected to them; none of it may come anywhere: database, logs, exports, API, output."""

import asyncio
import json
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from collectors import recording
from collectors.agent import Agent, AgentHost, Object
from collectors.snmp.codec import Tag
from hotspot import create_app
from hotspot.cli import cli
from hotspot.clock import now
from hotspot.secrets import master_key
from hotspot.settings import Settings
from hotspot.store.base import make_engine, writing
from hotspot.store.migrate import migrate
from hotspot.store.tokens import create_token
from tests.hotspot.polled_city import address, settle

RECORDINGS = Path(__file__).parents[1] / "collectors" / "recordings"
MAC = bytes.fromhex("02ca7a5e11c7")
ADDRESS, NAME = "10.99.88.77", "ibu-sari-canary"
TRACES = (
    MAC,
    MAC.hex().encode(),
    MAC.hex().upper().encode(),
    MAC.hex(":").encode(),
    MAC.hex(":").upper().encode(),
    MAC.hex("-").encode(),
    ".".join(map(str, MAC)).encode(),
    ADDRESS.encode(),
    NAME.encode(),
    NAME.encode().hex().encode(),
)
TABLES = (  # of stations, users and neighbours: entries, all of whose columns hold traces
    "1.3.6.1.2.1.3.1.1",  # atEntry
    "1.3.6.1.2.1.4.22.1",  # ipNetToMediaEntry
    "1.3.6.1.2.1.17.4.3.1",  # dot1dTpFdbEntry
    "1.3.6.1.4.1.2011.6.139.18.1.2.1",  # hwWlanStaTable
    "1.3.6.1.4.1.14179.2.1.4.1",  # bsnMobileStationEntry
    "1.3.6.1.4.1.14179.2.1.11.1",  # bsnGuestUsers
    "1.3.6.1.4.1.14823.2.2.1.4.1.2.1",  # wlsxUserEntry
    "1.3.6.1.4.1.14823.2.2.1.5.2.2.1.1",  # wlanStationEntry
    "1.3.6.1.4.1.14988.1.1.1.5.1",  # mtxrWlCMRtabEntry
    "1.3.6.1.4.1.25053.1.2.2.1.1.3.1.1",  # ruckusZDWLANStaEntry
    "1.3.6.1.4.1.25053.1.4.2.1.1.3.1.1",  # stations of a SmartZone
    "1.3.6.1.4.1.25506.2.75.3.1.1.1",  # hh3cDot11StationAssociateEntry
    "1.3.6.1.4.1.12356.101.14.4.7.1",  # fgWcWtpSta
    "1.3.6.1.4.1.11863.10.1.1.2.1",  # stations of an EAP
    "1.3.6.1.4.1.4881.1.1.10.2.57.1.1.1",  # ruijieStaTable
)
COLUMNS = range(1, 40)


def offering(objects: Mapping[str, Object]) -> dict[str, Object]:
    """The device, and three stations in every table of stations: in the index, as octets, as text."""
    index = ".".join(map(str, MAC))
    said = [Object(Tag.OCTET_STRING, MAC), Object(Tag.IP_ADDRESS, ADDRESS), Object(Tag.OCTET_STRING, NAME.encode())]
    canaries = {
        f"{table}.{column}.{index}.{row}": said[(column + row) % len(said)]
        for table in TABLES
        for column in COLUMNS
        for row in (1, 2, 3)
    }
    return canaries | dict(objects)


@contextmanager
def served(agents: Mapping[str, Agent]) -> Iterator[int]:
    """The UDP port at which a thread answers for them."""
    host, loop = AgentHost(dict(agents), 0), asyncio.new_event_loop()
    loop.call_soon(host.open)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def port() -> int:
        return host.port

    try:
        yield asyncio.run_coroutine_threadsafe(port(), loop).result()
    finally:
        loop.call_soon_threadsafe(host.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_nothing_of_a_station_is_kept_logged_or_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "a key for tests that is long enough"
    settings = Settings(data_dir=str(tmp_path), secret_key=secret, log_level="debug")
    runner = CliRunner(
        env={"HOTSPOT_DATA_DIR": str(tmp_path), "HOTSPOT_SECRET_KEY": secret, "HOTSPOT_LOG_LEVEL": "debug"}
    )
    names = sorted(path.stem for path in RECORDINGS.glob("*.snmprec"))
    agents = {
        address(i): Agent(offering(recording.read(RECORDINGS / f"{name}.snmprec"))) for i, name in enumerate(names)
    }
    engine = make_engine(settings.database)
    migrate(engine)
    told = []
    with served(agents) as port:
        settle(engine, master_key(settings), len(names), port)
        for _ in range(2):  # what a device is learned by, and what it is then asked
            polled = runner.invoke(cli, ["poll", "--once", "--json"])
            told.append(polled.output.encode())
    assert polled.exit_code == 0, polled.output
    results = [json.loads(line) for line in polled.output.splitlines() if line.startswith("{")]
    assert [row["reachable"] for row in results] == [True] * len(names)

    for kind in ("csv", "xlsx"):
        exported = tmp_path / f"points.{kind}"
        runner.invoke(cli, ["export", "points", str(exported)])
        told.append(exported.read_bytes())
    with writing(engine) as session:
        token = create_token(session, "test", now())
    client = create_app(settings).test_client()
    for path in ("/api/v1/access-points", "/api/v1/points", "/api/v1/outages", "/metrics"):
        answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        told.append(answer.data)
    told.append(caplog.text.encode())
    engine.dispose()
    told += [path.read_bytes() for path in tmp_path.iterdir() if path.is_file()]

    assert sum(map(len, told)) > 100_000
    assert [trace for trace in TRACES if any(trace in content for content in told)] == []
