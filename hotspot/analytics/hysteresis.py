"""When something is said to be wrong, and when to be over: one way for all rules, calm by design.

It begins when a value is at `enter` or over it for `for_s`, it ends when the value is below `leave` for `calm_s`. What
lies between changes nothing that was said. Where no value is known, time stands still.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

GAP_S = 180  # without a look for longer: what lay between nobody knows
FOREVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Level:
    enter: float = 1
    leave: float = 1
    for_s: int = 0
    calm_s: int = 0
    gap_s: int = GAP_S


@dataclass(frozen=True, slots=True)
class Look:
    """A value at an instant, None where it is not known; `since`: it is known to be at `enter` for as long."""

    at: int
    value: float | None
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What is kept of a subject between two looks; of one that is well nothing is.

    `over_since` it is at `enter` or over it, `firing_since` that is said, `under_since` it is below `leave` again.
    """

    looked_at: int
    over_since: int
    firing_since: int | None = None
    under_since: int | None = None

    @property
    def is_pending(self) -> bool:
        """Whether time alone changes what is said."""
        return self.firing_since is None or self.under_since is not None


def advance(memory: Memory | None, look: Look, level: Level) -> Memory | None:
    """What to remember after a look; None of what is well.

    A look at the same instant as the last changes nothing. After a gap, and where the clock was set back, the time
    between counts for nothing.
    """
    if look.value is None or (memory and look.at == memory.looked_at):
        return memory
    if memory:
        passed = look.at - memory.looked_at
        memory = frozen(memory, passed if passed > level.gap_s or passed < 0 else 0)
    if look.value >= level.enter:
        return _over(memory, look, level)
    if memory is None or memory.firing_since is None:
        return None
    return (
        _under(memory, look, level)
        if look.value < level.leave
        else replace(memory, looked_at=look.at, under_since=None)
    )


def frozen(memory: Memory, seconds: int) -> Memory:
    """As if that time had not passed, for whatever time alone would change."""
    if memory.firing_since is None:
        return replace(memory, over_since=memory.over_since + seconds)
    return memory if memory.under_since is None else replace(memory, under_since=memory.under_since + seconds)


def _over(memory: Memory | None, look: Look, level: Level) -> Memory:
    since = look.at if look.since is None else min(look.since, look.at)
    if memory and (memory.firing_since is not None or look.since is None):
        since = min(memory.over_since, look.at)
    firing = memory.firing_since if memory else None
    if firing is None and look.at - since >= level.for_s:
        firing = look.at
    return Memory(look.at, since, firing)


def _under(memory: Memory, look: Look, level: Level) -> Memory | None:
    since = look.at if memory.under_since is None else min(memory.under_since, look.at)
    return None if look.at - since >= level.calm_s else replace(memory, looked_at=look.at, under_since=since)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time for which it is said, and since when it was so; without an end it still is."""

    began: int
    said: int
    ended: int | None


def stretches(looks: Sequence[Look], level: Level, until: int) -> list[Stretch]:
    """What would have been said before `until`, from the changes of a value, in order: each holds until the next."""
    found: list[Stretch] = []
    memory: Memory | None = None
    level = replace(level, gap_s=FOREVER)
    for look, end in zip(looks, [*(one.at for one in looks[1:]), until], strict=False):
        for each in _as_long(memory, look, level, end):
            before, memory = memory, advance(memory, each, level)
            if before and before.firing_since is not None and memory is None:
                found.append(Stretch(before.over_since, before.firing_since, each.at))
        if memory and look.value is None:
            memory = frozen(memory, end - look.at)
    if memory and memory.firing_since is not None:
        found.append(Stretch(memory.over_since, memory.firing_since, None))
    return found


def _as_long(memory: Memory | None, look: Look, level: Level, end: int) -> Iterator[Look]:
    """The look, and the one at which time alone changes what is said while its value holds."""
    yield look
    after = advance(memory, look, level)
    if after is None or not after.is_pending or look.value is None:
        return
    due = after.over_since + level.for_s if after.under_since is None else after.under_since + level.calm_s
    if look.at < due < end:
        yield replace(look, at=due)
