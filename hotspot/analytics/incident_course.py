"""How an incident goes on: when it is told, that it grew, is over, came back, or comes and goes."""

REOPEN_S = 1800  # what comes back within so long of its end is the same incident, not a new one
GROWN_FACTOR = 2
GROWN_BY = 5  # ... and at least so many more


def has_grown(told: int, members: int) -> bool:
    """Whether an incident that was told with so many members is so much larger that it is worth a second message."""
    return members >= GROWN_FACTOR * told and members >= told + GROWN_BY
