import io
import re
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import RejectedError
from hotspot.evidence.container import unpacked
from hotspot.evidence.manifest import fingerprint
from hotspot.evidence.pack import Chain
from hotspot.evidence.verify import Checked, chained, verify
from hotspot.handover import hand_over, held_against
from hotspot.store.audit_list import AuditFilter, audit_page
from hotspot.store.base import reading, writing
from hotspot.store.city import current_city
from hotspot.store.evidence import keep_pack, new_key, pack_bytes, packs, public_key
from hotspot.store.exclusions import exclude
from hotspot.store.models import City, Contract, ContractPoint, SigningKey, State, StatusSpan
from tests.hotspot.sla_city import MASTER, NOW, at, build


def city_of(session: Session) -> City:
    city = current_city(session)
    assert city is not None
    return city


def made(engine: Engine, contract: int, month: str = "2026-10", now: int = NOW) -> Checked:
    with reading(engine) as session:
        city = city_of(session)
    pack_id = hand_over(engine, MASTER, city, contract, month, now, "budi")
    with reading(engine) as session:
        data = pack_bytes(session, city, pack_id)
    assert data is not None
    return verify(data)


def against(engine: Engine, checked: Checked) -> str:
    with reading(engine) as session:
        return "\n".join(map(str, held_against(session, city_of(session), checked, NOW + 60)))


def test_pack_is_whole_kept_and_noted(engine: Engine) -> None:
    contract = build(engine)

    checked = made(engine, contract)

    assert checked.faults == ()
    assert checked.manifest is not None
    with reading(engine) as session:
        [row] = packs(session, city_of(session))
        assert (row.month, row.amount_rp, row.manifest_sha256) == ("2026-10", 1_384_000, checked.manifest_sha256)
        assert row.file_name == f"evidence-K-1-2026-2026-10-{row.id}.zip"
        assert public_key(session, city_of(session)) == checked.manifest.public_key
        assert audit_page(session, AuditFilter()).rows[0].subject == "evidence K-1/2026 2026-10"
    assert against(engine, checked) == ""


def test_page_of_the_pack_says_what_is_paid_and_who_signed(sqlite_engine: Engine) -> None:
    contract = build(sqlite_engine)
    with reading(sqlite_engine) as session:
        city = city_of(session)
    pack_id = hand_over(sqlite_engine, MASTER, city, contract, "2026-10", NOW, "budi")
    with reading(sqlite_engine) as session:
        files, _ = unpacked(pack_bytes(session, city, pack_id) or b"")
        public = public_key(session, city) or ""

    text = re.sub(
        r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(files["evidence.pdf"])).pages)
    )

    assert "Rp1.384.000" in text
    assert "K-1/2026" in text
    assert "620000 × 24/31 × (1 − 20/100) = 384000" in text
    assert fingerprint(public) in text


def test_packs_of_one_instant_differ_in_what_they_replace_alone(sqlite_engine: Engine) -> None:
    contract = build(sqlite_engine)

    first, second = made(sqlite_engine, contract, "2026-09"), made(sqlite_engine, contract, "2026-09")

    one, other = first.manifest, second.manifest
    assert one is not None
    assert other is not None
    assert {name for name in one.files if one.files[name] != other.files[name]} == {"evidence.pdf"}
    assert one.records == other.records


