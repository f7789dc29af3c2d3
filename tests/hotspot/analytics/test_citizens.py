"""The bounds of what visitors say: comments, the Wilson interval, contradiction, other sites."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.citizens import (
    HIDDEN,
    LEAST_SHOWN,
    LONGEST_COMMENT,
    comment_of,
    contradicts,
    happy_share,
    is_foreign,
    wilson,
)

OWN = ("https://wifi.example.id", "http://10.0.0.5:8000")


@given(st.text(max_size=2_000))
def test_a_comment_is_short_on_one_line_and_without_controls(text: str) -> None:
    kept = comment_of(text)
    assert len(kept) <= LONGEST_COMMENT
    assert all(unicodedata.category(letter)[0] != "C" for letter in kept)
    assert kept == " ".join(kept.split())


@given(st.text(max_size=60), st.integers(10**6, 10**16), st.text(alphabet=" .-()/,", min_size=1, max_size=2))
def test_no_long_number_is_kept_however_it_is_parted(text: str, number: int, between: str) -> None:
    kept = comment_of(f"{text} {between.join(str(number))}")
    assert not re.search(r"\d{7}", re.sub(r"[\s().,/_-]", "", kept.rpartition(" ")[2]))


@pytest.mark.parametrize(
    "private",
    [
        "0812-3456-7890", "+62 812 3456 7890", "(021) 7566 1234", "3674061234567890", "budi@example.com", "@budi_88",
        "https://jahat.example/x?y=1", "www.example.org/a", "HTTP://X.Y", "wa.me/62812", "０８１２３４５６７８９",
    ],
)  # fmt: skip
def test_what_tells_who_wrote_it_is_taken_out(private: str) -> None:
    assert comment_of(f"Mati sejak pagi {private} tolong") == f"Mati sejak pagi {HIDDEN} tolong"


@pytest.mark.parametrize("plain", ["Mati sejak jam 7.30", "RT 05/RW 12 lantai 2", "Rp 5.000 saja", "sinyal 2 dari 5"])
def test_words_of_everyday_stay(plain: str) -> None:
    assert comment_of(plain) == plain


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)  # the last is Newcombe 1998, table I
def test_wilson_is_that_of_the_literature(hits: int, n: int, low: float, high: float) -> None:
    interval = wilson(hits, n)
    assert interval == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_wilson_stays_within_0_and_1_around_the_share(a: int, b: int) -> None:
    interval = wilson(min(a, b), max(a, b))
    if max(a, b) == 0:
        assert interval is None
    else:
        assert interval is not None
        assert 0 <= interval[0] <= min(a, b) / max(a, b) + 1e-9
        assert interval[0] <= interval[1] <= 1


def test_more_hits_than_ratings_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)


@given(st.lists(st.integers(0, 50), min_size=5, max_size=5))
def test_a_rating_is_shown_with_its_number_or_not_at_all(by_stars: list[int]) -> None:
    shown = happy_share(by_stars)
    assert (shown is None) == (sum(by_stars) < LEAST_SHOWN)
    if shown:
        n, share, (low, high) = shown
        assert n == sum(by_stars)
        assert low <= share + 1e-9
        assert share <= high + 1e-9


@pytest.mark.parametrize(("status", "people", "signal"), [("up", 3, True), ("up", 2, False), ("down", 30, False)])
def test_many_reports_against_what_is_measured_are_a_signal(status: str, people: int, signal: bool) -> None:
    assert contradicts(status, people) is signal


@pytest.mark.parametrize(
    ("fetch_site", "origin", "foreign"),
    [
        ("same-origin", "", False), ("same-site", OWN[0], True), ("cross-site", "", True), ("none", "", True),
        ("", OWN[1], False), ("", "https://elsewhere.example", True), ("", "null", True), ("", "", False),
    ],
)  # fmt: skip
def test_forms_of_other_sites_are_known(fetch_site: str, origin: str, foreign: bool) -> None:
    assert is_foreign(fetch_site, origin, OWN) is foreign
