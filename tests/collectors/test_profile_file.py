from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('vendor = "Acme', "acme.toml: Unterminated string"),
        (GOOD.replace('vendor = "Acme"', ""), "acme.toml: vendor: must be a text"),
        (f"colour = 1\n{GOOD}", "acme.toml: the profile: there is no key 'colour'; known are base"),
        (GOOD.replace(".32473", ".x"), "acme.toml: base: '1.3.6.1.4.1.x' is not an OID"),
        (GOOD.replace('".3.1.0"', '".3..0"'), "acme.toml: metric 1: scalar: '.3..0' is not an OID"),
        (
            GOOD.replace('"clients"', '"klients"'),
            "acme.toml: metric 1: metric: there is no 'klients'; known are clients",
        ),
        (
            GOOD.replace("scalar = ", "skalar = "),
            "acme.toml: identity model 1: there is no key 'skalar'; known are mib",
        ),
        (GOOD.replace("[[match]]", "[match]"), "acme.toml: match: must be a list of tables"),
        (GOOD.replace("[identity]", "[identity]\ncolour = []"), "acme.toml: identity: there is no key 'colour'"),
        (f"identity = 1\n{GOOD.replace('[identity]', '[other]')}", "acme.toml: the profile: there is no key 'other'"),
        (GOOD.replace("[{ mib", "[[], { mib"), "acme.toml: identity model 1: must be a table"),
        (
            GOOD.replace("values = {", "column = '.1', values = {"),
            "identity model 1: say mib, and one of scalar, column",
        ),
        (GOOD.replace('sys_object_id = ".1"', 'object = ".1"'), "match 1: say sys_object_id, sys_descr, or an object"),
        (GOOD.replace('sys_object_id = ".1"', ""), "match 1: say sys_object_id, sys_descr, or an object"),
        (GOOD.replace('sys_object_id = ".1"', 'sys_descr = "("'), "match 1: sys_descr: missing )"),
        (metric(""), "metric 2: say metric, mib, and one of scalar, column or count_rows"),
        (
            metric("column = '.4'\nscalar = '.4.0'"),
            "metric 2: say metric, mib, and one of scalar, column or count_rows",
        ),
        (metric("count_rows = '.4'"), "metric 2: count_rows and present_if go together"),
        (metric("column = '.4'\nscale = '2'"), "metric 2: scale: '2' is not a number"),
        (metric("column = '.4'\nmissing = 0"), "metric 2: missing: must be a list"),
        (metric("column = '.4'\nmissing = [true]"), "metric 2: missing: True is not a number"),
        (metric("column = '.4'\nlabels = 1"), "metric 2: labels: must be a table"),
        (metric("column = '.4'\nmap = { 1 = 'up' }"), "metric 2: map: 1: 'up' is not a number"),
        (metric("column = '.4'\nlabel_index = 'first'"), "metric 2: label_index: there is no 'first'; known are all, "),
        (metric("column = '.4'\nlabel_value = false"), "metric 2: label_value: can only be true, or be left out"),
        (metric("column = '.4'\ndecode = 'cube'"), "metric 2: decode: there is no 'cube'; known are leading_number"),
        (
            metric("column = '.4'\ndecode = 'share_used'"),
            "metric 2: share_used needs 2 objects, one and the others in ",
        ),
        (metric("column = '.4'\nreduce = 'cube'"), "metric 2: reduce: there is no 'cube'; known are "),
    ],
)
def test_a_mistake_is_a_sentence_with_file_and_key(tmp_path: Path, text: str, sentence: str) -> None:
    folder = written(tmp_path, text)

    with pytest.raises(ProfileError) as caught:
        load(folder)

    assert str(caught.value).startswith("acme.toml: ")
    assert sentence in str(caught.value)


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(ProfileError, match=r"^acme\.toml: "):
        load(tmp_path)


def test_a_mistake_in_toml_says_the_line(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="line 3"):
        load(written(tmp_path, 'vendor = "Acme"\n\ndevices = = 1\n'))
