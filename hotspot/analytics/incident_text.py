"""What is said of an incident: a headline and a few lines, as texts to translate with the values that stand in them.

Pages, the wall and messages say the same, each in the language of who reads: `Voice` puts it into words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hotspot.analytics.import_row import N_
from hotspot.analytics.incident_words import KINDS, OUTAGE, REASONS, SEVERITIES
from hotspot.analytics.written import Writer

NAMED = 5  # names in one line; of more the number is told
LONGEST_NAME = 80
AND_MORE = N_("%(names)s and %(more)s more")


@dataclass(frozen=True, slots=True)
class Said:
    """A text as gettext knows it and what stands in it: Said, Word, Count, Instant, Length, Names or a plain str."""

    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Word:
    """One of the words of incident_words."""

    msgid: str


@dataclass(frozen=True, slots=True)
class Count:
    n: int


@dataclass(frozen=True, slots=True)
class Instant:
    t: int  # seconds since 1970


@dataclass(frozen=True, slots=True)
class Length:
    seconds: int


@dataclass(frozen=True, slots=True)
class Names:
    """The first of them, and how many there are in all."""

    first: tuple[str, ...]
    total: int


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """An incident as its row and its members tell; store.alerts.incident_facts reads them.

    `members` counts what ever belonged to it, `down` what still does; `points` are the names of their points and
    `labels` those of the members, the first few of each. `left` stayed down when nearly all were back. `cause` is the
    first line of the proposed root cause, `reason` a key of REASONS.
    """

    id: int
    kind: str
    severity: str
    shared: str
    name: str
    began: int
    recovered_at: int | None
    members: int
    down: int
    point_count: int
    points: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    still: tuple[str, ...] = ()
    cause: Said | str = ""
    reason: str = ""
    flapping: bool = False
    left: Names | None = None
    acknowledged_by: str = ""
    assignee: str = ""
    due_at: int | None = None

    @property
    def lasted_s(self) -> int | None:
        """None while it is open."""
        return None if self.recovered_at is None else max(0, self.recovered_at - self.began)


@dataclass(frozen=True, slots=True)
class Voice:
    """Puts what is said into words: `translate` gives the text of a msgid in the language of `writer`."""

    translate: Callable[[str], str]
    writer: Writer

    def say(self, said: Said) -> str:
        text = self.translate(said.msgid)
        return text % {name: self.value(value) for name, value in said.values.items()} if said.values else text

    def value(self, value: object) -> str:
        match value:
            case Said():
                return self.say(value)
            case Word():
                return self.translate(value.msgid)
            case Count():
                return self.writer.number(value.n)
            case Instant():
                return self.writer.instant(value.t)
            case Length():
                return self.writer.duration(value.seconds)
            case Names():
                return self.names(value)
        return one_line(str(value))

    def names(self, names: Names) -> str:
        shown = names.first[:NAMED]
        text, more = ", ".join(one_line(name) for name in shown), names.total - len(shown)
        if more <= 0:
            return text
        return self.translate(AND_MORE) % {"names": text, "more": self.writer.number(more)}


def one_line(name: str) -> str:
    """A name in a headline or a subject line: no line breaks, no longer than LONGEST_NAME."""
    flat = " ".join(name.split())
    return flat if len(flat) <= LONGEST_NAME else flat[: LONGEST_NAME - 1] + "…"


PLACES: Mapping[str, str] = {  # what is shared, with its kind in front where the name alone would not tell it
    "controller": N_("Controller %(name)s"),
    "area": N_("Kelurahan %(name)s"),
    "district": N_("Kecamatan %(name)s"),
    "provider": N_("Provider %(name)s"),
    "contract": N_("Contract %(name)s"),
    "city": N_("Whole city"),
    "service": N_("The service itself"),
}


def place(facts: IncidentFacts) -> Said | str:
    """Where it is, as people know it."""
    text = PLACES.get(facts.shared)
    if text is None:
        return facts.name
    return Said(text, {"name": facts.name} if "%(name)s" in text else {})


def access_points(n: int) -> Said:
    return Said(N_("one access point")) if n == 1 else Said(N_("%(n)s access points"), {"n": Count(n)})


def extent(facts: IncidentFacts) -> Said:
    """How much of it: 40 access points at 12 points."""
    devices = access_points(facts.members)
    if facts.point_count < 2:
        return devices
    return Said(N_("%(devices)s at %(points)s points"), {"devices": devices, "points": Count(facts.point_count)})


def headline(facts: IncidentFacts) -> Said:
    """What it is and where, or that it is over: the heading of its page, its line on the wall, a message's subject."""
    return outage_headline(facts) if facts.kind == OUTAGE else rule_headline(facts)


