"""The same values for many points, on both engines."""

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import RejectedError
from hotspot.store.base import reading, writing
from hotspot.store.bulk_edit import CHANGE, REFUSED, SAME, Preview, apply, preview
from hotspot.store.changes import undo
from hotspot.store.models import AccessPoint, City, Fund, Point, Site
from hotspot.store.points import PointFilter, ids_of, ids_of_codes
from tests.hotspot.web.world import NOW, World

FUND = "CSR"


def anywhere(_: str) -> bool:
    return True


def looked(session: Session, ids: list[int], **wanted: str) -> Preview:
    return preview(session, session.scalars(select(City)).one(), ids, wanted, anywhere)


def test_many_change_at_once_and_all_of_it_is_undone(own: tuple[Engine, World]) -> None:
    engine, world = own
    ids = list(world.points.values())
    wanted = {"fund": FUND, "public": "no", "poll_interval_s": "120", "venue_kind": "park"}
    with writing(engine) as session:
        city = session.scalars(select(City)).one()
        before = {point.id: point.fund_id for point in session.scalars(select(Point))}
        found = preview(session, city, ids, wanted, anywhere)
        assert found.verdicts == {CHANGE: len(ids)}
        assert ("public", "yes", "no", len(ids)) in found.tally
        number = apply(session, city, found, wanted, now=NOW, actor="ani")
    with reading(engine) as session:
        fund = session.scalars(select(Fund.id).where(Fund.name == FUND)).one()
        assert set(session.scalars(select(Point.fund_id))) == {fund}
        assert not any(session.scalars(select(Point.public)))
        assert set(session.scalars(select(Site.venue_kind))) == {"park"}
        asked = select(AccessPoint.poll_interval_s).where(AccessPoint.point_id.in_(ids), AccessPoint.polling)
        assert set(session.scalars(asked.where(AccessPoint.controller_id.is_(None)))) == {120}
        assert looked(session, ids, **wanted).verdicts == {SAME: len(ids)}
    with writing(engine) as session:
        city = session.scalars(select(City)).one()
        undo(session, city, number, now=NOW + 1, actor="ani")
    with reading(engine) as session:
        assert {point.id: point.fund_id for point in session.scalars(select(Point))} == before
        assert all(session.scalars(select(Point.public)))


def test_another_s_area_is_refused_and_left_alone(filled_world: World, session: Session, city: City) -> None:
    ids = ids_of(session, city, PointFilter(), NOW)
    found = preview(session, city, ids, {"auth_mode": "voucher"}, lambda code: code.startswith("36.74.01"))
    refused = [one for one in found.looks if one.verdict == REFUSED]
    assert 0 < len(refused) < len(ids) == len(filled_world.points)
    assert {str(one.reason) for one in refused} == {"lies outside your areas"}
    assert all(one.changes == () for one in refused)


def test_polling_needs_something_to_poll_with(session: Session, city: City) -> None:
    bare = select(Point.id).join(AccessPoint).where(~AccessPoint.polling, AccessPoint.credential.is_(None))
    ids = list(session.scalars(bare))
    found = preview(session, city, ids, {"polling": "yes"}, anywhere)
    assert {one.verdict for one in found.looks} <= {CHANGE, REFUSED}


@pytest.mark.parametrize(
    ("wanted", "column"),
    [
        ({}, "points"),
        ({"fund": "Nobody's"}, "fund"),
        ({"provider": "Nobody"}, "provider"),
        ({"poll_interval_s": "4"}, "poll_interval_s"),
        ({"poll_interval_s": "soon"}, "poll_interval_s"),
        ({"auth_mode": "telepathy"}, "auth_mode"),
    ],
)
def test_what_is_wrong_for_all_is_refused_at_its_field(
    session: Session, city: City, wanted: dict[str, str], column: str
) -> None:
    with pytest.raises(RejectedError) as error:
        preview(session, city, ids_of_codes(session, city, ["TS-0010"]), wanted, anywhere)
    assert error.value.column == column


def test_a_filter_names_the_points_that_the_table_lists(session: Session, city: City) -> None:
    down = ids_of(session, city, PointFilter(status=("down",)), NOW)
    assert down
    assert set(down) < set(ids_of(session, city, PointFilter(), NOW))
