"""What people are told when things go wrong: `python -m bench.alerts [access points]`; saves results/alerts*.json.

Disasters replayed on a clock of their own through the real recorder and the real watch, with the rules and routes that
a new city has; every figure is of the messages to one person.
"""

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from bench.virtual_city import INTERVAL_S, Message, VirtualCity
from hotspot.store.base import make_engine, writing
from hotspot.store.migrate import migrate

RESULTS = Path(__file__).parent / "results"
MOST_REPLAYED = 5000  # access points; of more only the looks are measured
MINUTE_S = 60
WARM_S = 2 * MINUTE_S
LOSS, LOSSY_CYCLES, TRIES = 0.3, 200, 4


def down(city: VirtualCity, gone: frozenset[int], seconds: int) -> None:
    """These are silent for so long, and then answer again; what follows is waited for."""
    city.run(WARM_S)
    city.run(seconds, answers=lambda ap_id, _: ap_id not in gone)
    city.run(5 * MINUTE_S, answers=lambda _, __: True)


def uplink(city: VirtualCity) -> None:
    """The whole city for ten minutes, while the collector's own network works."""
    down(city, frozenset(city.ids), 10 * MINUTE_S)


def own_uplink(city: VirtualCity) -> None:
    """The same to the eye, but it is the collector's own network that fails."""
    city.run(WARM_S)
    city.trusted = False
    city.run(10 * MINUTE_S, answers=lambda _, __: False)
    city.trusted = True
    city.run(5 * MINUTE_S, answers=lambda _, __: True)


def fibre(city: VirtualCity) -> None:
    """All that hangs on one fibre, for ten minutes."""
    down(city, city.of_fibre(2), 10 * MINUTE_S)


