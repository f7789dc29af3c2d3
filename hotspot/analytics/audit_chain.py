"""The chain of the audit log: each entry's digest covers the entry, its place and the digest of the one before it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, tee, zip_longest

CHANGED, REMOVED, INSERTED = "changed", "removed", "inserted"


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as it is stored; `position` counts from 1, and is None for a row that never went through the chain."""

    position: int | None
    at: int
    actor: str
    action: str
    subject: str
    detail: str
    digest: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place where the log is not what was written: `kind` and the positions from `first` to `last`."""

    kind: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class End:
    """What the chain says as far as it holds: how many entries, and the digest of the last."""

    count: int
    digest: str


def digest(previous: str, position: int, link: Link) -> str:
    """SHA-256 (FIPS 180-4) of a JSON list in ASCII without spaces; `previous` is empty for the first entry."""
    said = [previous, position, link.at, link.actor, link.action, link.subject, link.detail]
    return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


def follow(links: Iterable[Link]) -> End | Fault:
    """Goes along the entries in the order of their positions, to the end or to the first that doesn't fit.

    Which of the three it was is told by what comes after: entries behind a removed or an added one still fit each
    other. Where somebody computed digests anew, only the sealed head knows better.
    """
    end = End(0, "")
    links, ahead = tee(links)
    for link, after in zip_longest(links, islice(ahead, 1, None)):
        position = end.count + 1
        if link.position != position:
            there = link.position or position
            return Fault(REMOVED, position, there - 1) if there > position else Fault(INSERTED, there, there)
        if digest(end.digest, position, link) != link.digest:
            return Fault(kind(end.digest, position, link, after), position, position)
        end = End(position, link.digest)
    return end


def kind(previous: str, position: int, link: Link, after: Link | None) -> str:
    """Of an entry that doesn't fit: whether those behind it say that they were moved."""
    if after and digest(previous, position, after) == after.digest:
        return INSERTED
    if after and digest(link.digest, position + 2, after) == after.digest:
        return REMOVED
    return CHANGED
