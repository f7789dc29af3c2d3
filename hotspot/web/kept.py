"""Answers for everybody: made once in a few seconds however many ask, so that a spike of visitors costs little."""

import gzip
import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from time import perf_counter
from typing import Generic, TypeVar, cast

from flask import Response, current_app, request

from hotspot.clock import now

T = TypeVar("T")
FRESH_S = 15
TIMES = 30  # what took a second to make is kept for half a minute: making never takes more than a thirtieth of the time
MOST = 5_000


@dataclass(slots=True)
class Entry(Generic[T]):
    lock: Lock = field(default_factory=Lock)
    value: T | None = None
    made_at: int | None = None
    fresh_s: int = 0

    def age_s(self) -> int | None:
        """None when nothing was made yet, or the clock went back since."""
        age_s = None if self.made_at is None else now() - self.made_at
        return age_s if age_s is not None and age_s >= 0 else None

    def is_fresh(self, times: int = 1) -> bool:
        age_s = self.age_s()
        return age_s is not None and age_s < times * self.fresh_s


def kept(key: Hashable, make: Callable[[], T], fresh_s: int = FRESH_S) -> T:
    """What `make` said for the key within the last `fresh_s` seconds; while one visitor waits for it to be made anew,
    the others get the last one.
    """
    shelf: dict[Hashable, Entry[T]] = current_app.extensions.setdefault("kept", {})
    if len(shelf) > MOST:
        shelf.clear()
    entry = shelf.setdefault(key, Entry())
    if entry.is_fresh():
        return cast("T", entry.value)
    if not entry.lock.acquire(blocking=not entry.is_fresh(times=2)):
        return cast("T", entry.value)
    try:
        if not entry.is_fresh():
            began = perf_counter()
            entry.value = make()
            entry.made_at = now()
            entry.fresh_s = max(fresh_s, round(TIMES * (perf_counter() - began)))
        return cast("T", entry.value)
    except Exception:
        shelf.pop(key, None)  # such as a page that is none: names that visitors make up fill no memory
        raise
    finally:
        entry.lock.release()


@dataclass(frozen=True, slots=True)
class Packed:
    body: bytes
    etag: str


def packed(body: str | bytes) -> Packed:
    plain = body.encode() if isinstance(body, str) else body
    return Packed(gzip.compress(plain, 6, mtime=0), hashlib.sha256(plain).hexdigest()[:24])


def answer(
    key: Hashable, make: Callable[[], str | bytes], mimetype: str, *, fresh_s: int = FRESH_S, cache_s: int | None = None
) -> Response:
    """An answer that is the same for everybody, for browsers and proxies to keep for `cache_s` seconds (`fresh_s`)."""
    one = kept((request.script_root, key), lambda: packed(make()), fresh_s)  # its links tell where these pages are
    if request.accept_encodings.quality("gzip"):
        response = Response(one.body, mimetype=mimetype, headers={"Content-Encoding": "gzip"})
    else:
        response = Response(gzip.decompress(one.body), mimetype=mimetype)
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = f"public, max-age={fresh_s if cache_s is None else cache_s}"
    response.set_etag(one.etag, weak=True)
    response.make_conditional(request)
    return response
