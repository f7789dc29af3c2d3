"""From what happens to what lies in a mailbox: dispatch, outbox, sender and a real SMTP server."""

import time_machine
from sqlalchemy import Engine

from hotspot.store.base import writing
from hotspot.store.lease import take
from tests.hotspot.alerts.mail_server import mail_server
from tests.hotspot.alerts.outbox_city import OutboxCity, email_config, sent
from tests.hotspot.alerts.told_city import NOON, ToldCity, build


def out_of(city: ToldCity) -> OutboxCity:
    """Its outbox, with a collector that lets messages leave for a day."""
    with writing(city.engine) as session:
        fence = take(session, "collector", "test", NOON, 86_400)
    assert fence
    return OutboxCity(city.engine, city.city, fence)


async def test_beginning_end_and_digest_arrive_with_the_page_to_look_at(engine: Engine) -> None:
    city = build(engine)
    town = out_of(city)
    with mail_server() as mailbox:
        channel = town.channel("email", email_config(mailbox.port), name="mail")
        ani = town.person("ani", "email", "ani@example.go.id")
        budi = town.person("budi", "email", "budi@example.go.id")
        city.route("at once", channel_id=channel, account_id=ani, role=None)
        city.route("collected", channel_id=channel, account_id=budi, role=None, digest_min=5)
        first = city.incident("First")
        city.incident("Second")
        city.look()
        sender = town.sender()
        for minutes, ends in ((0, True), (6, False)):
            city.later(minutes)
            with time_machine.travel(city.now, tick=False):
                await sent(sender)
            if ends:
                city.later(4)
                city.happens(first, "recovered")
                city.look()
        await sender.stop()
    came = [
        (to[0].partition("@")[0], letter.get_content().split()[-1].partition("8080")[2], str(letter["Subject"]))
        for to, letter in zip(mailbox.recipients, mailbox.letters, strict=True)
    ]
    assert sorted((who, page) for who, page, _ in came) == [
        ("ani", f"/incidents/{first}"), ("ani", f"/incidents/{first}"), ("ani", f"/incidents/{first + 1}"),
        ("budi", "/incidents"),
    ]  # fmt: skip
    assert [subject for who, _, subject in came if who == "budi"] == [
        "2 incidents, 1 still open: Second: one access point down"
    ]
