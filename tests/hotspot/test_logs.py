"""One event is one line, also with a traceback."""

import logging
import sys

from hotspot.logs import FORMAT, OneLine


def test_event_with_a_traceback_is_one_line() -> None:
    try:
        raise KeyError("x\ny")
    except KeyError:
        record = logging.LogRecord("hotspot.x", logging.ERROR, "", 0, "it\nfailed", (), sys.exc_info())
    record.created, record.msecs = 0.0, 7.0
    line = OneLine(FORMAT, "%Y-%m-%dT%H:%M:%S").format(record)
    assert line.startswith("1970-01-01T00:00:00Z ERROR hotspot.x it | failed | Traceback")
    assert line.count("\n") == 0
