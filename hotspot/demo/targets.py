"""The targets of the demonstration: the city's own story moved to these years, parts of it, and one that was a mistake;
and the steps by which points came to be installed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from sqlalchemy import insert
from sqlalchemy.orm import Session

from hotspot.analytics.goal_row import Wanted
from hotspot.analytics.inventory import PRE_BUILT
from hotspot.demo.chance import dice
from hotspot.demo.names import FUNDS
from hotspot.demo.places import Place
from hotspot.store.goal_edit import add_goal, withdraw_goal
from hotspot.store.models import City, LifecycleChange

ACTOR = "demonstration"
WAYS = {"proposed": 140, "planned": 120, "surveyed": 90, "funded": 110}  # usual days in each stage
SPREAD = 0.55  # of the logarithm of those days


def set_targets(session: Session, city: City, made: Sequence[Place], today: date, now: int) -> None:
    """750 in two years, 250 more in the third, lowered to 875, stretched to 1,075, then 3,000."""
    first = date(today.year - 3, today.month, 1)
    second, third = first.replace(year=first.year + 2), first.replace(year=first.year + 3)
    stretched, end = (today - timedelta(days=150)).replace(day=1), date(today.year + 1, 12, 31)
    one_day = timedelta(days=1)
    versions = [
        Wanted(750, True, first, second - one_day, "Rencana kota (contoh)", since=first),
        Wanted(250, False, second, third - one_day, "Tambahan 250 titik (contoh)", since=second - timedelta(days=30)),
        Wanted(875, True, second, third - one_day, "Perubahan anggaran (contoh)", since=second + timedelta(days=120)),
        Wanted(1075, True, stretched, end, "Target digeser (contoh)", since=stretched),
        Wanted(3000, True, end + one_day, date(today.year + 5, 12, 31), "Rancangan RPJMD (contoh)", since=today),
        *parts(made, stretched, end),
    ]
    for version in versions:
        add_goal(session, city.id, version, today=today, now=now, actor=ACTOR)
    mistake = replace(versions[3], quantity=10_750, source="Salah ketik (contoh)")
    goal = add_goal(session, city.id, mistake, today=today, now=now, actor=ACTOR)
    withdraw_goal(session, city.id, goal.id, now=now, actor=ACTOR)


def parts(made: Sequence[Place], first: date, last: date) -> Iterator[Wanted]:
    """Of a kecamatan, a kind of venue and a fund: all that is on its way there, in time."""
    district = made[0].village.parent_code
    sizes = {
        "area": (district, sum(place.village.parent_code == district for place in made)),
        "venue": ("mosque", sum(place.kind == "mosque" for place in made)),
        "fund": (fund := list(FUNDS)[1], sum(place.fund == fund for place in made)),
    }
    for scope, (key, quantity) in sizes.items():
        whole = Wanted(quantity, True, first, last, "Bagian target (contoh)", since=first)
        yield replace(whole, **{scope: key})  # type: ignore[arg-type]


def date_ways(session: Session, ids: Mapping[str, int], made: Iterable[Place]) -> None:
    """Each point went through the stages before the one at which it stands, or was installed."""
    random = dice("ways")
    rows = [
        {"point_id": ids[place.code], "stage": stage, "since": since, "recorded_at": 0, "actor": ACTOR}
        for place in made
        for stage, since in way(place, random)
    ]
    session.execute(insert(LifecycleChange), rows)


def way(place: Place, random: Random) -> Iterator[tuple[str, date]]:
    """From the last stage back to the first; not every point was proposed by somebody or surveyed."""
    stages = [stage for stage in WAYS if stage in ("planned", "funded") or random.random() < 0.7]
    if place.stage in PRE_BUILT:
        stages = [stage for stage in stages if list(WAYS).index(stage) < list(WAYS).index(place.stage)]
    at = place.installed_on or place.since
    for stage in reversed(stages):
        at -= timedelta(days=max(1, round(WAYS[stage] * random.lognormvariate(0, SPREAD))))
        yield stage, at
