"""/contracts and /funds: who pays, who keeps what running until when, and what goes dark."""

from hotspot.analytics.contracts import Ending
from hotspot.analytics.sla import Rule
from hotspot.api import money_shapes as shapes
from hotspot.api.layer import Ask
from hotspot.api.money_shapes import ContractsQuery
from hotspot.api.problem import Problem
from hotspot.api.query import Query
from hotspot.store import contracts, funds


def index(ask: Ask[ContractsQuery]) -> shapes.Contracts:
    """Contracts with their rules, and what ends within 180 days with the points that go dark."""
    day = ask.query.on or ask.today
    return shapes.Contracts(
        **ask.head(),
        on=day,
        items=[contract(row) for row in contracts.contracts(ask.session, ask.city, day)],
        endings=[ending(one) for one in contracts.expiries(ask.session, ask.city, day)],
    )


def one(ask: Ask[ContractsQuery], number: str) -> shapes.ContractAnswer:
    """One contract with every line of its annex."""
    day = ask.query.on or ask.today
    contract_id = contracts.contract_id_of(ask.session, ask.city, number)
    row = contracts.contract(ask.session, ask.city, contract_id, day) if contract_id else None
    if row is None:
        raise Problem(404, "There is no contract of this number.")
    lines = contracts.annex_lines(ask.session, ask.city, day, contract_id=row.id)
    return shapes.ContractAnswer(
        **ask.head(),
        on=day,
        contract=contract(row),
        lines=[
            shapes.AnnexLine(
                point=line.point_code,
                point_name=line.point_name,
                starts_on=line.starts_on,
                ends_on=line.ends_on,
                monthly_fee_rp=line.monthly_fee_rp,
                state=line.state,
            )
            for line in lines
        ],
    )


def contract(row: contracts.ContractRow) -> shapes.Contract:
    return shapes.Contract(
        number=row.number,
        title=row.title,
        provider=row.provider,
        fund=row.fund,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        state=row.state,
        rule=rule(row.rule),
        lines=row.lines,
        points=row.points,
        monthly_rp=row.monthly_rp,
    )


def rule(one: Rule) -> shapes.SlaRule:
    return shapes.SlaRule(
        target=float(one.target),
        kind=one.kind.value,
        steps=[shapes.SlaStep(below=float(step.below), deduct=float(step.deduct)) for step in one.steps],
        hours=one.hours,
        unknown=one.unknown.value,
        minimum_coverage=float(one.minimum_coverage),
        no_data=one.no_data.value,
        cap=float(one.cap),
        mend_hours=one.mend_hours,
    )


def ending(one: Ending) -> shapes.Ending:
    return shapes.Ending(
        contract=one.contract,
        ends_on=one.ends_on,
        days_left=one.days,
        notice_days=one.notice,
        points=[shapes.DarkPoint(point=dark.line.point, resumes_on=dark.resumes_on) for dark in one.points],
    )


def payers(ask: Ask[Query]) -> shapes.Funds:
    """Funds and donors: promised, installed, still running, and the agreements that end within 180 days."""
    return shapes.Funds(
        **ask.head(),
        items=[fund(row) for row in funds.funds(ask.session, ask.city, ask.now)],
        endings=[
            shapes.FundEnding(
                agreement=one.term.number,
                fund=one.term.fund,
                ends_on=one.term.ends_on,
                days_left=one.days,
                notice_days=one.notice,
                points=list(one.points),
            )
            for one in funds.fund_expiries(ask.session, ask.city, ask.now)
        ],
    )


def fund(row: funds.FundRow) -> shapes.Fund:
    return shapes.Fund(
        name=row.name,
        kind=row.kind or None,
        credit_line=row.credit_line,
        promised=row.promised,
        value_rp=row.value_rp,
        installed=row.installed,
        active=row.active,
        agreements=[
            shapes.Agreement(
                number=one.number,
                title=one.title,
                points=one.points,
                value_rp=one.value_rp,
                starts_on=one.starts_on,
                ends_on=one.ends_on,
                state=one.state,
            )
            for one in row.agreements
        ],
    )
