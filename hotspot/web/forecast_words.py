"""A forecast in the reader's words: a range of months and a chance, or why there is none."""

from datetime import date

from babel.dates import format_date

from hotspot.analytics.forecast import Forecast
from hotspot.web.format import percent
from hotspot.web.words import gettext, locale


def range_words(told: Forecast | None) -> str:
    """Between March and November 2027, most likely around June 2027."""
    if told is None:
        return gettext("no target is in force")
    if told.reason == "reached":
        return gettext("reached")
    if told.reason:
        return gettext("too few months to tell")
    if told.early is None:
        return gettext("not within ten years at this pace")
    if told.middle is None:
        return gettext("not before %(early)s, rather not within ten years", early=month(told.early))
    if told.late is None:
        return gettext(
            "not before %(early)s, most likely around %(middle)s, perhaps not within ten years",
            early=month(told.early),
            middle=month(told.middle),
        )
    early, late = month(told.early), month(told.late)
    if early == late:
        return gettext("in %(month)s", month=early)
    if told.early.year == told.late.year:
        early = format_date(told.early, "MMMM", locale=locale())
    return gettext(
        "between %(early)s and %(late)s, most likely around %(middle)s",
        early=early,
        late=late,
        middle=month(told.middle),
    )


def reason_words(told: Forecast | None) -> str:
    """What the reason of a refusal means; empty when there is a forecast."""
    if told is not None and told.reason == "few_months":
        return gettext("In fewer than six months of the last four years points were added: a range would be a guess.")
    return ""


def chance_words(told: Forecast | None) -> str:
    """Cut like every percentage; nearly never and nearly surely are not never and surely."""
    if told is None or told.chance is None:
        return ""
    if told.chance < 0.01:
        return gettext("less than %(share)s", share=percent(0.01, 0))
    if told.chance > 0.99:
        return gettext("more than %(share)s", share=percent(0.99, 0))
    return percent(told.chance, 0)


def month(day: date) -> str:
    return format_date(day, "MMMM y", locale=locale())
