"""Tables of past steps: taken in, read out, taken back; and a point that moves."""

from datetime import date

import pytest
from sqlalchemy import Engine, select

from hotspot.analytics.import_row import RejectedError, Row
from hotspot.analytics.lifecycle_rows import Plan
from hotspot.inventory_file import Layout, read
from hotspot.spreadsheet import xlsx_bytes
from hotspot.store.base import reading, writing
from hotspot.store.lifecycle import NewStep, steps_of
from hotspot.store.lifecycle_batch import batches, withdraw_all
from hotspot.store.lifecycle_file import apply_steps, plan_steps
from hotspot.store.lifecycle_list import COLUMNS, overridden, override_rows, step_rows
from hotspot.store.models import City, MaintenanceWindow, Point
from hotspot.store.point_day import day_state, relocated_from, relocated_to
from hotspot.store.relocation import NewPlace, may_undo, relocate, undo
from tests.hotspot.web.world import NOW, World

DAY = 86400
PLACE = {
    "point_code": "TS-0100", "point_name": "Taman Baru", "area_code": "36.74.06.1002", "venue_kind": "park",
    "latitude": "-6.31", "longitude": "106.7",
}  # fmt: skip


@pytest.fixture
def engine(own: tuple[Engine, World]) -> Engine:
    return own[0]


@pytest.fixture
def world(own: tuple[Engine, World]) -> World:
    return own[1]


def city_of(engine: Engine) -> City:
    with reading(engine) as session:
        return session.scalars(select(City)).one()


def imported(engine: Engine, *lines: str) -> Plan:
    rows = [Row(number, dict(zip(COLUMNS, line.split(","), strict=False))) for number, line in enumerate(lines, 2)]
    with writing(engine) as session:
        plan = plan_steps(session, city_of(engine), rows, NOW)
        apply_steps(session, city_of(engine), plan, now=NOW, actor="sari")
        return plan


def point(engine: Engine, code: str) -> Point:
    with reading(engine) as session:
        return session.scalars(select(Point).where(Point.code == code)).one()


LINES = (
    "TS-0045,installed,2026-10-20,SPK 1,Dinas,",
    "TS-0045,accepted,2026-11-01,BAST 1,Dinas,",
    "TS-0045,proposed,2026-01-01,,,",
    "TS-0045,retired,2026-02-01,,,",
    "TS-9999,installed,2026-01-01,,,",
)


def test_past_steps_are_merged_counted_and_taken_back(engine: Engine, world: World) -> None:
    plan = imported(engine, *LINES)

    assert list(plan.counts.values()) == [3, 0, 0, 2]
    after = point(engine, "TS-0045")
    assert (after.lifecycle, after.installed_on, after.accepted_on) == (
        "accepted", date(2026, 10, 20), date(2026, 11, 1),
    )  # fmt: skip
    with reading(engine) as session:
        steps = steps_of(session, [world.points["TS-0045"]])[world.points["TS-0045"]]
        assert [(one.stage, one.actor) for one in steps] == [
            ("proposed", "sari"), ("funded", "import"), ("installed", "Dinas"), ("accepted", "Dinas"),
        ]  # fmt: skip
        assert set(steps[-1].override) == {"photo", "place", "measured"}
        assert overridden(session, city_of(engine)) == []
        found = overridden(session, city_of(engine), by_hand=False)
        assert [row[3] for row in override_rows(found, ["now"])] == ["measured", "photo", "place"]
        batch = batches(session, city_of(engine))[0]
    assert (batch.steps, batch.stages) == (3, 3)
    assert list(imported(engine, *LINES).counts.values()) == [0, 0, 3, 2]

    with writing(engine) as session:
        assert withdraw_all(session, city_of(engine), batch.number, now=NOW, actor="a") == 3
    assert (point(engine, "TS-0045").lifecycle, point(engine, "TS-0045").installed_on) == ("funded", None)


def test_a_missing_document_is_added(engine: Engine, world: World) -> None:
    installed = point(engine, "TS-0040").installed_on

    assert list(imported(engine, f"TS-0040,terpasang,{installed},SPK 4,,").counts.values()) == [0, 1, 0, 0]
    with reading(engine) as session:
        steps = steps_of(session, [world.points["TS-0040"]])[world.points["TS-0040"]]
        assert [one.document for one in steps if one.withdrawn_at is None] == ["SPK 4"]


