"""A contract of three points with a month that has a bit of everything, and its pack, without a database."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hotspot.analytics.spans import DOWN, UNKNOWN, UP
from hotspot.evidence.month import sla_month, window_of
from hotspot.evidence.pack import Chain, Pack, Signer, make
from hotspot.evidence.records import Excluded, Line, Records, Stay, StoredSpan, Terms, Work

ZONE = "Asia/Jakarta"
RULE = '{"target": 99.5, "kind": "steps", "steps": [{"below": 99.5, "deduct": 5}, {"below": 97, "deduct": 20}]}'
PDF = b"%PDF-1.7\nnot a real one\n%%EOF\n"
KEY = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp())


def terms(month: str = "2026-10", **fields: Any) -> Terms:
    first, last = at("2026-01-01"), at("2026-12-31")
    plain = Terms(
        "36.74", "Kota Contoh", ZONE, False, "K-1/2026", "Sewa titik", "Nusa Link", "APBD",
        datetime.fromtimestamp(first, ZoneInfo(ZONE)).date(), datetime.fromtimestamp(last, ZoneInfo(ZONE)).date(),
        RULE, month, window_of(month, ZONE)[1] + 36_000,
    )  # fmt: skip
    return replace(plain, **fields)


def story(name: str, a: int, b: int, dips: list[tuple[int, int, int, str]]) -> list[StoredSpan]:
    """Up, but for the dips (start, end, state, cause)."""
    spans: list[StoredSpan] = []
    here = a
    for start, end, state, cause in dips:
        spans += [StoredSpan(name, here, start, int(UP), "", 0, 60), StoredSpan(name, start, end, state, cause, 60, 60)]
        here = end
    return [*spans, StoredSpan(name, here, b, int(UP), "", 60, 0)]


@cache
def records(month: str = "2026-10") -> Records:
    """P-1 runs; P-2 was down for 30 hours, 12 of them excluded; P-3 begins on the 20th and moved to another device."""
    a, b = window_of(month, ZONE)
    day, late = 86_400, b + 30_000
    lines = (
        Line("P-1", 'Taman "Kota", <b>utara</b>', terms().starts_on, terms().ends_on, 1_000_000),
        Line("P-2", "=Balai RW 3", terms().starts_on, terms().ends_on, 750_000),
        Line("P-3", "Pasar", terms().starts_on.replace(month=int(month[5:]), day=20), terms().ends_on, 500_000),
    )
    stays = (Stay("AP-1", "P-1", a, b), Stay("AP-2", "P-2", a, b), Stay("AP-3", "P-3", a, a + 22 * day),
             Stay("AP-4", "P-3", a + 22 * day, b))  # fmt: skip
    down, unknown = int(DOWN), int(UNKNOWN)
    spans = (
        *story("AP-1", a - 40 * day, late, [(a + 5 * day, a + 5 * day + 600, down, "")]),
        *story("AP-2", a - 40 * day, late, [(a + 9 * day, a + 9 * day + 108_000, down, ""),
                                            (a + 12 * day, a + 12 * day + 7_200, unknown, "collector")]),
        *story("AP-3", a - 3 * day, a + 22 * day, []),
        *story("AP-4", a + 22 * day, late, [(a + 24 * day, a + 24 * day + 3_600, down, "link")]),
    )  # fmt: skip
    exclusions = (
        Excluded(7, "P-2", a + 9 * day, a + 9 * day + 43_200, "power", "PLN padam, surat 12/X", "surat.pdf (sha256 ab)",
                 late, "budi", None, ""),
        Excluded(8, "P-1", a + 5 * day, a + 6 * day, "vandalism", "", "", late, "budi", late + 60, "sari"),
    )  # fmt: skip
    return Records(terms(month), lines, stays, spans, (Work("AP-1", a + day, a + day + 3_600),), exclusions)


def signer(key: Ed25519PrivateKey = KEY) -> Signer:
    return Signer(key.public_key().public_bytes_raw().hex(), key.sign)


def pack(some: Records | None = None, chain: Chain | None = None, key: Ed25519PrivateKey = KEY) -> Pack:
    return make(sla_month(some or records()), PDF, chain or Chain(), signer(key), "budi")


def iso_utc(t: int) -> str:
    return datetime.fromtimestamp(t, UTC).isoformat()
