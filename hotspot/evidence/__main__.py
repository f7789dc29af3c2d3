"""python -m hotspot.evidence PACK...: checks packs; 0 whole, 1 something was changed, 2 a file can't be read."""

import sys
from collections.abc import Sequence
from pathlib import Path

from hotspot.evidence.columns import printable
from hotspot.evidence.container import Fault
from hotspot.evidence.verify import LARGEST, Checked, chained, verify


def main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0].startswith("-"):
        sys.stderr.write("usage: python -m hotspot.evidence PACK.zip [PACK.zip ...]\n")
        return 2
    try:
        packs = [verify(content(Path(name))) for name in arguments]
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}\n")
        return 2
    whole = True
    for name, checked, links in zip(arguments, packs, chained(packs), strict=True):
        faults = [*checked.faults, *links]
        whole = whole and not faults
        sys.stdout.write("\n".join(told(name, checked, faults)) + "\n")
    return 0 if whole else 1


def content(path: Path) -> bytes:
    """No more than a pack has."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def told(name: str, checked: Checked, faults: Sequence[Fault]) -> list[str]:
    """What a person reads of one pack. Whoever made it can't add a line, or command the terminal."""
    return [printable(line) for line in lines_of(name, checked, faults)]


def lines_of(name: str, checked: Checked, faults: Sequence[Fault]) -> list[str]:
    if faults:
        return [f"{name}: NOT AS IT WAS MADE", *(f"  {each}" for each in faults)]
    manifest, month = checked.manifest, checked.month
    assert manifest is not None and month is not None  # noqa: S101, PT018  # without faults both are there
    terms = month.records.terms
    lines = [
        f"{name}: whole",
        f"  contract {terms.contract}, {terms.month}: {len(month.lines)} lines, Rp{month.amount_rp:,} computed anew",
        f"  made {manifest.made_at} by {manifest.made_by}, manifest {checked.manifest_sha256}",
        f"  signed by the key {manifest.fingerprint}: compare it with the one the city tells you",
    ]
    if manifest.previous_sha256:
        lines.append(f"  follows on {manifest.previous_month}, manifest {manifest.previous_sha256}")
    if manifest.replaces_sha256:
        lines.append(f"  replaces an earlier pack of the month, manifest {manifest.replaces_sha256}")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
