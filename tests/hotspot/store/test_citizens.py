"""Reports and ratings of visitors, on both engines: bounds, merging, forgetting, the inbox; many at once on SQLite."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from hotspot.analytics import citizens as rules
from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_row import RejectedError
from hotspot.store import citizen_reports, citizens
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.citizen_reports import ReportFilter, close, inbox, of_point, reopen, see, waiting
from hotspot.store.citizens import TooManyError, voice
from hotspot.store.migrate import migrate
from hotspot.store.models import AuditEntry, City, FaultReport, Point, PublicCount, Rating
from tests.hotspot.small_city import build

KEY, NOW = b"k" * 32, 1_795_244_400
HOME, OTHER = "192.0.2.10", "192.0.2.11"


@pytest.fixture
def town(engine: Engine) -> Iterator[tuple[Engine, City, list[int]]]:
    migrate(engine)
    build(engine)
    with reading(engine) as session:
        city = session.scalars(select(City)).one()
        yield engine, city, list(session.scalars(select(Point.id).order_by(Point.id)))


Town = tuple[Engine, City, list[int]]


def say(town: Town, kind: str = "no_signal", words: str = "", who: str = HOME, at: int = NOW, point: int = 0) -> None:
    engine, city, points = town
    with writing(engine) as session:
        citizens.report(session, KEY, city, points[point], kind, words, who, at)


def rate(town: Town, stars: int, who: str = HOME, at: int = NOW) -> None:
    with writing(town[0]) as session:
        citizens.rate(session, KEY, town[1], town[2][0], stars, who, at)


def rows(town: Town) -> list[tuple[str, int, str]]:
    with reading(town[0]) as session:
        found = session.scalars(select(FaultReport).order_by(FaultReport.id))
        return [(row.kind, row.n, row.comment) for row in found]


def test_people_who_say_the_same_within_an_hour_are_counted_in_one_row(town: Town) -> None:
    for last in range(7):
        say(town, who=f"192.0.2.{last}", at=NOW + last * 60)
    say(town, who="192.0.2.99", at=NOW + 3601)
    say(town, kind="slow", who="192.0.2.98")
    assert rows(town) == [("no_signal", 7, ""), ("no_signal", 1, ""), ("slow", 1, "")]


def test_who_says_it_again_is_counted_once_and_may_add_words(town: Town) -> None:
    for _ in range(3):
        say(town)
    say(town, words="Sejak <b>pagi</b>, hubungi 0812 3456 7890")
    assert rows(town) == [("no_signal", 1, ""), ("no_signal", 0, f"Sejak <b>pagi</b>, hubungi {rules.HIDDEN}")]
    with reading(town[0]) as session:
        assert voice(session, town[1], town[2][0], NOW).today == 1


def test_a_source_is_held_to_its_bound_and_nothing_of_the_refused_stays(town: Town) -> None:
    for n in range(rules.REPORTS_OF_SOURCE_HERE):
        say(town, words=f"kata {n}")
    before = counted(town)
    with pytest.raises(TooManyError) as refused:
        say(town, words="lagi")
    assert refused.value.of == "source here"
    assert counted(town) == before
    assert len(rows(town)) == rules.REPORTS_OF_SOURCE_HERE
    say(town, words="orang lain", who=OTHER)


def counted(town: Town) -> int:
    with reading(town[0]) as session:
        return int(session.scalar(select(func.sum(PublicCount.n))) or 0)


@pytest.mark.parametrize(
    ("bound", "of"), [("REPORTS_OF_SOURCE", "source"), ("REPORTS_OF_POINT", "point"), ("REPORTS_OF_CITY", "city")]
)
def test_each_wider_bound_holds_too(town: Town, monkeypatch: pytest.MonkeyPatch, bound: str, of: str) -> None:
    monkeypatch.setattr(rules, bound, 2)
    senders = (HOME, HOME) if of == "source" else (HOME, OTHER)
    for point, who in enumerate(senders):
        say(town, who=who, point=0 if of == "point" else point)
    with pytest.raises(TooManyError) as refused:
        say(town, kind="slow", who=HOME if of == "source" else "198.51.100.7")
    assert refused.value.of == of
    if of != "source":
        say(town, who="198.51.100.8", at=NOW + 3600)  # the next hour has room again


def test_one_rating_a_day_counts_for_a_source(town: Town) -> None:
    rate(town, 5)
    with pytest.raises(TooManyError):
        rate(town, 1)
    rate(town, 4, who=OTHER)
    rate(town, 1, at=NOW + 86400)
    with reading(town[0]) as session:
        assert voice(session, town[1], town[2][0], NOW + 86400).by_stars == (1, 0, 0, 1, 1)


@pytest.mark.parametrize("nonsense", ["x", "fire", "no_signal'"])
def test_a_kind_that_is_none_is_not_taken_in(town: Town, nonsense: str) -> None:
    with pytest.raises(ValueError, match=nonsense):
        say(town, kind=nonsense)
    with pytest.raises(ValueError, match="6"):
        rate(town, 6)
    assert rows(town) == []


def test_a_source_is_a_network_today_and_nothing_tomorrow(town: Town) -> None:
    engine, city, _ = town
    today = day_of(city.time_zone, NOW)

    def source(address: str, day: int = 0) -> str:
        with writing(engine) as session:
            return citizens.source_of(session, KEY, address, today + timedelta(days=day))

    assert source("2001:db8:1:2::5") == source("2001:db8:1:2:ffff::9") != source("2001:db8:1:3::5")
    assert source("192.0.2.1") == source("::ffff:192.0.2.1") != source("192.0.2.2")
    assert "192.0.2.1" not in source("192.0.2.1")
    first = source("192.0.2.1")
    assert source("192.0.2.1", day=1) != first
    assert source("192.0.2.1") != first  # even on that day again: its secret is gone


def test_the_counts_of_a_day_go_with_its_secret(town: Town) -> None:
    engine, city, _ = town
    say(town)
    say(town, at=NOW + 86400)
    with reading(engine) as session:
        days = set(session.scalars(select(PublicCount.day)))
    assert days == {day_of(city.time_zone, NOW + 86400)}


def test_the_inbox_groups_by_point_and_puts_the_newest_first(town: Town) -> None:
    engine, city, _ = town
    say(town, at=NOW - 7200)
    say(town, kind="slow", words="lambat", who=OTHER, at=NOW - 60, point=1)
    with reading(engine) as session:
        found = inbox(session, city, ReportFilter(), now=NOW)
        assert [(group.people, len(group.reports)) for group in found.groups] == [(1, 1), (1, 1)]
        assert found.groups[0].reports[0].comment == "lambat"
        narrow = inbox(session, city, ReportFilter(kind="no_signal"), now=NOW)
        assert [group.last for group in narrow.groups] == [NOW - 7200]
        assert inbox(session, city, ReportFilter(area="36.74.09"), now=NOW).groups == []
        assert of_point(session, town[2][1]) == (1, NOW - 60)
        told = waiting(session, city, NOW)
        assert told is not None
        assert (told.people, told.points) == (2, 2)


def test_closing_takes_a_note_and_can_be_taken_back(town: Town) -> None:
    engine, city, _ = town
    say(town)
    say(town, kind="slow")
    with reading(engine) as session:
        ids = list(session.scalars(select(FaultReport.id)))
    with writing(engine) as session:
        assert see(session, city, ids[:1], now=NOW, actor="admin") == 1
        assert close(session, city, ids, "Antena diganti", now=NOW, actor="admin") == 2
        assert close(session, city, ids, "", now=NOW + 1, actor="other") == 0  # the first closed them
    with reading(engine) as session:
        assert waiting(session, city, NOW) is None
        assert inbox(session, city, ReportFilter(), now=NOW).total == 0
        (group,) = inbox(session, city, ReportFilter("closed"), now=NOW).groups
        assert group.reports[0].closed_note == "Antena diganti"
        assert session.scalars(select(AuditEntry.action)).all() == ["see", "close"]
    with writing(engine) as session:
        assert reopen(session, city, NOW, now=NOW + 5, actor="other") == 0  # not theirs
        assert reopen(session, city, NOW, now=NOW + 5, actor="admin") == 2
    with reading(engine) as session:
        assert {report.state for report in inbox(session, city, ReportFilter(), now=NOW).groups[0].reports} == {"seen"}


def test_a_note_has_a_bound(town: Town) -> None:
    with writing(town[0]) as session, pytest.raises(RejectedError):
        close(session, town[1], [1], "x" * (citizen_reports.LONGEST_NOTE + 1), now=NOW, actor="admin")


def test_many_at_once_lose_and_double_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'many.sqlite'}")
    migrate(engine)
    build(engine)
    with reading(engine) as session:
        city = session.scalars(select(City)).one()
        points = list(session.scalars(select(Point.id).order_by(Point.id)))
    many: Town = (engine, city, points)

    def send(n: int) -> None:
        say(many, who=f"198.51.{n % 2}.{n % 25}")  # 50 sources, each four times
        if n < 50:
            rate(many, n % 5 + 1, who=f"203.0.113.{n}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(200)))
    assert rows(many) == [("no_signal", 50, "")]
    monkeypatch.setattr(rules, "REPORTS_OF_POINT", 30)

    def is_taken(n: int) -> bool:
        try:
            say(many, kind="slow", who=f"10.0.0.{n}", point=1)
        except TooManyError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(is_taken, range(80))) == 30
    assert rows(many)[1:] == [("slow", 30, "")]
    with reading(engine) as session:
        assert [int(n) for n in session.scalars(select(Rating.n).order_by(Rating.stars))] == [10] * 5
    engine.dispose()
