"""Checks packs with nothing but the packs: bytes, hashes, signature, arithmetic, and the chain from month to month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotspot.analytics.import_row import N_
from hotspot.evidence import manifest as manifests
from hotspot.evidence.columns import differing
from hotspot.evidence.container import Fault, fault, unpacked
from hotspot.evidence.manifest import MANIFEST, Manifest, sha256
from hotspot.evidence.month import Month, sla_month
from hotspot.evidence.tables import computed, readme, records_of

LARGEST = 64 * 1000 * 1000  # bytes; a pack of a thousand points has a tenth


@dataclass(frozen=True, slots=True)
class Checked:
    """A pack that was looked at: whole where `faults` is empty. `month` is what was computed anew from its records."""

    faults: tuple[Fault, ...]
    manifest: Manifest | None = None
    manifest_sha256: str = ""
    month: Month | None = None


def verify(data: bytes) -> Checked:
    if len(data) > LARGEST:
        return Checked((fault("the zip file", N_("is larger than any pack: %(size)s bytes"), size=len(data)),))
    files, faults = unpacked(data)
    if not files or (MANIFEST not in files and not faults):
        return Checked((fault("the zip file", N_("is no evidence pack of Hotspot")),))
    if faults and MANIFEST not in files:
        return Checked(tuple(faults))
    manifest, wrong = manifests.read(files)
    if wrong:
        return Checked(tuple(faults or wrong), manifest)
    assert manifest is not None  # noqa: S101  # nothing was wrong with it
    digest = sha256(files[MANIFEST])
    wrong = manifests.misfits(manifest, files)
    if wrong:
        altered = {each.part.partition(",")[0] for each in wrong}
        return Checked((*wrong, *(each for each in faults if each.part not in altered)), manifest, digest)
    if faults:
        return Checked(tuple(faults), manifest, digest)
    month, wrong = recomputed(manifest, files)
    return Checked(tuple(wrong), manifest, digest, month)


def recomputed(manifest: Manifest, files: Mapping[str, bytes]) -> tuple[Month | None, list[Fault]]:
    """The month from the records alone, and where the pack says something else."""
    records, faults = records_of(files)
    if records is None:
        return None, faults
    try:
        month = sla_month(records)
    except ValueError as error:
        return None, [fault("contract.json", N_("its rule can't be used: %(error)s"), error=str(error))]
    terms = records.terms
    if not month.over:
        faults.append(fault("contract.json", N_("the month was not over when the records were read")))
    for name, content in {**computed(month), "README.txt": readme(month)}.items():
        faults += differing(name, files[name], content) if name in files else [fault(name, N_("is missing"))]
    for field, told, ours in (
        ("contract", manifest.contract, terms.contract),
        ("month", manifest.month, terms.month),
        ("city", manifest.city, terms.city),
        ("amount_rp", manifest.amount_rp, month.amount_rp),
    ):
        if told != ours:
            said = N_("%(field)s says %(told)s; computed: %(computed)s")
            faults.append(fault(MANIFEST, said, field=field, told=str(told)[:100], computed=ours))
    return month, faults


def chained(packs: Sequence[Checked]) -> list[list[Fault]]:
    """Of each of several packs: whether it follows on those of the earlier months, and one key signed them all."""
    found: list[list[Fault]] = [[] for _ in packs]
    known = [(place, one, one.manifest) for place, one in enumerate(packs) if one.manifest and one.manifest_sha256]
    for place, _, own in known:
        others = [(one, other) for _, one, other in known if (other.city, other.contract) == (own.city, own.contract)]
        if any(other.public_key != own.public_key for _, other in others):
            found[place].append(fault(MANIFEST, N_("another key signed it than the other packs of the contract")))
        months = [other.month for _, other in others if other.month < own.month]
        hashes = {one.manifest_sha256 for one, other in others if other.month == own.previous_month}
        if hashes and own.previous_sha256 not in hashes:
            said = N_(
                "does not follow on the pack of %(month)s: that one was changed, or is not the one it was chained to"
            )
            found[place].append(fault(MANIFEST, said, month=own.previous_month))
        elif max(months, default="") > own.previous_month:
            said = N_("leaves out the pack of %(month)s, which was made before it or is foreign to the chain")
            found[place].append(fault(MANIFEST, said, month=max(months)))
    return found
