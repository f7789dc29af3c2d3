"""Access points that are followed through a controller, on both engines."""

import json
import time
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from collectors.result import AgentClock, Identity, ManagedAccessPoint, PollResult, Sample
from hotspot.recorder import Poll, Recorded, Recorder
from hotspot.store import followed
from hotspot.store.base import reading, writing
from hotspot.store.events import events_of
from hotspot.store.models import AccessPoint, ApState, CredentialSet, DeviceEvent, Point, PollHot, State, StatusSpan
from tests.hotspot import small_city

T0 = 1_800_000_000
WLC, OTHER = 4, 5  # ids of the controllers, after those of three access points


@pytest.fixture
def city_id(engine: Engine) -> int:
    made = small_city.build(engine)
    with writing(engine) as session:
        for name, address in (("WLC", "192.0.2.99"), ("WLC-2", "192.0.2.98")):
            session.add(AccessPoint(city_id=made, name=name, kind="controller", address=address, vendor="Acme"))
            session.flush()
    return made


@pytest.fixture
def recorder(engine: Engine, city_id: int) -> Recorder:
    return Recorder(engine, city_id, misses=3)


def ap(key: str, up: bool | None = True, **fields: Any) -> ManagedAccessPoint:
    return ManagedAccessPoint(**({"key": key, "name": f"ap-{key}", "up": up} | fields))


def say(
    recorder: Recorder,
    minute: float,
    *listed: ManagedAccessPoint,
    reachable: bool | None = True,
    table: bool = True,
    trusted: bool = True,
    device: int = WLC,
) -> Recorded:
    """Record a poll of the controller; without its `table` it does not say what its access points do."""
    at = T0 + minute * 60
    told = tuple(listed) if reachable and table else None
    result = PollResult(device, at, reachable, profile="acme-wlc", access_points=told)
    return recorder.record([Poll(int(at), 60, result)], fence=None, trusted=trusted)


def rows(engine: Engine) -> dict[str, AccessPoint]:
    """Those that are followed, by their key."""
    with reading(engine) as session:
        found = session.scalars(select(AccessPoint).where(AccessPoint.controller_id.is_not(None)))
        return {str(row.controller_key): row for row in found}


def row_id(engine: Engine, key: str) -> int:
    return rows(engine)[key].id


def state_of(engine: Engine, key: str) -> ApState:
    with reading(engine) as session:
        return session.get_one(ApState, row_id(engine, key))


def spans_of(engine: Engine, key: str) -> list[tuple[int, int | None, int, str]]:
    """(start, end, state, cause), instants in seconds from T0."""
    with reading(engine) as session:
        found = session.scalars(
            select(StatusSpan).where(StatusSpan.ap_id == row_id(engine, key)).order_by(StatusSpan.start)
        )
        return [(row.start - T0, None if row.end is None else row.end - T0, row.state, row.cause) for row in found]


def polls_of(engine: Engine, key: str) -> list[tuple[int, int | None, int | None]]:
    with reading(engine) as session:
        found = session.scalars(select(PollHot).where(PollHot.ap_id == row_id(engine, key)).order_by(PollHot.slot))
        return [(row.slot - T0, row.up, row.clients) for row in found]


def test_new_access_point_gets_a_row_without_a_point(engine: Engine, recorder: Recorder) -> None:
    told = say(recorder, 0, ap("a", model="R1", firmware="7.1", serial="SN-4711", address="10.1.1.1"))
    row = rows(engine)["a"]
    assert (row.name, row.controller_id, row.point_id, row.address, row.kind) == (
        "ap-a",
        WLC,
        None,
        None,
        "access_point",
    )
    assert (row.vendor, row.model, row.firmware, row.serial, row.sys_name) == ("Acme", "R1", "7.1", "SN-4711", "ap-a")
    assert told == Recorded(1, 1, 0, (), ())
    assert json.loads(state_of(engine, "a").detail)["address"] == "10.1.1.1"


