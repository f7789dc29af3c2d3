"""Where a rule looks, and which outages are told."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotspot.analytics.permissions import within


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subject is: the code of its kelurahan and the id of its provider, empty where it has none."""

    area_code: str = ""
    provider_id: int | None = None


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a rule watches: of an area (the code of a district or village), of a provider, or the whole city."""

    area_code: str = ""
    provider_id: int | None = None

    def holds(self, place: Place) -> bool:
        if self.provider_id is not None and place.provider_id != self.provider_id:
            return False
        return not self.area_code or within(place.area_code, frozenset((self.area_code,)))


EVERYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class OutageRule:
    """Which outages are told, how severe they are."""

    id: int
    name: str
    severity: str
    least_s: int
    least_points: int
    scope: Scope = EVERYWHERE

    def wants(self, points: Sequence[Place], lasted_s: int) -> bool:
        """Whether an outage is told: of these points (a device without a point counts as one), down for so long."""
        if lasted_s < self.least_s or len(points) < self.least_points:
            return False
        return sum(map(self.scope.holds, points)) >= self.least_points
