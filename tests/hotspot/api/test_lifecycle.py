from flask.testing import FlaskClient

from tests.hotspot.api.conftest import Asker
from tests.hotspot.web.visitor import send


def test_a_life_is_told_with_its_steps(asker: Asker) -> None:
    told = asker.json("/api/v1/points/TS-0006/lifecycle")

    assert (told["point"], told["on"], told["stage"]) == ("TS-0006", "2026-11-21", "active")
    assert told["access_points"] == ["AP-006-1", "AP-006-2", "AP-006-3"]
    assert [one["stage"] for one in told["steps"]] == ["installed", "accepted", "active"]
    assert told["steps"][0]["withdrawn_at"] is None
    assert (told["relocated_from"], told["relocated_to"]) == (None, [])


def test_any_past_day_is_told(asker: Asker) -> None:
    told = asker.json("/api/v1/points/TS-0006/lifecycle?on=2025-01-01")

    assert (told["stage"], told["access_points"]) == (None, [])


def test_an_unknown_point_is_none(asker: Asker) -> None:
    assert asker.get("/api/v1/points/TS-9999/lifecycle").status_code == 404


def test_withdrawn_steps_and_overrides_are_told(city_admin: FlaskClient) -> None:
    reasons = {"override_photo": "no camera", "override_place": "seen"}
    send(city_admin, "/points/TS-0040", stage="accepted", since="2026-11-20", document="BAST 7", **reasons)

    step = city_admin.get("/api/v1/points/TS-0040/lifecycle").json["steps"][-1]  # type: ignore[index]

    assert (step["document"], step["overrides"]) == ("BAST 7", {"photo": "no camera", "place": "seen"})
