"""CSV -> scheduled polls -> facts with a farm of simulated agents and real snmpd: the short form of bench.acceptance."""

import shutil
from pathlib import Path

import pytest

from bench.acceptance import arguments, measure
from tests.conftest import SHARED

pytestmark = pytest.mark.shared


@pytest.mark.skipif(not (shutil.which("cc") and shutil.which("snmpd", path="/usr/sbin:/usr/bin")), reason="no cc or snmpd")
def test_facts_equal_what_the_devices_are_known_to_say(tmp_path: Path) -> None:
    words = ["--farm", str(SHARED / "tools" / "snmpfarm.c"), "--agents", "150", "--cycles", "8", "--interval", "10"]
    report = measure(arguments(words), tmp_path)
    assert report.good, report
    assert report.outage_s >= 20
