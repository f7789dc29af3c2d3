import json
from dataclasses import replace
from typing import Any

import pytest

from hotspot.analytics.incident_stream import LONGEST, MOST_POINTS, Happened, Place, Standing, payload

NOW = 1_795_244_400
OPEN = Standing(
    7, "outage", "warning", "Gardu <Benda>", "upstream", NOW - 600, NOW - 60, None, None, NOW + 7200, "", False, None,
    3, 2, (Place("TS-2", "36.74.06.1002", down=True), Place("TS-3", "36.74.01.1001", down=False)),
)  # fmt: skip


def told(event: Happened, incident: Standing = OPEN) -> Any:
    return json.loads(payload(event, incident, "36.74", "Asia/Jakarta"))


def test_an_event_carries_the_incident_as_it_was() -> None:
    assert told(Happened(12, NOW, "opened", data={"members": 3})) == {
        "format": "hotspot.incident-event.1", "sequence": 12, "city": "36.74", "event": "opened",
        "at": "2026-11-21T14:00:00+07:00", "by": "service", "role": None, "details": {"members": 3},
        "incident": {
            "id": 7, "kind": "outage", "severity": "warning", "name": "Gardu <Benda>", "shared": "upstream",
            "state": "open", "began": "2026-11-21T13:50:00+07:00", "announced": "2026-11-21T13:59:00+07:00",
            "recovered": None, "acknowledged": None, "due": "2026-11-21T16:00:00+07:00", "reason": None,
            "flapping": False, "merged_into": None, "members": 3, "affected": 2,
            "areas": ["36.74.01.1001", "36.74.06.1002"],
            "points": [
                {"code": "TS-2", "area": "36.74.06.1002", "down": True},
                {"code": "TS-3", "area": "36.74.01.1001", "down": False},
            ],
            "points_in_all": 2,
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("event", "by", "role", "details"),
    [
        (Happened(1, NOW, "reason", "sari", "viewer", {"reason": "power"}), "person", "viewer", {"reason": "power"}),
        (Happened(1, NOW, "comment", "gone", ""), "person", None, {}),
        (
            Happened(1, NOW, "ticket_opened", "PLN", "owner", {"ticket": 3, "source": "PLN", "ref": "r" * 900}),
            "system", None, {"source": "PLN", "ref": "r" * LONGEST},
        ),
        (Happened(1, NOW, "merged", "sari", "owner", {"rows": [1], "before": {"due_at": 1}, "into": 4}), "person",
         "owner", {"into": 4}),
        (Happened(1, NOW, "report", data={"people": 2, "comment": "Telepon 0812"}), "service", None, {"people": 2}),
    ],
)  # fmt: skip
def test_no_name_and_no_free_text_leaves_the_house(
    event: Happened, by: str, role: str | None, details: dict[str, object]
) -> None:
    found = told(event)
    assert (found["by"], found["role"], found["details"]) == (by, role, details)
    assert "sari" not in json.dumps(found)


def test_of_many_points_the_number_is_told() -> None:
    places = tuple(Place(f"TS-{n:04d}", "36.74.01.1001", down=True) for n in range(1000))
    found = told(Happened(1, NOW, "opened"), replace(OPEN, places=places, recovered_at=NOW))["incident"]
    assert (len(found["points"]), found["points_in_all"], found["areas"]) == (MOST_POINTS, 1000, ["36.74.01.1001"])
    assert (found["state"], found["recovered"]) == ("recovered", "2026-11-21T14:00:00+07:00")
