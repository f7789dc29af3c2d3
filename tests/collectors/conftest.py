"""Real and simulated SNMP agents."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from collectors.target import Credential

SNMPD = shutil.which("snmpd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")

CONFIGURATION = """\
agentaddress udp:127.0.0.1:{port},udp6:[::1]:{port}
rocommunity public
rocommunity6 public
createUser alice SHA "alice's auth words" AES "alice's priv words"
createUser bob SHA-256 "bob's auth words" AES "bob's priv words"
createUser carol MD5 "carol's auth words" DES "carol's priv words"
createUser dave SHA-512 "dave's auth words"
createUser erin
createUser frank SHA "frank's auth words" AES-256-C "frank's priv words"
rouser alice priv
rouser bob priv
rouser carol priv
rouser dave auth
rouser erin noauth
rouser frank priv
sysName agent.test
sysLocation nowhere
sysContact nobody
"""


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@dataclass(frozen=True)
class Snmpd:
    port: int


@contextmanager
def running_snmpd(folder: Path, configuration: str) -> Iterator[Snmpd]:
    """A private net-snmp agent on a free port."""
    if SNMPD is None:
        pytest.skip("no net-snmp agent on this machine (package snmpd)")
    port = free_port()
    file = folder / "snmpd.conf"
    file.write_text(configuration.format(port=port))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [SNMPD, "-f", "-Lo", "-C", "-c", str(file), "-p", str(folder / "pid")],
            stdout=log,
            stderr=log,
            env={**os.environ, "SNMP_PERSISTENT_DIR": str(folder / "persistent")},
        )
    try:
        _wait_until_open(folder / "log", process)
        yield Snmpd(port)
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="session")
def snmpd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snmpd]:
    """One for IPv4 and IPv6, with users of every kind."""
    with running_snmpd(tmp_path_factory.mktemp("snmpd"), CONFIGURATION) as running:
        yield running


def _wait_until_open(log: Path, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 20
    while b"NET-SNMP version" not in log.read_bytes():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"snmpd did not start: {log.read_text()}")
        time.sleep(0.02)


ALICE = Credential("3", "", "alice", "SHA", "alice's auth words", "AES", "alice's priv words")
