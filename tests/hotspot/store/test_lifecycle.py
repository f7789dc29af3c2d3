"""Steps are recorded, refused and withdrawn, and a point is always what its steps say."""

from datetime import date

import pytest
from sqlalchemy import Engine, select, update

from hotspot.analytics.acceptance import GATES, MEASURED, OPEN, PHOTO, PLACE, RECORD, SHUT, UNTOLD, gates
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.lifecycle import stage_on
from hotspot.store.acceptance import Claim, evidence
from hotspot.store.attachments import add_attachment
from hotspot.store.base import reading, writing
from hotspot.store.lifecycle import NewStep, life_of, lives, steps_of, take, withdraw
from hotspot.store.lifecycle_batch import CHANGE, REFUSED, THERE, batches, look, take_all, withdraw_all
from hotspot.store.models import (
    AccessPoint,
    Area,
    AuditEntry,
    City,
    Contract,
    ContractPoint,
    LifecycleChange,
    Point,
    Provider,
    Site,
)
from tests.hotspot.analytics.pictures import png
from tests.hotspot.web.world import NOW, World

TODAY = date(2026, 11, 21)
REASONS = dict.fromkeys(GATES, "known otherwise")
INSTALLED, ACTIVE, PLANNED, SUSPENDED = "TS-0040", "TS-0020", "TS-0045", "TS-0041"
RULE = '{"target": "99.999", "kind": "proportional"}'
AROUND = '{"type": "Polygon", "coordinates": [[[106, -7], [107, -7], [107, -6], [106, -6], [106, -7]]]}'


@pytest.fixture
def engine(own: tuple[Engine, World]) -> Engine:
    return own[0]


@pytest.fixture
def world(own: tuple[Engine, World]) -> World:
    return own[1]


def city_of(engine: Engine) -> City:
    with reading(engine) as session:
        return session.scalars(select(City)).one()


def record(engine: Engine, world: World, code: str, new: NewStep, now: int = NOW) -> int:
    with writing(engine) as session:
        return take(session, city_of(engine), world.points[code], new, now=now, actor="ani")


def point(engine: Engine, code: str) -> tuple[str, date | None, date | None]:
    with reading(engine) as session:
        row = session.scalars(select(Point).where(Point.code == code)).one()
        return row.lifecycle, row.installed_on, row.accepted_on


def test_a_step_makes_the_point_what_it_says(engine: Engine, world: World) -> None:
    record(engine, world, PLANNED, NewStep("installed", date(2026, 11, 10), document=" SPK  7 ", note="ok"))

    assert point(engine, PLANNED) == ("installed", date(2026, 11, 10), None)
    with reading(engine) as session:
        taken = steps_of(session, [world.points[PLANNED]])[world.points[PLANNED]][-1]
        noted = session.execute(select(AuditEntry.actor, AuditEntry.detail).where(AuditEntry.action == "step")).one()
    assert (taken.document, taken.note, taken.actor, taken.override) == ("SPK 7", "ok", "ani", {})
    assert tuple(noted) == ("ani", "installed since 2026-11-10")


def test_an_acceptance_without_proof_needs_a_reason_for_each_gate(engine: Engine, world: World) -> None:
    bare = NewStep("accepted", TODAY)
    with pytest.raises(RejectedError) as error:
        record(engine, world, INSTALLED, bare)
    assert error.value.column == "override_record"
    assert point(engine, INSTALLED)[0] == "installed"

    record(engine, world, INSTALLED, NewStep("accepted", TODAY, document="BAST 7", reasons=REASONS))

    assert point(engine, INSTALLED)[2] == TODAY
    with reading(engine) as session:
        taken = steps_of(session, [world.points[INSTALLED]])[world.points[INSTALLED]][-1]
        noted = session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "step")).one()
    assert taken.override == {"photo": "known otherwise", "place": "known otherwise"}
    assert noted == "accepted since 2026-11-21 without photo, place"


def states(engine: Engine, world: World, code: str, claim: Claim) -> dict[str, str]:
    with reading(engine) as session:
        known = evidence(session, city_of(engine), {world.points[code]: claim}, NOW)[world.points[code]]
    return {gate.key: gate.state for gate in gates(known)}


def told(engine: Engine, world: World, code: str, claim: Claim) -> dict[str, str]:
    with reading(engine) as session:
        known = evidence(session, city_of(engine), {world.points[code]: claim}, NOW)[world.points[code]]
    return {gate.key: str(gate.told) for gate in gates(known)}


def test_with_everything_there_no_reason_is_needed(engine: Engine, world: World) -> None:
    with writing(engine) as session:
        session.execute(update(Area).values(boundary=AROUND))
        photo = add_attachment(
            session, world.city, kind="photo", name="x", media_type="", data=png(), now=NOW, actor="a"
        )
    assert states(engine, world, INSTALLED, Claim(TODAY, "BAST 7", 1)) == dict.fromkeys(GATES, OPEN)

    record(engine, world, INSTALLED, NewStep("accepted", TODAY, document="BAST 7", photos=(photo,)))

    with reading(engine) as session:
        assert steps_of(session, [world.points[INSTALLED]])[world.points[INSTALLED]][-1].override == {}


