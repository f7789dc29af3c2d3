import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.sla import REASONS, Kind, NoData, Rule, RuleError, Step, Unknown

STEPS = [{"below": "99.5", "deduct": "5"}, {"below": 98, "deduct": 10}, {"below": 95.5, "deduct": "25.5"}]


def text(**fields: object) -> str:
    return json.dumps({"target": "99.5", "kind": "proportional"} | fields)


def test_rule_reads_what_is_given_and_has_defaults_for_the_rest() -> None:
    rule = Rule.read(text(kind="steps", steps=STEPS, hours="Mon-Fri 07:00-17:00", cap=30))

    assert rule.target == Decimal("99.5")
    assert rule.steps == (
        Step(Decimal("99.5"), Decimal(5)),
        Step(Decimal(98), Decimal(10)),
        Step(Decimal("95.5"), Decimal("25.5")),
    )
    assert rule.schedule is not None
    assert (rule.cap, rule.unknown, rule.minimum_coverage, rule.no_data) == (
        Decimal(30), Unknown.EXCLUDED, Decimal(50), NoData.WITHHOLD,
    )  # fmt: skip
    assert Rule.read(text()).schedule is None
    assert Rule.read(text()).cap == 100


percents = st.decimals(0, 100, places=3)


@given(
    target=st.decimals(Decimal("0.001"), 100, places=3),
    kind=st.sampled_from([Kind.PROPORTIONAL, Kind.HOURLY]),
    unknown=st.sampled_from(Unknown),
    no_data=st.sampled_from(NoData),
    coverage=percents,
    cap=percents,
    hours=st.sampled_from(["", "Mon-Sun 06:00-22:00"]),
    mend=st.one_of(st.none(), st.integers(1, 720)),
)
def test_rule_written_and_read_again_is_the_same(
    target: Decimal, kind: Kind, unknown: Unknown, no_data: NoData, coverage: Decimal, cap: Decimal, hours: str,
    mend: int | None,
) -> None:  # fmt: skip
    rule = Rule(target, kind, (), hours, unknown, coverage, no_data, cap, mend)

    assert Rule.read(rule.text()) == rule
    assert Rule.read(Rule.read(rule.text()).text()).text() == rule.text()


def test_rule_with_steps_written_and_read_again_is_the_same() -> None:
    rule = Rule.read(text(kind="steps", steps=STEPS))

    assert Rule.read(rule.text()) == rule
    assert '"below": "95.5"' in rule.text()


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("sla_rule", ""),
        ("sla_rule", "[]"),
        ("sla_rule", "["),
        ("sla_rule", "[" * 3_000),
        ("sla_rule", "{" + " " * 5_000 + "}"),
        ("target", "{}"),
        ("kind", '{"target": 99}'),
        ("target", '{"target": 99, "target": 98, "kind": "hourly"}'),
        ("target", text(target=0)),
        ("target", text(target="0.000")),
        ("target", text(target=-1)),
        ("target", text(target=100.1)),
        ("target", text(target=True)),
        ("target", text(target=[99])),
        ("target", text(target="99,5")),
        ("target", text(target="NaN")),
        ("target", '{"target": NaN, "kind": "hourly"}'),
        ("target", '{"target": Infinity, "kind": "hourly"}'),
        ("target", '{"target": 1e9999, "kind": "hourly"}'),
        ("target", text(target="99.1234567")),
        ("target", text(target="9" * 50)),
        ("kind", text(kind="monthly")),
        ("kind", text(kind=3)),
        ("kind", text(kind=["steps"])),
        ("bonus", text(bonus=5)),
        ("hours", text(hours=";")),
        ("hours", text(hours="Mon 07:00-07:00")),
        ("hours", text(hours=24)),
        ("unknown", text(unknown="ignored")),
        ("minimum_coverage", text(minimum_coverage=101)),
        ("mend_hours", text(mend_hours=0)),
        ("mend_hours", text(mend_hours=721)),
        ("mend_hours", text(mend_hours="4.5")),
        ("mend_hours", text(mend_hours=True)),
        ("mend_hours", text(mend_hours="9" * 30)),
        ("no_data", text(no_data="half")),
        ("cap", text(cap=-5)),
        ("steps", text(steps=STEPS)),
        ("steps", text(kind="steps")),
        ("steps", text(kind="steps", steps={"below": 99})),
        ("steps", text(kind="steps", steps=STEPS * 10)),
        ("steps.1", text(kind="steps", steps=[99])),
        ("steps.1.above", text(kind="steps", steps=[{"below": 99, "deduct": 1, "above": 3}])),
        ("steps.1.deduct", text(kind="steps", steps=[{"below": 99}])),
        ("steps.1.below", text(kind="steps", steps=[{"below": 99.6, "deduct": 1}])),
        ("steps.1.below", text(kind="steps", steps=[{"below": 0, "deduct": 1}])),
        ("steps.2.below", text(kind="steps", steps=[{"below": 98, "deduct": 1}, {"below": 99, "deduct": 2}])),
        ("steps.2.below", text(kind="steps", steps=[{"below": 98, "deduct": 1}, {"below": "98.0", "deduct": 2}])),
        ("steps.2.deduct", text(kind="steps", steps=[{"below": 99, "deduct": 5}, {"below": 98, "deduct": 5}])),
        ("steps.1.deduct", text(kind="steps", steps=[{"below": 99, "deduct": 101}])),
    ],
)
def test_rule_that_cannot_be_used_is_refused_at_its_field(field: str, given: str) -> None:
    with pytest.raises(RuleError) as refused:
        Rule.read(given)

    assert refused.value.field == field
    assert refused.value.sentence


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["target", "kind", "steps", "cap", "x"]), x),
    )
)
def test_rule_of_any_json_is_read_or_refused(anything: object) -> None:
    with suppress(RuleError):
        Rule.read(json.dumps(anything))


def test_reasons_have_words_in_both_languages() -> None:
    assert all(indonesian and english for indonesian, english in REASONS.values())
