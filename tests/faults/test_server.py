"""What must hold when the database server is restarted in mid-cycle."""

import os
import pwd
import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from tests.conftest import POSTGRES_BIN
from tests.faults.conftest import DEVICES, INTERVAL_S, Town
from tests.faults.long import saved, times
from tests.hotspot.polled_city import until

RESTARTS = times(2, 20)


def restart(engine: Engine, how: str) -> None:
    """As an operator, or a crash (`immediate`), would."""
    assert POSTGRES_BIN
    folder = Path(str(engine.url.query["host"]))
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    command = [POSTGRES_BIN / "pg_ctl", "-D", folder / "data", "-w", "-m", how, "-o", options, "restart"]
    owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    ids = {"user": owner.pw_uid, "group": owner.pw_gid} if owner else {}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **ids)  # type: ignore[call-overload]
    engine.dispose()


def test_polls_outlast_restarts_of_the_server(postgres_engine: Engine, build: Callable[[Engine], Town]) -> None:
    town = build(postgres_engine)
    town.start()
    first = until(town.newest_slot) + INTERVAL_S
    chance = random.Random(3)
    for number in range(RESTARTS):
        reached = town.newest_slot()
        until(lambda reached=reached: town.newest_slot() > reached)  # type: ignore[misc]
        time.sleep(chance.random() * INTERVAL_S)  # to be restarted at any moment of a cycle
        restart(postgres_engine, "immediate" if number % 2 else "fast")
    reached = town.newest_slot()
    until(lambda: town.newest_slot() > reached + 2 * INTERVAL_S)
    last = town.newest_slot() - INTERVAL_S
    per_cycle = "SELECT count(*) FROM poll_hot WHERE slot >= :a AND slot < :b GROUP BY slot / :s"
    counts = [row[0] for row in town.rows(per_cycle, a=first, b=last, s=INTERVAL_S)]
    assert counts == [DEVICES] * ((last - first) // INTERVAL_S)
    assert town.rows("SELECT * FROM status_span WHERE state <> 1") == []
    assert town.started[0].poll() is None
    saved("server restarted", restarts=RESTARTS, cycles=len(counts), polls=sum(counts), lost=0, false_outages=0)
