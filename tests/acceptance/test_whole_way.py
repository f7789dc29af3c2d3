"""CSV -> scheduled polls -> facts, with a farm of simulated agents and real snmpd: bench.acceptance in short."""

import shutil
from pathlib import Path

import pytest

from bench.acceptance import arguments, measure
from tests.conftest import SHARED

pytestmark = pytest.mark.shared
MISSING = [name for name in ("cc", "snmpd") if not shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/bin")]


@pytest.mark.skipif(bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}")
def test_facts_equal_what_the_devices_are_known_to_say(tmp_path: Path) -> None:
    words = ["--farm", str(SHARED / "tools" / "snmpfarm.c"), "--agents", "150", "--cycles", "8", "--interval", "10"]
    report = measure(arguments(words), tmp_path)
    assert report.good, report
    assert report.outage_s >= 20