def test_what_is_exported_is_read_back_without_a_change(engine: Engine) -> None:
    with reading(engine) as session:
        table = [row for row in step_rows(session, city_of(engine)) if row[0] != "TS-0040"]  # its day differs in point
        some = step_rows(session, city_of(engine), ["TS-0040"])
    sheet = read(xlsx_bytes("steps", COLUMNS, table), "steps.xlsx", Layout(dict.fromkeys(COLUMNS, ()), ()))
    with reading(engine) as session:
        plan = plan_steps(session, city_of(engine), sheet.rows, NOW)
    assert list(plan.counts.values()) == [0, 0, len(table), 0]
    assert {row[0] for row in some} == {"TS-0040"}


def moved(engine: Engine, world: World, **cells: str) -> str:
    step = NewStep("relocated", date(2026, 11, 20), document="ND 4")
    with writing(engine) as session:
        place = NewPlace(PLACE | cells, step)
        return relocate(session, city_of(engine), world.points["TS-0020"], place, now=NOW, actor="a")


def test_a_point_moves_and_both_keep_their_histories(engine: Engine, world: World) -> None:
    assert moved(engine, world) == "TS-0100"
    new, old = point(engine, "TS-0100"), point(engine, "TS-0020")
    assert (old.lifecycle, new.lifecycle, new.installed_on) == ("relocated", "installed", date(2026, 11, 20))
    with reading(engine) as session:
        city = city_of(engine)
        states = [
            day_state(session, city, point_id, date(2026, 11, day), NOW)
            for point_id in (old.id, new.id)
            for day in (19, 20)
        ]
        assert [(one.stage, one.devices) for one in states] == [
            ("active", ("AP-020-1",)), ("relocated", ()), (None, ()), ("installed", ("AP-020-1",)),
        ]  # fmt: skip
        assert [one.code for one in relocated_to(session, old.id)] == ["TS-0100"]
        came = relocated_from(session, new.id)
        assert came is not None
        assert came.code == "TS-0020"
        assert may_undo(session, city, new.id, NOW)
        assert not may_undo(session, city, new.id, NOW + DAY)
        assert not may_undo(session, city, old.id, NOW)

    with writing(engine) as session:
        assert undo(session, city, new.id, now=NOW, actor="a") == "TS-0020"
    assert point(engine, "TS-0020").lifecycle == "active"
    with reading(engine) as session:
        assert day_state(session, city, old.id, date(2026, 11, 21), NOW).devices == ("AP-020-1",)


def test_what_is_in_use_or_old_is_not_undone(engine: Engine, world: World) -> None:
    moved(engine, world)
    new, city = point(engine, "TS-0100").id, city_of(engine)
    with pytest.raises(RejectedError, match="on the day"), writing(engine) as session:
        undo(session, city, new, now=NOW + DAY, actor="a")
    with writing(engine) as session:
        window = {"point_id": new, "start": NOW, "end": NOW + 1, "reason": "x", "announced_at": NOW}
        session.add(MaintenanceWindow(city_id=world.city, announced_by="a", **window))
    with pytest.raises(RejectedError, match="in use"), writing(engine) as session:
        undo(session, city, new, now=NOW, actor="a")


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"point_code": "TS-0021"}, "point_code"),
        ({"area_code": "36.74.06"}, "area_code"),
        ({"venue_kind": "ship"}, "venue_kind"),
        ({"latitude": "106"}, "latitude"),
        ({"point_name": ""}, "point_name"),
        ({"site_name": "Health Post Pakulonan 20", "area_code": "36.74.02.1002"}, "site_name"),
    ],
)
def test_a_wrong_place_is_refused(engine: Engine, world: World, cells: dict[str, str], column: str) -> None:
    with pytest.raises(RejectedError) as error:
        moved(engine, world, **cells)
    assert error.value.column == column
    assert point(engine, "TS-0020").lifecycle == "active"
