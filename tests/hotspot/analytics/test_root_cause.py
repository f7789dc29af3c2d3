"""Which cause is proposed, and what speaks for it."""

from dataclasses import replace
from typing import Any

import pytest

from hotspot.analytics.root_cause import (
    CAUSES,
    MOST,
    Evidence,
    Facts,
    Group,
    Past,
    Proposal,
    Silent,
    Work,
    from_json,
    root_cause,
    to_json,
)

T = 1_700_000_000
CITY = "city"


def silent(count: int, **said: Any) -> tuple[Silent, ...]:
    return tuple(replace(Silent(number, T + number % 45), **said) for number in range(count))


def group(shared: str, name: str, members: int, up: int = 0, **more: Any) -> Group:
    return Group(shared, name, name, frozenset(range(members)), members, up, **more)


def fibre(members: int, up: int = 0, **more: Any) -> Group:
    return group("upstream", "F1", members, up, kind="fibre", **more)


def kinds(proposal: Proposal) -> list[str]:
    return [item.kind for item in proposal.evidence]


def said(proposal: Proposal, kind: str) -> Evidence:
    return next(item for item in proposal.evidence if item.kind == kind)


def test_nothing_silent_has_no_cause() -> None:
    assert root_cause(Facts((), (fibre(0),))) == ()


def test_a_fibre_with_nearly_all_that_hangs_on_it_is_the_likely_cause() -> None:
    groups = (
        fibre(38, 2, seen=T + 60),
        group("upstream", "P1", 38, 162, kind="power_area"),
        group("area", "Serua", 20, 5),
        group("provider", "Jaringan Satu", 38, 210),
        group(CITY, "", 38, 960),
    )

    best, *others = root_cause(Facts(silent(38), groups))

    assert (best.cause, best.shared, best.name) == ("fibre_cut", "upstream", "F1")
    assert (best.explained, best.of, best.share, best.score) == (38, 38, 1.0, 0.95)
    assert said(best, "silent").values == {"down": 38, "total": 40}
    assert said(best, "others_up").values == {"count": 2, "seen_at": T + 60}
    assert said(best, "together").values == {"count": 38, "spread_s": 37}
    assert said(best, "provider_up").values == {"up": 210, "total": 210, "name": "Jaringan Satu"}
    assert said(best, "city_up").values == {"up": 960, "total": 960}
    assert [(one.shared, one.explained) for one in others] == [("area", 20)]


def test_the_nearest_upstream_is_told_where_several_explain_as_much() -> None:
    above = replace(fibre(5), key="F0", name="F0")

    assert [one.name for one in root_cause(Facts(silent(5), (fibre(5), above)))] == ["F1"]


def test_what_explains_less_than_half_is_no_cause() -> None:
    assert root_cause(Facts(silent(10), (fibre(4),))) == ()
    assert root_cause(Facts(silent(10), (fibre(10, 10),))) == ()
    assert root_cause(Facts(silent(2), (group("area", "Serua", 2),))) == ()
    assert root_cause(Facts(silent(2), (fibre(1),))) == ()
    assert root_cause(Facts(silent(15), (group(CITY, "", 15, unknown=793),))) == ()


def test_clocks_tell_power_from_the_line_once_devices_are_back() -> None:
    groups = fibre(4), group("upstream", "P1", 4, kind="power_area")

    lost_power = root_cause(Facts(silent(4, ended_at=T + 900, rebooted=True), groups))
    had_power = root_cause(Facts(silent(4, ended_at=T + 900, rebooted=False), groups))

    assert [(one.cause, one.name) for one in lost_power] == [("power", "P1")]
    assert said(lost_power[0], "rebooted").values == {"count": 4, "of": 4}
    assert [(one.cause, one.name) for one in had_power] == [("fibre_cut", "F1"), ("line", "P1")]
    assert said(had_power[0], "kept_running").values == {"count": 4, "of": 4}


def test_clocks_that_disagree_leave_the_guess() -> None:
    half = (*silent(2, ended_at=T + 900, rebooted=True), Silent(2, T, T + 900, False), Silent(3, T, T + 900, False))

    best = root_cause(Facts(half, (fibre(4),)))[0]

    assert best.cause == "fibre_cut"
    assert {"rebooted", "kept_running"} <= set(kinds(best))


