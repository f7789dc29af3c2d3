"""Windows announced, made longer and looked at before, on both engines."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import RejectedError
from hotspot.store.base import writing
from hotspot.store.maintenance import Extent, codes_listed, extent_of, window_row
from hotspot.store.maintenance_edit import Chosen, Place, announce, chosen, extend
from hotspot.store.maintenance_look import ContractMonth, look, look_at_window
from hotspot.store.models import City, Contract, ContractPoint, MaintenanceWindow
from tests.hotspot.store.test_maintenance import add
from tests.hotspot.web.world import DAY, HOUR, NOW, World

START, END = NOW + 30 * DAY, NOW + 30 * DAY + HOUR


@pytest.fixture
def changed(own: tuple[Engine, World]) -> Iterator[tuple[Session, City, World]]:
    with writing(own[0]) as session:
        yield session, session.get_one(City, own[1].city), own[1]


Changed = tuple[Session, City, World]


def made(session: Session, city: City, where: Chosen, start: int = START, end: int = END) -> MaintenanceWindow:
    return announce(session, city, where, start=start, end=end, reason="fibre", now=NOW, actor="sari")


PLACES = [
    Place(),
    Place(("TS-0006",)),
    Place(("AP-006-1",)),
    Place(("TS-0007", "TS-0006", "TS-0007")),
    Place(area="36.74.01"),
    Place(provider="Nusa Link"),
]


def test_the_same_window_is_announced_once_until_it_is_cancelled(changed: Changed) -> None:
    session, city, _ = changed
    places = [chosen(session, city, place) for place in PLACES]
    first = [made(session, city, where) for where in places]
    for where, window in zip(places, first, strict=True):
        with pytest.raises(RejectedError, match="announced already"):
            made(session, city, where)
        made(session, city, where, end=END + 1)
        window.cancelled_at = NOW
        session.flush()
        assert extent_of(made(session, city, where)).ap_id == where.extent.ap_id


@pytest.mark.parametrize(
    ("place", "field"),
    [
        (Place(("TS-9999",)), "point"),
        (Place(("TS-0006", "AP-006-1")), "point"),
        (Place(("TS-0006", "'; DROP TABLE point")), "point"),
        (Place(tuple(f"X-{number}" for number in range(5001))), "point"),
        (Place(area="36.74.99"), "area"),
        (Place(provider="Nobody"), "provider"),
        (Place(("TS-0006",), provider="Nusa Link"), "provider"),
        (Place(area="36.74.01", provider="Nusa Link"), "area"),
    ],
)
def test_a_place_that_is_none_is_refused_at_its_field(session: Session, city: City, place: Place, field: str) -> None:
    with pytest.raises(RejectedError) as refused:
        chosen(session, city, place)
    assert refused.value.column == field


def test_accounts_are_held_to_the_areas_of_the_place(session: Session, city: City, filled_world: World) -> None:
    areas = [sorted(chosen(session, city, place).areas) for place in PLACES]
    village = areas[1]
    assert areas == [[""], village, village, areas[3], ["36.74.01"], [""]]
    assert set(village) <= set(areas[3]) <= filled_world.areas.keys()


def test_what_goes_on_is_another_window_at_the_same_place(changed: Changed) -> None:
    session, city, _ = changed
    first = made(session, city, chosen(session, city, Place(("TS-0007", "TS-0006"))), NOW - HOUR, NOW + HOUR)

    assert extend(session, city, first.id, until=NOW + 2 * HOUR, now=NOW + 60, actor="sari")

    newest = session.scalars(select(MaintenanceWindow).order_by(MaintenanceWindow.id.desc())).first()
    assert newest
    assert (newest.start, newest.end, newest.announced_at) == (first.end, NOW + 2 * HOUR, NOW + 60)
    assert codes_listed(session, newest.id) == ["TS-0006", "TS-0007"]
    assert not extend(session, city, first.id, until=NOW + 2 * DAY, now=NOW + HOUR, actor="sari")


def test_a_look_counts_names_what_overlaps_and_the_months_of_contracts(changed: Changed) -> None:
    session, city, world = changed
    provider = chosen(session, city, Place(provider="Nusa Link"))
    contract = Contract(
        city_id=city.id, provider_id=provider.extent.provider_id, number="27/2026", starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31), sla_rule="{}", recorded_at=0, recorded_by="a",
    )  # fmt: skip
    session.add(contract)
    session.flush()
    for code, until in (("TS-0006", date(2026, 12, 31)), ("TS-0007", date(2026, 11, 30))):
        line = {"contract_id": contract.id, "point_id": world.points[code], "starts_on": date(2026, 1, 1)}
        session.add(ContractPoint(**line, ends_on=until, monthly_fee_rp=1))
    add(session, world, start=START - HOUR, end=START, point_id=world.points["TS-0006"])
    met = add(session, world, start=START - HOUR, end=START + 1, ap_id=world.access_points["AP-006-2"])
    add(session, world, start=START, end=END, cancelled_at=NOW, point_id=world.points["TS-0006"])
    add(session, world, start=START, end=END, point_id=world.points["TS-0020"])
    where = chosen(session, city, Place(("TS-0006", "TS-0007")))
    windows = session.scalar(select(func.count()).select_from(MaintenanceWindow))

    found = look(session, city, where, [(NOW + 60, NOW + 61), (START, END)], NOW)

    assert (found.points, found.access_points, found.late) == (2, 5, False)
    assert ([row.id for row in found.overlaps], found.overlapping) == ([met.id], 1)
    assert found.contracts == [ContractMonth("27/2026", "2026-11", 2), ContractMonth("27/2026", "2026-12", 1)]
    assert look(session, city, where, [(NOW, END)], NOW).late
    assert session.scalar(select(func.count()).select_from(MaintenanceWindow)) == windows
    assert look(session, city, Chosen(Extent(), (), frozenset(), "", ""), [(START, END)], NOW).points == 48


def test_a_window_does_not_overlap_with_itself(changed: Changed) -> None:
    session, city, _ = changed
    one = made(session, city, chosen(session, city, Place(("AP-006-1",))))
    row = window_row(session, city, one.id, NOW)
    assert row
    found = look_at_window(session, city, row, NOW)
    assert (found.points, found.access_points, found.overlaps) == (1, 1, [])
