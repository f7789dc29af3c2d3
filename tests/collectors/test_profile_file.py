from pathlib import Path

import pytest

from collectors.profile import rooted
from collectors.profile_file import ProfileError, load

GOOD = """
vendor = "Acme"
devices = "access points"
base = "1.3.6.1.4.1.32473"

[[match]]
sys_object_id = ".1"

[identity]
model = [{ mib = "acmeModel", scalar = ".2.1.0", values = { 1 = "A-1" } }]

[[metric]]
metric = "clients"
mib = "acmeClients"
scalar = ".3.1.0"
"""


def written(folder: Path, text: str) -> Path:
    (folder / "acme.toml").write_text(text, "utf-8")
    return folder


def test_oids_that_start_with_a_point_continue_the_base(tmp_path: Path) -> None:
    profile = load(written(tmp_path, GOOD))["acme"]

    assert profile.matches[0].sys_object_id == "1.3.6.1.4.1.32473.1"
    assert profile.facts["model"][0].scalar == "1.3.6.1.4.1.32473.2.1.0"
    assert profile.sources[0].oid == "1.3.6.1.4.1.32473.3.1.0"


def metric(keys: str) -> str:
    return f'{GOOD}\n[[metric]]\nmetric = "radio_noise"\nmib = "acmeNoise"\n{keys}\n'


ACCESS_POINTS = f"""{GOOD}
[[access_points]]
mib = "acmeApTable"
state = ".6.1.2"
states = {{ 1 = true, 2 = false }}
name = ".6.1.3"

[[access_points.metric]]
metric = "radio_errors"
mib = "acmeApRadioErrors"
column = ".7.1.2"
label_index = "last"
bits = 64
"""