def test_what_its_controller_measures_is_its_own(engine: Engine, recorder: Recorder) -> None:
    for minute, octets in enumerate((1000, 8500)):
        samples = Sample("clients", 7), Sample("if_in_octets", octets, "eth0", 64), Sample("radio_band", 5, "1")
        say(recorder, minute, ap("a", samples=samples, uptime_s=86400 + minute * 60))
    state = state_of(engine, "a")
    assert (state.state, state.clients, state.uptime_s, state.rx_bps, state.rtt_us) == (State.UP, 7, 86460, 1000, None)
    assert (state.profile, state.error, state.interval_s) == ("acme-wlc", "", 60)
    assert json.loads(state.detail)["radios"] == [{"label": "1", "band": 5}]
    assert polls_of(engine, "a") == [(0, 1, 7), (60, 1, 7)]


def test_disconnected_is_an_outage_from_the_first_poll_that_says_so(engine: Engine, recorder: Recorder) -> None:
    say(recorder, 0, ap("a"), ap("b"))
    told = say(recorder, 1, ap("a", False), ap("b"))
    assert (told.polled, told.answered, told.went_down) == (1, 1, (row_id(engine, "a"),))
    assert say(recorder, 2, ap("a", False), ap("b")).went_down == ()
    assert say(recorder, 3, ap("a"), ap("b")).came_up == (row_id(engine, "a"),)
    assert spans_of(engine, "a") == [(0, 60, State.UP, ""), (60, 180, State.DOWN, ""), (180, None, State.UP, "")]
    assert spans_of(engine, "b") == [(0, None, State.UP, "")]
    assert [up for _, up, _ in polls_of(engine, "a")] == [1, 0, 0, 1]


def test_disconnected_says_why_and_measures_nothing(engine: Engine, recorder: Recorder) -> None:
    say(recorder, 0, ap("a", samples=(Sample("clients", 7),), uptime_s=900))
    say(recorder, 1, ap("a", False, samples=(Sample("clients", 0),), uptime_s=0))
    state = state_of(engine, "a")
    assert (state.state, state.clients, state.uptime_s) == (State.DOWN, None, None)
    assert state.error == "its controller says that it is not connected"


@pytest.mark.parametrize("listed", [(), (ap("a", None),)])
def test_what_is_not_listed_or_not_told_is_unknown_and_stays(
    engine: Engine, recorder: Recorder, listed: Sequence[ManagedAccessPoint]
) -> None:
    say(recorder, 0, ap("a"), ap("b"))
    say(recorder, 1, *listed, ap("b"))
    say(recorder, 2, *listed, ap("b"))
    assert spans_of(engine, "a") == [(0, 60, State.UP, ""), (60, None, State.UNKNOWN, "controller")]
    assert state_of(engine, "a").last_ok == T0
    assert [up for _, up, _ in polls_of(engine, "a")] == [1, None, None]
    say(recorder, 3, ap("a"), ap("b"))
    assert spans_of(engine, "a")[-1] == (180, None, State.UP, "")
    assert len(rows(engine)) == 2


def test_outage_ends_in_the_unknown_when_the_controller_forgets_the_device(engine: Engine, recorder: Recorder) -> None:
    say(recorder, 0, ap("a"))
    say(recorder, 1, ap("a", False))
    say(recorder, 2)
    assert [state for _, _, state, _ in spans_of(engine, "a")] == [State.UP, State.DOWN, State.UNKNOWN]


@pytest.mark.parametrize("mute", [{"reachable": False}, {"table": False}])
def test_silent_controller_makes_its_own_unknown_never_down(
    engine: Engine, recorder: Recorder, mute: dict[str, bool]
) -> None:
    say(recorder, 0, ap("a"), ap("b", False))
    for minute in (1, 2):
        told = say(recorder, minute, **mute)
        assert spans_of(engine, "a") == [(0, None, State.UP, "")]
    told = say(recorder, 3, **mute)
    assert told.went_down == ((WLC,) if "reachable" in mute else ())
    assert spans_of(engine, "a") == [(0, 60, State.UP, ""), (60, None, State.UNKNOWN, "controller")]
    assert spans_of(engine, "b") == [(0, 60, State.DOWN, ""), (60, None, State.UNKNOWN, "controller")]
    say(recorder, 4, ap("a"), ap("b", False))
    assert spans_of(engine, "a")[-1] == (240, None, State.UP, "")
    assert spans_of(engine, "b")[-1] == (240, None, State.DOWN, "")


