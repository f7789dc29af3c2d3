"""Logs of every process: to stdout, one event one line."""

import logging
import sys
import time

FORMAT = "%(asctime)sZ %(levelname)s %(name)s %(message)s"
# They tell at lower levels what every healthy minute brings; a cycle that can't start is told by the collector itself.
QUIET = {"apscheduler": logging.ERROR, "alembic": logging.WARNING, "sqlalchemy": logging.WARNING}


class OneLine(logging.Formatter):
    """Times in UTC; the lines of a traceback joined, so that an event stays one line."""

    converter = staticmethod(time.gmtime)
    default_msec_format = "%s.%03d"

    def format(self, record: logging.LogRecord) -> str:
        return " | ".join(line for line in super().format(record).splitlines() if line.strip())


def set_up(level: str, city: str = "") -> None:
    """`city` stands in each line of a process that works for one of several."""
    handler = logging.StreamHandler(sys.stdout)
    form = FORMAT.replace("%(message)s", f"{city}: %(message)s") if city else FORMAT
    handler.setFormatter(OneLine(form, "%Y-%m-%dT%H:%M:%S"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    if level != "debug":
        for name, least in QUIET.items():
            logging.getLogger(name).setLevel(least)
