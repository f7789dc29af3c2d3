"""What became of the messages of world_told.py: one channel that failed and gave up, one that works, tests of both."""

from sqlalchemy import Engine, select

from hotspot.alerts.channels import CHANNELS
from hotspot.store.alerts.channels import add_channel, ask_for_test
from hotspot.store.alerts.outbox import WAITING, Outcome, record
from hotspot.store.base import writing
from hotspot.store.models import City, OutboxMessage
from tests.hotspot.web.world import ADMIN, World

REFUSED = "the server can't be used: nobody listens at its port"


def add_sent(engine: Engine, world: World, key: bytes) -> None:
    """Channel 1 is the e-mail that fails; 2 a webhook that works."""
    now = world.now
    with writing(engine) as session:
        city = session.get_one(City, world.city)
        config = {"url": "https://pusat.example.go.id/hotspot", "secret": "a secret between two systems"}
        made = {"kind": "webhook", "name": "Pusat komando", "config": config, "hint": CHANNELS["webhook"].hint(config)}
        hook = add_channel(session, key, city, now=now, actor=ADMIN, **made)  # type: ignore[arg-type]
        words = {"subject": "Pesan uji", "body": "Tidak ada apa-apa."}
        waiting = select(OutboxMessage.id).where(OutboxMessage.channel_id == 1, OutboxMessage.state == WAITING)
        for message_id in session.scalars(waiting).all():
            for ago_s in (300, 180):
                tried = Outcome(message_id, 1, now - ago_s, 5, ok=False, answer=REFUSED, retry=True, sick=True)
                record(session, tried)
        for channel_id, ok, answer in ((1, False, REFUSED), (hook, True, "200 ok")):
            tested = ask_for_test(session, city, channel_id, account_id=None, now=now - 60, actor=ADMIN, **words)
            record(session, Outcome(tested, channel_id, now - 58, 31, ok=ok, answer=answer, retry=not ok, sick=not ok))
