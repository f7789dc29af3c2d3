"""What a controller's poll says of the access points that are followed through it: a poll of each of them.

They are never asked themselves. What the controller says of a connection is certain: "disconnected" is an outage from
the first poll that said so. What it does not list, or says nothing of, nobody knows. While it is silent itself, or its
table fails, that is certain only after as many polls as make an outage, and dated back to the first of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from collectors.result import AgentClock, Identity, ManagedAccessPoint, PollResult
from hotspot.analytics.outages import CONTROLLER
from hotspot.batch import Poll, Told
from hotspot.store.followed import SAID, Followed, printable

DISCONNECTED = "its controller says that it is not connected"
MISSING = "its controller does not list it"
SILENT = "its controller does not answer"
UNSAID = "its controller does not say whether it is connected"
UNTOLD = "its controller answers, but not what its access points do"


def with_followed(polls: Iterable[Poll], followed: Mapping[int, Sequence[Followed]]) -> list[Poll]:
    """Each controller's poll is followed by those of its access points."""
    found: list[Poll] = []
    for poll in polls:
        found.append(poll)
        if rows := followed.get(poll.result.key):
            found.extend(told(poll, rows))
    return found


def told(poll: Poll, rows: Iterable[Followed]) -> Iterator[Poll]:
    listed = None if poll.result.access_points is None else {one.key: one for one in poll.result.access_points}
    for row in rows:
        if not row.polling:
            continue
        one = listed.get(row.key) if listed else None
        if one is not None and one.up is not None:
            yield of_listed(poll, row, one, up=one.up)
        else:
            said = Told(CONTROLLER, certain=bool(poll.result.reachable) and listed is not None)
            error = why(poll.result, listed is not None, one)
            yield Poll(poll.slot, poll.interval_s, silence(poll.result, row.ap_id, error), told=said)


def of_listed(poll: Poll, row: Followed, one: ManagedAccessPoint, *, up: bool) -> Poll:
    said = Identity(
        vendor=row.vendor,
        sys_name=printable(one.name),
        model=printable(one.model),
        firmware=printable(one.firmware),
        serial=printable(one.serial),
    )
    result = PollResult(
        row.ap_id,
        poll.result.at,
        up,
        profile=poll.result.profile,
        clock=AgentClock() if one.uptime_s is None or not up else AgentClock(one.uptime_s * 100),
        identity=said if is_news(row.identity, said) else None,
        samples=one.samples if up else (),
        error="" if up else DISCONNECTED,
    )
    return Poll(poll.slot, poll.interval_s, result, told=Told(address=one.address))


def silence(result: PollResult, ap_id: int, error: str) -> PollResult:
    """None of the access points could be asked where the controller could not."""
    return PollResult(ap_id, result.at, None if result.reachable is None else False, error=error)


def why(result: PollResult, listed: bool, one: ManagedAccessPoint | None) -> str:
    if not result.reachable:
        return SILENT
    if not listed:
        return UNTOLD
    return MISSING if one is None else UNSAID


def is_news(known: Identity, said: Identity) -> bool:
    return any(getattr(said, name) and getattr(said, name) != getattr(known, name) for name in SAID)
