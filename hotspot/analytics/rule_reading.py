"""What a rule watches and what it reads of it at an instant."""

from dataclasses import dataclass

from hotspot.analytics.hysteresis import Level, Look
from hotspot.analytics.rule_scope import NOWHERE, Place


@dataclass(frozen=True, slots=True)
class Subject:
    """`key` names it ("ap:12", "point:3", "contract:4", "disk"), `label` is what people call it.

    `code` is that of the point, where its page is to be found.
    """

    key: str
    label: str
    place: Place = NOWHERE
    ap_id: int | None = None
    point_id: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """`text` is the value as it may be shown in every language; empty where there is none to show."""

    subject: Subject
    look: Look
    level: Level
    text: str = ""

    @property
    def is_over(self) -> bool:
        """Whether it would be said now, or soon if it stays so."""
        return self.look.value is not None and self.look.value >= self.level.enter


def device(ap_id: int, name: str, place: Place, point_id: int | None) -> Subject:
    return Subject(f"ap:{ap_id}", name, place, ap_id, point_id)


def point(point_id: int, name: str, place: Place, code: str = "") -> Subject:
    return Subject(f"point:{point_id}", name, place, None, point_id, code)


def share(value: float | None) -> str:
    return "" if value is None else f"{value:.0f} %"


def part(some: int, total: int) -> str:
    return f"{some} / {total}"


def megabytes(octets: float) -> str:
    return f"{octets / 1e6:.0f} MB"