def power(city: VirtualCity) -> None:
    """A few points of a kelurahan and all of the next, in two minutes; back one after the other."""
    power_area = sorted(city.of_area(3))
    gone = sorted(city.of_area(4))[: len(power_area) // 13] + power_area
    fails = {ap_id: place * 120 // len(gone) for place, ap_id in enumerate(gone)}
    city.run(WARM_S)
    begin, end = city.now, city.now + 10 * MINUTE_S

    def answers(ap_id: int, at: int) -> bool:
        return ap_id not in fails or not begin + fails[ap_id] <= at < end + 3 * fails[ap_id]

    city.run(23 * MINUTE_S, answers=answers)


def flapping(city: VirtualCity) -> None:
    """One device, two minutes up and two down for twenty; then it stays."""
    city.run(WARM_S)
    begin, end = city.now, city.now + 20 * MINUTE_S
    city.run(55 * MINUTE_S, answers=lambda ap_id, at: ap_id != 7 or at >= end or (at - begin) % 240 >= 120)


def slow_flapping(city: VirtualCity) -> None:
    """One device, five minutes up and five down for two hours; then it stays."""
    city.run(WARM_S)
    begin, end = city.now, city.now + 120 * MINUTE_S
    city.run(170 * MINUTE_S, answers=lambda ap_id, at: ap_id != 7 or at >= end or (at - begin) % 600 >= 300)


def restart(city: VirtualCity) -> None:
    """A point is down, and the collector away for ten minutes, three times."""
    city.run(WARM_S)
    for _ in range(3):
        city.run(6 * MINUTE_S, answers=lambda ap_id, _: ap_id != 7)
        city.sleep(10 * MINUTE_S)
    city.run(5 * MINUTE_S, answers=lambda _, __: True)


def loss(city: VirtualCity) -> None:
    """Of all packets three in ten are lost, both ways counted together; a poll tries four times."""
    chance = random.Random(7)
    city.run(LOSSY_CYCLES * INTERVAL_S, answers=lambda _, __: chance.random() >= LOSS**TRIES)


Disaster = Callable[[VirtualCity], None]
DISASTERS: dict[str, Disaster] = {
    "city uplink cut": uplink,
    "collector's own uplink cut": own_uplink,
    "one fibre with 40 points": fibre,
    "power area": power,
    "flapping device": flapping,
    "slowly flapping device": slow_flapping,
    "collector away three times": restart,
    "30 % loss, 200 cycles": loss,
}


def replay(city: VirtualCity, disaster: Disaster) -> list[Message]:
    disaster(city)
    return city.messages()


def delays(city: VirtualCity, outages: int) -> list[int]:
    """Seconds from the first poll that was missed to the message, of single outages a minute apart."""
    chance = random.Random(11)
    city.run(WARM_S)
    chosen = chance.sample(list(city.ids), outages)
    begins = {ap_id: city.now + place * 60 + chance.randrange(60) for place, ap_id in enumerate(chosen)}
    missed: dict[int, int] = {}

    def answers(ap_id: int, at: int) -> bool:
        if ap_id not in begins or not begins[ap_id] <= at < begins[ap_id] + 600:
            return True
        missed.setdefault(ap_id, at)
        return False

    city.run(60 * outages + 600, answers=answers)
    query = """SELECT member.ap_id, MIN(message.created_at) FROM outbox_message message
        JOIN incident_member member ON member.incident_id = message.incident_id GROUP BY member.ap_id"""
    with writing(city.engine) as session:
        return [at - missed[ap_id] for ap_id, at in session.execute(text(query)) if ap_id in missed]


def set_least_minutes(engine: Engine, minutes: int) -> None:
    with writing(engine) as session:
        params = json.dumps({"least_minutes": minutes, "least_points": 1})
        session.execute(text("UPDATE alert_rule SET params = :params WHERE name = 'Outages'"), {"params": params})


def looks(city: VirtualCity, times: int = 20) -> float:
    """Milliseconds of a look, the median."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        city.watch()
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)


@contextmanager
def database() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'bench.sqlite'}")
        migrate(engine)
        yield engine
        engine.dispose()


def percentile(values: list[int], share: float) -> int:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def delay_figures(aps: int, minutes: int, outages: int) -> dict[str, object]:
    with database() as engine:
        city = VirtualCity(engine, aps=aps)
        city.watch()  # makes the rules
        set_least_minutes(engine, minutes)
        found = delays(city, outages)
    return {
        "rule: down for at least, minutes": minutes, "outages": outages, "told": len(found),
        "median_s": statistics.median(found), "p99_s": percentile(found, 0.99), "longest_s": max(found),
    }  # fmt: skip


def look_figures(aps: int) -> dict[str, float]:
    """Milliseconds of a look when nothing is wrong, while an outage waits to be told, and with 40 that were told."""
    with database() as engine:
        city = VirtualCity(engine, aps=aps)
        city.run(WARM_S)
        idle = looks(city)
        gone = city.of_fibre(2)
        city.run(100, answers=lambda ap_id, _: ap_id not in gone)
        waiting = looks(city)
        city.run(4 * MINUTE_S)
        told = looks(city)
    return {"idle_ms": round(idle, 1), "while_40_wait_ms": round(waiting, 1), "while_40_are_down_ms": round(told, 1)}


def main() -> None:
    aps = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    found: dict[str, object] = {"access_points": aps, "interval_s": INTERVAL_S, "look": look_figures(aps)}
    print(found, flush=True)
    if aps <= MOST_REPLAYED:
        found |= {"messages": dict(told(aps)), "first missed poll to message": [*told_after(aps)]}
    path = RESULTS / ("alerts.json" if aps == 1000 else f"alerts-{aps}.json")
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")


def told(aps: int) -> Iterator[tuple[str, list[str]]]:
    for name, disaster in DISASTERS.items():
        with database() as engine:
            messages = replay(VirtualCity(engine, aps=aps), disaster)
        print(f"{name}: {len(messages)}", flush=True)
        yield name, [f"{one.event}: {one.kind} of {one.shared}, {one.members} members" for one in messages]


def told_after(aps: int) -> Iterator[dict[str, object]]:
    for minutes in (0, 3):
        figures = delay_figures(aps, minutes, 100)
        print(figures, flush=True)
        yield figures


if __name__ == "__main__":
    main()
