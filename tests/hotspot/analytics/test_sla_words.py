import json
import re
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.sla import Rule
from hotspot.analytics.sla_month import judge
from hotspot.analytics.sla_time import Seconds
from hotspot.analytics.sla_words import OUTCOMES, cut, formula, sentences

STEPS = [{"below": 99.5, "deduct": 5}, {"below": "98.25", "deduct": "12.5"}]
STEPPED = Rule.read(json.dumps({"target": 99.5, "kind": "steps", "steps": STEPS, "cap": 30}))
RULES = [
    STEPPED,
    Rule.read('{"target": 99.5, "kind": "proportional", "unknown": "down", "no_data": "pay"}'),
    Rule.read('{"target": 99.5, "kind": "hourly", "hours": "Mon-Sun 06:00-22:00", "unknown": "up", "cap": 12.5}'),
]


def test_rule_reads_as_sentences_of_the_language() -> None:
    english, indonesian = sentences(STEPPED, "en"), sentences(STEPPED, "id")

    assert "Below 98.25 % a deduction of 12.5 % of the monthly fee." in english
    assert "Di bawah 98,25 % dipotong 12,5 % dari biaya bulanan." in indonesian
    assert len(english) == len(indonesian) == 7


def test_every_rule_says_its_hours_and_its_deduction() -> None:
    assert "Only the service hours count: Mon-Sun 06:00-22:00." in sentences(RULES[2], "en")
    assert any("jam padam" in sentence for sentence in sentences(RULES[2], "id"))
    assert any("(1 − availability / 99.5 %)" in sentence for sentence in sentences(RULES[1], "en"))
    assert all("{" not in sentence for rule in RULES for sentence in sentences(rule, "id"))
    assert len(OUTCOMES) == 3


@given(
    st.sampled_from(RULES),
    st.builds(Seconds, *[st.integers(0, 10**6)] * 5) | st.just(Seconds()),
    st.integers(0, 10**8),
    st.integers(1, 31),
)
def test_formula_computed_by_hand_gives_the_amount(rule: Rule, seconds: Seconds, fee: int, days: int) -> None:
    told = formula(rule, seconds, fee, days, 31, judge(rule, seconds, fee, days, 31))

    terms, _, amount = told.rpartition("; ")[2].rpartition(" = ")
    exact = re.sub(r"\d+(\.\d+)?", r"Fraction('\g<0>')", terms)
    value = eval(exact, {"Fraction": Fraction, "min": min})
    assert int(value + Fraction(1, 2)) == int(amount)


def test_percentages_are_cut_not_rounded() -> None:
    assert cut(Fraction(999_999_999, 10**9)) == "99.999999"
    assert (cut(Fraction(1)), cut(Fraction(0)), cut(None)) == ("100.000000", "0.000000", "")
