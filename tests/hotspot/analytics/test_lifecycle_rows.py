"""A table of past steps: every row gets one verdict, in whatever order the rows stand."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.import_row import Row
from hotspot.analytics.inventory import LIFECYCLE
from hotspot.analytics.lifecycle import AFTER, ASSUMED, Step
from hotspot.analytics.lifecycle_rows import Known, Plan, make_plan

TODAY = date(2026, 11, 22)
RECORDED = {
    "TS-1": [Known(Step("installed", date(2022, 3, 1))), Known(Step("accepted", date(2022, 4, 1)), "BAST 1")],
    "TS-2": [],
    "TS-3": [Known(Step("planned", TODAY, assumed=True))],
}


def row(number: int, code: str, stage: str, since: str, **more: str) -> Row:
    return Row(number, {"point_code": code, "stage": stage, "since": since} | more)


def told(plan: Plan) -> list[tuple[int, str, str, str]]:
    return [(one.number, one.kind, one.column, str(one.reason or "")) for one in plan.verdicts]


def test_steps_are_merged_into_what_is_recorded() -> None:
    plan = make_plan(
        [
            row(2, "TS-1", "Aktif", "15/04/2022", document="SK 1", actor="Dinas"),
            row(3, "TS-1", "diterima", "1 April 2022", document="BAST 1"),
            row(4, "TS-1", "Terpasang", "2022-03-01", document="SPK 9"),
            row(5, "TS-1", "survei", "2022-01-01"),
        ],
        RECORDED,
        TODAY,
    )
    assert [kind for _, kind, _, _ in told(plan)] == ["added", "unchanged", "changed", "added"]
    assert [(past.step.stage, past.actor) for past in plan.new] == [("surveyed", ""), ("active", "Dinas")]
    assert [(past.step.stage, past.document) for past in plan.documents] == [("installed", "SPK 9")]
    assert [step.stage for step in plan.lives["TS-1"]] == ["surveyed", "installed", "accepted", "active"]
    assert dict(plan.counts) == {"added": 2, "changed": 1, "unchanged": 1, "rejected": 0}


def test_what_contradicts_is_named_by_row_and_column() -> None:
    plan = make_plan(
        [
            row(2, "TS-9", "aktif", "2022-01-01"),
            row(3, "TS-1", "accepted", "2022-02-01"),
            row(4, "TS-1", "accepted", "2022-04-01", document="BAST 2"),
            row(5, "TS-1", "planned", "2023-01-01"),
            row(6, "TS-2", "terbang", "2022-01-01"),
            row(7, "TS-2", "installed", "2027-01-01"),
            row(8, "TS-2", "installed", "-"),
            row(9, "TS-2", "installed", ""),
            row(10, "TS-2", "installed", "2022-01-01", demonstration="x"),
            Row(11, {"point_code": "TS-2"}, shifted=True),
            row(12, "TS-2", "installed", "2022-05-05"),
            row(13, "TS-2", "installed", "2022-05-05"),
        ],
        RECORDED,
        TODAY,
    )
    found = told(plan)
    assert [column for _, _, column, _ in found] == [
        "point_code", "since", "document", "since", "stage", "since", "since", "since", "demonstration", "", "",
        "since",
    ]  # fmt: skip
    assert found[1][3] == "it was accepted on 2022-04-01 already; withdraw that step if its day is wrong"
    assert found[2][3] == "it is recorded with BAST 1"
    assert found[11][3] == "row 12 has this step already"
    assert [kind for _, kind, _, _ in found].count("rejected") == 11


def test_an_assumed_day_gives_way_and_is_read_back() -> None:
    plan = make_plan([row(2, "TS-3", "planned", "2025-01-01"), row(3, "TS-3", "funded", "2025-06-01")], RECORDED, TODAY)
    assert plan.lives["TS-3"] == (Step("planned", date(2025, 1, 1)), Step("funded", date(2025, 6, 1)))

    again = make_plan([row(2, "TS-3", "planned", TODAY.isoformat(), note=ASSUMED)], RECORDED, TODAY)
    assert told(again) == [(2, "unchanged", "", "")]
    assert make_plan([row(2, "TS-2", "active", "2026-01-01", note=ASSUMED)], RECORDED, TODAY).new[0].step.assumed


CELLS = st.builds(
    lambda code, stage, day, document: {
        "point_code": code,
        "stage": stage,
        "since": f"2022-01-{day:02}",
        "document": document,
    },
    st.sampled_from(["TS-1", "TS-2", "TS-3", "TS-9"]),
    st.sampled_from([*LIFECYCLE, "Aktif", "?"]),
    st.integers(1, 12),
    st.sampled_from(["", "A", "B"]),
)


@given(st.lists(CELLS, max_size=10), st.randoms())
def test_every_row_is_accounted_for_and_its_place_in_the_file_says_nothing(
    cells: list[dict[str, str]], random: object
) -> None:
    rows = [Row(number, cell) for number, cell in enumerate(cells, 2)]
    plan = make_plan(rows, RECORDED, TODAY)
    assert sum(plan.counts.values()) == len(rows)
    for life in plan.lives.values():
        assert all(first.stage in AFTER[second.stage] for first, second in pairwise(life))
    papers = {(past.code, past.step): past.document for past in (*plan.new, *plan.documents)}
    after = {
        code: [
            Known(step, papers.get((code, step)) or next((one.document for one in old if one.step == step), ""))
            for step in plan.lives.get(code, tuple(one.step for one in old))
        ]
        for code, old in RECORDED.items()
    }
    again = make_plan(rows, after, TODAY)
    assert again.counts["added"] == again.counts["changed"] == 0
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert make_plan(shuffled, RECORDED, TODAY).lives == plan.lives
