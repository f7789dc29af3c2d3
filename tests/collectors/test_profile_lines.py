import pytest

from collectors.profile_lines import Where, line_of

TEXT = '''vendor = "Acme" # [no] header = 1
"devices" = """two
lines"""
[identity]
model = [
    { mib = "a", scalar = ".2" }, # a comment }
    { mib = "b", scalar = ".1", values = { 1 = "x" } },
]
[[metric]]
metric = "clients"
labels = { 0 = "a", "6e" = "b" }
missing = [0, 1]
[[metric]]
scale = 2
[[access_points]]
mib = "one"
[[access_points.metric]]
column = ".1"
[[access_points.metric]]
column = ".2"
[[access_points]]
[[access_points.metric]]
column = ".3"
[other.table]
key = 1'''


@pytest.mark.parametrize(
    ("where", "line"),
    [
        (("vendor",), 1),
        (("devices",), 2),
        (("identity",), 4),
        (("identity", "model", 2, "scalar"), 7),
        (("identity", "model", 2, "values", "1"), 7),
        (("metric", 1, "labels", "6e"), 11),
        (("metric", 2, "scale"), 14),
        (("metric", 2, "column"), 13),
        (("access_points", 1, "metric", 2, "column"), 20),
        (("access_points", 2, "metric", 1, "column"), 23),
        (("other", "table", "key"), 25),
        (("missing",), 1),
        ((), 1),
    ],
)
def test_a_place_has_a_line(where: Where, line: int) -> None:
    assert line_of(TEXT, where) == line


def test_lists_in_one_line_are_counted_too() -> None:
    text = 'metric = [\n  { metric = "clients" },\n  { metric = "cpu", with = [".1", ".2"], scale = "x" },\n]\n'

    assert line_of(text, ("metric", 2, "scale")) == 3
