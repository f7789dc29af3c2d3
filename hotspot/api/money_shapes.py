"""The questions and answers about contracts, funds, costs and differences; amounts are whole rupiah."""

from datetime import date
from typing import Annotated

from pydantic import Field

from hotspot.analytics.contracts import MOST_RP
from hotspot.analytics.costs import BY
from hotspot.analytics.inventory import FUND_KINDS
from hotspot.analytics.reconcile import KINDS
from hotspot.api.query import Day, Query, Text, choice
from hotspot.api.shapes import Envelope, Shape, Share
from hotspot.store.contracts import STATES

State = Annotated[str, *choice(STATES)]
By = Annotated[str, *choice(BY)]
FindingKind = Annotated[str, *choice(KINDS)]
FundKind = Annotated[str, *choice(FUND_KINDS)]


class ContractsQuery(Query):
    on: Day | None = Field(None, description="the day whose lines in force are counted; today if empty")


class CostsQuery(Query):
    """The window is a `period`, or the days `from` and `to`, both included; the last whole month if nothing is said."""

    by: By = "contract"
    period: Text = Field("", description="a year, month or day (2026, 2026-11, 2026-11-21), or days up to today (30d)")
    from_: Day | None = Field(None, alias="from")
    to: Day | None = Field(None, description="today, if left out")
    budget: int | None = Field(None, ge=0, le=MOST_RP, description="rupiah a month: which points to keep for it")


class ReconciliationQuery(Query):
    month: Annotated[str, Field(pattern=r"^(2\d{3}-(0[1-9]|1[0-2]))?$")] = Field(
        "", description="such as 2026-10; the running month if empty"
    )
    kind: FindingKind | None = Field(None, description="findings of this kind only")


class SlaStep(Shape):
    below: float
    deduct: float


class SlaRule(Shape):
    """Percentages from 0 to 100; what each field means stands in the planners' guide."""

    target: float
    kind: str
    steps: list[SlaStep]
    hours: str
    unknown: str
    minimum_coverage: float
    no_data: str
    cap: float
    mend_hours: int | None


class Contract(Shape):
    """`points` and `monthly_rp` are those of the lines in force on the day asked for, before deductions."""

    number: str
    title: str
    provider: str
    fund: str | None
    starts_on: date
    ends_on: date
    state: State
    rule: SlaRule
    lines: int
    points: int
    monthly_rp: int


class DarkPoint(Shape):
    """`resumes_on`: the day from which a later line pays for it again."""

    point: str
    resumes_on: date | None


class Ending(Shape):
    """`points` are those that no line of any contract covers on the day after."""

    contract: str
    ends_on: date
    days_left: int
    notice_days: int = Field(description="30, 90 or 180: the notice that has come")
    points: list[DarkPoint]


class Contracts(Envelope):
    on: date
    items: list[Contract]
    endings: list[Ending] = Field(description="of the next 180 days")


class AnnexLine(Shape):
    point: str
    point_name: str
    starts_on: date
    ends_on: date
    monthly_fee_rp: int
    state: State


class ContractAnswer(Envelope):
    on: date
    contract: Contract
    lines: list[AnnexLine]


class Agreement(Shape):
    number: str
    title: str
    points: int
    value_rp: int
    starts_on: date
    ends_on: date
    state: State


class Fund(Shape):
    """What is promised is null where there is no agreement: nothing is known."""

    name: str
    kind: FundKind | None
    credit_line: str
    promised: int | None
    value_rp: int | None
    installed: int
    active: int
    agreements: list[Agreement]


class FundEnding(Shape):
    agreement: str
    fund: str
    ends_on: date
    days_left: int
    notice_days: int
    points: list[str] = Field(description="codes of the fund's points that run today")


class Funds(Envelope):
    items: list[Fund]
    endings: list[FundEnding] = Field(description="of the next 180 days, that no other agreement of the fund follows")


class CostFigures(Shape):
    amount_rp: int
    lines: int
    points: int
    point_months: float
    rp_per_point_month: float | None
    user_hours: float | None
    rp_per_user_hour: float | None
    octets: int | None
    rp_per_gigabyte: float | None
    availability: float | None = Share
    coverage: float | None = Share


class CostGroup(Shape):
    key: str | None
    costs: CostFigures


class Candidate(Shape):
    point: str
    name: str
    contract: str
    monthly_fee_rp: int
    user_hours: float | None = Field(description="a month; null when it can't be judged")


class Keep(Shape):
    """`best`: user-hours a month that no choice can exceed; `missing_rp`: lacking for `unjudged` alone."""

    budget_rp: int
    spent_rp: int
    saved_rp: int
    missing_rp: int
    user_hours_kept: float
    user_hours_lost: float
    best: float
    kept: list[Candidate]
    dropped: list[Candidate]
    unjudged: list[Candidate]


class Costs(Envelope):
    from_: date = Field(serialization_alias="from")
    to: date
    by: By
    whole: CostFigures
    groups: list[CostGroup]
    keep: Keep | None


class Finding(Shape):
    kind: FindingKind
    point: str
    name: str
    contract: str | None
    other_point: str | None
    monthly_fee_rp: int | None
    reason: str


class Reconciliation(Envelope):
    from_: date = Field(serialization_alias="from")
    to: date
    items: list[Finding]
