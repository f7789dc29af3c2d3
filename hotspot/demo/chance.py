"""Chance that is the same at every run: drawn from names instead of from the clock."""

import hashlib
import math
from functools import cache
from random import Random

SEED = "Hotspot demonstration 1"


def share(*parts: object) -> float:
    """A number from 0 to 1 that these words always give."""
    digest = hashlib.blake2b("/".join(map(str, (SEED, *parts))).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


@cache
def number_of(name: str) -> int:
    return int(share("number", name) * 2**32)


def flicker(name: str, t: int) -> float:
    """As `share`, of a name and a time, for what is asked a million times; mixed as in MurmurHash3's last step."""
    mixed = (number_of(name) ^ t * 0x9E3779B1) & 0xFFFFFFFF
    mixed = (mixed ^ mixed >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    mixed = (mixed ^ mixed >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return (mixed ^ mixed >> 16) / 2**32


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
