import pytest

from hotspot.analytics.common_cause import Began, causes, one_cause

T = 1_795_000_000


def test_three_in_one_area_within_a_minute_are_one_cause() -> None:
    outages = [
        Began(T + 5, "Buaran", "A"),
        Began(T, "Buaran", "B"),
        Began(T + 60, "Buaran", "C"),
        Began(T + 9, "x", "D"),
    ]

    (cause,) = causes(outages)

    assert (cause.shared, cause.name, cause.start, cause.members) == ("area", "Buaran", T, (1, 0, 2))


def test_one_provider_across_areas_is_one_cause() -> None:
    (cause,) = causes([Began(T, name, "Nusa Link") for name in ("a", "b", "c")])

    assert (cause.shared, cause.name) == ("provider", "Nusa Link")


def test_two_are_a_coincidence() -> None:
    assert causes([Began(T, "Buaran", "A"), Began(T, "Buaran", "A")]) == []


def test_a_minute_and_a_second_is_too_late() -> None:
    assert causes([Began(T, "Buaran", ""), Began(T + 30, "Buaran", ""), Began(T + 61, "Buaran", "")]) == []


def test_an_unknown_provider_is_shared_with_nobody() -> None:
    assert causes([Began(T, name, "") for name in ("a", "b", "c", "d")]) == []


def test_no_outage_is_in_two_causes_and_the_larger_group_wins() -> None:
    area = [Began(T, "Buaran", "A")] * 3
    provider = [Began(T, name, "A") for name in ("b", "c", "d")]

    (cause,) = causes([*area, *provider])

    assert (cause.shared, len(cause.members)) == ("provider", 6)


def test_newest_first() -> None:
    earlier, later = [Began(T, "a", "")] * 3, [Began(T + 600, "b", "")] * 3

    assert [cause.name for cause in causes([*earlier, *later])] == ["b", "a"]


def test_of_groups_alike_in_size_the_narrowest_is_named() -> None:
    outages = [Began(T, "Buaran", "A", controller="WLC-1", district="Serpong")] * 3
    without = [Began(T, "Buaran", "A", district="Serpong")] * 3

    assert [causes(some)[0].shared for some in (outages, without)] == ["controller", "area"]


@pytest.mark.parametrize(("of", "told"), [(3, True), (6, True), (7, False)])
def test_one_cause_explains_at_least_half(of: int, told: bool) -> None:
    cause = one_cause([Began(T, "Buaran", "")] * 3 + [Began(T + 600, "x", "")], of)

    assert (cause is not None) == told


def test_nothing_down_has_no_cause() -> None:
    assert one_cause([], 0) is None
