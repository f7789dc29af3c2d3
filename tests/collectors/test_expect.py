import json
import shutil
from pathlib import Path

import pytest

from collectors.result import PollResult
from tests.collectors import expect

RECORDINGS = expect.FOLDER


@pytest.mark.parametrize("name", ["unifi", "huawei-ac"])
def test_the_expectation_of_a_recording_is_written(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(RECORDINGS / f"{name}.snmprec", tmp_path)
    monkeypatch.setattr(expect, "FOLDER", tmp_path)
    monkeypatch.setattr("sys.argv", ["expect", name])

    expect.main()

    written = json.loads((tmp_path / f"{name}.json").read_text("utf-8"))
    assert written == json.loads((RECORDINGS / f"{name}.json").read_text("utf-8"))


def test_a_device_that_was_not_identified_expects_nothing() -> None:
    with pytest.raises(SystemExit, match="not identified: no answer"):
        expect.expectation(PollResult(1, 0.0, True, error="no answer"))
