"""What waits in the outbox leaves: at least once, in order, each channel by itself."""

import asyncio
import threading
from asyncio import StreamReader, StreamWriter
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, text, update
from sqlalchemy.exc import OperationalError

from hotspot.alerts import sender as sending
from hotspot.alerts.channels import CHANNELS
from hotspot.doctor import messages
from hotspot.store.alerts.channels import ChannelCounts, channel_counts
from hotspot.store.alerts.deliveries import forget_attempts
from hotspot.store.base import reading, writing
from hotspot.store.lease import take
from hotspot.store.models import Account, AccountContact, AlertChannel, City
from tests.hotspot.alerts.mail_server import mail_server, talking
from tests.hotspot.alerts.outbox_city import SETTINGS, OutboxCity, email_config, outbox_city, sent
from tests.hotspot.alerts.sink import sink

NOW = 1_795_244_400
HOUR_S, DAY_S = 3600, 86_400
SECRET = "a secret between two systems"


def webhook_config(port: int) -> dict[str, str]:
    return {"url": f"http://127.0.0.1:{port}/hook", "secret": SECRET}


def at(instant: int) -> time_machine.travel:
    return time_machine.travel(instant, tick=False)


@pytest.fixture(autouse=True)
def without_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.random", lambda: 0.5)


async def test_message_arrives_once_and_is_on_record(engine: Engine) -> None:
    town = outbox_city(engine, NOW)
    with at(NOW), mail_server() as mailbox:
        channel = town.channel("email", email_config(mailbox.port))
        budi = town.person("budi", "email", "budi@example.go.id")
        town.put(channel, "AP-1 is down", NOW, account_id=budi)
        sender = town.sender()
        await sent(sender)
        await sent(sender)
        await sender.stop()
    assert (mailbox.subjects, mailbox.recipients) == (["AP-1 is down"], [["budi@example.go.id"]])
    assert town.rows("SELECT state, sent_at, attempts, error FROM outbox_message") == [("sent", NOW, 1, "")]
    assert town.rows("SELECT ok, answer FROM delivery_attempt") == [(1, "250 OK: queued as 1")]
    assert town.rows("SELECT ok_at, failing_since, error FROM alert_channel") == [(NOW, None, "")]


async def test_sink_down_for_an_hour_everything_arrives_in_order(engine: Engine) -> None:
    town, down_s = outbox_city(engine, NOW), HOUR_S
    sender = town.sender()
    with sink() as there:
        channel = town.channel("webhook", webhook_config(there.port))
        there.answers = [503] * 1000
        for passed in range(0, 2 * HOUR_S + 600, 30):
            with at(NOW + passed):
                if passed < down_s and passed % 300 == 0:
                    town.put(channel, f"message {passed // 300}", NOW + passed)
                if passed == down_s:
                    tries = len(there.requests)
                    there.requests, there.answers = [], []
                await sent(sender)
    subjects = [request.body.decode().split('"subject": "')[1].split('"')[0] for request in there.requests]
    assert subjects == [f"message {number}" for number in range(12)]
    assert tries < 12  # one message tries for all of them, ever later
    assert set(town.states()) == {"sent"}
    assert town.rows("SELECT failing_since, error FROM alert_channel") == [(None, "")]


async def test_dead_channel_delays_neither_the_look_nor_other_channels(engine: Engine) -> None:
    hung_up = threading.Event()

    async def hole(_: StreamReader, __: StreamWriter) -> None:
        await asyncio.to_thread(hung_up.wait, 30)

    town = outbox_city(engine, NOW)
    with at(NOW), mail_server() as mailbox, talking(hole) as dead:
        town.put(town.channel("email", email_config(dead), "dead"), "nobody hears this", NOW)
        alive = town.channel("email", email_config(mailbox.port), "alive")
        sender = town.sender()
        await sender.look()
        for number in range(3):
            town.put(alive, f"message {number}", NOW)
            await sender.look()
            await asyncio.to_thread(sender.workers[alive].join)
        assert sender.workers[1].is_alive()
        await sender.look()  # one worker each, however often it is looked
        assert len(sender.workers) == 2
        hung_up.set()
        await asyncio.to_thread(sender.workers[1].join)
    assert mailbox.subjects == ["message 0", "message 1", "message 2"]
    assert town.states() == ["waiting", "sent", "sent", "sent"]