def test_the_gates_look_at_place_contract_and_measurement(engine: Engine, world: World) -> None:
    assert states(engine, world, INSTALLED, Claim(TODAY)) == {
        RECORD: SHUT, PHOTO: SHUT, PLACE: UNTOLD, MEASURED: OPEN,
    }  # fmt: skip
    assert states(engine, world, INSTALLED, Claim(date(2025, 1, 1)))[MEASURED] == UNTOLD  # nobody looked yet
    assert states(engine, world, PLANNED, Claim(TODAY))[MEASURED] == UNTOLD
    with writing(engine) as session:
        session.execute(update(Area).values(boundary=AROUND.replace("-6", "-6.1").replace("-7", "-6.2")))
        provider = session.scalars(select(Provider.id)).first()
        contract = Contract(
            city_id=world.city, provider_id=provider, number="K1", starts_on=TODAY, ends_on=date(2027, 1, 1),
            sla_rule=RULE, recorded_at=NOW, recorded_by="a",
        )  # fmt: skip
        session.add(contract)
        session.flush()
        line = {"point_id": world.points[INSTALLED], "starts_on": TODAY, "ends_on": date(2027, 1, 1)}
        session.add(ContractPoint(contract_id=contract.id, monthly_fee_rp=1, **line))
    assert states(engine, world, INSTALLED, Claim(TODAY)) == {
        RECORD: SHUT, PHOTO: SHUT, PLACE: SHUT, MEASURED: SHUT,
    }  # fmt: skip
    with writing(engine) as session:  # two hours a week: 8 in the window, of which all are up
        session.execute(update(Contract).values(sla_rule=RULE.replace("}", ', "hours": "Sun 02:00-04:00"}')))
    assert told(engine, world, INSTALLED, Claim(TODAY))[MEASURED].endswith("only 8 of 72 hours are measured")
    with writing(engine) as session:
        session.execute(update(Site).values(latitude=None))
        session.execute(update(Area).values(boundary="{}"))
    assert states(engine, world, INSTALLED, Claim(TODAY))[PLACE] == UNTOLD


def test_what_contradicts_is_refused_and_nothing_is_written(engine: Engine, world: World) -> None:
    for new, column in (
        (NewStep("planned", TODAY), "since"),
        (NewStep("suspended", date(2027, 1, 1)), "since"),
        (NewStep("retired", TODAY, note="=1+1"), "note"),
    ):
        with pytest.raises(RejectedError) as error:
            record(engine, world, ACTIVE, new)
        assert error.value.column == column
    with reading(engine) as session:
        assert session.scalars(select(AuditEntry.id).where(AuditEntry.action == "step")).all() == []


def test_a_withdrawn_step_stays_in_sight_and_counts_no_more(engine: Engine, world: World) -> None:
    city, before = city_of(engine), point(engine, ACTIVE)
    step_id = record(engine, world, ACTIVE, NewStep("suspended", TODAY))
    assert point(engine, ACTIVE)[0] == "suspended"

    with writing(engine) as session:
        assert withdraw(session, city, step_id, now=NOW + 5, actor="budi")
        assert not withdraw(session, city, step_id, now=NOW + 5, actor="budi")

    assert point(engine, ACTIVE) == before
    with reading(engine) as session:
        last = steps_of(session, [world.points[ACTIVE]])[world.points[ACTIVE]][-1]
    assert (last.stage, last.withdrawn_at, last.withdrawn_by) == ("suspended", NOW + 5, "budi")


def test_a_step_that_others_need_is_not_withdrawn(engine: Engine, world: World) -> None:
    with reading(engine) as session:
        recorded = steps_of(session, [world.points["TS-0038"]])[world.points["TS-0038"]]
    with pytest.raises(RejectedError, match="needs this step"), writing(engine) as session:
        withdraw(session, city_of(engine), recorded[0].id, now=NOW, actor="a")


def test_a_withdrawn_acceptance_takes_its_day_along(engine: Engine, world: World) -> None:
    with reading(engine) as session:
        recorded = steps_of(session, [world.points["TS-0038"]])[world.points["TS-0038"]]
    with writing(engine) as session:
        withdraw(session, city_of(engine), recorded[-1].id, now=NOW, actor="a")
    assert point(engine, "TS-0038")[::2] == ("installed", None)


