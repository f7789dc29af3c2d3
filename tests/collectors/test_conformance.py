import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from collectors import conformance
from collectors.conformance import MISSING, RIGHT, UNASKED, WRONG, clients, same_text, verdict
from collectors.result import Identity, PollResult, Sample

RECORDINGS = Path(__file__).with_name("recordings")


def sensor(index: str, description: str, value: float, kind: str = "clients") -> dict[str, Any]:
    return {"class": kind, "index": index, "descr": description, "value": value}


@pytest.mark.parametrize(
    ("sensors", "total"),
    [
        ([], None),
        ([sensor("1", "Noise", -90, "noise-floor")], None),
        ([sensor("1", "2.4GHz", 11), sensor("2", "5GHz", 54), sensor("total", "Total", 65)], 65),
        ([sensor("clients", "clients", 67), sensor("x", "SSID WiFi clients", 60)], 67),
        ([sensor("a", "SSID: WiFi", 4), sensor("ng", "Clients (ng)", 4), sensor("na", "Clients (na)", 2)], 6),
        ([sensor("a", "SSID: WiFi", 4), sensor("b", "SSID: Petugas", 1)], 5),
        ([sensor("1", "2G: WiFi", 7), sensor("8", "SSID: WiFi", 4)], 11),
        ([sensor("1", "wl-5G", 2), sensor("2", "wl-2.4G", 1), sensor("3", "wlan", 3)], 3),
    ],
)
def test_the_expected_total_is_found(sensors: Sequence[dict[str, Any]], total: float | None) -> None:
    assert clients(sensors) == total


@pytest.mark.parametrize(
    ("said", "found", "outcome"),
    [
        (None, "R500", UNASKED),
        ("R500", "", MISSING),
        ("9.13.3.0.145 (US)", "9.13.3.0.145", RIGHT),
        ("8.7.4", "XC.v8.7.4", RIGHT),
        ("R500", "R510", WRONG),
    ],
)
def test_texts_are_the_same_when_one_holds_the_other(said: str | None, found: str, outcome: str) -> None:
    assert same_text(said, found) == outcome


@pytest.mark.parametrize(
    ("samples", "outcome"), [((Sample("clients", 4),), RIGHT), ((Sample("clients", 5),), WRONG), ((), MISSING)]
)
def test_stations_are_compared(samples: tuple[Sample, ...], outcome: str) -> None:
    said = {"os": "unifi", "wireless": [sensor("total", "Total", 4)]}

    assert verdict("x", said, PollResult(1, 0.0, True, profile="unifi", samples=samples)).clients == outcome


def test_an_unknown_system_must_not_be_taken_for_a_known_one() -> None:
    said = {"os": "linux", "hardware": "X-1"}

    assert verdict("x", said, PollResult(1, 0.0, True)).identification == RIGHT
    assert verdict("x", said, PollResult(1, 0.0, True, profile="unifi")).identification == WRONG
    assert verdict("x", said, PollResult(1, 0.0, True, identity=Identity(model="X-1"))).model == RIGHT


def pair(folder: Path, hardware: str) -> None:
    shutil.copy(RECORDINGS / "unifi.snmprec", folder / "device.snmprec")
    said = {"os": "unifi", "hardware": hardware, "version": "6.5.62", "wireless": [sensor("total", "Total", 32)]}
    (folder / "device.expected.json").write_text(json.dumps(said), "utf-8")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["conformance", *arguments])
    return conformance.main()


def test_a_folder_is_played_and_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pair(tmp_path, "U6-Lite")

    assert run(monkeypatch, str(tmp_path)) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["device", "unifi", "right", "right", "right", "right"]


def test_a_wrong_answer_is_an_exit_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pair(tmp_path, "U6-Pro")

    assert run(monkeypatch, str(tmp_path)) == 1


@pytest.mark.parametrize("arguments", [(), ("nowhere",)])
def test_without_a_folder_there_is_a_hint(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *arguments) == 2
    assert "usage: " in capsys.readouterr().err
