"""/costs and /reconciliation: the questions of the pages of those names."""

from datetime import date, timedelta

from hotspot.analytics.calendar import day_of, period
from hotspot.analytics.costs import Costs, grouped, total
from hotspot.analytics.keep import Candidate, Choice, keep
from hotspot.api import money_shapes as shapes
from hotspot.api.layer import Ask
from hotspot.api.money_shapes import CostsQuery, ReconciliationQuery
from hotspot.api.problem import Problem
from hotspot.store import costs, reconcile

LONGEST_DAYS = 10 * 366


def costs_of(ask: Ask[CostsQuery]) -> shapes.Costs:
    """What annexes cost in a window, for a point-month, a user-hour and a gigabyte; and what a budget keeps."""
    first, last = days(ask)
    found = costs.charges(ask.session, ask.city, first, last)
    choice = None
    if ask.query.budget is not None:
        choice = keep(costs.candidates(ask.session, ask.city, first, last, ask.today), ask.query.budget)
    return shapes.Costs(
        **ask.head(),
        from_=first,
        to=last,
        by=ask.query.by,
        whole=figures(total(found)),
        groups=[shapes.CostGroup(key=key or None, costs=figures(its)) for key, its in grouped(found, ask.query.by)],
        keep=None if choice is None else kept(choice),
    )


def days(ask: Ask[CostsQuery]) -> tuple[date, date]:
    """Both included, and none of them to come."""
    query = ask.query
    if query.period:
        if query.from_ or query.to:
            raise Problem.of_field("period", "give either a period or days")
        try:
            a, b = period(ask.city.time_zone, query.period, ask.now)
        except (ValueError, OverflowError) as error:
            raise Problem.of_field("period", str(error)) from None
        first, last = day_of(ask.city.time_zone, a), day_of(ask.city.time_zone, b - 1)
    else:
        before = ask.today.replace(day=1) - timedelta(days=1)
        first = query.from_ or before.replace(day=1)
        last = query.to or (ask.today if query.from_ else before)
    last = min(last, ask.today)
    if first > last:
        raise Problem.of_field("from" if query.from_ else "to", "the days end before they begin, or are to come")
    if (last - first).days > LONGEST_DAYS:
        raise Problem.of_field("to", "is more than ten years after from")
    return first, last


def figures(found: Costs) -> shapes.CostFigures:
    return shapes.CostFigures(
        amount_rp=found.amount_rp,
        lines=found.lines,
        points=found.points,
        point_months=float(found.months),
        rp_per_point_month=found.per_point_month,
        user_hours=found.user_hours,
        rp_per_user_hour=found.per_user_hour,
        octets=found.octets,
        rp_per_gigabyte=found.per_gigabyte,
        availability=found.figure.availability,
        coverage=found.figure.coverage,
    )


def kept(choice: Choice) -> shapes.Keep:
    return shapes.Keep(
        budget_rp=choice.budget_rp,
        spent_rp=choice.spent_rp,
        saved_rp=choice.saved_rp,
        missing_rp=choice.missing_rp,
        user_hours_kept=choice.kept_hours,
        user_hours_lost=choice.lost_hours,
        best=choice.best,
        kept=[candidate(each) for each in choice.kept],
        dropped=[candidate(each) for each in choice.dropped],
        unjudged=[candidate(each) for each in choice.unjudged],
    )


def candidate(each: Candidate) -> shapes.Candidate:
    return shapes.Candidate(
        point=each.code,
        name=each.name,
        contract=each.contract,
        monthly_fee_rp=each.fee_rp,
        user_hours=each.user_hours,
    )


def differences(ask: Ask[ReconciliationQuery]) -> shapes.Reconciliation:
    """Annexes against inventory against measurement, of a month: each difference with its reason."""
    month = date.fromisoformat(f"{ask.query.month}-01") if ask.query.month else ask.today.replace(day=1)
    if month > ask.today:
        raise Problem.of_field("month", "is in the future")
    first, last = reconcile.month_of(ask.city, month, ask.now)
    found = reconcile.findings(ask.session, ask.city, first, last)
    return shapes.Reconciliation(
        **ask.head(),
        from_=first,
        to=last,
        items=[
            shapes.Finding(
                kind=each.kind,
                point=each.code,
                name=each.name,
                contract=each.contract or None,
                other_point=each.other or None,
                monthly_fee_rp=each.fee_rp if each.contract else None,
                reason=str(each.reason),
            )
            for kind, own in found.items()
            for each in own
            if ask.query.kind in (None, kind)
        ],
    )
