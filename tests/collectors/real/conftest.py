"""Recordings of real devices are not the project's own: where they are not beside it, there is nothing to test here."""

from pathlib import Path

COLLECTION = Path(__file__).parents[3] / "../shared/data/snmp"

collect_ignore = [] if COLLECTION.exists() else ["test_real_devices.py"]