def test_one_lost_poll_of_the_controller_costs_nothing(engine: Engine, recorder: Recorder) -> None:
    for minute in range(6):
        say(recorder, minute, ap("a"), reachable=minute not in (1, 3, 4))
    assert spans_of(engine, "a") == [(0, None, State.UP, "")]


def test_what_remembers_nothing_goes_on_the_same(engine: Engine, city_id: int, recorder: Recorder) -> None:
    for minute in range(5):
        say(Recorder(engine, city_id, misses=3), minute, ap("a"), reachable=minute in (0, 4))
    assert [state for _, _, state, _ in spans_of(engine, "a")] == [State.UP, State.UNKNOWN, State.UP]


def test_gap_of_the_collector_is_no_fault_of_the_controller(engine: Engine, recorder: Recorder) -> None:
    say(recorder, 0, ap("a"))
    say(recorder, 10, ap("a"))
    assert spans_of(engine, "a") == [(0, 600, State.UNKNOWN, "collector"), (600, None, State.UP, "")]


def test_in_a_storm_the_word_of_a_controller_that_answers_counts(engine: Engine, recorder: Recorder) -> None:
    say(recorder, 0, ap("a"), ap("b"))
    say(recorder, 1, ap("a", False), ap("b"), trusted=False)
    assert state_of(engine, "a").state == State.DOWN
    say(recorder, 2, reachable=False, trusted=False)
    assert spans_of(engine, "b")[-1][2:] == (State.UNKNOWN, "storm")
    say(recorder, 3, reachable=None)
    assert state_of(engine, "b").state == State.UNKNOWN


def test_poll_recorded_twice_changes_nothing(engine: Engine, recorder: Recorder) -> None:
    say(recorder, 0, ap("a"))
    assert say(recorder, 0, ap("a")) == Recorded(0, 0, 1, (), ())
    assert polls_of(engine, "a") == [(0, 1, None)]


def test_key_stays_whatever_else_changes(engine: Engine, recorder: Recorder) -> None:
    say(recorder, 0, ap("a", serial="SN-4711", model="R1"))
    first = row_id(engine, "a")
    say(recorder, 1, ap("a", name="moved", serial="SN-4712", model="R1"))
    row = rows(engine)["a"]
    assert (row.id, row.name, row.sys_name, row.serial) == (first, "ap-a", "moved", "SN-4712")
    with reading(engine) as session:
        (told,) = events_of(session, row.city_id, 0, 2 * T0, [first])
    assert (told.kind, told.detail) == ("identity", "sys_name: ap-a → moved; serial: SN-4711 → SN-4712")


def test_restart_is_told_from_the_uptime(engine: Engine, recorder: Recorder) -> None:
    say(recorder, 0, ap("a", uptime_s=600 * 86400))
    say(recorder, 1, ap("a", uptime_s=600 * 86400 + 60))
    say(recorder, 2, ap("a", uptime_s=30))
    with reading(engine) as session:
        (told,) = events_of(session, 1, 0, 2 * T0, [row_id(engine, "a")])
    assert (told.kind, told.at) == ("reboot", T0 + 90)


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("AP-1", "AP-1 (2)"),
        ("", "WLC a"),
        (" =two\nlines ", "two lines"),
        (" = =two", "two"),
        ("..", "WLC a"),
        ("../../two/three", "two three"),
        ("\x07two//three/", "two  three"),
        ("two/three.", "two/three."),
        ("x" * 300, "x" * 100),
        ("\x00\x07", "WLC a"),
    ],
)
def test_name_is_one_that_is_free_and_harmless(engine: Engine, recorder: Recorder, named: str, expected: str) -> None:
    say(recorder, 0, ap("a", name=named))
    assert rows(engine)["a"].name == expected


@pytest.mark.parametrize("key", ["", "a\x00"])
def test_key_that_no_database_can_hold_is_left_out(engine: Engine, recorder: Recorder, key: str) -> None:
    say(recorder, 0, ap(key), ap("b"))
    assert list(rows(engine)) == ["b"]