async def test_end_of_a_shift_waits_for_no_dead_server(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    hung_up = threading.Event()

    async def hole(_: StreamReader, __: StreamWriter) -> None:
        await asyncio.to_thread(hung_up.wait, 30)

    monkeypatch.setattr(sending, "STOP_S", 0.05)
    town = outbox_city(sqlite_engine, NOW)
    with at(NOW), talking(hole) as dead:
        town.put(town.channel("email", email_config(dead)), "nobody hears this", NOW)
        sender = town.sender()
        await sender.look()
        await sender.stop()
        assert sender.workers[1].is_alive()
        hung_up.set()
        await asyncio.to_thread(sender.workers[1].join)


async def test_opening_comes_before_recovery_and_others_go_on(engine: Engine) -> None:
    town = outbox_city(engine, NOW)
    with mail_server() as mailbox:
        channel = town.channel("email", email_config(mailbox.port))
        budi, sari = (town.person(name, "email", f"{name}@example.go.id") for name in ("budi", "sari"))
        mailbox.rcpt = ["450 greylisted"]
        with at(NOW):
            town.put(channel, "down", NOW, account_id=budi)
            town.put(channel, "up", NOW, account_id=budi, event="recovered")
            town.put(channel, "down", NOW, account_id=sari)
            sender = town.sender()
            await sent(sender)
            assert mailbox.recipients == [["sari@example.go.id"]]
        with at(NOW + 60):
            await sent(sender)
    assert mailbox.subjects == ["down", "down", "up"]
    assert town.rows("SELECT failing_since FROM alert_channel") == [(None,)]  # it was one person's server


async def test_held_message_holds_back_only_its_own_incident(engine: Engine) -> None:
    town = outbox_city(engine, NOW)
    incident, other = town.incident(), town.incident()
    with mail_server() as mailbox, at(NOW):
        channel = town.channel("email", email_config(mailbox.port))
        town.put(channel, "one opens, at six", NOW, incident_id=incident, next_at=NOW + HOUR_S)
        town.put(channel, "one ends", NOW, incident_id=incident)
        town.put(channel, "other opens", NOW, incident_id=other)
        sender = town.sender()
        await sent(sender)
        assert mailbox.subjects == ["other opens"]
        with at(NOW + HOUR_S):
            await sent(sender)
    assert mailbox.subjects == ["other opens", "one opens, at six", "one ends"]
    threads = [str(letter["References"]) for letter in mailbox.letters]
    assert threads[1] == threads[2] != threads[0]


@pytest.mark.parametrize(("answer", "state"), [("550 no such person", "given_up"), ("450 later", "waiting")])
async def test_refused_for_good_is_given_up_with_the_reason(engine: Engine, answer: str, state: str) -> None:
    town = outbox_city(engine, NOW)
    with at(NOW), mail_server() as mailbox:
        mailbox.rcpt = [answer]
        town.put(town.channel("email", email_config(mailbox.port)), "down", NOW)
        await sent(town.sender())
    found = town.rows("SELECT state, error, next_at FROM outbox_message")
    assert found == [(state, f"the recipient is refused: {answer}", NOW + 60 if state == "waiting" else NOW)]


async def test_what_could_not_be_sent_for_a_day_is_given_up(engine: Engine) -> None:
    town = outbox_city(engine, NOW)
    with sink() as there:
        channel = town.channel("webhook", webhook_config(there.port))
        off = town.channel("webhook", webhook_config(there.port), "off")
        town.put(channel, "fails", NOW)
        town.put(off, "waits", NOW)
        with writing(engine) as session:
            session.get_one(AlertChannel, off).enabled = False
        there.answers = [500] * 1000
        sender = town.sender()
        for passed in range(0, DAY_S + 1, 1800):
            with at(NOW + passed):
                await sent(sender)
    assert town.states() == ["given_up", "given_up"]
    errors = [row[0] for row in town.rows("SELECT error FROM outbox_message ORDER BY id")]
    assert errors == ["refused: 500 ok", "its channel was off for a day"]
    assert 20 < len(there.requests) < 35


async def test_outcome_that_the_database_refused_is_written_before_anything_is_sent_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*_: Any) -> None:
        raise OperationalError("UPDATE", {}, Exception("disk full"))

    town = outbox_city(engine, NOW)
    with at(NOW), mail_server() as mailbox:
        channel = town.channel("email", email_config(mailbox.port))
        for number in range(2):
            town.put(channel, f"message {number}", NOW)
        sender = town.sender()
        with monkeypatch.context() as broken:
            broken.setattr(sending, "record", refusing)
            for _ in range(3):
                await sent(sender)
        assert mailbox.subjects == ["message 0"]
        await sent(sender)
    assert mailbox.subjects == ["message 0", "message 1"]
    assert town.states() == ["sent", "sent"]


