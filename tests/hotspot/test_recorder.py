"""The recorder on both engines: one transaction, nothing twice, nothing lost, nothing of a person."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from collectors.result import AgentClock, Identity, Ping, PollResult, Sample
from hotspot import batch
from hotspot import recorder as recorder_module
from hotspot.analytics.outages import Seen
from hotspot.analytics.spans import Span, close
from hotspot.recorder import Poll, Recorded, Recorder
from hotspot.store.base import Base, reading, writing
from hotspot.store.events import Event, add_events, events_of
from hotspot.store.lease import LostLeaseError, take
from hotspot.store.models import AccessPoint, ApState, PollHot, State, StatusSpan
from tests.hotspot import small_city
from tests.hotspot.analytics.replay import spans_after

T0 = 1_800_000_000
WRITTEN = ("poll_hot", "ap_state", "status_span", "device_event", "access_point")


@pytest.fixture
def city_id(engine: Engine) -> int:
    return small_city.build(engine)


@pytest.fixture
def recorder(engine: Engine, city_id: int) -> Recorder:
    return Recorder(engine, city_id, misses=3)


def poll(ap_id: int, minute: float, reachable: bool | None = True, **fields: Any) -> Poll:
    """The answer of a device that has been up for a day at T0, `minute` minutes later."""
    at = T0 + minute * 60
    known: dict[str, Any] = (
        {"clock": AgentClock(round((86400 + minute * 60) * 100)), "rtt_s": 0.004} if reachable else {}
    )
    return Poll(int(at), 60, PollResult(ap_id, at, reachable, **(known | fields)))


def record(recorder: Recorder, *polls: Poll, trusted: bool = True) -> Recorded:
    return recorder.record(polls, fence=None, trusted=trusted)


def state_of(engine: Engine, ap_id: int = 1) -> ApState:
    with reading(engine) as session:
        return session.get_one(ApState, ap_id)


def polls_of(engine: Engine, ap_id: int = 1) -> list[PollHot]:
    with reading(engine) as session:
        return list(session.scalars(select(PollHot).where(PollHot.ap_id == ap_id).order_by(PollHot.slot)))


def spans_of(engine: Engine, ap_id: int = 1) -> list[tuple[int, int | None, int]]:
    """(start, end, state), instants counted from T0."""
    with reading(engine) as session:
        rows = session.scalars(select(StatusSpan).where(StatusSpan.ap_id == ap_id).order_by(StatusSpan.start))
        return [(row.start - T0, None if row.end is None else row.end - T0, row.state) for row in rows]


def events(engine: Engine, *ap_ids: int) -> list[Event]:
    with reading(engine) as session:
        return events_of(session, 1, 0, 2 * T0, ap_ids)


def everything(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    with reading(engine) as session:
        tables = (Base.metadata.tables[name] for name in WRITTEN)
        return {table.name: sorted(map(tuple, session.execute(select(table))), key=repr) for table in tables}


def test_first_answer_opens_a_span_and_fills_the_state(engine: Engine, recorder: Recorder) -> None:
    answer = poll(1, 0, profile="aruba", samples=(Sample("clients", 7), Sample("cpu", 11), Sample("memory", 40)))
    assert record(recorder, answer) == Recorded(1, 1, 0, (), ())
    state = state_of(engine)
    assert (state.state, state.since, state.last_poll, state.last_ok, state.last_slot) == (State.UP, T0, T0, T0, T0)
    assert (state.clients, state.cpu_percent, state.memory_percent, state.rtt_us) == (7, 11, 40, 4000)
    assert (state.uptime_s, state.profile, state.rx_bps) == (86400, "aruba", None)
    assert spans_of(engine) == [(0, None, State.UP)]


def test_traffic_comes_from_two_polls(engine: Engine, recorder: Recorder) -> None:
    for minute, (rx, tx) in enumerate([(0, 0), (7500, 750)]):
        samples = Sample("if_in_octets", rx, "eth0", 64), Sample("if_out_octets", tx, "eth0", 64)
        record(recorder, poll(1, minute, samples=samples))
    assert [(row.rx_bytes, row.tx_bytes) for row in polls_of(engine)] == [(None, None), (7500, 750)]
    assert (state_of(engine).rx_bps, state_of(engine).tx_bps) == (1000, 100)
    assert json.loads(state_of(engine).detail)["interfaces"] == [
        {"label": "eth0", "rx_bps": 1000, "tx_bps": 100, "errors": None}
    ]


def test_silence_measures_nothing_and_keeps_what_was_seen_last(engine: Engine, recorder: Recorder) -> None:
    record(recorder, poll(1, 0, profile="aruba", samples=(Sample("clients", 7), Sample("ssid_clients", 7, "FREE"))))
    record(recorder, poll(1, 1, reachable=False, error="no answer"))
    state = state_of(engine)
    assert (state.state, state.clients, state.uptime_s, state.rtt_us) == (State.UP, None, None, None)
    assert (state.missed, state.first_missed, state.last_ok, state.error) == (1, T0 + 60, T0, "no answer")
    assert json.loads(state.detail)["ssids"] == [{"label": "FREE", "clients": 7}]
    assert [(row.up, row.clients) for row in polls_of(engine)] == [(1, 7), (0, None)]


def test_outage_is_dated_back_to_its_first_missed_poll(engine: Engine, recorder: Recorder) -> None:
    record(recorder, poll(1, 0))
    told = [record(recorder, poll(1, minute, reachable=minute == 5)) for minute in range(1, 6)]
    assert [one.went_down for one in told] == [(), (), (1,), (), ()]
    assert [one.came_up for one in told] == [(), (), (), (), (1,)]
    assert spans_of(engine) == [(0, 60, State.UP), (60, 300, State.DOWN), (300, None, State.UP)]
    with reading(engine) as session:
        down = session.get_one(StatusSpan, (1, T0 + 60))
        assert (down.start_err, down.end_err, down.city_id) == (60, 60, 1)


def test_several_polls_of_one_device_in_one_batch_are_taken_in_order(engine: Engine, recorder: Recorder) -> None:
    told = record(recorder, *(poll(1, minute, reachable=minute in (0, 4)) for minute in range(5)))
    assert (told.polled, told.went_down, told.came_up) == (5, (1,), (1,))
    assert spans_of(engine) == [(0, 60, State.UP), (60, 240, State.DOWN), (240, None, State.UP)]


def test_poll_recorded_twice_or_late_changes_nothing(engine: Engine, recorder: Recorder) -> None:
    polls = [poll(1, 0), poll(1, 1), poll(2, 0)]
    record(recorder, *polls)
    before = everything(engine)
    assert record(recorder, *polls) == Recorded(0, 0, 3, (), ())
    assert everything(engine) == before


def test_case_3_storm_is_unknown_for_all_and_nobodys_outage(engine: Engine, recorder: Recorder) -> None:
    record(recorder, *(poll(ap_id, 0) for ap_id in (1, 2, 3)))
    for minute in (1, 2, 3, 4):
        told = record(recorder, *(poll(ap_id, minute, reachable=False) for ap_id in (1, 2, 3)), trusted=False)
        assert told.went_down == ()
    record(recorder, *(poll(ap_id, 5) for ap_id in (1, 2, 3)))
    for ap_id in (1, 2, 3):
        assert spans_of(engine, ap_id) == [(0, 300, State.UNKNOWN), (300, None, State.UP)]
        assert [row.up for row in polls_of(engine, ap_id)] == [1, None, None, None, None, 1]


def test_answer_during_a_storm_is_believed(engine: Engine, recorder: Recorder) -> None:
    record(recorder, poll(1, 0), trusted=False)
    assert spans_of(engine) == [(0, None, State.UP)]
    assert events(engine) == []


def test_poll_that_could_not_be_sent_is_unknown_from_then_on(engine: Engine, recorder: Recorder) -> None:
    record(recorder, poll(1, 0), poll(1, 1, reachable=None, error="network is unreachable"))
    assert spans_of(engine) == [(0, 60, State.UP), (60, None, State.UNKNOWN)]
    assert polls_of(engine)[1].up is None


def test_gap_of_the_collector_is_unknown_and_one_event(engine: Engine, recorder: Recorder) -> None:
    record(recorder, poll(1, 0), poll(2, 0.5))
    record(recorder, poll(1, 60))
    record(recorder, poll(2, 60.5))
    assert events(engine) == [Event(T0 + 30, "collector_gap", detail="3570 s")]
    assert spans_of(engine, 1) == [(0, 3600, State.UNKNOWN), (3600, None, State.UP)]


def test_clock_set_back_is_one_event_and_no_negative_length(engine: Engine, recorder: Recorder) -> None:
    record(recorder, poll(1, 10))
    for minute in (11, 12):
        told = recorder.record([replace(poll(1, minute - 5), slot=T0 + minute * 60)], fence=None)
        assert told.ignored == 1
    record(recorder, poll(1, 13))
    assert events(engine) == [
        Event(T0 + 600, "collector_gap", detail="180 s"),
        Event(T0 + 360, "clock_step", detail="-240 s"),
    ]
    assert all(end is None or start < end for start, end, _ in spans_of(engine))


def test_case_6_reboot_between_two_answers_is_an_event_and_no_outage(engine: Engine, recorder: Recorder) -> None:
    record(recorder, poll(1, 0), poll(1, 1, clock=AgentClock(2000)))
    assert events(engine, 1) == [Event(T0 + 40, "reboot", 1)]
    assert spans_of(engine) == [(0, None, State.UP)]


def test_case_7_wrap_of_the_uptime_is_no_reboot(engine: Engine, recorder: Recorder) -> None:
    record(recorder, poll(1, 0, clock=AgentClock(2**32 - 3000)), poll(1, 1, clock=AgentClock(3000)))
    assert events(engine, 1) == []


def test_agent_restart_is_not_a_reboot(engine: Engine, recorder: Recorder) -> None:
    record(recorder, poll(1, 0, clock=AgentClock(10**7, 10**8)), poll(1, 1, clock=AgentClock(500, 10**8 + 6000)))
    assert events(engine, 1) == [Event(T0 + 60, "agent_restart", 1)]


def test_identity_is_written_when_it_changes(engine: Engine, recorder: Recorder) -> None:
    first = Identity(vendor="Aruba", model="AP-505", firmware="8.6", serial="S1")
    record(recorder, poll(1, 0, identity=first))
    record(recorder, poll(1, 1, identity=first))
    with reading(engine) as session:
        row = session.get_one(AccessPoint, 1)
        assert (row.vendor, row.model, row.firmware, row.serial, row.sys_name) == ("Aruba", "AP-505", "8.6", "S1", None)
        assert row.identified_at == T0
    assert events(engine, 1) == []
    record(recorder, poll(1, 2, identity=replace(first, firmware="8.7", serial="")))
    assert events(engine, 1) == [Event(T0 + 120, "identity", 1, "firmware: 8.6 → 8.7")]
    with reading(engine) as session:
        assert session.get_one(AccessPoint, 1).serial == "S1"


class Broken(Exception):  # noqa: N818
    """Stands for a database that fails."""


def fail_at(engine: Engine, words: str) -> Any:
    def stop(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if words in statement:
            raise Broken

    event.listen(engine, "before_cursor_execute", stop)
    return lambda: event.remove(engine, "before_cursor_execute", stop)


@pytest.mark.parametrize(
    "words", ["INTO ap_state", "INTO poll_hot", "INTO status_span", "INTO device_event", "UPDATE status"]
)
def test_failure_in_the_middle_leaves_nothing_and_may_be_repeated(
    engine: Engine, recorder: Recorder, words: str
) -> None:
    record(recorder, poll(1, 0), poll(1, 1), poll(2, 0))
    before = everything(engine)
    later = [poll(1, minute, reachable=False) for minute in (2, 3, 4)] + [poll(2, 1, clock=AgentClock(100))]
    mend = fail_at(engine, words)
    for _ in range(2):
        with pytest.raises(Broken):
            record(recorder, *later)
        assert everything(engine) == before
    mend()
    assert record(recorder, *later).went_down == (1,)
    assert spans_of(engine) == [(0, 120, State.UP), (120, None, State.DOWN)]


def test_what_else_is_written_stands_or_falls_with_the_polls(engine: Engine, recorder: Recorder, city_id: int) -> None:
    storm = Event(T0, "link_storm")

    def tells_then_fails(session: Session) -> None:
        add_events(session, city_id, [storm])
        raise KeyError("x")

    with pytest.raises(KeyError):
        recorder.record([poll(1, 0)], fence=None, also=tells_then_fails)
    with reading(engine) as session:
        assert (polls_of(engine), events_of(session, city_id, 0, T0 + 1)) == ([], [])
    recorder.record([poll(1, 0)], fence=None, also=lambda session: add_events(session, city_id, [storm]))
    with reading(engine) as session:
        assert (len(polls_of(engine)), events_of(session, city_id, 0, T0 + 1)) == (1, [storm])


def test_commit_whose_answer_was_lost_is_not_recorded_twice(engine: Engine, recorder: Recorder) -> None:
    polls = [poll(1, 0), poll(2, 0)]

    def lose(_: Any) -> None:
        raise Broken

    event.listen(Session, "after_commit", lose)
    try:
        with pytest.raises(Broken):
            record(recorder, *polls)
    finally:
        event.remove(Session, "after_commit", lose)
    assert len(polls_of(engine)) == 1
    assert record(recorder, *polls).ignored == 2
    assert record(recorder, poll(1, 1)).polled == 1


def test_lost_lease_writes_nothing(engine: Engine, recorder: Recorder) -> None:
    with writing(engine) as session:
        old = take(session, "collector", "one", T0, 30)
        assert old is not None
    assert recorder.record([poll(1, 0)], fence=old).polled == 1
    with writing(engine) as session:
        take(session, "collector", "two", T0 + 60, 30)
    with pytest.raises(LostLeaseError):
        recorder.record([poll(1, 1)], fence=old)
    assert len(polls_of(engine)) == 1


def test_access_point_that_was_deleted_is_refused_by_the_database(engine: Engine, recorder: Recorder) -> None:
    with pytest.raises(IntegrityError):
        record(recorder, poll(1, 0), poll(99, 0))
    assert polls_of(engine) == []


def test_load_remembers_what_another_process_wrote(engine: Engine, recorder: Recorder, city_id: int) -> None:
    recorder.load()
    other = Recorder(engine, city_id, misses=3)
    record(other, poll(1, 0), poll(1, 1, reachable=False))
    recorder.load()
    record(recorder, poll(1, 2, reachable=False), poll(1, 3, reachable=False))
    assert spans_of(engine) == [(0, 60, State.UP), (60, None, State.DOWN)]


def test_nothing_recorded_is_nothing_written(engine: Engine, recorder: Recorder) -> None:
    before = everything(engine)
    assert record(recorder) == Recorded(0, 0, 0, (), ())
    assert everything(engine) == before


answers = st.sampled_from([True, True, True, False, False, None])
steps = st.tuples(
    answers, st.booleans(), st.sampled_from([20, 60, 60, 60, 60, 90, 91, 600]), st.integers(0, 2**33), st.booleans()
)


def histories(draws: Sequence[tuple[bool | None, bool, int, int, bool]]) -> list[tuple[Poll, bool]]:
    polls, at, ticks = [], T0, 10**7
    for answered, trusted, step_s, octets, rebooted in draws:
        at += step_s
        ticks = 100 if rebooted else ticks + step_s * 100
        samples = (Sample("if_in_octets", octets, "eth0", 32), Sample("clients", octets % 9))
        fields = {"clock": AgentClock(ticks, None, 3, ticks // 100), "samples": samples} if answered else {}
        polls.append((Poll(at, 60, PollResult(1, at + 0.25, answered, **fields)), trusted or answered is not False))  # type: ignore[arg-type]
    return polls


@given(st.lists(steps, min_size=1, max_size=12), st.sets(st.integers(0, 11)))
@hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_restarted_recorder_goes_on_as_if_nothing_had_happened(
    engine: Engine, city_id: int, draws: list[tuple[bool | None, bool, int, int, bool]], restarts: set[int]
) -> None:
    history = histories(draws)
    small_city.forget_measurements(engine)
    recorder = Recorder(engine, city_id, misses=3)
    for one, trusted in history:
        record(recorder, one, trusted=trusted)
    uninterrupted = everything(engine)
    small_city.forget_measurements(engine)
    recorder = Recorder(engine, city_id, misses=3)
    for index, (one, trusted) in enumerate(history):
        if index in restarts:
            recorder = Recorder(engine, city_id, misses=3)
        record(recorder, one, trusted=trusted)
    again = everything(engine)
    for rows in (uninterrupted, again):
        rows["device_event"] = sorted((row[1:] for row in rows["device_event"]), key=repr)  # ids count on
    assert again == uninterrupted


@given(st.lists(steps, min_size=1, max_size=12))
@hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_stored_spans_are_those_of_the_definitions(
    engine: Engine, city_id: int, draws: list[tuple[bool | None, bool, int, int, bool]]
) -> None:
    history = histories(draws)
    small_city.forget_measurements(engine)
    recorder = Recorder(engine, city_id, misses=3)
    for one, trusted in history:
        record(recorder, one, trusted=trusted)
    seen = [Seen(one.slot, one.slot, 60, one.result.reachable, trusted) for one, trusted in history]
    now = seen[-1].at + 30
    with reading(engine) as session:
        rows = session.scalars(select(StatusSpan).order_by(StatusSpan.start)).all()
    stored = [Span(row.start, row.end, row.state) for row in rows if row.end is not None]
    assert [row.end for row in rows].count(None) == 1
    assert stored + close(rows[-1].start, rows[-1].state, seen[-1].at, 60, now) == spans_after(seen, 3, now)


def test_nothing_of_a_person_is_stored(engine: Engine, recorder: Recorder) -> None:
    samples = (Sample("clients", 1), Sample("radio_clients", 1, "wifi0"), Sample("ssid_clients", 1, "FREE"))
    record(recorder, poll(1, 0, samples=samples, identity=Identity(sys_descr="AP", sys_name="hall-1")))
    with reading(engine) as session:
        keys = json.loads(session.execute(text("SELECT detail FROM ap_state")).scalar_one())
    assert {key for rows in keys.values() for row in rows for key in row} <= {"label", "clients"}


ANSWERED, LOST = Ping(3, 3, 0.0021), Ping(3, 0)


def causes_of(engine: Engine, ap_id: int = 1) -> list[str]:
    with reading(engine) as session:
        spans = select(StatusSpan.cause).where(StatusSpan.ap_id == ap_id).order_by(StatusSpan.start)
        return list(session.scalars(spans))


def test_who_answers_pings_alone_is_unknown_since_the_first_missed_poll(engine: Engine, recorder: Recorder) -> None:
    record(recorder, poll(1, 0, ping=ANSWERED))
    for minute in (1, 2, 3):
        record(recorder, poll(1, minute, reachable=False, ping=ANSWERED))
    assert spans_of(engine) == [(0, 60, State.UP), (60, None, State.UNKNOWN)]
    assert causes_of(engine) == ["", "monitoring"]
    state = state_of(engine)
    assert (state.state, state.cause, state.missed) == (State.UNKNOWN, "monitoring", 3)
    assert (state.ping_sent, state.ping_received, state.ping_us) == (3, 3, 2100)
    assert [(row.up, row.ping_received) for row in polls_of(engine)] == [(1, 3), (0, 3), (0, 3), (0, 3)]


def test_wrong_credential_of_a_device_that_pings_is_broken_monitoring(engine: Engine, recorder: Recorder) -> None:
    record(recorder, poll(1, 0))
    for minute in (1, 2, 3):
        record(recorder, poll(1, minute, reachable=None, error="wrong digest", ping=ANSWERED))
    assert causes_of(engine) == ["", "monitoring"]
    assert spans_of(engine) == [(0, 60, State.UP), (60, None, State.UNKNOWN)]


def test_restart_forgets_no_silence_without_pings(engine: Engine, city_id: int, recorder: Recorder) -> None:
    record(recorder, poll(1, 0, ping=ANSWERED))
    record(recorder, poll(1, 1, reachable=False, ping=ANSWERED))
    for minute in (2, 3, 4):
        again = Recorder(engine, city_id, misses=3)  # a new process for each
        record(again, poll(1, minute, reachable=False, ping=LOST))
    assert spans_of(engine) == [(0, 120, State.UP), (120, None, State.DOWN)]
    state = state_of(engine)
    assert (state.silent, state.first_silent, state.missed, state.first_missed) == (3, T0 + 120, 4, T0 + 60)


def test_storm_spares_who_answers_pings(engine: Engine, recorder: Recorder) -> None:
    record(recorder, poll(1, 0), poll(2, 0))
    for minute in (1, 2, 3):
        silent = poll(1, minute, reachable=False, ping=ANSWERED), poll(2, minute, reachable=False, ping=LOST)
        record(recorder, *silent, trusted=False)
    assert (causes_of(engine, 1), causes_of(engine, 2)) == (["", "monitoring"], ["storm"])


def test_nobody_waits_while_it_is_worked_out_what_polls_mean(
    engine: Engine, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(recorder, poll(1, 0))
    written = []

    def digest(*args: Any, **options: Any) -> batch.Batch:
        with writing(engine) as session:  # would wait for ten seconds, and fail
            written.append(session.execute(text("UPDATE city SET poll_interval_s = 60")))
        return batch.digest(*args, **options)

    monkeypatch.setattr("hotspot.recorder.digest", digest)
    record(recorder, poll(1, 1))
    assert len(written) == 1
    assert len(polls_of(engine)) == 2


def test_the_log_is_cleared_between_transactions(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "CHECKPOINT", 4)
    recorder = Recorder(sqlite_engine, small_city.build(sqlite_engine), misses=3)
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(sqlite_engine, "before_cursor_execute", note)
    for minute in range(4):
        record(recorder, poll(1, minute), poll(2, minute))
    assert said.count("PRAGMA wal_checkpoint(PASSIVE)") == 2
    place = said.index("PRAGMA wal_checkpoint(PASSIVE)")
    assert "INSERT" in said[place - 1]
    assert "BEGIN IMMEDIATE" in said[place + 1 :]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([True, True, True, False, None]),
            st.sampled_from(["", "", "one table failed"]),
            st.sampled_from(["aruba", "unifi"]),
            st.sampled_from([60, 60, 60, 400]),
            st.booleans(),
        ),
        min_size=1,
        max_size=12,
    )
)
@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_state_is_that_of_the_last_poll_however_little_is_written(
    engine: Engine, city_id: int, history: list[tuple[bool | None, str, str, int, bool]]
) -> None:
    """What is left out of a row that hardly changes is what a recorder without memories would write again."""
    small_city.forget_measurements(engine)
    recorder, at = Recorder(engine, city_id, misses=3), 0.0
    waiting: list[Poll] = []
    for reachable, error, profile, step_s, is_stored in history:
        at += step_s / 60
        samples = (Sample("clients", round(at)),) if reachable else ()
        waiting.append(poll(1, at, reachable, error=error, profile=profile if reachable else "", samples=samples))
        if is_stored:
            record(recorder, *waiting)
            waiting = []
    record(recorder, *waiting)
    with reading(engine) as session:
        stored = session.get_one(ApState, 1)
    memory = recorder._memories[1]
    watch = memory.watch
    told = {
        name: getattr(watch, name) for name in ("since", "last_poll", "last_ok", "last_slot", "interval_s", "missed")
    }
    told |= {name: getattr(watch, name) for name in ("state", "cause", "first_missed", "silent", "first_silent")}
    told |= {"profile": memory.profile, "detail": memory.detail, "memory": memory.packed, "error": history[-1][1]}
    assert {name: getattr(stored, name) for name in told} == told
    assert stored.clients == (round(at) if history[-1][0] else None)
