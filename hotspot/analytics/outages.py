"""What an access point is doing, poll by poll: when it went down, when it came up, when nobody looked."""

from dataclasses import dataclass, replace

from hotspot.analytics.spans import DOWN, GRACE, UNKNOWN, UP, State

COLLECTOR, STORM, LINK = "collector", "storm", "link"  # why nobody looked
MONITORING, CONTROLLER = "monitoring", "controller"  # why who looked could not see: excuses of an unanswered poll
EXCUSES = (MONITORING, CONTROLLER)


@dataclass(frozen=True, slots=True)
class Seen:
    """A poll as far as availability is concerned; `answered` is None when nobody could ask.

    Silence that is not `trusted` says nothing: this machine's own network failed. Neither does silence with an
    `excuse`: the device answers pings (MONITORING), or its controller is silent or does not list it (CONTROLLER).
    """

    at: int
    slot: int
    interval_s: int
    answered: bool | None
    trusted: bool = True
    excuse: str = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is remembered of an access point from one poll to the next; `state`, `since`, `cause` are its open span's.

    `missed` counts the unanswered polls in a row, `silent` those of them, up to the last, that have no excuse.
    """

    state: State
    since: int
    last_poll: int
    last_slot: int
    interval_s: int
    last_ok: int | None = None
    missed: int = 0
    first_missed: int | None = None
    cause: str = ""
    silent: int = 0
    first_silent: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """At `at` the open span ends and one of `state` begins; it takes the place of one that began at the same instant.

    The true change may lie up to `err_s` before.
    """

    at: int
    state: State
    err_s: int = 0
    cause: str = ""


def is_old(watch: Watch | None, poll: Seen) -> bool:
    """Whether the poll was recorded before, or comes late; so recording a poll twice changes nothing."""
    return watch is not None and poll.slot <= watch.last_slot


def is_backwards(watch: Watch | None, poll: Seen) -> bool:
    """Whether the clock was set back since the poll before: the poll tells nothing about when."""
    return watch is not None and poll.at < watch.last_poll


def advance(watch: Watch | None, poll: Seen, misses: int) -> tuple[Watch, list[Change]]:
    """The watch after a newer poll, and how the spans change.

    1. Time before the first poll is not stored.
    2. After a gap of more than 1.5 intervals nobody looked since the poll before.
    3. Silence that may not be believed: nobody looked since the poll before; nobody could ask: from this poll on.
    4. An answer ends what was down or unknown.
    5. `misses` polls in a row without answer or excuse are an outage since the first of them.
    6. `misses` unanswered polls in a row, the last with an excuse: nobody can know, since the first of them. An outage
       goes on until there are as many with an excuse in a row.
    """
    changes: list[Change] = []
    if watch is not None and poll.answered and watch.state == UP and not _was_away(watch, poll):
        return Watch(UP, watch.since, poll.at, poll.slot, poll.interval_s, poll.at), changes  # as nearly always
    if watch is None:
        watch = Watch(UNKNOWN, poll.at, poll.at, poll.slot, poll.interval_s)
        if not poll.answered:
            changes.append(Change(poll.at, UNKNOWN))
    elif _was_away(watch, poll):
        watch = _lost(watch, watch.last_poll, COLLECTOR, changes)
    if poll.answered:
        watch = _answered(watch, poll, changes)
    elif poll.answered is None:
        watch = _lost(watch, poll.at, LINK, changes)
    elif not poll.trusted and poll.excuse != MONITORING:  # a ping that is answered proves this machine's network
        watch = _lost(watch, watch.last_poll, STORM, changes)
    else:
        watch = _missed(watch, poll, misses, changes)
    return replace(watch, last_poll=poll.at, last_slot=poll.slot, interval_s=poll.interval_s), changes


def _was_away(watch: Watch, poll: Seen) -> bool:
    return poll.at - watch.last_poll > GRACE * max(poll.interval_s, watch.interval_s)


def _answered(watch: Watch, poll: Seen, changes: list[Change]) -> Watch:
    if watch.state != UP:
        changes.append(Change(poll.at, UP, poll.at - watch.last_poll))
        watch = replace(watch, state=UP, since=poll.at, cause="")
    return replace(watch, last_ok=poll.at, missed=0, first_missed=None, silent=0, first_silent=None)


def _missed(watch: Watch, poll: Seen, misses: int, changes: list[Change]) -> Watch:
    if poll.excuse and watch.state == DOWN and watch.silent:
        watch = replace(watch, missed=0, first_missed=None)
    first = poll.at if watch.first_missed is None else watch.first_missed
    watch = replace(watch, missed=watch.missed + 1, first_missed=first)
    return _excused(watch, poll, misses, changes) if poll.excuse else _silent(watch, poll, misses, changes)


def _silent(watch: Watch, poll: Seen, misses: int, changes: list[Change]) -> Watch:
    first = poll.at if watch.first_silent is None else watch.first_silent
    watch = replace(watch, silent=watch.silent + 1, first_silent=first)
    if watch.state != DOWN and watch.silent >= misses:
        # While up, the last answer is the poll before the first miss; after unknown time no bound is known.
        is_bounded = watch.state == UP and first == watch.first_missed and watch.last_ok is not None
        err_s = first - (watch.last_ok or 0) if is_bounded else 0
        changes.append(Change(first, DOWN, err_s))
        watch = replace(watch, state=DOWN, since=first, cause="")
    return watch


def _excused(watch: Watch, poll: Seen, misses: int, changes: list[Change]) -> Watch:
    watch = replace(watch, silent=0, first_silent=None)
    if watch.missed >= misses and watch.first_missed is not None and watch.cause != poll.excuse:
        changes.append(Change(watch.first_missed, UNKNOWN, cause=poll.excuse))
        watch = replace(watch, state=UNKNOWN, since=watch.first_missed, cause=poll.excuse)
    return watch


def _lost(watch: Watch, since: int, cause: str, changes: list[Change]) -> Watch:
    if watch.state != UNKNOWN or watch.cause in EXCUSES:
        changes.append(Change(since, UNKNOWN, cause=cause))
        watch = replace(watch, state=UNKNOWN, since=since, cause=cause)
    return replace(watch, missed=0, first_missed=None, silent=0, first_silent=None)
