"""/contracts/{number}/sla/{month} and /evidence: what a contract's month earns, and the packs that prove it."""

from datetime import date, datetime
from fractions import Fraction
from typing import Literal

from flask import Response
from pydantic import Field

from hotspot.analytics.calendar import day_of
from hotspot.analytics.paging import pages_of
from hotspot.analytics.sla_words import formula
from hotspot.api.layer import Ask
from hotspot.api.problem import Problem
from hotspot.api.query import PageQuery, Query, Text
from hotspot.api.shapes import Envelope, Paged, Shape, Share
from hotspot.evidence.columns import WORDS
from hotspot.evidence.month import LineMonth, Month, sla_month
from hotspot.store.contracts import contract, contract_id_of
from hotspot.store.evidence import PackRow, pack_bytes, packs
from hotspot.store.sla_records import months_of, records_of

ZIP = "application/zip"


class SlaQuery(Query):
    point: Text = Field("", description="code of a point: its line alone, with days and outages")


class EvidenceQuery(Query):
    format: Literal["json", "file"] = Field("json", description="file: the pack itself")


class SlaSeconds(Shape):
    up: int
    down: int
    unknown: int
    maintenance: int
    excluded: int


class SlaDay(Shape):
    day: date
    seconds: SlaSeconds
    availability: float | None = Share
    coverage: float | None = Share


class SlaOutage(Shape):
    """An outage, or a time in which nobody looked; the seconds are those in service hours of the month."""

    access_point: str
    state: str
    start: datetime
    end: datetime
    counted_s: int
    maintenance_s: int
    excluded_s: int
    exclusions: list[str] = Field(description="reasons")


class SlaLine(Shape):
    """`availability` is as the rule judges it, `coverage` as measured; `deducted` is the share of the fee."""

    point: str
    point_name: str
    monthly_fee_rp: int
    days: int
    of_days: int
    access_points: int
    seconds: SlaSeconds
    availability: float | None = Share
    coverage: float | None = Share
    outcome: Literal["met", "below", "no_data"]
    deducted: float = Field(ge=0, le=1)
    gross_rp: int
    deduction_rp: int
    amount_rp: int
    formula: str
    by_day: list[SlaDay] | None
    outages: list[SlaOutage] | None


class SlaMonth(Envelope):
    """Whole rupiah. While the month is not `over` it is so far, and nothing of it is payable."""

    contract: str
    month: str
    over: bool
    gross_rp: int
    deduction_rp: int
    amount_rp: int
    seconds: SlaSeconds
    availability: float | None = Share
    coverage: float | None = Share
    items: list[SlaLine]


class EvidencePack(Shape):
    """`replaced`: a newer pack of the month stands in its place; no SHA-256 before it: the first."""

    number: int
    contract: str
    month: str
    made_at: datetime
    made_by: str
    amount_rp: int
    manifest_sha256: str
    previous_sha256: str
    size: int
    replaced: bool


class EvidencePacks(Paged):
    items: list[EvidencePack]


class EvidenceAnswer(Envelope):
    item: EvidencePack


def month_of(ask: Ask[SlaQuery], number: str, month: str) -> SlaMonth:
    """What each point of a contract kept and earns in a month, to the rupiah."""
    told = judged(ask, number, month)
    lines = [line for line in told.lines if ask.query.point in ("", line.line.point)]
    if ask.query.point and not lines:
        raise Problem.of_field("point", "is on no line of the contract in this month")
    return SlaMonth(
        **ask.head(),
        contract=number,
        month=month,
        over=told.over,
        gross_rp=told.gross_rp,
        deduction_rp=told.gross_rp - told.amount_rp,
        amount_rp=told.amount_rp,
        seconds=SlaSeconds(**seconds_of(told.seconds)),
        availability=share(told.seconds.availability),
        coverage=share(told.seconds.coverage),
        items=[line_of(ask, told, line) for line in lines],
    )


