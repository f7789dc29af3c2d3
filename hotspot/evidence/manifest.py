"""The manifest of a pack: the SHA-256 of each file, of its lines and of the records, the pack before, the signature."""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from hotspot.analytics.import_row import N_
from hotspot.evidence.container import Fault, fault
from hotspot.evidence.ed25519 import verifies

FORMAT = "hotspot-evidence/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
LINE_HASH = 3  # bytes of the SHA-256 of a line that are kept, to tell which one was altered


@dataclass(frozen=True, slots=True)
class Manifest:
    """`files` by name; `records` the SHA-256 of each access point's lines in spans.csv. Empty SHA-256: there is none.

    `replaces_sha256` is of the pack of the same month before this one, `previous_sha256` of the newest pack of an
    earlier month: the SHA-256 of their manifests.
    """

    format: str
    city: str
    contract: str
    month: str
    amount_rp: int
    made_at: str
    made_by: str
    previous_month: str
    previous_sha256: str
    replaces_sha256: str
    public_key: str
    files: Mapping[str, Mapping[str, Any]]
    records: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public_key)


def fingerprint(public: str) -> str:
    """Of a key in hexadecimal digits: the first half of its SHA-256, in groups that people can compare."""
    digits = hashlib.sha256(bytes.fromhex(public)).hexdigest()[:32]
    return " ".join(digits[n : n + 4] for n in range(0, 32, 4))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def told_of(name: str, content: bytes) -> dict[str, Any]:
    """Size and SHA-256 of a file; of a text also a few bytes of the SHA-256 of each line."""
    told: dict[str, Any] = {"size": len(content), "sha256": sha256(content)}
    if not name.endswith(".pdf"):
        told["lines"] = b64encode(b"".join(line_hashes(content))).decode()
    return told


def line_hashes(content: bytes) -> list[bytes]:
    return [hashlib.sha256(line).digest()[:LINE_HASH] for line in content.split(b"\n")]


def record_hashes(spans: bytes) -> dict[str, str]:
    """By access point the SHA-256 of its lines in spans.csv."""
    found: dict[str, Any] = {}
    for line in spans.splitlines(keepends=True)[1:]:
        found.setdefault(line.partition(b",")[0].decode(errors="backslashreplace"), hashlib.sha256()).update(line)
    return {name: each.hexdigest() for name, each in found.items()}


def written(manifest: Manifest) -> bytes:
    return (json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n").encode()


def read(files: Mapping[str, bytes]) -> tuple[Manifest | None, list[Fault]]:
    """The manifest, where it is one that its key signed."""
    missing = [fault(name, N_("is missing")) for name in (MANIFEST, SIGNATURE) if name not in files]
    if missing:
        return None, missing
    content = files[MANIFEST]
    try:
        told = json.loads(content.decode())
        if told["format"] != FORMAT:
            return None, [fault(MANIFEST, N_("is of another format than %(known)s"), known=FORMAT)]
        manifest = Manifest(**told)
        check_types(manifest)
        public = bytes.fromhex(manifest.public_key)
        if written(manifest) != content:  # half a character, or a name twice: what is shown must be what was signed
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None, [fault(MANIFEST, N_("is not written as Hotspot writes it"))]
    try:
        signature = bytes.fromhex(files[SIGNATURE].decode("ascii").removesuffix("\n"))
    except ValueError:
        return manifest, [fault(SIGNATURE, N_("is no signature in hexadecimal digits"))]
    if files[SIGNATURE] != f"{signature.hex()}\n".encode():
        return manifest, [fault(SIGNATURE, N_("is not written as Hotspot writes it"))]
    if not verifies(public, content, signature):
        return manifest, [fault(MANIFEST, N_("its signature does not fit: the manifest or manifest.sig was changed"))]
    return manifest, []


def check_types(manifest: Manifest) -> None:
    """Raises TypeError or ValueError."""
    texts = {name: value for name, value in asdict(manifest).items() if name not in ("amount_rp", "files", "records")}
    if any(not isinstance(value, str) for value in texts.values()) or not isinstance(manifest.amount_rp, int):
        raise TypeError
    for told in manifest.files.values():
        int(told["size"]), bytes.fromhex(told["sha256"]), b64decode(told.get("lines", ""), validate=True)
    for digest in manifest.records.values():
        bytes.fromhex(digest)


def misfits(manifest: Manifest, files: Mapping[str, bytes]) -> list[Fault]:
    """The files that are not those of the manifest, with the first lines that were altered."""
    faults = [fault(name, N_("is missing")) for name in manifest.files if name not in files]
    for name, content in files.items():
        if name in (MANIFEST, SIGNATURE):
            continue
        told = manifest.files.get(name)
        if told is None:
            faults.append(fault(name, N_("is not in the manifest")))
        elif told["sha256"] != sha256(content):
            faults += [altered(name, content, told)]
    if "spans.csv" in files and not faults and record_hashes(files["spans.csv"]) != manifest.records:
        faults.append(fault(MANIFEST, N_("its hashes of the records are not those of spans.csv")))
    return faults


def altered(name: str, content: bytes, told: Mapping[str, Any]) -> Fault:
    """Names the lines by their hashes; those added or missing by the first that differs."""
    octets = b64decode(told.get("lines", ""))
    if not octets:
        return fault(name, N_("was changed: its SHA-256 is not that of the manifest"))
    wanted = [octets[n : n + LINE_HASH] for n in range(0, len(octets), LINE_HASH)]
    found = line_hashes(content)
    if len(found) != len(wanted):
        first = next((n for n, pair in enumerate(zip(found, wanted, strict=False), 1) if pair[0] != pair[1]), 1)
        said = N_("was changed from line %(line)s on: it has %(told)s lines, not %(made)s")
        return fault(name, said, line=first, told=len(found), made=len(wanted))
    lines = [n for n, pair in enumerate(zip(found, wanted, strict=True), 1) if pair[0] != pair[1]]
    if not lines:
        return fault(name, N_("was changed: its SHA-256 is not that of the manifest"))
    return fault(named(name, lines), N_("was changed, it says: %(line)s"), line=shown(content, lines[0]))


def named(name: str, lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, lines[:5])) + (", ..." if len(lines) > 5 else "")
    return f"{name}, {'line' if len(lines) == 1 else 'lines'} {shown}"


def shown(content: bytes, number: int) -> str:
    text = content.split(b"\n")[number - 1].decode("utf-8", "backslashreplace").strip()[:200]
    return "".join(letter if letter.isprintable() else "?" for letter in text)