def test_same_name_twice_and_same_key_twice(engine: Engine, recorder: Recorder) -> None:
    say(recorder, 0, ap("a", name="x"), ap("b", name="x"), ap("b", name="y"))
    assert {key: row.name for key, row in rows(engine).items()} == {"a": "x", "b": "y"}


@pytest.mark.parametrize(
    ("stored", "listed", "taken"),
    [
        ({"serial": "SN-4711"}, {"serial": "SN-4711"}, True),
        ({"serial": "SN-4711"}, {"serial": "SN-4712"}, False),
        ({"serial": "N/A"}, {"serial": "N/A"}, False),  # what firmware writes where it knows none
        ({"serial": "SN-4711", "address": "192.0.2.1"}, {"serial": "SN-4712", "address": "192.0.2.1"}, False),
        ({"address": "192.0.2.1"}, {"serial": "SN-4712", "address": "192.0.2.1"}, True),  # it was never asked
        ({"serial": "SN-4711", "address": "192.0.2.1"}, {"address": "192.0.2.1"}, True),
        ({"controller_id": WLC, "address": None}, {"name": "ap-1"}, True),  # announced by an import
        ({"controller_id": WLC, "address": None}, {"name": "ap-7"}, False),
    ],
)
def test_row_that_is_there_is_taken_over(
    engine: Engine, recorder: Recorder, stored: dict[str, Any], listed: dict[str, Any], taken: bool
) -> None:
    with writing(engine) as session:
        session.execute(update(AccessPoint).where(AccessPoint.id == 1).values(**stored))
    say(recorder, 0, ap("a", **listed))
    assert (rows(engine)["a"].id == 1) is taken
    if taken:
        assert rows(engine)["a"].point_id is not None
        assert state_of(engine, "a").state == State.UP


@pytest.mark.parametrize("own", ["credential", "credential_set_id"])
def test_device_that_is_asked_itself_stays_so_and_is_not_doubled(
    engine: Engine, city_id: int, recorder: Recorder, own: str
) -> None:
    with writing(engine) as session:
        session.add(
            CredentialSet(id=5, city_id=city_id, name="all", position=1, snmp_version="2c", credential=b"sealed")
        )
        session.flush()
        values = {"credential": b"sealed", "credential_set_id": 5}
        session.execute(update(AccessPoint).where(AccessPoint.id == 1).values(serial="SN-4711", **{own: values[own]}))
    say(recorder, 0, ap("a", serial="SN-4711"))
    say(recorder, 1, ap("a", serial="SN-4711"))
    assert rows(engine) == {}


def test_access_point_goes_along_to_another_controller_once_the_first_lost_it(
    engine: Engine, recorder: Recorder
) -> None:
    say(recorder, 0, ap("a", serial="SN-4711"))
    first = row_id(engine, "a")
    say(recorder, 0.2, ap("z", serial="SN-4711"), device=OTHER)
    assert list(rows(engine)) == ["a"]
    say(recorder, 1)
    say(recorder, 1.2, ap("z", serial="SN-4711"), device=OTHER)
    assert (row_id(engine, "z"), rows(engine)["z"].controller_id) == (first, OTHER)
    assert spans_of(engine, "z")[-1][2] == State.UP


def test_broken_access_point_is_not_handed_to_and_fro_between_two_controllers(
    engine: Engine, recorder: Recorder
) -> None:
    say(recorder, 0, ap("a", serial="SN-4711"))
    for minute in range(1, 4):
        say(recorder, minute, ap("a", up=False, serial="SN-4711"))
        say(recorder, minute + 0.2, ap("z", up=minute % 2 == 0 and None, serial="SN-4711"), device=OTHER)
    assert list(rows(engine)) == ["a"]
    with reading(engine) as session:
        assert "followed" not in str([row.detail for row in session.scalars(select(DeviceEvent))])


def test_another_controller_in_the_place_of_the_first_goes_on_with_its_access_points(
    engine: Engine, recorder: Recorder
) -> None:
    say(recorder, 0, ap("a", serial="SN-0001"), ap("b", serial="N/A"))
    before = row_id(engine, "a"), row_id(engine, "b")
    for minute in (1, 2):
        say(recorder, minute, ap("1.1", serial="SN-0001"), ap("1.2", serial="N/A"))
    assert sorted(rows(engine)) == ["1.1", "1.2", "b"]
    assert (row_id(engine, "1.1"), row_id(engine, "b")) == before
    assert state_of(engine, "1.1").state == State.UP


