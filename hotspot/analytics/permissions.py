"""What each role may do: one table, asked by pages, API and commands alike."""

from collections.abc import Mapping
from enum import StrEnum

from hotspot.analytics.import_row import N_


class Act(StrEnum):
    """Something an account may do; every address that is not public asks for one of these."""

    SEE = "see"  # the city's pages, figures and exports
    NETWORK = "network"  # points and devices: import, edit, credentials, discovery, maintenance, citizens' reports
    PLAN = "plan"  # targets, the life of points, proposals, siting
    MONEY = "money"  # funds, contracts, exclusions, evidence
    REPORT = "report"  # make reports and schedule them
    FIELD = "field"  # work at a point: test poll, photograph, note, another device
    AUDIT = "audit"  # the record of who did what
    PEOPLE = "people"  # accounts, roles, tokens, walls, the city itself


OWNER, NETWORK_ADMIN, PLANNER, CONTRACT_OFFICER = "owner", "network_admin", "planner", "contract_officer"
AUDITOR, TECHNICIAN, VIEWER = "auditor", "technician", "viewer"

ROLES: Mapping[str, frozenset[Act]] = {
    OWNER: frozenset(Act),
    NETWORK_ADMIN: frozenset((Act.SEE, Act.NETWORK, Act.FIELD, Act.REPORT)),
    PLANNER: frozenset((Act.SEE, Act.PLAN, Act.REPORT)),
    CONTRACT_OFFICER: frozenset((Act.SEE, Act.MONEY, Act.REPORT)),
    AUDITOR: frozenset((Act.SEE, Act.AUDIT)),
    TECHNICIAN: frozenset((Act.SEE, Act.FIELD)),
    VIEWER: frozenset((Act.SEE,)),
}


CHANGING = frozenset((Act.NETWORK, Act.PLAN, Act.MONEY, Act.FIELD, Act.PEOPLE))
"""What is done to the city's own things; an account limited to areas does these only there."""
OUTSIDE = N_("%(value)s lies outside the areas of your account")
EVERYWHERE = ""  # as the code of an area: the whole city


def may(role: str, act: Act) -> bool:
    """An unknown role may do nothing."""
    return act in ROLES.get(role, frozenset())


def within(code: str, areas: frozenset[str]) -> bool:
    """Whether the area with this Kemendagri code is one of `areas` or lies in one; no areas are the whole city.

    EVERYWHERE lies in none of them.
    """
    return not areas or any(code == area or code.startswith(f"{area}.") for area in areas)