def test_a_controller_has_a_table_of_access_points(tmp_path: Path) -> None:
    (table,) = load(written(tmp_path, ACCESS_POINTS))["acme"].access_points

    assert (table.state, table.states) == ("1.3.6.1.4.1.32473.6.1.2", {"1": True, "2": False})
    assert [(source.metric.name, source.bits) for source in table.sources] == [("radio_errors", 64)]


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (GOOD.replace('vendor = "Acme"', ""), 1, "vendor: must be a text"),
        (f"\ncolour = 1\n{GOOD}", 2, "colour: there is no such key; known are base, vendor"),
        (GOOD.replace(".32473", ".x"), 4, "base: '1.3.6.1.4.1.x' is not an OID"),
        (GOOD.replace('".3.1.0"', '".3..0"'), 15, "metric 1: scalar: '.3..0' is not an OID"),
        (GOOD.replace('"clients"', '"klients"'), 13, "metric 1: metric: there is no 'klients'; known are clients"),
        (
            GOOD.replace("scalar = ", "skalar = ", 1),
            10,
            "identity: model 1: skalar: there is no such key; known are mib",
        ),
        (GOOD.replace("[[match]]", "[match]"), 6, "match: must be a list of tables"),
        (GOOD.replace("[identity]", "[identity]\ncolour = []"), 10, "identity: colour: there is no such key"),
        (f"identity = 1\n{GOOD.replace('[identity]', '[other]')}", 10, "other: there is no such key"),
        (f"identity = 1\n{GOOD.split('[identity]')[0]}", 1, "identity: must be a table"),
        (GOOD.replace("[{ mib", "[[], { mib"), 10, "identity: model 1: must be a table"),
        (GOOD.replace("values = {", "column = '.1', values = {"), 10, "model 1: say mib, and one of scalar, column"),
        (
            GOOD.replace('sys_object_id = ".1"', 'object = ".1"'),
            6,
            "match 1: say sys_object_id, sys_descr, or an object",
        ),
        (GOOD.replace('sys_object_id = ".1"', ""), 6, "match 1: say sys_object_id, sys_descr, or an object"),
        (GOOD.replace('sys_object_id = ".1"', 'sys_descr = "("'), 7, "match 1: sys_descr: missing )"),
        (metric(""), 17, "metric 2: say metric, mib, and one of scalar, column or count_rows"),
        (metric("column = '.4'\nscalar = '.4.0'"), 17, "metric 2: say metric, mib, and one of scalar, column"),
        (metric("count_rows = '.4'"), 17, "metric 2: count_rows and present_if go together"),
        (metric("column = '.4'\nscale = '2'"), 21, "metric 2: scale: '2' is not a number"),
        (metric("column = '.4'\nmissing = 0"), 21, "metric 2: missing: must be a list"),
        (metric("column = '.4'\nmissing = [true]"), 21, "metric 2: missing: True is not a number"),
        (metric("column = '.4'\nlabels = 1"), 21, "metric 2: labels: must be a table"),
        (metric("column = '.4'\nmap = { 1 = 'up' }"), 21, "metric 2: map: 1: 'up' is not a number"),
        (
            metric("column = '.4'\nlabel_index = 'first'"),
            21,
            "metric 2: label_index: there is no 'first'; known are all",
        ),
        (metric("column = '.4'\nlabel_value = false"), 21, "metric 2: label_value: can only be true, or be left out"),
        (metric("column = '.4'\nbits = 16"), 21, "metric 2: bits: there is no 16; known are 32, 64"),
        (metric("column = '.4'\nbits = 64"), 21, "metric 2: bits: only a counter has bits"),
        (metric("column = '.4'\nwhen = {}"), 21, "metric 2: when: say sys_object_id, sys_descr, or an object"),
        (
            metric("column = '.4'\ndecode = 'cube'"),
            21,
            "metric 2: decode: there is no 'cube'; known are leading_number",
        ),
        (
            metric("column = '.4'\ndecode = 'share_used'"),
            17,
            "metric 2: share_used needs 2 objects, one and the others",
        ),
        (metric("column = '.4'\nreduce = ['cube']"), 21, "metric 2: reduce: there is no ['cube']; known are "),
        (ACCESS_POINTS.replace("true", "1"), 20, "access_points 1: states: 1: must be true or false"),
        (
            ACCESS_POINTS.replace("states =", "map ="),
            20,
            "access_points 1: map: there is no such key; known are key, state, down",
        ),
        (
            ACCESS_POINTS.replace('name = ".6.1.3"', 'model = ".6.1.3"\n').replace("state", "#"),
            17,
            "say mib, and name or",
        ),
        (ACCESS_POINTS.replace("column =", "scalar ="), 23, "access_points 1: metric 1: of access points only columns"),
    ],
)
def test_a_mistake_is_a_sentence_with_file_line_and_key(tmp_path: Path, text: str, line: int, sentence: str) -> None:
    folder = written(tmp_path, text)

    with pytest.raises(ProfileError) as caught:
        load(folder)

    assert str(caught.value).startswith(f"acme.toml line {line}: ")
    assert sentence in str(caught.value)


def test_a_text_in_an_oid_is_its_length_and_letters(tmp_path: Path) -> None:
    folder = written(tmp_path, GOOD.replace('".3.1.0"', """'.3."née"'"""))

    assert load(folder)["acme"].sources[0].oid == "1.3.6.1.4.1.32473.3.4.110.195.169.101"


def test_a_base_may_be_the_sys_object_id(tmp_path: Path) -> None:
    text = GOOD.replace('"1.3.6.1.4.1.32473"', '"sysObjectID"').replace('".1"', '"1.3.6.1.4.1.32473.9"')
    profile = load(written(tmp_path, text))["acme"]

    assert profile.own_arc
    assert rooted(profile, "1.3.6.1.4.1.32473.9.4").sources[0].oid == "1.3.6.1.4.1.32473.9.4.3.1.0"


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(ProfileError, match=r"^acme\.toml: "):
        load(tmp_path)


def test_a_mistake_in_toml_says_the_line(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="line 3"):
        load(written(tmp_path, 'vendor = "Acme"\n\ndevices = = 1\n'))
