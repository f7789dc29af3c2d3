"""A route in words: who hears of what, by which channel, when not."""

from collections.abc import Mapping

from flask_babel import lazy_gettext

from hotspot.analytics.incident_words import KINDS
from hotspot.store.alerts.route_edit import RouteRow
from hotspot.web.format import grouped
from hotspot.web.roles import name_of
from hotspot.web.words import gettext, locale

LEAST: Mapping[str, str] = {
    "notice": lazy_gettext("everything"),
    "warning": lazy_gettext("warnings and worse"),
    "critical": lazy_gettext("what is critical"),
}
AT_LEAST: Mapping[str, str] = {
    "notice": lazy_gettext("Everything"),
    "warning": lazy_gettext("Warnings and worse"),
    "critical": lazy_gettext("What is critical"),
}


def sentence(row: RouteRow) -> str:
    """Such as: Network administrator: warnings and worse by e-mail."""
    draft = row.draft
    what = str(LEAST[draft.least_severity])
    if draft.escalate_after_min is not None:
        minutes = grouped(draft.escalate_after_min, 0)
        what = gettext("%(what)s that nobody acknowledged for %(n)s minutes", what=what, n=minutes)
    return gettext("%(who)s: %(what)s, %(how)s", who=who(row), what=what, how=how(row))


def who(row: RouteRow) -> str:
    if row.role:
        return gettext("Everybody with the role %(role)s", role=name_of(row.role))
    return row.account or gettext("Who reads the channel")


def how(row: RouteRow) -> str:
    return gettext("by %(channel)s", channel=row.channel) if row.draft.channel else gettext("in the pages")


def limits(row: RouteRow) -> list[str]:
    """What it leaves out, when it waits."""
    draft = row.draft
    parts = []
    if draft.kinds:
        parts.append(gettext("only: %(kinds)s", kinds=", ".join(gettext(KINDS[kind]) for kind in draft.kinds)))
    if row.area:
        parts.append(gettext("only in %(area)s", area=row.area))
    if draft.provider:
        parts.append(gettext("only of %(provider)s", provider=draft.provider))
    if draft.quiet_from is not None and draft.quiet_to is not None:
        parts.append(gettext("quiet %(a)s–%(b)s", a=clock(draft.quiet_from), b=clock(draft.quiet_to)))
    if draft.digest_min:
        parts.append(gettext("collected for %(n)s minutes", n=grouped(draft.digest_min, 0)))
    if draft.channel:
        parts.append(gettext("at most %(n)s an hour", n=grouped(draft.most_an_hour, 0)))
    return parts


def clock(minute: int) -> str:
    """22.00 or 22:00."""
    return f"{minute // 60:02}{'.' if locale() == 'id' else ':'}{minute % 60:02}"


def trouble(row: RouteRow) -> str:
    """Why nobody hears by it, empty when somebody may."""
    if not row.account_active:
        return gettext("The account is disabled: nobody hears.")
    return "" if row.channel_works else gettext("The channel is switched off or removed: nothing is sent.")
