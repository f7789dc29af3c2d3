"""The only place that reads the wall clock; tests set it."""

import time


def now() -> int:
    """This instant as whole seconds since 1970-01-01T00:00:00Z (see docs/decisions/0002-instants-are-integers.md)."""
    return int(time.time())


def exact() -> float:
    """The same with its fraction, for what is spread over a minute."""
    return time.time()
