"""Makes a month's evidence pack: reads the records, prints the page, signs, keeps; and holds packs against the records.

No lock is held while the page is printed; where another pack was made meanwhile, nothing is kept.
"""

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, reject
from hotspot.evidence.compare import compare
from hotspot.evidence.container import Fault, fault
from hotspot.evidence.manifest import fingerprint
from hotspot.evidence.month import dates_of, sla_month
from hotspot.evidence.pack import Chain, Pack, Signer, make
from hotspot.evidence.page import page
from hotspot.evidence.verify import Checked
from hotspot.pdf import pdf
from hotspot.secrets import SealError
from hotspot.store.base import reading, writing
from hotspot.store.contracts import contract_id_of
from hotspot.store.evidence import chain_of, keep_pack, signer
from hotspot.store.models import City
from hotspot.store.sla_records import records_of


def month_text(text: str) -> str:
    """A month as 2026-10; raises RejectedError at the field `month`."""
    try:
        dates_of(text)
    except (ValueError, OverflowError):
        reject("month", N_("must be a month such as 2026-10"))
    return text


@dataclass(frozen=True, slots=True)
class Draft:
    """A pack that is made and not kept yet."""

    pack: Pack
    chain: Chain
    amount_rp: int

    def keep(self, session: Session, city: City, contract_id: int, month: str, now: int, actor: str) -> int:
        """The id; raises RejectedError where another pack came in between."""
        kept = keep_pack(
            session, city, contract_id, month, self.chain, data=self.pack.data,
            manifest_sha256=self.pack.manifest_sha256, amount_rp=self.amount_rp, now=now, actor=actor,
        )  # fmt: skip
        return kept or reject("month", N_("another pack of the contract was made at this moment; look at the list"))


def hand_over(engine: Engine, master: bytes, city: City, contract_id: int, month: str, now: int, actor: str) -> int:
    """The id of the pack; raises RejectedError: no such month, contract or line, not over yet, made twice at once."""
    try:
        with writing(engine) as session:
            key = signer(session, city, master, now)
    except SealError:
        reject(
            "month", N_("the key that signs can't be opened with this secret.key; hotspot evidence new-key makes one")
        )
    with reading(engine) as session:
        made = draft(session, key, city, contract_id, month, now, actor)
    with writing(engine) as session:
        return made.keep(session, city, contract_id, month, now, actor)


def draft(session: Session, key: Signer, city: City, contract_id: int, month: str, now: int, actor: str) -> Draft:
    records = records_of(session, city, contract_id, month_text(month), now)
    if records is None:
        reject("contract", N_("is not known here"))
    told = sla_month(records)
    if not told.over:
        reject("month", N_("%(month)s is not over yet; a pack is made when it is"), month=month)
    if not told.lines:
        reject("month", N_("no line of the contract is in force in %(month)s"), month=month)
    chain = chain_of(session, city, contract_id, month)
    printed = pdf("evidence", page(told, fingerprint(key.public), chain.replaces_sha256))
    return Draft(make(told, printed, chain, key, actor), chain, told.amount_rp)


def held_against(session: Session, city: City, checked: Checked, now: int) -> list[Fault]:
    """What of the pack the database of now does not tell; `checked` has no fault of its own."""
    assert checked.month is not None  # noqa: S101  # a pack without a fault
    was = checked.month.records
    if was.terms.city != city.code:
        return [fault("contract.json", N_("is of another city: %(city)s"), city=was.terms.city[:40])]
    contract_id = contract_id_of(session, city, was.terms.contract)
    records = contract_id and records_of(session, city, contract_id, was.terms.month, now)
    if not records:
        return [fault("contract.json", N_("the contract is not in the database any more"))]
    return compare(was, records)
