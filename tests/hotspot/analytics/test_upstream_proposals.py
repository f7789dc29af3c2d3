"""Upstreams that there seem to be."""

from dataclasses import replace

import pytest

from hotspot.analytics.fell_together import Together
from hotspot.analytics.upstream_proposals import Device, Existing, Ignored, Proposed, proposals, subnet

T = 1_700_000_000


def devices(count: int, **more: str) -> list[Device]:
    """Each at a point of its own, of one provider in one area."""
    plain = {"area": "Serua", "district": "Ciputat", "provider": "Nusa Link"} | more
    return [Device(number, f"TS-{number}", **plain) for number in range(count)]


def crowd(first: int = 100, count: int = 100) -> list[Device]:
    """Others, with nothing in common."""
    return [Device(number, f"TS-{number}") for number in range(first, first + count)]


def group(*members: int, rebooted: int = 0, known: int = 0, times: int = 4, alike: float = 1.0) -> Together:
    return Together(members, tuple(T + day * 86_400 for day in range(times)), 1, alike, rebooted, known)


def told(one: Proposed) -> tuple[str, str, tuple[int, ...]]:
    return one.kind, one.name, one.members


def test_who_hangs_on_the_switch_that_lldp_names() -> None:
    found = proposals([*devices(2, neighbour="sw-park-1"), *crowd()], [])

    assert [told(one) for one in found] == [("switch", "sw-park-1", (0, 1))]
    assert found[0].evidence[0].values == {"count": 2, "name": "sw-park-1"}
    assert found[0].confidence > 0.9


def test_a_switch_is_one_however_it_is_spelled() -> None:
    found = proposals([Device(1, "A", neighbour="SW-1"), Device(2, "B", neighbour="sw-1"), *crowd()], [])

    assert [told(one) for one in found] == [("switch", "SW-1", (1, 2))]


def test_within_one_point_the_point_says_it_all() -> None:
    at_one = [Device(1, "A", neighbour="sw"), Device(2, "A", neighbour="sw"), *crowd()]

    assert proposals(at_one, [group(1, 2)]) == []
    assert len(proposals([replace(one, point="") for one in at_one], [])) == 1


def test_subnets_of_one_provider_are_its_line() -> None:
    here = [replace(one, address=f"10.20.30.{one.ap_id}") for one in devices(3)]
    two = [replace(here[0], provider="Serat Kota"), *here[1:]]

    assert [told(one) for one in proposals([*here, *crowd()], [])] == [("provider_line", "10.20.30.0/24", (0, 1, 2))]
    assert [one.kind for one in proposals([*two, *crowd()], [])] == ["other"]
    assert proposals([*here[:2], *crowd()], []) == []


def test_a_subnet_of_nearly_everybody_says_nothing() -> None:
    assert proposals([replace(one, address=f"10.20.30.{one.ap_id}") for one in devices(20)], []) == []


@pytest.mark.parametrize(
    ("address", "network"),
    [("10.1.2.3", "10.1.2.0/24"), ("", ""), ("2001:db8::1", ""), ("ap.example", "")],
)
def test_the_subnet_of_an_address(address: str, network: str) -> None:
    assert subnet(address) == network


def test_who_shares_a_controller() -> None:
    found = proposals([*devices(3, controller="wlc-1"), *crowd()], [])

    assert [told(one) for one in found] == [("other", "wlc-1", (0, 1, 2))]


@pytest.mark.parametrize(
    ("more", "restarts", "kind"),
    [
        ({}, (0, 0), "fibre"),
        ({}, (0, 12), "fibre"),
        ({}, (11, 12), "power_area"),
        ({"district": ""}, (0, 12), "fibre"),
    ],
)
def test_joint_outages_tell_what_it_may_be(more: dict[str, str], restarts: tuple[int, int], kind: str) -> None:
    found = proposals([*devices(3, **more), *crowd()], [group(0, 1, 2, rebooted=restarts[0], known=restarts[1])])

    assert [told(one) for one in found] == [(kind, "Serua", (0, 1, 2))]
    first, *others = found[0].evidence
    assert first.values == {
        "times": 4, "count": 3, "first_at": T, "last_at": T + 3 * 86_400, "apart": 1, "alike": 100,
    }  # fmt: skip
    if restarts[1]:
        kept = restarts[0] * 2 < restarts[1]
        assert [one.kind for one in others] == ["no_restarts" if kept else "restarts"]
        assert others[0].values == {"count": restarts[1] - restarts[0] if kept else restarts[0], "of": 12}


