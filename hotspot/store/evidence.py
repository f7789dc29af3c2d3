"""Evidence packs as they were handed over, and the key that signs them."""

from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, undefer

from hotspot.evidence.manifest import fingerprint
from hotspot.evidence.pack import Chain, Signer
from hotspot.secrets import seal, unseal
from hotspot.store.audit import note
from hotspot.store.models import City, Contract, EvidencePack, SigningKey


@dataclass(frozen=True, slots=True)
class PackRow:
    """`replaced` tells whether a newer pack of the same month stands in its place."""

    id: int
    contract_id: int
    contract: str
    month: str
    made_at: int
    made_by: str
    amount_rp: int
    manifest_sha256: str
    previous_sha256: str
    size: int
    replaced: bool

    @property
    def file_name(self) -> str:
        plain = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in self.contract)
        return f"evidence-{plain}-{self.month}-{self.id}.zip"


def packs(session: Session, city: City, contract_id: int | None = None, month: str = "") -> list[PackRow]:
    """Of a contract, or of all; the newest month first, of each month the newest pack first."""
    pack = EvidencePack
    query: Select[*tuple[Any, ...]] = select(
        pack.id, pack.contract_id, Contract.number.label("contract"), pack.month, pack.made_at, pack.made_by,
        pack.amount_rp, pack.manifest_sha256, pack.previous_sha256, pack.size,
    ).join(Contract, pack.contract_id == Contract.id)  # fmt: skip
    query = query.where(EvidencePack.city_id == city.id)
    if contract_id is not None:
        query = query.where(EvidencePack.contract_id == contract_id)
    if month:
        query = query.where(EvidencePack.month == month)
    query = query.order_by(EvidencePack.month.desc(), EvidencePack.contract_id, EvidencePack.id.desc())
    found: list[PackRow] = []
    for row in session.execute(query):
        replaced = bool(found) and (found[-1].contract_id, found[-1].month) == (row.contract_id, row.month)
        found.append(PackRow(**row._mapping, replaced=replaced))  # noqa: SLF001  # its public name
    return found


def pack_bytes(session: Session, city: City, pack_id: int) -> bytes | None:
    query = select(EvidencePack).options(undefer(EvidencePack.data))
    row = session.scalars(query.where(EvidencePack.id == pack_id, EvidencePack.city_id == city.id)).first()
    return None if row is None else row.data


def chain_of(session: Session, city: City, contract_id: int, month: str) -> Chain:
    """What a new pack of the month follows, and what it replaces."""
    known = packs(session, city, contract_id)
    before = next((one for one in known if one.month < month), None)
    same = next((one for one in known if one.month == month), None)
    return Chain(
        before.month if before else "", before.manifest_sha256 if before else "", same.manifest_sha256 if same else ""
    )


def keep_pack(
    session: Session,
    city: City,
    contract_id: int,
    month: str,
    chain: Chain,
    *,
    data: bytes,
    manifest_sha256: str,
    amount_rp: int,
    now: int,
    actor: str,
) -> int | None:
    """Its id; None where another pack was made meanwhile, so that this one does not follow the newest."""
    if chain_of(session, city, contract_id, month) != chain:
        return None
    row = EvidencePack(
        city_id=city.id, contract_id=contract_id, month=month, made_at=now, made_by=actor, amount_rp=amount_rp,
        manifest_sha256=manifest_sha256, previous_sha256=chain.previous_sha256, size=len(data), data=data,
    )  # fmt: skip
    session.add(row)
    session.flush()
    number = session.get_one(Contract, contract_id).number
    replaced = f", replaces {chain.replaces_sha256}" if chain.replaces_sha256 else ""
    note(session, now, actor, "make", f"evidence {number} {month}", f"manifest {manifest_sha256}{replaced}")
    return row.id


def where(city_id: int, public: str) -> str:
    return f"{city_id}/signing_key/{public}"


def newest_key(session: Session, city: City) -> SigningKey | None:
    return session.scalars(
        select(SigningKey).where(SigningKey.city_id == city.id).order_by(SigningKey.id.desc()).limit(1)
    ).first()


def public_key(session: Session, city: City) -> str | None:
    """In hexadecimal digits; None before the first pack."""
    row = newest_key(session, city)
    return row.public if row else None


def signer(session: Session, city: City, master: bytes, now: int) -> Signer:
    """In a writing transaction: the key is made at first use. Raises SealError where the master key is another."""
    row = newest_key(session, city) or new_key(session, city, master, now, "hotspot")
    seed = bytes.fromhex(unseal(master, row.private, where(city.id, row.public)))
    return Signer(row.public, Ed25519PrivateKey.from_private_bytes(seed).sign)


def new_key(session: Session, city: City, master: bytes, now: int, actor: str) -> SigningKey:
    """The packs before it keep their signatures; whoever checks them needs both fingerprints."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex()
    sealed = seal(master, key.private_bytes_raw().hex(), where(city.id, public))
    row = SigningKey(city_id=city.id, made_at=now, public=public, private=sealed)
    session.add(row)
    note(session, now, actor, "make", "signing key", fingerprint(public))
    return row
