"""The invented reports and ratings: the same at every run, sensible, and some that wait."""

from datetime import date

from hotspot.analytics.citizens import KINDS, STARS, comment_of
from hotspot.demo.citizens import WORDS, ratings, reports

IDS, NOW, TODAY = list(range(1, 400)), 1_795_244_400, date(2026, 11, 21)


def test_reports_are_the_same_at_every_run_and_sensible() -> None:
    rows = reports(IDS, NOW)
    assert rows == reports(IDS, NOW)
    assert {row["kind"] for row in rows} <= set(KINDS)
    assert 5 <= sum(row["state"] == "new" for row in rows) <= 40
    assert all(str(row["at"]) <= str(NOW) and (row["closed_at"] is None) == (row["state"] == "new") for row in rows)
    assert reports([], NOW) == []


def test_ratings_have_one_row_a_day_and_star() -> None:
    rows = ratings(IDS, TODAY)
    keys = [(row["point_id"], row["day"], row["stars"]) for row in rows]
    assert len(keys) == len(set(keys))
    assert {row["stars"] for row in rows} == set(STARS)


def test_the_words_are_such_as_would_be_kept() -> None:
    assert [comment_of(words) for words in WORDS] == list(WORDS)
