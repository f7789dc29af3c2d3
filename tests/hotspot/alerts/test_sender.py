"""What waits in the outbox leaves: at least once, in order, each channel by itself."""

import time_machine
from sqlalchemy import Engine

from tests.hotspot.alerts.mail_server import mail_server
from tests.hotspot.alerts.outbox_city import email_config, outbox_city, sent

NOW = 1_795_244_400


async def test_message_arrives_once_and_is_on_record(engine: Engine) -> None:
    town = outbox_city(engine, NOW)
    with time_machine.travel(NOW, tick=False), mail_server() as mailbox:
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