@pytest.mark.parametrize(
    ("change", "known", "kind"),
    [
        ({"provider": "Serat Kota"}, 0, "power_area"),
        ({"provider": "Serat Kota"}, 9, "other"),
        ({"district": "Serpong"}, 9, "provider_line"),
    ],
)
def test_members_of_different_providers_or_districts(change: dict[str, str], known: int, kind: str) -> None:
    first, *others = devices(3)

    found = proposals([replace(first, **change), *others, *crowd()], [group(0, 1, 2, known=known)])  # type: ignore[arg-type]

    assert [one.kind for one in found] == [kind]


def test_more_joint_outages_make_it_surer() -> None:
    def sure(times: int, alike: float) -> float:
        return proposals([*devices(3), *crowd()], [group(0, 1, 2, times=times, alike=alike)])[0].confidence

    assert sure(3, 0.7) < sure(3, 1.0) < sure(12, 1.0) < 1


def test_two_places_of_one_name_get_two_names() -> None:
    found = proposals([*devices(6), *crowd()], [group(0, 1, 2), group(3, 4, 5)])

    assert [one.name for one in found] == ["Serua", "Serua (2)"]


def test_what_has_no_place_has_a_name_to_be_filled_in() -> None:
    assert [one.name for one in proposals(crowd(), [group(100, 101, 102)])] == ["?"]
    assert proposals(crowd(), [group(1, 2)]) == []


def test_sources_that_agree_make_one_proposal() -> None:
    here = [replace(one, address=f"10.20.30.{one.ap_id}", neighbour="sw-1") for one in devices(4)]

    found = proposals([*here, *crowd()], [group(0, 1, 2)])

    assert [told(one) for one in found] == [("switch", "sw-1", (0, 1, 2, 3))]
    assert [one.kind for one in found[0].evidence] == ["lldp", "outages", "subnet"]
    assert found[0].confidence > 0.98


def test_what_there_is_already_is_not_proposed() -> None:
    there = Existing(7, "fibre", "F1", frozenset({0, 1, 2}))

    assert proposals([*devices(3, neighbour="sw-1"), *crowd()], [group(0, 1, 2)], [there]) == []


def test_what_belongs_to_one_that_there_is_joins_it() -> None:
    there = Existing(7, "switch", "SW-1", frozenset({0}))
    near = Existing(8, "fibre", "F1", frozenset({10, 11, 12}))
    here = [*devices(3, neighbour="sw-1"), *(replace(one, ap_id=one.ap_id + 10) for one in devices(4)), *crowd()]

    found = proposals(here, [group(10, 11, 12, 13)], [there, near])

    assert [(*told(one), one.joins) for one in found] == [("switch", "SW-1", (1, 2), 7), ("fibre", "F1", (13,), 8)]


def test_what_was_ignored_is_not_proposed_again() -> None:
    here = [*devices(4), *crowd()]
    once = Ignored("outages", frozenset({0, 1, 2}))

    assert proposals(here, [group(0, 1, 2, 3)], ignored=[once]) == []
    assert len(proposals(here, [group(0, 1, 2, 3)], ignored=[replace(once, source="lldp")])) == 1


def test_a_digest_is_of_what_is_proposed() -> None:
    here = [*devices(4), *crowd()]
    one, again, other = (proposals(here, [group(*members)])[0] for members in ((0, 1, 2), (0, 1, 2), (0, 1, 3)))

    assert one.digest == again.digest != other.digest
