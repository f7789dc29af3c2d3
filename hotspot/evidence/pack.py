"""Makes a pack: records, what follows from them, a page to print, manifest and signature, in one zip file."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from hotspot.evidence.columns import iso
from hotspot.evidence.container import packed
from hotspot.evidence.manifest import FORMAT, MANIFEST, SIGNATURE, Manifest, record_hashes, sha256, told_of, written
from hotspot.evidence.month import Month
from hotspot.evidence.tables import computed, readme, recorded


@dataclass(frozen=True, slots=True)
class Chain:
    """The pack of an earlier month that this one follows, and the one of its own month that it replaces; or empty."""

    previous_month: str = ""
    previous_sha256: str = ""
    replaces_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """`public` is the key in hexadecimal digits; `sign` signs with its private part."""

    public: str
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Pack:
    data: bytes
    manifest_sha256: str


def make(month: Month, pdf: bytes, chain: Chain, signer: Signer, made_by: str) -> Pack:
    """The same bytes for the same records, page, chain and key."""
    terms = month.records.terms
    files = {"README.txt": readme(month), "evidence.pdf": pdf, **computed(month), **recorded(month.records)}
    manifest = Manifest(
        format=FORMAT,
        city=terms.city,
        contract=terms.contract,
        month=terms.month,
        amount_rp=month.amount_rp,
        made_at=iso(terms.as_of, ZoneInfo(terms.zone)),
        made_by=made_by,
        previous_month=chain.previous_month,
        previous_sha256=chain.previous_sha256,
        replaces_sha256=chain.replaces_sha256,
        public_key=signer.public,
        files={name: told_of(name, content) for name, content in files.items()},
        records=record_hashes(files["spans.csv"]),
    )
    text = written(manifest)
    signature = f"{signer.sign(text).hex()}\n".encode()
    return Pack(packed({**files, MANIFEST: text, SIGNATURE: signature}), sha256(text))