def test_clocks_that_tell_nothing_are_said() -> None:
    best = root_cause(Facts(silent(4, ended_at=T + 900), (fibre(4),)))[0]

    assert said(best, "clock_unknown").values == {"count": 4}


@pytest.mark.parametrize(
    ("shared", "more", "cause"),
    [
        ("upstream", {"kind": "switch"}, "device"),
        ("upstream", {"kind": "provider_line"}, "line"),
        ("upstream", {"kind": "other"}, "unknown"),
        ("area", {"providers": 3}, "power"),
        ("area", {}, "unknown"),
        ("provider", {}, "line"),
        ("city", {}, "line"),
        ("point", {}, "unknown"),
        ("controller", {}, "unknown"),
    ],
)
def test_before_anything_is_back_the_kind_of_what_is_shared_says_it(
    shared: str, more: dict[str, Any], cause: str
) -> None:
    best = root_cause(Facts(silent(4), (group(shared, "X", 4, **more),)))[0]

    assert best.cause == cause
    assert cause in CAUSES
    assert ("providers" in kinds(best)) is ("providers" in more)


def test_one_device_beside_others_that_answer_is_the_device() -> None:
    best = root_cause(Facts(silent(1), (group("ap", "ap-1", 1, 2, seen=T),)))[0]

    assert (best.cause, best.name) == ("device", "ap-1")
    assert kinds(best) == ["beside_up"]


def test_of_one_device_alone_nothing_is_known_until_it_is_back() -> None:
    assert root_cause(Facts(silent(1), (group("ap", "ap-1", 1),))) == ()
    assert root_cause(Facts(silent(1, ended_at=T, rebooted=True), (group("ap", "ap-1", 1),)))[0].cause == "power"
    assert root_cause(Facts(silent(1, ended_at=T, rebooted=False), (group("ap", "ap-1", 1),)))[0].cause == "line"


def test_what_answers_pings_is_a_matter_of_monitoring() -> None:
    best = root_cause(Facts(silent(4, pings=True), (fibre(4),)))[0]

    assert best.cause == "monitoring"
    assert said(best, "pings").values == {"count": 4}


def test_planned_work_is_told_and_is_the_likely_cause() -> None:
    work = Work("Serua", "pole moved", T + 3600)

    best = root_cause(Facts(silent(4), (fibre(4),), works=(work,)))[0]

    assert best.cause == "maintenance"
    assert said(best, "work").values == {"name": "Serua", "what": "pole moved", "end_at": T + 3600}


def test_what_speaks_for_it_besides() -> None:
    spread = Silent(0, T), Silent(1, T + 4000), Silent(2, T, None), Silent(9, T)
    groups = (fibre(3, unknown=2, past=Past(3, T - 86_400, "fibre_cut")),)

    best = root_cause(Facts(spread, groups, traps=2))[0]

    assert (best.explained, best.of, best.score) == (3, 4, 0.45)
    assert kinds(best) == ["silent", "others_unknown", "elsewhere", "spread", "traps", "past_reason"]
    assert said(best, "elsewhere").values == {"count": 1, "of": 4}
    assert said(best, "past_reason").values == {"count": 3, "last_at": T - 86_400, "reason": "fibre_cut"}


def test_incidents_of_before_without_a_reason_are_counted() -> None:
    best = root_cause(Facts(silent(3), (fibre(3, past=Past(1, T - 86_400)),)))[0]

    assert said(best, "past").values == {"count": 1, "last_at": T - 86_400}


def test_no_more_proposals_than_anybody_reads() -> None:
    kinds_of = ("switch", "fibre", "power_area", "provider_line", "other")
    groups = tuple(replace(fibre(4), key=kind, kind=kind) for kind in kinds_of)

    assert len(root_cause(Facts(silent(4), groups))) == MOST


def test_what_is_kept_is_what_was_proposed() -> None:
    found = root_cause(Facts(silent(4), (fibre(4, past=Past(1, T)), group("area", "Sérua", 4, providers=2))))

    assert len(found) == 2
    assert from_json(to_json(found)) == found


@pytest.mark.parametrize("text", ["", "{", "null", "[1]", '[{"cause": "power"}]', "[[]]", '{"a": 1}'])
def test_what_is_no_proposal_is_none(text: str) -> None:
    assert from_json(text) == ()
    assert to_json(()) == ""
