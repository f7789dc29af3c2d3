"""Each difference between annex, inventory and measurement has its list, with the reason."""

from dataclasses import replace
from datetime import date
from time import process_time

import pytest

from hotspot.analytics.contracts import Line
from hotspot.analytics.geography import distance_m
from hotspot.analytics.reconcile import KINDS, MOST, NEAR_M, Finding, Paid, Place, reconcile

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
PLACE = Place("TS-1", "Taman", "active", date(2025, 1, 1), date(2025, 1, 9), "Nusa Link", -6.3, 106.66, 1, 100, 90)
M = 1 / 111_195  # a metre of latitude in degrees


def paid(
    point: str = "TS-1", contract: str = "K1", start: date = date(2026, 1, 1), end: date = date(2026, 12, 31)
) -> Paid:
    return Paid(Line(contract, point, start, end, 450_000), "Nusa Link")


def found(places: list[Place], lines: list[Paid]) -> dict[str, list[Finding]]:
    return {kind: own for kind, own in reconcile(places, lines, FIRST, LAST).items() if own}


def test_nothing_is_found_where_all_three_agree() -> None:
    assert found([PLACE], [paid()]) == {}
    assert reconcile([], [], FIRST, LAST).keys() == KINDS.keys()


@pytest.mark.parametrize(
    ("place", "kind", "words"),
    [
        (replace(PLACE, stage="retired"), "gone", "relocated or retired"),
        (replace(PLACE, stage="funded"), "not_built", "nothing is installed"),
        (replace(PLACE, access_points=0, polls=0, answered=0), "never_seen", "no access point"),
        (replace(PLACE, polls=0, answered=0), "never_seen", "nobody polled it"),
        (replace(PLACE, answered=0), "never_seen", "polled 100 times"),
        (replace(PLACE, provider="Serat Kota"), "other_provider", "the inventory says Serat Kota"),
    ],
)
def test_what_is_wrong_with_a_paid_point(place: Place, kind: str, words: str) -> None:
    ((one,),) = found([place], [paid()]).values()
    assert (one.kind, one.code, one.contract, one.fee_rp) == (kind, "TS-1", "K1", 450_000)
    assert words in str(one.reason)


def test_a_point_is_paid_twice() -> None:
    lines = [paid(), paid(contract="K2", start=date(2026, 10, 20)), paid(contract="K3", start=date(2027, 1, 1))]
    ((one,),) = found([PLACE], lines).values()
    assert (one.kind, one.contract) == ("twice", "K2")
    assert "contract K1" in str(one.reason)


def test_installed_but_not_paid() -> None:
    before = [paid(end=date(2026, 9, 30))]
    assert "ended on 2026-09-30" in str(found([PLACE], before)["unpaid"][0].reason)
    after = [paid(start=date(2026, 11, 1))]
    assert "starts on 2026-11-01" in str(found([PLACE], after)["unpaid"][0].reason)
    assert "it is accepted, and" in str(found([PLACE], [])["never_in_annex"][0].reason)
    waits = replace(PLACE, stage="installed", accepted_on=None)
    assert "not accepted yet" in str(found([waits], [])["never_in_annex"][0].reason)
    assert found([replace(PLACE, installed_on=date(2026, 11, 5))], []) == {}
    assert found([replace(PLACE, stage="planned")], []) == {}


@pytest.mark.parametrize(("metres", "near"), [(0, True), (29.9, True), (30.2, False), (60, False)])
@pytest.mark.parametrize("latitude", [-6.3, 0.0, 5.5])
def test_two_services_near_each_other(metres: float, near: bool, latitude: float) -> None:
    places = [
        replace(PLACE, latitude=latitude),
        replace(PLACE, code="TS-2", latitude=latitude + metres * M),
        replace(PLACE, code="TS-3", latitude=None),
    ]
    pairs = found(places, [paid(), paid("TS-2"), paid("TS-3")]).get("near", [])
    assert [(one.code, one.other) for one in pairs] == ([("TS-1", "TS-2")] if near else [])


def test_the_grid_misses_no_pair() -> None:
    places = [
        replace(PLACE, code=f"P{n:03d}", latitude=-6.3 + n * 7 % 90 * M * 3, longitude=106.66 + n * 11 % 80 * M * 3)
        for n in range(200)
    ]

    def at(place: Place) -> tuple[float, float]:
        return place.latitude or 0, place.longitude or 0

    slow = {
        (a.code, b.code) for i, a in enumerate(places) for b in places[i + 1 :] if distance_m(at(a), at(b)) <= NEAR_M
    }
    pairs = reconcile(places, [], FIRST, LAST)["near"]
    assert len(slow) > 20
    assert {(one.code, one.other) for one in pairs} == slow


def test_a_hundred_thousand_points_are_compared_quickly() -> None:
    spread = [
        replace(PLACE, code=f"P{n:06d}", latitude=-6.3 + n % 317 * 0.0005, longitude=106.6 + n // 317 * 0.0005)
        for n in range(100_000)
    ]
    heaped = [replace(place, latitude=-6.3, longitude=106.6) for place in spread]
    for places, least in ((spread, 0), (heaped, MOST)):
        begun = process_time()
        assert len(reconcile(places, [], FIRST, LAST)["near"]) == least
        assert process_time() - begun < 6
