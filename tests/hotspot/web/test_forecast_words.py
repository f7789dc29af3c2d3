from collections.abc import Iterator
from datetime import date

import pytest

from hotspot import create_app
from hotspot.analytics.forecast import Forecast
from hotspot.settings import Settings
from hotspot.web.forecast_words import chance_words, range_words, reason_words


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    app = create_app(
        Settings(data_dir=str(tmp_path_factory.mktemp("words")), secret_key="a key for tests that is long enough")
    )
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        yield


MARCH, JUNE, NOVEMBER, NEXT = date(2027, 3, 9), date(2027, 6, 1), date(2027, 11, 30), date(2028, 1, 5)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (Forecast("", MARCH, JUNE, NOVEMBER), "between March and November 2027, most likely around June 2027"),
        (Forecast("", MARCH, NOVEMBER, NEXT), "between March 2027 and January 2028, most likely around November 2027"),
        (Forecast("", MARCH, MARCH, MARCH), "in March 2027"),
        (
            Forecast("", MARCH, JUNE, None),
            "not before March 2027, most likely around June 2027, perhaps not within ten years",
        ),
        (Forecast("", MARCH, None, None), "not before March 2027, rather not within ten years"),
        (Forecast(""), "not within ten years at this pace"),
        (Forecast("reached"), "reached"),
        (Forecast("few_months"), "too few months to tell"),
        (None, "no target is in force"),
    ],
)
def test_a_range_in_words(english: None, told: Forecast | None, words: str) -> None:
    assert range_words(told) == words


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.0, "less than 1\u00a0%"),
        (0.004, "less than 1\u00a0%"),
        (0.5, "50\u00a0%"),
        (0.849, "84\u00a0%"),
        (0.995, "more than 99\u00a0%"),
        (1.0, "more than 99\u00a0%"),
        (None, ""),
    ],
)
def test_no_chance_is_never_or_surely(english: None, chance: float | None, words: str) -> None:
    assert chance_words(Forecast("", chance=chance)) == words


def test_a_refusal_says_why(english: None) -> None:
    assert "fewer than six months" in reason_words(Forecast("few_months"))
    assert reason_words(Forecast("reached")) == reason_words(Forecast("")) == reason_words(None) == ""
