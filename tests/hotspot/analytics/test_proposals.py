"""Tracking numbers, twins and scores of proposals."""

from datetime import date
from random import Random

import pytest

from hotspot.analytics.areanames import AreaName, Gazetteer
from hotspot.analytics.geography import distance_m
from hotspot.analytics.import_row import RejectedError, Row
from hotspot.analytics.proposals import PARTS, Asked, alike, score, twins, typed
from hotspot.analytics.tracking import ALPHABET, new_number, read_number

TODAY = date(2026, 11, 21)
AREAS = Gazetteer(
    (AreaName("36.74.01", "Serpong", "district"), AreaName("36.74.01.1001", "Buaran", "village", "36.74.01"))
)
GOOD = {"place": "Balai RW 05", "area_name": "Buaran", "reason": "Anak sekolah belajar di sini"}


def numbers(count: int) -> list[str]:
    dice = Random(1)
    return [new_number(dice.choice) for _ in range(count)]


def test_a_number_is_read_back_however_it_is_written() -> None:
    for number in numbers(100):
        assert len(number) == 9
        assert read_number(number) == number
        assert read_number(f" {number.lower().replace('-', ' ')} ") == number
    assert len(set(numbers(1000))) == 1000


def test_a_slip_of_the_pen_is_noticed() -> None:
    for number in numbers(30):
        letters = number.replace("-", "")
        for place, letter in enumerate(letters):
            for other in ALPHABET:
                wrong = letters[:place] + other + letters[place + 1 :]
                assert bool(read_number(wrong)) == (other == letter)
        for a in range(8):
            for b in range(a):
                swapped = list(letters)
                swapped[a], swapped[b] = swapped[b], swapped[a]
                assert (read_number("".join(swapped)) == number) == (letters[a] == letters[b])


@pytest.mark.parametrize("text", ["", "ABC", "0000-0000", "x" * 9_000, "\0", "<script>", "7KQ2-M9XBA", "ÄÖÜß-ÄÖÜß"])
def test_nonsense_is_no_number(text: str) -> None:
    assert read_number(text) == ""


def asked(place: str, latitude: float | None = None, longitude: float | None = None, area: str = "a") -> Asked:
    return Asked(place, area, "park", "", "citizen", TODAY, "", latitude, longitude)


def test_twins_are_those_within_a_hundred_metres() -> None:
    dice = Random(3)
    many = {
        f"{n:03}": asked(f"{n * 7919}", -6.3 + dice.random() / 100, 106.7 + dice.random() / 100, area=str(n))
        for n in range(150)
    }
    found = twins(many)
    for number, one in many.items():
        assert one.at is not None
        near = {
            other: distance_m(one.at, two.at)
            for other, two in many.items()
            if two.at is not None and other != number and distance_m(one.at, two.at) <= 100
        }
        assert {twin.number: twin.metres for twin in found[number]} == near
        assert [twin.metres for twin in found[number]] == sorted(near.values())
    assert any(found.values())


def test_twins_are_those_of_a_similar_name_in_the_same_area() -> None:
    found = twins(
        {
            "1": asked("Balai Warga RW 05"),
            "2": asked("Balai warga, RW 05"),
            "3": asked("Balai Warga RW 06"),
            "4": asked("Balai Warga RW 05", area="b"),
        }
    )
    assert {number: [twin.number for twin in others] for number, others in found.items()} == {
        "1": ["2"],
        "2": ["1"],
        "3": [],
        "4": [],
    }


def test_names_are_alike_but_for_a_slip() -> None:
    assert alike("Musala Al Ikhlas", "Mushala Al-Ikhlas")
    assert not alike("Musala Al Ikhlas", "Musala Nurul Huda")
    assert not alike("SDN Ciater 01", "SDN Ciater 02")


def test_a_score_adds_up_its_parts() -> None:
    all_of_it = score(1.0, 5_000, 5_000, 9, "school")
    assert all_of_it.total == pytest.approx(100)
    assert sum(PARTS.values()) == 100
    half = score(0.5, 500, 1_000, 1, "other")
    assert half.most == half.total
    assert half.total == pytest.approx(35 * 0.5 + 25 * 0.5 + 20 * 0.5 + 10 * 0.2 + 10 * 0.4)
    without = score(0.5, None, None, 1, "other")
    assert without.parts["distance"] is None
    assert without.total == pytest.approx(35 * 0.5 + 2 + 4)
    assert without.most == pytest.approx(without.total + 25 + 20)


def test_a_row_says_what_is_asked_for() -> None:
    cells = GOOD | {
        "venue_kind": "Balai warga", "source": "RW", "received_on": "3/2/2026", "latitude": "-6,31",
        "longitude": "106,66", "contact": "Ibu Sari, 0812", "address": "Jl. Melati 5",
    }  # fmt: skip
    found, contact = typed(Row(2, cells), AREAS, TODAY)
    assert found == Asked(
        "Balai RW 05", "36.74.01.1001", "community_hall", "Anak sekolah belajar di sini", "neighbourhood",
        date(2026, 2, 3), "Jl. Melati 5", -6.31, 106.66,
    )  # fmt: skip
    assert contact == "Ibu Sari, 0812"
    least, nobody = typed(Row(2, GOOD), AREAS, TODAY)
    assert (least.source, least.received_on, least.venue_kind, least.at, nobody) == (
        "citizen",
        TODAY,
        "other",
        None,
        "",
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("place", ""),
        ("place", "=HYPERLINK(1)"),
        ("place", "x" * 201),
        ("reason", ""),
        ("reason", "x" * 501),
        ("contact", "x" * 501),
        ("area_name", "Atlantis"),
        ("area_code", "36.74.01"),
        ("venue_kind", "castle"),
        ("source", "the moon"),
        ("latitude", "91"),
        ("latitude", "106.6"),
        ("received_on", "2099-01-01"),
        ("received_on", "yesterday"),
        ("demonstration", "invented data"),
    ],
)
def test_a_bad_cell_is_named(column: str, value: str) -> None:
    with pytest.raises(RejectedError) as error:
        typed(Row(2, GOOD | ({"longitude": "106.66"} if column == "latitude" else {}) | {column: value}), AREAS, TODAY)
    assert error.value.column == column