async def test_who_lost_the_lease_records_nothing_and_sends_no_more(engine: Engine) -> None:
    town = outbox_city(engine, NOW)
    with at(NOW + HOUR_S), mail_server() as mailbox:
        channel = town.channel("email", email_config(mailbox.port))
        town.put(channel, "message", NOW)
        with writing(engine) as session:
            assert take(session, "collector", "another", NOW + HOUR_S, 600)
        await sent(town.sender())
    assert (mailbox.subjects, town.states()) == ([], ["waiting"])


async def test_repetition_has_the_same_key_and_another_city_another(sqlite_engine: Engine) -> None:
    town = outbox_city(sqlite_engine, NOW)
    with at(NOW), sink() as there:
        town.put(town.channel("webhook", webhook_config(there.port)), "down", NOW)
        for settings in (SETTINGS, SETTINGS, replace(SETTINGS, public_url="https://other.example.go.id")):
            await sent(town.sender(settings))
            again(town)
    first, second, other = there.keys
    assert first == second != other


def again(town: OutboxCity) -> None:
    with writing(town.engine) as session:
        session.execute(text("UPDATE outbox_message SET state = 'waiting', sent_at = NULL"))


async def test_test_message_is_tried_at_once_and_once(engine: Engine) -> None:
    town = outbox_city(engine, NOW)
    with at(NOW), sink() as there:
        channel = town.channel("webhook", webhook_config(there.port))
        town.put(channel, "down", NOW)
        there.answers = [500, 500]
        sender = town.sender()
        await sent(sender)
        town.put(channel, "test", NOW, event="test")
        await sent(sender)
        assert town.states() == ["waiting", "given_up"]
        town.put(channel, "test", NOW, event="test")
        await sent(sender)  # the channel works again, so what failed is due at once
    assert town.states() == ["sent", "given_up", "sent"]


async def test_person_without_an_address_and_channel_that_cannot_be_opened(engine: Engine) -> None:
    town = outbox_city(engine, NOW)
    with at(NOW), mail_server() as mailbox:
        channel = town.channel("email", email_config(mailbox.port))
        budi = town.person("budi", "telegram", "1234")
        town.put(channel, "for budi", NOW, account_id=budi)
        await sent(town.sender())
        town.put(channel, "for all", NOW)
        with writing(engine) as session:
            session.get_one(AlertChannel, channel).config = b"\x01" + b"another key's bytes"
        await sent(town.sender())
    assert town.rows("SELECT state, error FROM outbox_message ORDER BY id") == [
        ("given_up", "the person has no address for this channel"),
        ("waiting", "its configuration was sealed with another key; enter it again"),
    ]


