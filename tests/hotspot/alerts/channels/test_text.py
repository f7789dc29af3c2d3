"""What other sides said, as a log may keep it."""

import pytest

from hotspot.alerts.channels.text import said


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("550 <staf@example.go.id> unknown", "550 <…> unknown"),
        ("6281299887766 blocked", "… blocked"),
        ("+62 812-9988-7766 is not here", "… is not here"),
        ("no such number: 0812 9988 7766", "no such number: …"),
        ("2026-11-21 13:30:00 queued as 4F2A at 10.20.30.40", "2026-11-21 13:30:00 queued as 4F2A at 10.20.30.40"),
    ],
)
def test_people_are_left_out(answer: str, kept: str) -> None:
    assert said(answer) == kept