def test_what_was_only_written_beside_the_steps_becomes_steps(engine: Engine, world: World) -> None:
    """As in a database from before steps were everything."""
    days = {"installed_on": date(2024, 5, 1), "accepted_on": date(2024, 6, 1)}
    with writing(engine) as session:
        session.execute(update(Point).where(Point.code == ACTIVE).values(**days))
        session.query(LifecycleChange).filter_by(point_id=world.points[ACTIVE]).delete()

    record(engine, world, ACTIVE, NewStep("suspended", TODAY))

    assert point(engine, ACTIVE) == ("suspended", days["installed_on"], days["accepted_on"])
    with reading(engine) as session:
        recorded = steps_of(session, [world.points[ACTIVE]])[world.points[ACTIVE]]
    assert [(one.stage, one.step.assumed) for one in recorded] == [
        ("installed", False), ("accepted", False), ("active", True), ("suspended", False),
    ]  # fmt: skip


def test_many_points_go_one_step_and_come_back(engine: Engine, world: World) -> None:
    city, codes = city_of(engine), [ACTIVE, "TS-0021", SUSPENDED, PLANNED, "TS-9999", ACTIVE]
    new = NewStep("suspended", TODAY, document="ND 9")
    with reading(engine) as session:
        looked = look(session, city, codes, new, "", NOW)
    assert [(one.code, one.verdict) for one in looked] == [
        (ACTIVE, CHANGE), ("TS-0021", CHANGE), (SUSPENDED, THERE), (PLANNED, REFUSED), ("TS-9999", REFUSED),
    ]  # fmt: skip
    assert point(engine, ACTIVE)[0] == "active"

    with writing(engine) as session:
        done, batch = take_all(session, city, codes, new, "", now=NOW, actor="ani")
        assert done == looked
        assert batch is not None
        assert take_all(session, city, codes, new, "", now=NOW, actor="ani")[1] is None
    assert [point(engine, code)[0] for code in (ACTIVE, "TS-0021")] == ["suspended", "suspended"]
    with reading(engine) as session:
        told = batches(session, city)[0]
    assert (told.number, told.stage, told.document, told.steps, told.standing) == (batch, "suspended", "ND 9", 2, 2)

    with writing(engine) as session:
        assert withdraw_all(session, city, batch, now=NOW + 1, actor="budi") == 2
        assert withdraw_all(session, city, batch, now=NOW + 1, actor="budi") == 0
    assert [point(engine, code)[0] for code in (ACTIVE, "TS-0021")] == ["active", "active"]


def test_a_batch_that_went_on_is_not_taken_back(engine: Engine, world: World) -> None:
    city = city_of(engine)
    with writing(engine) as session:
        _, batch = take_all(session, city, [PLANNED], NewStep("installed", TODAY), "", now=NOW, actor="a")
        assert batch is not None
    record(engine, world, PLANNED, NewStep("suspended", TODAY))
    with pytest.raises(RejectedError, match="TS-0045 has gone on since"), writing(engine) as session:
        withdraw_all(session, city, batch, now=NOW, actor="a")


def test_one_reason_steps_over_the_gates_of_all(engine: Engine, world: World) -> None:
    city, new = city_of(engine), NewStep("accepted", TODAY, document="BAST 3")
    with reading(engine) as session:
        assert [one.verdict for one in look(session, city, [INSTALLED, "TS-0039"], new, "", NOW)] == [REFUSED, THERE]
        one = look(session, city, [INSTALLED], new, "joint inspection", NOW)[0]
    assert (one.verdict, set(one.overrides)) == (CHANGE, {PHOTO, PLACE})


def test_too_many_at_once_are_refused(engine: Engine) -> None:
    codes = [str(number) for number in range(5_001)]
    with pytest.raises(RejectedError, match="more than 5000"), reading(engine) as session:
        look(session, city_of(engine), codes, NewStep("retired", TODAY), "", NOW)


def test_the_stage_of_any_day(engine: Engine, world: World) -> None:
    record(engine, world, ACTIVE, NewStep("suspended", date(2026, 11, 1)))
    record(engine, world, ACTIVE, NewStep("active", date(2026, 11, 10)))
    point_id = world.points[ACTIVE]
    with reading(engine) as session:
        life = lives(session, [point_id], TODAY)[point_id]
        assert life == life_of(steps_of(session, [point_id])[point_id])
    assert [stage_on(life, date(2026, 11, day)) for day in (1, 9, 10)] == ["suspended", "suspended", "active"]
    assert stage_on(life, date(2020, 1, 1)) is None
    with reading(engine) as session:
        assert session.scalars(select(AccessPoint.id)).first()


def test_before_the_first_poll_of_its_devices_nothing_is_known(engine: Engine, world: World) -> None:
    new = world.points["TS-0012"]  # first polled five days ago, by when the others had been for months
    with reading(engine) as session:
        city = session.scalars(select(City)).one()
        early = evidence(session, city, {new: Claim(date(2026, 11, 14))}, NOW)[new]
        later = evidence(session, city, {new: Claim(TODAY)}, NOW)[new]
    assert (early.up_s, early.down_s) == (0, 0)
    assert later.up_s > 0
