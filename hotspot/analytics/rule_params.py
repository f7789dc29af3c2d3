"""What a person may set of each kind of rule, with the defaults."""

from dataclasses import dataclass

from hotspot.analytics.citizens import MANY_PEOPLE
from hotspot.analytics.firmware_list import approved_list
from hotspot.analytics.import_row import N_, reject
from hotspot.analytics.rule_fields import (
    CLIENTS,
    DAYS,
    DEVICES,
    HOURS,
    HOURS_IN_A_ROW,
    MINUTES,
    PEOPLE,
    PERCENT,
    POLLS,
    TIMES,
    WEEKS,
    choice,
    lines,
    number,
)

LOWER = N_("It is over only below this, so that a value that swings around the limit is told once.")


@dataclass(frozen=True, slots=True)
class Outage:
    least_minutes: int = number(10, N_("Down for at least"), MINUTES, 0, 1440)
    least_points: int = number(1, N_("Points down together, at least"), "", 1, 10_000)


@dataclass(frozen=True, slots=True)
class MonitoringBroken:
    minutes: int = number(30, N_("For at least"), MINUTES, 1, 10_080)


@dataclass(frozen=True, slots=True)
class Unknown:
    hours: int = number(6, N_("For at least"), HOURS, 1, 720)


@dataclass(frozen=True, slots=True)
class Degraded:
    of: str = choice("area", N_("Share of"), {"area": N_("each kelurahan"), "point": N_("each point")})
    share: int = number(50, N_("Down, at least"), PERCENT, 1, 100)
    leave: int = number(30, N_("Over below"), PERCENT, 0, 99, LOWER)
    least: int = number(4, N_("Only where there are at least"), DEVICES, 2, 1000)
    minutes: int = number(10, N_("For at least"), MINUTES, 0, 1440)

    def check(self) -> None:
        below("leave", self.leave, self.share)


@dataclass(frozen=True, slots=True)
class Provider:
    points: int = number(5, N_("Points down, at least"), "", 2, 10_000)
    share: int = number(
        20, N_("And of all its points, at least"), PERCENT, 0, 100, N_("0: the number of points alone decides.")
    )
    minutes: int = number(5, N_("For at least"), MINUTES, 0, 1440)


@dataclass(frozen=True, slots=True)
class Capacity:
    clients: int = number(
        60, N_("An access point serves"), CLIENTS, 1, 10_000, N_("What the city's devices can do well.")
    )
    share: int = number(90, N_("Reached from"), PERCENT, 1, 100)
    leave: int = number(75, N_("Over below"), PERCENT, 0, 99, LOWER)
    polls: int = number(5, N_("In at least"), POLLS, 1, 100)

    def check(self) -> None:
        below("leave", self.leave, self.share)


@dataclass(frozen=True, slots=True)
class Unused:
    days: int = number(
        7, N_("Up, yet no client for"), DAYS, 2, 60, N_("Days on which nobody read the clients do not count.")
    )


@dataclass(frozen=True, slots=True)
class Traffic:
    tolerance: int = number(
        8, N_("Tolerance"), TIMES, 3, 100,
        N_("How many times further from the median than half of the same hours of earlier weeks were, about."),
    )  # fmt: skip
    hours: int = number(2, N_("In at least"), HOURS_IN_A_ROW, 1, 24)
    weeks: int = number(8, N_("Compared with the last"), WEEKS, 3, 26)
    least_weeks: int = number(4, N_("Silent unless it knows at least"), WEEKS, 3, 26)

    def check(self) -> None:
        if self.least_weeks > self.weeks:
            reject("least_weeks", N_("more weeks than it is compared with"))


@dataclass(frozen=True, slots=True)
class Firmware:
    approved: str = lines(
        N_("Approved firmware"),
        N_(
            "One line a device, as vendor / model: versions, with * for any text, such as MikroTik / *: 7.15*, 7.16*. "
            "What no line names is not judged."
        ),
    )

    def check(self) -> None:
        approved_list(self.approved)


@dataclass(frozen=True, slots=True)
class Expiry:
    days: int = number(60, N_("Before the last day"), DAYS, 1, 730)


@dataclass(frozen=True, slots=True)
class Disk:
    free: int = number(10, N_("Free, less than"), PERCENT, 1, 90)
    leave: int = number(15, N_("Over from"), PERCENT, 2, 95, N_("It is over only from this on."))

    def check(self) -> None:
        if self.leave <= self.free:
            reject("leave", N_("must be more than the limit"))


@dataclass(frozen=True, slots=True)
class Collector:
    minutes: int = number(10, N_("Silent for at least"), MINUTES, 2, 10_080)
    lag: int = number(
        100, N_("Or a cycle takes of its interval"), PERCENT, 50, 1000, N_("From 100 on cycles are left out.")
    )


@dataclass(frozen=True, slots=True)
class Citizens:
    people: int = number(MANY_PEOPLE, N_("Who report it within a day, at least"), PEOPLE, 1, 1000)


def below(name: str, leave: int, enter: int) -> None:
    if leave >= enter:
        reject(name, N_("must be less than the limit"))
