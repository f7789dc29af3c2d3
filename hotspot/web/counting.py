"""The four counts in words: the name of each and the rule by which a point belongs to it."""

from flask_babel import lazy_gettext

COUNT_NAMES = {
    "installed": lazy_gettext("Installed"),
    "accepted": lazy_gettext("Accepted"),
    "active": lazy_gettext("Active"),
    "payable": lazy_gettext("Payable"),
    "planned": lazy_gettext("Planned"),
    "total": lazy_gettext("All points"),
}
COUNT_RULES = {
    "installed": lazy_gettext("The devices hang on the wall, since the day of installation."),
    "accepted": lazy_gettext("Installed, and the day of acceptance has come."),
    "active": lazy_gettext("In service, and an access point answered in the last 24 hours."),
    "payable": lazy_gettext(
        "Accepted, in service, up for some time in the last 30 days, and on a line of a contract in force that day; "
        "in a city without any contract the last condition falls away."
    ),
    "planned": lazy_gettext("Proposed, planned, surveyed or funded; nothing is installed yet."),
    "total": lazy_gettext("Everything that was not relocated or retired."),
}
PAST_RULES = {
    "active": lazy_gettext("In service, and up for some time of that day."),
    "payable": lazy_gettext(
        "Accepted, in service, up for some time in the 30 days up to that day, and on a line of a contract in force "
        "that day; in a city without any contract the last condition falls away."
    ),
}
