"""The fuzz run in short; its full length is a command of its own."""

import random

from bench.fuzz import MUTATIONS, cases, run


def test_mutated_answers_neither_raise_nor_stay() -> None:
    outcome = run(messages=100_000, seed=20)
    assert outcome.raised == []
    assert outcome.growth_kib < 10 << 10
    assert outcome.reached > 5_000  # so many got through to the decoders of the profiles
    assert {"malformed", "answer", "wrong_oids", "wrong_level", "stray"} <= outcome.outcomes.keys()


def test_unmutated_answers_are_taken() -> None:

    for case in cases(random.Random(1)):
        taken = case.question.read(case.seal(case.answer))
        assert isinstance(taken, str) == (case.name == "v3 with a wrong proof"), case.name


def test_every_mutation_changes_something() -> None:

    chance = random.Random(2)
    (case, *_) = cases(chance)
    for mutate in MUTATIONS:
        assert any(mutate(case.answer, chance) != case.answer for _ in range(20)), mutate.__name__