def test_packs_are_chained_and_a_newer_one_says_what_it_replaces(sqlite_engine: Engine) -> None:
    contract = build(sqlite_engine)

    august = made(sqlite_engine, contract, "2026-08")
    september = made(sqlite_engine, contract, "2026-09")
    october = made(sqlite_engine, contract)
    again = made(sqlite_engine, contract)

    assert september.manifest is not None
    assert again.manifest is not None
    assert september.manifest.previous_sha256 == august.manifest_sha256
    assert again.manifest.previous_sha256 == september.manifest_sha256
    assert again.manifest.replaces_sha256 == october.manifest_sha256
    assert chained([august, september, october, again]) == [[], [], [], []]
    with reading(sqlite_engine) as session:
        rows = packs(session, city_of(session), contract)
    assert [(row.month, row.replaced) for row in rows] == [
        ("2026-10", False), ("2026-10", True), ("2026-09", False), ("2026-08", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "where", "values", "named"),
    [
        (
            StatusSpan, {"ap_id": 2, "start": at("2026-10-10")}, {"state": int(State.UP)},
            "spans.csv, AP-2, 2026-10-10T00:00:00+07:00 to 2026-10-11T06:00:00+07:00: was down, is up",
        ),
        (
            StatusSpan, {"ap_id": 2, "start": at("2026-10-20T08:00")}, {"state": int(State.UP)},
            "AP-2, 2026-10-20T08:00:00+07:00 to 2026-10-20T11:00:00+07:00: was unknown, is up: late data, or an edit",
        ),
        (StatusSpan, {"ap_id": 1, "start": at("2026-10-03T02:00")}, {"cause": "link"}, "spans.csv, AP-1, 2026-10-03"),
        (ContractPoint, {"id": 1}, {"monthly_fee_rp": 5}, "P-1 from 2026-01-01: fee_rp was 1000000, is 5"),
        (Contract, {"id": 1}, {"number": "K-2/2026"}, "the contract is not in the database any more"),
    ],
)  # fmt: skip
def test_edited_record_is_named(
    sqlite_engine: Engine, table: type[Any], where: dict[str, Any], values: dict[str, Any], named: str
) -> None:
    checked = made(sqlite_engine, build(sqlite_engine))
    with writing(sqlite_engine) as session:
        session.execute(update(table).filter_by(**where).values(**values))

    assert named in against(sqlite_engine, checked)


def test_decision_after_the_pack_is_named_with_both_amounts(engine: Engine) -> None:
    checked = made(engine, build(engine))
    with writing(engine) as session:
        exclude(
            session, city_of(session), point_codes=["P-2"], start=at("2026-10-10"), end=at("2026-10-12"),
            reason="power", now=NOW, actor="budi",
        )  # fmt: skip

    told = against(engine, checked)

    assert "exclusions.csv, number 1 of P-2: came into the database since" in told
    assert "amount: was Rp1,384,000; the records of now give Rp1,480,000" in told


def test_pack_of_another_city_is_not_compared(sqlite_engine: Engine) -> None:
    checked = made(sqlite_engine, build(sqlite_engine))
    with writing(sqlite_engine) as session:
        session.execute(update(City).values(code="36.71"))

    assert "is of another city: 36.74" in against(sqlite_engine, checked)


@pytest.mark.parametrize(
    ("month", "now", "field"),
    [("2026-13", NOW, "month"), ("2026-11", NOW, "month"), ("2025-10", NOW, "month"), ("x" * 500, NOW, "month")],
)
def test_month_of_which_no_pack_can_be_made_is_refused(sqlite_engine: Engine, month: str, now: int, field: str) -> None:
    contract = build(sqlite_engine)
    with pytest.raises(RejectedError) as refused:
        made(sqlite_engine, contract, month, now)
    assert refused.value.column == field
    with pytest.raises(RejectedError, match="contract"):
        made(sqlite_engine, contract + 1)


def test_pack_made_twice_at_once_is_kept_once(sqlite_engine: Engine) -> None:
    contract = build(sqlite_engine)
    made(sqlite_engine, contract)
    with writing(sqlite_engine) as session:
        kept = keep_pack(
            session, city_of(session), contract, "2026-10", Chain(), data=b"", manifest_sha256="", amount_rp=0,
            now=NOW, actor="budi",
        )  # fmt: skip
    assert kept is None


def test_key_that_cannot_be_opened_is_said_and_replaced(sqlite_engine: Engine) -> None:
    contract = build(sqlite_engine)
    before = made(sqlite_engine, contract, "2026-09")
    with reading(sqlite_engine) as session:
        city = city_of(session)
    other = b"o" * 32
    with pytest.raises(RejectedError, match=r"secret\.key"):
        hand_over(sqlite_engine, other, city, contract, "2026-10", NOW, "budi")
    with writing(sqlite_engine) as session:
        new_key(session, city, other, NOW, "budi")
    pack_id = hand_over(sqlite_engine, other, city, contract, "2026-10", NOW, "budi")

    with reading(sqlite_engine) as session:
        after = verify(pack_bytes(session, city, pack_id) or b"")
        assert session.query(SigningKey).count() == 2
    assert after.faults == ()
    assert "another key" in str(chained([before, after])[1][0])
