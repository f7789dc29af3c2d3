"""A pattern of work that comes again, said in the reader's language."""

from babel.dates import get_day_names
from babel.lists import format_list

from hotspot.analytics.recurrence import DAY_OF_MONTH, WEEKLY, Pattern
from hotspot.web.format import day, duration
from hotspot.web.maintenance_form import NTH
from hotspot.web.words import gettext, locale

SHORTEST_MONTH = 28


def pattern_words(pattern: Pattern) -> str:
    """Every Tuesday and Friday, 02:00 for 2 h, from 24 Nov 2026 to 31 Dec 2026."""
    dot = "." if locale() == "id" else ":"
    at = f"{pattern.start_min // 60:02}{dot}{pattern.start_min % 60:02}"
    said = gettext(
        "%(days)s, %(at)s for %(length)s", days=days(pattern), at=at, length=duration(60 * pattern.length_min)
    )
    if pattern.last:
        return gettext("%(said)s, %(first)s to %(last)s", said=said, first=day(pattern.first), last=day(pattern.last))
    return gettext("%(said)s, from %(first)s on", said=said, first=day(pattern.first))


def days(pattern: Pattern) -> str:
    if pattern.every == DAY_OF_MONTH:
        if pattern.day > SHORTEST_MONTH:
            return gettext("On day %(day)s of each month, or its last", day=pattern.day)
        return gettext("On day %(day)s of each month", day=pattern.day)
    names = get_day_names("wide", locale=locale())
    weekdays = format_list([names[number] for number in pattern.weekdays], locale=locale())
    if pattern.every != WEEKLY:
        return gettext("Each month on the %(nth)s %(days)s", nth=NTH[pattern.nth], days=weekdays)
    if pattern.weeks == 1:
        return gettext("Every %(days)s", days=weekdays)
    return gettext("Every %(weeks)s weeks on %(days)s", weeks=pattern.weeks, days=weekdays)
