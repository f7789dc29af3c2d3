"""A collector that is killed between sending a message and marking it as sent loses none; the second copy has the key
of the first."""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from threading import Timer

from sqlalchemy import Engine

from hotspot import clock
from tests.faults.long import saved, times
from tests.hotspot.alerts.mail_server import mail_server
from tests.hotspot.alerts.outbox_city import SETTINGS, email_config, outbox_city
from tests.hotspot.alerts.sink import sink
from tests.hotspot.polled_city import until

KILLS = times(2, 50)
LATEST_S = 0.03  # after the answer: by then the message is marked as sent, more often than not


def killing(process: subprocess.Popen[bytes], chance: random.Random) -> Callable[[], object]:
    """Every second time before the other side has answered, otherwise a moment after."""

    def kill() -> None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)

    def arrived() -> None:
        if chance.random() < 0.5:
            kill()
        else:
            Timer(chance.random() * LATEST_S, kill).start()

    return arrived


def start(engine: Engine) -> subprocess.Popen[bytes]:
    url = engine.url.render_as_string(hide_password=False)
    return subprocess.Popen([sys.executable, "-m", "tests.faults.sending", url], stdin=subprocess.DEVNULL)


def test_kill_between_sending_and_committing_loses_no_message(engine: Engine) -> None:
    town, chance = outbox_city(engine, clock.now() - 600), random.Random(7)
    with mail_server() as mailbox, sink() as hook:
        mail = town.channel("email", email_config(mailbox.port))
        web = town.channel("webhook", {"url": f"http://127.0.0.1:{hook.port}/", "secret": SETTINGS.secret_key})
        for number in range(KILLS):
            town.put(mail, f"letter {number}", clock.now())
            town.put(web, f"call {number}", clock.now())
            process = start(engine)
            mailbox.arrived = hook.arrived = killing(process, chance)
            process.wait(60)
        mailbox.arrived = hook.arrived = lambda: None
        process = start(engine)
        until(lambda: set(town.states()) == {"sent"})
        process.kill()
        process.wait()
    letters = Counter((str(letter["Message-ID"]), str(letter["Subject"])) for letter in mailbox.letters)
    calls = Counter((key, request.body) for key, request in zip(hook.keys, hook.requests, strict=True))
    for arrived in (letters, calls):
        assert len(arrived) == len({key for key, _ in arrived}) == KILLS  # one content a key, one key a message
    assert {subject for _, subject in letters} == {f"letter {number}" for number in range(KILLS)}
    again = sum(letters.values()) + sum(calls.values()) - 2 * KILLS
    database = engine.dialect.name
    saved("sender killed", database=database, kills=KILLS, messages=2 * KILLS, lost=0, sent_again=again, other_keys=0)