async def test_address_sealed_with_another_key_waits_until_it_is_entered_again(engine: Engine) -> None:
    town = outbox_city(engine, NOW)
    with at(NOW), mail_server() as mailbox:
        channel = town.channel("email", email_config(mailbox.port))
        budi = town.person("budi", "email", "budi@example.go.id")
        town.put(channel, "for budi", NOW, account_id=budi)
        with writing(engine) as session:
            session.execute(update(AccountContact).values(address=b"\x01another key's bytes"))
        await sent(town.sender())
        town.put(channel, "for all", NOW)
        await sent(town.sender())
    assert town.rows("SELECT state, error FROM outbox_message ORDER BY id") == [
        ("waiting", "the person's address was sealed with another key; enter it again"),
        ("sent", ""),
    ]


async def test_mistake_of_ours_is_logged_and_retried(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> str:
        raise KeyError("budi@example.go.id")

    town = outbox_city(sqlite_engine, NOW)
    monkeypatch.setattr(sending, "CHANNELS", {"email": replace(CHANNELS["email"], send=broken)})
    with at(NOW):
        town.put(town.channel("email", email_config(25)), "down", NOW)
        await sent(town.sender())
    assert town.rows("SELECT state, error FROM outbox_message") == [("waiting", "internal error: KeyError")]
    assert "channel 1 failed" in caplog.text


async def test_owners_read_once_that_a_channel_fails_and_once_that_it_works_again(engine: Engine) -> None:
    town = outbox_city(engine, NOW)
    with writing(engine) as session:
        session.add_all(
            [Account(name=name, role=role, created_at=0) for name, role in (("sari", "owner"), ("a", "viewer"))]
        )
    with sink() as there:
        channel = town.channel("webhook", webhook_config(there.port))
        town.put(channel, "message", NOW)
        sender = town.sender()
        for passed in range(0, 2 * HOUR_S, 60):
            there.answers = [500] if passed < HOUR_S else []
            with at(NOW + passed):
                await sent(sender)
    notices = town.rows(
        "SELECT event, account_id, state, body FROM outbox_message WHERE channel_id IS NULL ORDER BY id"
    )
    assert notices == [("channel", 1, "sent", "refused: 500 ok"), ("recovered", 1, "sent", "")]


def counts(town: OutboxCity) -> list[ChannelCounts]:
    with reading(town.engine) as session:
        return channel_counts(session, session.get_one(City, town.city_id))


async def test_what_waits_and_fails_is_shown_to_who_watches_the_service(engine: Engine) -> None:
    town = outbox_city(engine, NOW)
    with at(NOW), sink() as there:
        assert messages(counts(town), NOW).text == "no channel is set up"
        fails, waits = town.channel("webhook", webhook_config(there.port), "a"), town.channel("email", email_config(9))
        town.put(waits, "for the morning", NOW, next_at=NOW + DAY_S)
        assert messages(counts(town), NOW + DAY_S).level == "ok"
        late = messages(counts(town), NOW + DAY_S + HOUR_S)
        assert (late.level, "60 minutes late" in late.text) == ("warn", True)
        there.answers = [200, 500]
        for number in range(2):
            town.put(fails, f"message {number}", NOW)
        await sent(town.sender())
    fails_now, waits_now = counts(town)
    assert fails_now.due_at is not None
    assert fails_now.due_at > NOW
    assert fails_now == ChannelCounts("a", NOW, 1, 1, 0, fails_now.due_at)
    assert waits_now == ChannelCounts("email", None, 1, 0, 0, NOW + DAY_S)
    assert messages(counts(town), NOW).text == "1 channels fail (a), 2 messages wait"


async def test_answers_of_tries_are_forgotten_after_their_term(sqlite_engine: Engine) -> None:
    town = outbox_city(sqlite_engine, NOW)
    with at(NOW), mail_server() as mailbox:
        town.put(town.channel("email", email_config(mailbox.port)), "down", NOW)
        await sent(town.sender())
    with writing(sqlite_engine) as session:
        assert (forget_attempts(session, NOW), forget_attempts(session, NOW + 1)) == (0, 1)
    assert town.states() == ["sent"]
