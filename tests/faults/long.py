"""How often each fault is tried: in short where tests run, in full by `make faults`, which also saves the figures."""

import json
import os
from pathlib import Path

FILE = os.environ.get("FAULTS_RESULTS", "")
IS_LONG = bool(FILE)


def times(short: int, full: int) -> int:
    return full if IS_LONG else short


def saved(fault: str, **figures: object) -> None:
    """A line of the results; each `held` is only said once every assertion about it has passed."""
    if FILE:
        with Path(FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"fault": fault, **figures}) + "\n")
