"""When a message that did not leave is tried again: ever later, with chance, and not for ever."""

FIRST_S, LONGEST_S = 60, 3600
GIVE_UP_S = 86_400
SPREAD = 0.2  # so that what failed together does not come back together


def wait_s(attempts: int, chance: float) -> int:
    """Seconds after the `attempts`-th try, twice as many each time; `chance` is from 0 to 1."""
    doubled = min(LONGEST_S, FIRST_S << min(max(0, attempts - 1), 10))
    return round(doubled * (1 + SPREAD * (2 * chance - 1)))


def is_given_up(created_at: int, now: int) -> bool:
    return now - created_at >= GIVE_UP_S