def test_one_serial_number_twice_is_two_access_points(engine: Engine, recorder: Recorder) -> None:
    for minute in range(3):
        say(recorder, minute, ap("a", serial="SN-0001"), *[ap("b", serial="SN-0001")] * (minute > 0))
    assert sorted(rows(engine)) == ["a", "b"]


def test_thousands_of_one_name_are_enrolled_at_once(engine: Engine, recorder: Recorder) -> None:
    began = time.process_time()
    say(recorder, 0, *(ap(str(number), name="AP") for number in range(6_000)))
    assert time.process_time() - began < 5
    names = [row.name for row in rows(engine).values()]
    assert (len(set(names)), sorted(names)[:3]) == (6_000, ["AP", "AP (10)", "AP (100)"])


def test_controller_that_invents_access_points_fills_no_database(
    engine: Engine, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(followed, "MOST", 5)
    for minute in range(4):
        say(recorder, minute, *(ap(f"{minute}-{number}") for number in range(2)))
    assert list(rows(engine)) == ["0-0", "0-1", "1-0", "1-1", "2-0"]
    assert "WLC names more than 5 access points; the rest is left out" in caplog.text


def test_device_that_is_no_controller_has_none_followed(engine: Engine, recorder: Recorder) -> None:
    say(recorder, 0, ap("a"), device=2)
    assert rows(engine) == {}


@pytest.mark.parametrize("how", ["polling", "stage"])
def test_one_that_nobody_wants_polled_is_left_alone(engine: Engine, recorder: Recorder, how: str) -> None:
    say(recorder, 0, ap("a"), ap("b"))
    with writing(engine) as session:
        change = {"polling": False} if how == "polling" else {"point_id": 1}
        session.execute(update(AccessPoint).where(AccessPoint.controller_key == "a").values(**change))
        if how == "stage":
            session.execute(update(Point).where(Point.id == 1).values(lifecycle="suspended"))
    say(recorder, 1, ap("a"), ap("b"))
    assert [len(polls_of(engine, key)) for key in ("a", "b")] == [1, 2]
    assert len(rows(engine)) == 2


def test_credential_set_that_is_answered_is_kept(engine: Engine, city_id: int, recorder: Recorder) -> None:
    with writing(engine) as session:
        session.add(
            CredentialSet(id=5, city_id=city_id, name="all", position=1, snmp_version="2c", credential=b"sealed")
        )
    for slot, chosen in ((T0, 5), (T0 + 60, 6)):  # the second was removed meanwhile
        answer = PollResult(1, slot, reachable=True, identity=Identity(engine_id="80001f88"), clock=AgentClock(1))
        recorder.record([Poll(slot, 60, answer, chosen)], fence=None)
    with reading(engine) as session:
        row = session.get_one(AccessPoint, 1)
        assert (row.credential_set_id, row.engine_id) == (5, "80001f88")


def test_two_thousand_access_points_are_one_short_transaction(engine: Engine, recorder: Recorder) -> None:
    def listed(minute: int) -> list[ManagedAccessPoint]:
        radios = [
            Sample(f"radio_{name}", 5 + place, f"radio{place}")
            for place in range(2)
            for name in ("clients", "channel", "utilisation", "noise", "band")
        ]
        wired = [Sample("if_in_octets", 1000 * minute, "eth0", 64), Sample("if_out_octets", 10 * minute, "eth0", 64)]
        return [
            ap(str(number), serial=f"S{number}", uptime_s=9000 + 60 * minute, samples=(*radios, *wired))
            for number in range(2000)
        ]

    say(recorder, 0, *listed(0))
    spent = []
    for minute in (1, 2, 3):
        told = listed(minute)
        start = time.process_time()
        say(recorder, minute, *told)
        spent.append(time.process_time() - start)
    assert len(polls_of(engine, "7")) == 4
    assert min(spent) < 1.0  # a loaded machine included; about 0.2 s
