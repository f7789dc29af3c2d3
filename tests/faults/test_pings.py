"""The real collector and a real agent in a network of their own: SNMP fails alone, then the device; both come back."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from hotspot.secrets import master_key
from hotspot.settings import Settings
from hotspot.store.base import reading, writing
from tests.hotspot.polled_city import settle, until

INTERVAL_S = 5
SNMPD = shutil.which("snmpd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
# Both addresses are this network's own, for which its kernel answers pings; for one taken away nobody does.
NETWORK = """\
ip link set lo up
ip link add here type veth peer name there
ip link set here up
ip link set there up
ip addr add 10.9.0.1/32 dev here
ip addr add 10.9.0.2/32 dev lo
ip addr add 10.9.0.3/32 dev lo
ip route add 10.9.0.0/24 dev here src 10.9.0.1
"$1" -f -Lo -C -c "$2/snmpd.conf" -p "$2/snmpd.pid" >"$2/snmpd.log" 2>&1 &
shift 2
exec "$@"
"""
AGENT = "agentaddress udp:10.9.0.2:161,udp:10.9.0.3:161\nrocommunity public\n"


@contextmanager
def collecting(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A collector in a network namespace, beside an agent at two addresses."""
    if SNMPD is None or shutil.which("unshare") is None or shutil.which("ip") is None:
        pytest.skip("no snmpd, unshare or ip on this machine (packages snmpd, util-linux, iproute2)")
    if subprocess.run(["unshare", "--user", "--map-root-user", "--net", "true"], check=False).returncode:
        pytest.skip("this machine makes no namespaces")
    (folder / "snmpd.conf").write_text(AGENT)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOTSPOT_")}
    environment |= {
        "HOTSPOT_DATA_DIR": str(folder),
        "HOTSPOT_POLL_TIMEOUT": "0.3,0.5",
        "SNMP_PERSISTENT_DIR": str(folder),
    }
    command = ["unshare", "--user", "--map-root-user", "--net", "sh", "-euc", NETWORK, "sh", SNMPD, str(folder)]
    with (folder / "collector.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, sys.executable, "-m", "hotspot", "collector"], env=environment, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)
        os.kill(agent(folder), signal.SIGKILL)


def agent(folder: Path) -> int:
    return int((folder / "snmpd.pid").read_text())


def address(process: "subprocess.Popen[bytes]", change: str) -> None:
    inside = ["nsenter", "--target", str(process.pid), "--user", "--preserve-credentials", "--net"]
    subprocess.run([*inside, "ip", "addr", change, "10.9.0.3/32", "dev", "lo"], check=True)


def test_snmp_that_fails_alone_is_no_outage(sqlite_engine: Engine, tmp_path: Path) -> None:
    settle(sqlite_engine, master_key(Settings(data_dir=str(tmp_path))), 2, 161, INTERVAL_S)
    with writing(sqlite_engine) as session:
        session.execute(text("UPDATE access_point SET address = '10.9.0.' || (id + 1)"))

    def states() -> list[tuple[int, str]]:
        with reading(sqlite_engine) as session:
            rows = session.execute(text("SELECT state, cause FROM ap_state ORDER BY ap_id"))
            return [(row.state, row.cause) for row in rows]

    with collecting(tmp_path) as process:
        until(lambda: states() == [(1, ""), (1, "")])
        os.kill(agent(tmp_path), signal.SIGSTOP)
        until(lambda: states() == [(2, "monitoring"), (2, "monitoring")])
        address(process, "del")
        until(lambda: states() == [(2, "monitoring"), (0, "")])
        os.kill(agent(tmp_path), signal.SIGCONT)
        address(process, "add")
        until(lambda: states() == [(1, ""), (1, "")])
    with reading(sqlite_engine) as session:
        rows = session.execute(text("SELECT ap_id, state, cause FROM status_span ORDER BY ap_id, start")).all()
    assert [tuple(row) for row in rows] == [
        (1, 1, ""),
        (1, 2, "monitoring"),
        (1, 1, ""),
        (2, 1, ""),
        (2, 2, "monitoring"),
        (2, 0, ""),
        (2, 1, ""),
    ]