def outage_headline(facts: IncidentFacts) -> Said:
    values: dict[str, object] = {"place": place(facts)}
    if facts.lasted_s is not None:
        return Said(N_("%(place)s: up again after %(length)s"), values | {"length": Length(facts.lasted_s)})
    if not facts.down:
        return Said(N_("%(place)s: up again, but not for long yet"), values)
    if facts.shared == "ap":
        return Said(N_("%(place)s: down"), values)
    return Said(N_("%(place)s: %(extent)s down"), values | {"extent": extent(facts)})


def rule_headline(facts: IncidentFacts) -> Said:
    """Of what a rule found: its kind, and the one thing or how many things it found."""
    what: object = facts.labels[0] if facts.members == 1 and facts.labels else place(facts)
    values: dict[str, object] = {"kind": Word(KINDS.get(facts.kind, facts.kind)), "what": what}
    if facts.recovered_at is not None:
        return Said(N_("%(kind)s, over: %(what)s"), values)
    if facts.members > 1:
        return Said(N_("%(kind)s: %(what)s (%(n)s)"), values | {"n": Count(facts.members)})
    return Said(N_("%(kind)s: %(what)s"), values)


def lines(facts: IncidentFacts) -> list[Said]:
    """When, how much, why, and who works on it; the headline is not repeated."""
    said = [when(facts), *who_is_hit(facts)]
    if facts.flapping and facts.recovered_at is None:
        said.append(Said(N_("It comes and goes. Nothing more is said of it until it is quiet.")))
    if facts.reason:
        reason = Word(REASONS.get(facts.reason, facts.reason))
        said.append(Said(N_("Reason: %(reason)s"), {"reason": reason}))
    elif facts.cause:
        said.append(Said(N_("Probably: %(cause)s"), {"cause": facts.cause}))
    return said + (hands(facts) if facts.recovered_at is None else [])


def when(facts: IncidentFacts) -> Said:
    if facts.recovered_at is None:
        return Said(N_("Since %(began)s"), {"began": Instant(facts.began)})
    return Said(
        N_("From %(began)s to %(end)s: %(length)s"),
        {
            "began": Instant(facts.began),
            "end": Instant(facts.recovered_at),
            "length": Length(facts.lasted_s or 0),
        },
    )


def who_is_hit(facts: IncidentFacts) -> list[Said]:
    said = []
    if facts.kind != OUTAGE and facts.members > 1:
        said.append(Said(N_("Found: %(names)s"), {"names": Names(facts.labels, facts.members)}))
    elif facts.point_count > 1 or (facts.point_count == 1 and facts.points[:1] != (facts.name,)):
        said.append(Said(N_("Points: %(names)s"), {"names": Names(facts.points, facts.point_count)}))
    if facts.recovered_at is None and 0 < facts.down < facts.members:
        still = N_("Still down: %(names)s") if facts.kind == OUTAGE else N_("Still: %(names)s")
        said.append(Said(still, {"names": Names(facts.still, facts.down)}))
    if facts.recovered_at is not None and facts.left:
        said.append(Said(N_("Still down: %(names)s"), {"names": facts.left}))
    return said


def hands(facts: IncidentFacts) -> list[Said]:
    """Who works on it, and until when it must be mended."""
    said = []
    if facts.acknowledged_by:
        said.append(Said(N_("Acknowledged by %(who)s"), {"who": facts.acknowledged_by}))
    if facts.assignee:
        said.append(Said(N_("Assigned to %(who)s"), {"who": facts.assignee}))
    if facts.due_at is not None:
        said.append(Said(N_("To be mended by %(due)s, by contract"), {"due": Instant(facts.due_at)}))
    return said


EVENT_SUBJECTS: Mapping[str, str] = {  # what else happened than what the headline says
    "grew": N_("Grew: %(headline)s"),
    "reopened": N_("Again: %(headline)s"),
    "flapping": N_("Comes and goes: %(headline)s"),
    "escalated": N_("Nobody acknowledged: %(headline)s"),
}


def subject(event: str, facts: IncidentFacts) -> Said:
    """Of a message about `event`."""
    text = EVENT_SUBJECTS.get(event)
    return Said(text, {"headline": headline(facts)}) if text else headline(facts)


def severity(facts: IncidentFacts) -> Word:
    return Word(SEVERITIES.get(facts.severity, facts.severity))


def spoken(voice: Voice, said: Sequence[Said]) -> str:
    """The lines of a body."""
    return "\n".join(voice.say(one) for one in said)
