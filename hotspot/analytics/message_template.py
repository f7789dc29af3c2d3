"""The words of messages: plain {placeholders} from a list, ours or the city's own; nothing else is ever evaluated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hotspot.analytics.import_row import N_, RejectedError, reject
from hotspot.analytics.incident_text import (
    IncidentFacts,
    Instant,
    Length,
    Names,
    Said,
    Voice,
    Word,
    headline,
    lines,
    place,
    severity,
    spoken,
)
from hotspot.analytics.incident_text import subject as subject_of
from hotspot.analytics.incident_words import EVENTS, KINDS, MESSAGES, REASONS, TELLING

LONGEST_SUBJECT, LONGEST_BODY = 200, 2000
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
BRACE = re.compile(r"[{}]")
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

OF_INCIDENT: Mapping[str, str] = {
    "subject": N_("what happened, in one line"),
    "headline": N_("what is wrong and where, in one line"),
    "details": N_("since when, how much, why, who works on it"),
    "event": N_("the word for what happened"),
    "severity": N_("how severe it is"),
    "kind": N_("the kind of incident"),
    "place": N_("where it is"),
    "points": N_("names of points, the first few"),
    "began": N_("when it began"),
    "duration": N_("how long it lasted, once it is over"),
    "cause": N_("the proposed cause, or the reason that somebody gave"),
    "city": N_("the name of the city"),
}
OF_LIST: Mapping[str, str] = {
    "count": N_("of how many incidents it tells"),
    "open": N_("how many of them are open"),
    "first": N_("the gravest of them, in one line"),
    "list": N_("all of them, a line or two for each"),
    "city": N_("the name of the city"),
}
OF_STORM: Mapping[str, str] = {**OF_LIST, "most": N_("how many messages an hour the route lets through")}
OF_TEST: Mapping[str, str] = {"who": N_("who asked for the test"), "city": N_("the name of the city")}

PLACEHOLDERS: Mapping[str, Mapping[str, str]] = {
    **dict.fromkeys((event for event in MESSAGES if event in TELLING), OF_INCIDENT),
    "digest": OF_LIST,
    "storm": OF_STORM,
    "test": OF_TEST,
}
"""By event what its message may name, with what stands there."""


@dataclass(frozen=True, slots=True)
class Template:
    subject: str
    body: str


INCIDENT = Template("{severity}: {subject}", "{details}\n\nHotspot {city}")
OURS: Mapping[tuple[str, str], Template] = {
    **{(event, language): INCIDENT for event in TELLING for language in ("id", "en")},
    ("recovered", "id"): Template("{subject}", INCIDENT.body),
    ("recovered", "en"): Template("{subject}", INCIDENT.body),
    ("digest", "id"): Template("{count} insiden, {open} masih terbuka: {first}", "{list}\n\nHotspot {city}"),
    ("digest", "en"): Template("{count} incidents, {open} still open: {first}", "{list}\n\nHotspot {city}"),
    ("storm", "id"): Template(
        "{count} insiden lagi ditahan: {first}",
        "Sudah ada {most} pesan dalam satu jam; yang lain ditahan supaya tidak membanjir.\n\n{list}\n\nHotspot {city}",
    ),
    ("storm", "en"): Template(
        "{count} more incidents held back: {first}",
        "There were {most} messages within an hour; the others are held back.\n\n{list}\n\nHotspot {city}",
    ),
    ("test", "id"): Template(
        "Pesan percobaan dari Hotspot {city}",
        "{who} mengirimnya untuk melihat apakah pesan sampai. Tidak ada gangguan.",
    ),
    ("test", "en"): Template(
        "Test message from Hotspot {city}", "{who} sent it to see whether messages arrive. Nothing is wrong."
    ),
}
"""By event and language what is said where the city has no words of its own."""


def checked(event: str, subject: str, body: str) -> Template:
    """The template as it is stored. Raises RejectedError for subject or body, naming what is wrong and where."""
    if event not in PLACEHOLDERS:
        reject("event", N_("%(value)s is not known here"), value=event)
    subject, body = subject.strip(), body.replace("\r\n", "\n").replace("\r", "\n").strip()
    for column, text, longest in (("subject", subject, LONGEST_SUBJECT), ("body", body, LONGEST_BODY)):
        if not text:
            reject(column, N_("empty"))
        if len(text) > longest:
            reject(column, N_("longer than %(most)s characters"), most=longest)
        check_placeholders(column, text, PLACEHOLDERS[event])
    if "\n" in subject:
        reject("subject", N_("more than one line"))
    return Template(subject, body)


def check_placeholders(column: str, text: str, known: Mapping[str, str]) -> None:
    if unseen := UNSEEN.search(text):
        reject(column, N_("a character that is not seen, at character %(at)s"), at=unseen.start() + 1)
    for found in PLACEHOLDER.finditer(text):
        if found[1] not in known:
            at, name = found.start() + 1, found[1][:40]
            reject(column, N_("{%(name)s}, at character %(at)s, is no placeholder of this message"), name=name, at=at)
    if brace := BRACE.search(PLACEHOLDER.sub(lambda one: "_" * len(one[0]), text)):
        reject(column, N_("a lone brace, at character %(at)s"), at=brace.start() + 1)


def usable(event: str, subject: str, body: str) -> Template | None:
    """As `checked`; None for a stored template that an older version took and this one would refuse."""
    try:
        return checked(event, subject, body)
    except RejectedError:
        return None


def filled(template: Template, values: Mapping[str, str]) -> Template:
    """What was put in is not looked at again. The subject is one line; the body is bounded as well."""
    subject, body = (
        PLACEHOLDER.sub(lambda one: values.get(one[1], ""), text) for text in (template.subject, template.body)
    )
    return Template(" ".join(subject.split())[:LONGEST_SUBJECT], body.strip()[: 2 * LONGEST_BODY])


def values_of(event: str, facts: IncidentFacts, voice: Voice, city: str) -> dict[str, str]:
    """What stands at each placeholder OF_INCIDENT."""
    reason = Word(REASONS[facts.reason]) if facts.reason in REASONS else facts.cause
    return {
        "subject": voice.say(subject_of(event, facts)),
        "headline": voice.say(headline(facts)),
        "details": spoken(voice, lines(facts)),
        "event": voice.value(Word(EVENTS.get(event, event))),
        "severity": voice.value(severity(facts)),
        "kind": voice.value(Word(KINDS.get(facts.kind, facts.kind))),
        "place": voice.value(place(facts)),
        "points": voice.value(Names(facts.points, facts.point_count)),
        "began": voice.value(Instant(facts.began)),
        "duration": "" if facts.lasted_s is None else voice.value(Length(facts.lasted_s)),
        "cause": voice.value(reason),
        "city": city,
    }


MOST_LISTED = 12


def values_of_list(told: list[IncidentFacts], voice: Voice, city: str, most: int = 0) -> dict[str, str]:
    """What stands at each placeholder OF_LIST and OF_STORM; `told` begins with the gravest."""
    open_ = sum(1 for facts in told if facts.recovered_at is None)
    listed = [f"- {voice.say(headline(facts))}\n  {voice.say(lines(facts)[0])}" for facts in told[:MOST_LISTED]]
    if len(told) > MOST_LISTED:
        listed.append(voice.say(Said(N_("and %(n)s more"), {"n": str(len(told) - MOST_LISTED)})))
    return {
        "count": voice.writer.number(len(told)),
        "open": voice.writer.number(open_),
        "first": voice.say(headline(told[0])) if told else "",
        "list": "\n".join(listed),
        "city": city,
        "most": voice.writer.number(most),
    }
