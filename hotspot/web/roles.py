"""What pages call the roles and the acts that hotspot.analytics.permissions tells apart."""

from flask import Flask
from flask_babel import lazy_gettext

from hotspot.analytics.permissions import (
    AUDITOR,
    CONTRACT_OFFICER,
    NETWORK_ADMIN,
    OWNER,
    PLANNER,
    TECHNICIAN,
    VIEWER,
    Act,
)

NAMES = {
    OWNER: lazy_gettext("Owner"),
    NETWORK_ADMIN: lazy_gettext("Network administrator"),
    PLANNER: lazy_gettext("Planner"),
    CONTRACT_OFFICER: lazy_gettext("Contract officer"),
    AUDITOR: lazy_gettext("Auditor"),
    TECHNICIAN: lazy_gettext("Field technician"),
    VIEWER: lazy_gettext("Viewer"),
}
ACTS = {
    Act.SEE: lazy_gettext("Read every page, figure and export of the city"),
    Act.NETWORK: lazy_gettext("Points and devices: import, edit, credentials, maintenance, citizens' reports"),
    Act.PLAN: lazy_gettext("Targets, the life of the points, proposals, where next"),
    Act.MONEY: lazy_gettext("Funds, contracts, exclusions, evidence packs"),
    Act.REPORT: lazy_gettext("Make and schedule reports"),
    Act.FIELD: lazy_gettext("Work at the points: test poll, photograph, note, another device"),
    Act.AUDIT: lazy_gettext("Read the record of who did what"),
    Act.PEOPLE: lazy_gettext("Users, roles, tokens, walls, the city itself"),
}


def name_of(role: str) -> str:
    """A role that is not known any more is shown as it is stored."""
    return str(NAMES.get(role, role))


def init_app(app: Flask) -> None:
    app.add_template_filter(name_of, "role")
