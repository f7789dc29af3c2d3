"""/equity, /siting and /proposals: how evenly points are spread, where the next belong, and what is asked for."""

from collections.abc import Sequence
from dataclasses import asdict

from hotspot.analytics.equity import AreaFacts, CityEquity
from hotspot.analytics.paging import pages_of
from hotspot.analytics.underserved import PARTS
from hotspot.analytics.what_if import puts
from hotspot.api import siting_shapes as shapes
from hotspot.api.layer import Ask
from hotspot.api.problem import Problem
from hotspot.store.proposals import Judged, ProposalFilter, known_places
from hotspot.store.proposals import proposals as judged_proposals
from hotspot.store.siting import changed
from hotspot.store.siting import siting as sited


def equity(ask: Ask[shapes.EquityQuery]) -> shapes.Equity:
    """Points against people and ground, by kelurahan, and how evenly they are spread."""
    day = ask.query.on or ask.today
    if day > ask.today:
        raise Problem.of_field("on", "is in the future")
    found = sited(ask.session, ask.city, now=ask.now, count=ask.query.count, day=day)
    return shapes.Equity(
        **ask.head(),
        on=found.day,
        count=found.count,
        indicators=indicators(found.city),
        lorenz=list(found.curve),
        areas=[area(one) for one in found.areas],
    )


def siting(ask: Ask[shapes.SitingQuery]) -> shapes.Siting:
    """Kelurahan by need, with the reader's weights; with `put` as if more points were there."""
    query = ask.query
    weights = {part: getattr(query, f"w_{part}") for part in PARTS}
    found = sited(ask.session, ask.city, now=ask.now, count=query.count, weights=weights)
    more, refused = puts(found.ground, query.put, known_places(ask.session, ask.city, query.put))
    if refused:
        raise Problem.of_field("put", "; ".join(str(error.reason) for _, error in refused))
    then = changed(found, more, weights) if more else None
    return shapes.Siting(
        **ask.head(),
        on=found.day,
        count=found.count,
        weights=weights,
        now=indicators(found.city),
        put=[
            shapes.PutPoint(put=one.said, latitude=one.place[0], longitude=one.place[1], area_code=one.area_code)
            for one in more
        ],
        then=indicators(then.city) if then else None,
        ranking=[
            shapes.Ranked(area=area(row.area), rank=row.rank, score=row.score, needs=dict(row.needs), stays=row.stays)
            for row in (then.ranking if then else found.ranking)
        ],
    )


def indicators(found: CityEquity) -> shapes.Indicators:
    return shapes.Indicators(
        points=found.points,
        areas=found.areas,
        areas_without_people=found.areas_without,
        areas_without_outline=found.ground_without,
        people=found.people,
        people_as_of=found.as_of,
        people_estimated=found.estimate,
        points_per_10000=found.per_10000,
        people_per_point=found.people_per_point,
        share_within_300m=found.near_share,
        share_within_500m=found.walk_share,
        people_share_within_300m=found.people_near_share,
        mean_distance_m=found.mean_m,
        gini=found.gini,
    )


def area(one: AreaFacts) -> shapes.AreaEquity:
    reach = one.reach
    return shapes.AreaEquity(
        code=one.code,
        name=one.name,
        district_code=one.district_code,
        points=one.points,
        km2=one.km2,
        stated={kind: shapes.Stated(**asdict(stated)) for kind, stated in one.stated.items()},
        points_per_10000=one.per_10000,
        people_per_point=one.people_per_point,
        share_within_300m=reach.near_share if reach else None,
        share_within_500m=reach.walk_share if reach else None,
        mean_distance_m=reach.mean_m if reach else None,
        poor_share=one.poor_share,
    )


def proposals(ask: Ask[shapes.ProposalsQuery]) -> shapes.Proposals:
    """Places that are asked for, with scores and their parts; never who asked."""
    query = ask.query
    chosen = ProposalFilter(query.q, query.state or "", query.source or "", query.area)
    found = judged_proposals(ask.session, ask.city, chosen, ask.now)
    pages = pages_of(len(found), query.per_page)
    ask.check_page(pages)
    start = (query.page - 1) * query.per_page
    return shapes.Proposals(
        **ask.head(),
        total=len(found),
        page=query.page,
        pages=pages,
        items=items(ask, found[start : start + query.per_page]),
    )


def items(ask: Ask[shapes.ProposalsQuery], found: Sequence[Judged]) -> list[shapes.Proposal]:
    return [
        shapes.Proposal(
            number=row.number,
            state=row.state,
            place=row.asked.place,
            venue_kind=row.asked.venue_kind,
            area_code=row.asked.area_code or None,
            area=row.area or None,
            address=row.asked.address,
            latitude=row.asked.latitude,
            longitude=row.asked.longitude,
            reason=row.asked.reason,
            source=row.asked.source,
            received_on=row.asked.received_on,
            decided_at=ask.time(row.decided_at),
            answer=row.answer,
            merged_into=row.merged_into or None,
            point_code=row.point_code or None,
            supporters=row.supporters,
            nearest_m=one.away_m,
            people_newly_reached=one.people,
            score=shapes.ScoreOf(total=one.score.total, most=one.score.most, parts=dict(one.score.parts)),
            perhaps_same=[twin.number for twin in one.twins],
        )
        for one in found
        for row in (one.row,)
    ]
