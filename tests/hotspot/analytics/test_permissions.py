from pathlib import Path

import pytest

from hotspot.analytics.permissions import EVERYWHERE, OWNER, ROLES, Act, may, within

ADMINS = Path(__file__).parents[3] / "docs" / "admins.md"


def test_an_unknown_role_may_do_nothing() -> None:
    assert not any(may("admin", act) for act in Act)
    assert all(may(OWNER, act) for act in Act)
    assert all(may(role, Act.SEE) for role in ROLES)


@pytest.mark.parametrize(
    ("code", "areas", "inside"),
    [
        ("36.74.01.1001", set(), True),
        (EVERYWHERE, set(), True),
        ("36.74.01.1001", {"36.74.01"}, True),
        ("36.74.01", {"36.74.01"}, True),
        ("36.74.01.1001", {"36.74.02", "36.74.01.1001"}, True),
        ("36.74.011", {"36.74.01"}, False),  # begins alike, and lies elsewhere
        ("36.74.01", {"36.74.01.1001"}, False),
        (EVERYWHERE, {"36.74.01"}, False),
    ],
)
def test_what_lies_within(code: str, areas: set[str], inside: bool) -> None:
    assert within(code, frozenset(areas)) is inside


def test_the_documented_table_is_the_rule() -> None:
    section = ADMINS.read_text().partition("## Who may do what")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in section.splitlines() if line.startswith("| ")]
    written = {
        head.replace(" ", "_"): {act for act, row in zip(Act, rows[1:], strict=True) if row[at] == "yes"}
        for at, head in enumerate(rows[0])
        if head
    }
    assert written == {role: set(acts) for role, acts in ROLES.items()}
