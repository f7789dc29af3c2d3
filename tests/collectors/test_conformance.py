import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from collectors import conformance
from collectors.conformance import check, identification
from collectors.judgement import RIGHT, WRONG
from collectors.result import Identity, PollResult

RECORDINGS = Path(__file__).with_name("recordings")


def pair(folder: Path, hardware: str = "U6-Lite", recording: str = "unifi", **more: Any) -> None:
    shutil.copy(RECORDINGS / f"{recording}.snmprec", folder / "device.snmprec")
    total = {"class": "clients", "index": "total", "descr": "Total", "value": 32}
    said = {"os": "unifi", "vendor": "Ubiquiti", "hardware": hardware, "version": "6.5.62", "wireless": [total]}
    (folder / "device.expected.json").write_text(json.dumps(said | more), "utf-8")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["conformance", *arguments])
    return conformance.main()


def test_a_folder_is_played_and_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pair(tmp_path)

    assert run(monkeypatch, str(tmp_path)) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "device (unifi): 4 right"
    assert lines[-1].split() == ["all", "1", "1/1", "1/1", "1/1", "1/1"]


def test_a_wrong_answer_is_an_exit_code_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pair(tmp_path, "U6-Pro")

    assert run(monkeypatch, str(tmp_path)) == 1
    assert "    wrong: model: model: expected U6-Pro, found U6-Lite" in capsys.readouterr().out.splitlines()


def test_the_verdicts_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pair(tmp_path)

    assert run(monkeypatch, str(tmp_path), "--json") == 0

    (said,) = json.loads(capsys.readouterr().out)
    assert (said["name"], said["profile"], len(said["values"])) == ("device", "unifi", 4)


def test_values_that_are_not_right_are_listed_in_bounded_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sensors = [{"class": "snr", "descr": f"radio {i}", "oids": [f"1.3.6.1.9.{i}"], "value": i} for i in range(20)]
    pair(tmp_path, wireless=sensors)

    assert run(monkeypatch, str(tmp_path)) == 0  # missing is not wrong
    assert "    and 8 more" in capsys.readouterr().out.splitlines()


def test_what_cannot_be_read_is_named_and_the_rest_judged(tmp_path: Path) -> None:
    pair(tmp_path)
    with (tmp_path / "device.snmprec").open("ab") as file:
        file.write(b"no object\n1.3.6.1.4.1.1.0|2|many\n1.99999999999.1|2|1\n")
    (tmp_path / "torn.expected.json").write_text("{", "utf-8")
    (tmp_path / "list.expected.json").write_text("[]", "utf-8")
    shutil.copy(tmp_path / "device.snmprec", tmp_path / "odd.snmprec")
    (tmp_path / "odd.expected.json").write_text('{"os": "unifi", "wireless": [7]}', "utf-8")
    (tmp_path / "alone.expected.json").write_text("{}", "utf-8")

    verdicts = {one.name: one for one in check(tmp_path)}

    assert {value.outcome for value in verdicts["device"].values} == {RIGHT}
    assert verdicts["device"].faults[0].startswith("3 lines are no objects, the first is line ")
    assert verdicts["odd"].faults[-1].startswith("expected values: TypeError(")
    for name in ("torn", "list", "alone"):
        assert verdicts[name].faults[0].startswith("can't be read: ")
        assert verdicts[name].values == ()


def test_only_those_named_are_played(tmp_path: Path) -> None:
    pair(tmp_path)

    assert check(tmp_path, ["other"]) == []


@pytest.mark.parametrize(
    ("said", "profile", "vendor", "outcome"),
    [
        ({"os": "unifi", "vendor": "Ubiquiti"}, "unifi", "Ubiquiti", RIGHT),
        ({"os": "unifi", "vendor": "Ubiquiti"}, "airmax", "Ubiquiti", WRONG),
        ({"os": "new", "vendor": "Aruba (HPE)"}, "aruba-instant", "Aruba", RIGHT),
        ({"os": "new", "vendor": "Aruba (HPE)"}, "unifi", "Ubiquiti", WRONG),
        ({"os": "new", "vendor": "Pepwave"}, "peplink", "Peplink", RIGHT),
        ({"os": "new", "vendor": "Aruba (HPE)"}, "", "", WRONG),
        ({"os": "linux"}, "", "", RIGHT),
        ({"os": "linux"}, "unifi", "Ubiquiti", WRONG),
        ({"os": "cnmatrix", "vendor": "Cambium", "kind": "switch"}, "", "", RIGHT),
    ],
)
def test_a_device_is_recognised(said: dict[str, Any], profile: str, vendor: str, outcome: str) -> None:
    result = PollResult(1, 0.0, True, profile=profile, identity=Identity(vendor=vendor))

    assert identification(said, result).outcome == outcome


@pytest.mark.parametrize("arguments", [(), ("nowhere",)])
def test_without_a_folder_there_is_a_hint(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        run(monkeypatch, *arguments)

    assert left.value.code == 2
    assert "usage: " in capsys.readouterr().err