def judged(ask: Ask[SlaQuery], number: str, month: str) -> Month:
    contract_id = contract_id_of(ask.session, ask.city, number)
    row = contract(ask.session, ask.city, contract_id, ask.today) if contract_id else None
    if row is None:
        raise Problem(404, "There is no contract of this number.")
    if month not in months_of(row.starts_on, row.ends_on, day_of(ask.city.time_zone, ask.now)):
        raise Problem(404, "The contract has no such month that has begun; months are written 2026-10.")
    records = records_of(ask.session, ask.city, row.id, month, ask.now)
    assert records is not None  # noqa: S101  # the contract is there
    return sla_month(records)


def line_of(ask: Ask[SlaQuery], told: Month, one: LineMonth) -> SlaLine:
    line, verdict, alone = one.line, one.verdict, bool(ask.query.point)
    return SlaLine(
        point=line.point,
        point_name=line.point_name,
        monthly_fee_rp=line.fee_rp,
        days=one.days,
        of_days=one.of_days,
        access_points=len(set(one.access_points)),
        seconds=SlaSeconds(**seconds_of(one.seconds)),
        availability=share(verdict.availability),
        coverage=share(one.seconds.coverage),
        outcome=verdict.outcome.value,
        deducted=float(verdict.share),
        gross_rp=verdict.gross_rp,
        deduction_rp=verdict.deduction_rp,
        amount_rp=verdict.amount_rp,
        formula=formula(told.rule, one.seconds, line.fee_rp, one.days, one.of_days, verdict),
        by_day=days_of(one) if alone else None,
        outages=outages_of(ask, one) if alone else None,
    )


def days_of(one: LineMonth) -> list[SlaDay]:
    return [
        SlaDay(
            day=one.day(place),
            seconds=SlaSeconds(**seconds_of(seconds)),
            availability=share(seconds.availability),
            coverage=share(seconds.coverage),
        )
        for place, seconds in enumerate(one.by_day)
    ]


def outages_of(ask: Ask[SlaQuery], one: LineMonth) -> list[SlaOutage]:
    return [
        SlaOutage(
            access_point=each.name,
            state=WORDS[each.state],
            start=ask.at(each.start),
            end=ask.at(each.end),
            counted_s=each.counted_s,
            maintenance_s=each.maintenance_s,
            excluded_s=each.excluded_s,
            exclusions=[one.exclusions[place].reason for place in each.excluded],
        )
        for each in one.stretches
    ]


def share(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def seconds_of(one: object) -> dict[str, int]:
    return {name: getattr(one, f"{name}_s") for name in SlaSeconds.model_fields}


def evidence(ask: Ask[PageQuery]) -> EvidencePacks:
    """The packs that were made, the newest month first."""
    rows, size = packs(ask.session, ask.city), ask.query.per_page
    pages = pages_of(len(rows), size)
    ask.check_page(pages)
    first = (ask.query.page - 1) * size
    items = [shape(ask.at(row.made_at), row) for row in rows[first : first + size]]
    return EvidencePacks(**ask.head(), total=len(rows), page=ask.query.page, pages=pages, items=items)


def pack(ask: Ask[EvidenceQuery], number: str) -> EvidenceAnswer | Response:
    """One pack, or with format=file the zip file that was handed out."""
    row = next((one for one in packs(ask.session, ask.city) if str(one.id) == number), None)
    if row is None:
        raise Problem(404, "There is no pack of that number.")
    if ask.query.format == "json":
        return EvidenceAnswer(**ask.head(), item=shape(ask.at(row.made_at), row))
    headers = {"Content-Disposition": f'attachment; filename="{row.file_name}"'}
    return Response(pack_bytes(ask.session, ask.city, row.id), content_type=ZIP, headers=headers)


def shape(made_at: datetime, row: PackRow) -> EvidencePack:
    return EvidencePack(
        number=row.id,
        contract=row.contract,
        month=row.month,
        made_at=made_at,
        made_by=row.made_by,
        amount_rp=row.amount_rp,
        manifest_sha256=row.manifest_sha256,
        previous_sha256=row.previous_sha256,
        size=row.size,
        replaced=row.replaced,
    )
