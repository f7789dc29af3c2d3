"""Which firmware is approved: lines of patterns as people write them, and whether a device fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from hotspot.analytics.import_row import N_, reject

FIELD = "approved"
MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Approved:
    """The versions that devices of this vendor and model may have; all are patterns with * for any text."""

    vendor: str
    model: str
    versions: tuple[str, ...]


def approved_list(text: str) -> list[Approved]:
    """One a line, "vendor / model: version, version"; raises RejectedError with the line that can't be read."""
    rows = text.splitlines()
    if len(rows) > MOST_LINES:
        reject(FIELD, N_("more than %(most)s lines"), most=MOST_LINES)
    return [approved(row) for row in rows if row.strip()]


def approved(row: str) -> Approved:
    device, _, versions = row.partition(":")
    vendor, _, model = device.partition("/")
    wanted = tuple(part.strip().casefold() for part in versions.split(",") if part.strip())
    if not vendor.strip() or not wanted:
        reject(FIELD, N_("%(value)s is not a line such as vendor / model: version, version"), value=row.strip()[:80])
    return Approved(pattern(vendor), pattern(model) or "*", wanted)


def pattern(text: str) -> str:
    """Only * is special: what stands in brackets is text."""
    return text.strip().casefold().replace("[", "[[]").replace("?", "[?]")


def is_approved(rows: Sequence[Approved], vendor: str, model: str, version: str) -> bool | None:
    """None for a device that no line names, or whose version nobody read."""
    device = vendor.casefold(), model.casefold()
    mine = [row for row in rows if fnmatchcase(device[0], row.vendor) and fnmatchcase(device[1], row.model)]
    if not mine or not version:
        return None
    return any(fnmatchcase(version.casefold(), pattern(one)) for row in mine for one in row.versions)
