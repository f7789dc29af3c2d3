"""Episodes from findings, figures of a preview, and which rules are refused."""

import pytest

from hotspot.analytics.alert_rules import KINDS
from hotspot.analytics.hysteresis import Stretch
from hotspot.analytics.rule_preview import Episode, Finding, Preview, by_day, episodes, refusal
from hotspot.analytics.rule_reading import Subject

DAY, ZONE = 86_400, "Asia/Jakarta"
A = 1_799_946_000  # a midnight in Jakarta
ONE, TWO = Subject("ap:1", "One"), Subject("ap:2", "Two")


def finding(subject: Subject, said: int, ended: int | None) -> Finding:
    return Finding(subject, Stretch(said - 60, said, ended))


def test_what_overlaps_or_comes_back_at_once_is_one_incident() -> None:
    found = [finding(ONE, A, A + 100), finding(TWO, A + 90, A + 500), finding(ONE, A + 2200, A + 2300)]
    assert episodes(found, A, A + DAY) == [Episode(A - 60, A, A + 2300, (ONE, TWO))]
    late = finding(ONE, A + 500 + 1800, None)
    assert [one.said for one in episodes([*found[:2], late], A, A + DAY)] == [A + 2300, A]
    assert [one.said for one in episodes(found, A, A + DAY, apart=True)] == [A + 2200, A + 90, A]


def test_what_was_told_before_the_window_is_no_part_of_it_and_what_is_open_swallows_the_rest() -> None:
    found = [finding(ONE, A - 10, None), finding(TWO, A + 90, A + 500)]
    assert episodes(found, A, A + DAY) == []
    assert [one.ended for one in episodes(found, A - 20, A + DAY)] == [None]


def test_days_say_how_often_and_what_went_on() -> None:
    told = episodes([finding(ONE, A + 5, A + DAY + 5), finding(TWO, A + DAY // 2, A + DAY)], A, A + 3 * DAY, apart=True)
    strip = by_day(ZONE, told, A, A + 3 * DAY)
    assert [(one.spoken, one.lasting) for one in strip] == [(2, True), (0, True), (0, False)]
    preview = Preview(A, A + 3 * DAY, True, tuple(told), tuple(strip), 0, 9)
    assert preview.longest == told[1]
    assert preview.busiest == strip[0]
    assert Preview(A, A + DAY, True, (), tuple(strip), 0, 9).busiest is None


@pytest.mark.parametrize(
    ("kind", "now", "total", "spoken", "days", "reason"),
    [
        ("capacity", 5, 10, 0, 30, ""),
        ("capacity", 6, 10, 0, 30, "it fires for 6 of the 10"),
        ("capacity", 10, 10, 0, 30, "it fires for everything that it watches (10)"),
        ("capacity", 3, 3, 0, 30, ""),  # so few may all be found
        ("capacity", None, 10, 0, 30, ""),
        ("capacity", 0, 10, 300, 30, ""),
        ("capacity", 0, 10, 301, 30, "it would have spoken 301 times in 30 days, more than 10 a day"),
        ("capacity", 0, 10, 90, 2, ""),  # two days are no average
        ("outage", None, 0, 1500, 30, ""),
        ("outage", None, 0, 1501, 30, "more than 50 a day"),
    ],
)
def test_a_rule_that_fires_for_most_or_speaks_all_day_is_refused(
    kind: str, now: int | None, total: int, spoken: int, days: int, reason: str
) -> None:
    told = (Episode(A, A, A, (ONE,)),) * spoken
    preview = Preview(A, A, True, told, tuple(by_day(ZONE, (), A, A + days * DAY)), now, total)
    said = refusal(preview, KINDS[kind])
    assert (reason in str(said)) if reason else said is None
