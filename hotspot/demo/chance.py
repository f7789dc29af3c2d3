"""Chance that is the same at every run: drawn from names instead of from the clock."""

import hashlib
import math
from random import Random

SEED = "Hotspot demonstration 1"


def share(*parts: object) -> float:
    """A number from 0 to 1 that these words always give."""
    digest = hashlib.blake2b("/".join(map(str, (SEED, *parts))).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def dice(*parts: object) -> Random:
    """A generator of its own for each subject, so that a change in one leaves the others alone."""
    return Random("/".join(map(str, (SEED, *parts))))  # noqa: S311  # an invented city, not a secret


def happenings(random: Random, mean: float) -> int:
    """How many times something happens that does so `mean` times on average (Poisson, by Knuth)."""
    limit, count, product = math.exp(-mean), 0, random.random()
    while product > limit:
        count += 1
        product *= random.random()
    return count
