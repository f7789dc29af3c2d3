"""The menus: what leads to which page, for whom, and which pages stand beside one another."""

from dataclasses import dataclass

from flask import Flask, url_for
from flask_babel import lazy_gettext

from hotspot.analytics.permissions import Act


@dataclass(frozen=True, slots=True)
class MenuLine:
    endpoint: str
    label: str
    below: tuple[str, ...] = ()
    act: Act = Act.SEE  # shown to whom the address is open

    def leads_to(self, blueprint: str | None) -> bool:
        """Every view of its own blueprint and of those below lights the line up."""
        return blueprint in (self.endpoint.partition(".")[0], *self.below)

    @property
    def url(self) -> str:
        return url_for(self.endpoint)


INCIDENTS = MenuLine("incidents.index", lazy_gettext("Incidents"), below=("incident",))
UPSTREAMS = MenuLine("upstreams.index", lazy_gettext("Upstreams"), below=("upstream", "upstream_proposals"))
RULES = MenuLine("alert_rules.index", lazy_gettext("Rules"))
MAINTENANCE = MenuLine("maintenance.index", lazy_gettext("Maintenance"))
DELIVERIES = MenuLine("deliveries.index", lazy_gettext("Delivery log"))
CHANNELS = MenuLine("alert_channels.index", lazy_gettext("Channels"), act=Act.PEOPLE)
OTHER_SYSTEMS = MenuLine("ticket_sources.index", lazy_gettext("Other agencies' systems"), act=Act.PEOPLE)

MENU = (
    MenuLine("overview.index", lazy_gettext("Overview")),
    MenuLine(
        "points.index", lazy_gettext("Points"), below=("point", "point_edit", "bulk_edit", "access_point", "polls")
    ),
    MenuLine("map.index", lazy_gettext("Map")),
    INCIDENTS,
    MenuLine("usage.index", lazy_gettext("Usage")),
    MenuLine("rollout.index", lazy_gettext("Rollout")),
)
MENU_GROUPS = (
    (
        lazy_gettext("Network"),
        (
            MenuLine("outages.index", lazy_gettext("Outages")),
            UPSTREAMS,
            RULES,
            MAINTENANCE,
            MenuLine("field.index", lazy_gettext("Field work"), below=("field_forms",), act=Act.FIELD),
            MenuLine("assignments.index", lazy_gettext("Assignments"), act=Act.NETWORK),
            MenuLine("citizen_reports.index", lazy_gettext("Citizens' reports")),
            MenuLine("controllers.index", lazy_gettext("Controllers")),
            MenuLine("unplaced.index", lazy_gettext("Without a point")),
            MenuLine("changes.index", lazy_gettext("Changes"), act=Act.NETWORK),
            DELIVERIES,
            MenuLine("service.index", lazy_gettext("Health of the service")),
        ),
    ),
    (
        lazy_gettext("Planning"),
        (
            MenuLine(
                "lifecycle.index",
                lazy_gettext("Life of the points"),
                below=("lifecycle_import", "bulk_step", "relocation"),
            ),
            MenuLine("siting.index", lazy_gettext("Where next"), below=("siting_use", "denominators")),
            MenuLine("proposals.index", lazy_gettext("Proposals"), below=("proposal_steps",)),
            MenuLine("funds.index", lazy_gettext("Funds"), below=("agreements",)),
            MenuLine(
                "contracts.index",
                lazy_gettext("Contracts"),
                below=("annex", "annex_import", "sla", "exclusions", "evidence"),
            ),
            MenuLine("money.index", lazy_gettext("Costs"), below=("reconciliation",)),
            MenuLine("reports.index", lazy_gettext("Reports")),
            MenuLine("methods.index", lazy_gettext("Methods")),
        ),
    ),
)
ADMIN_MENU = (
    MenuLine("import.index", lazy_gettext("Import points"), act=Act.NETWORK),
    MenuLine("discover.index", lazy_gettext("Find devices"), act=Act.NETWORK),
    MenuLine("credentials.index", lazy_gettext("SNMP credentials"), act=Act.NETWORK),
    MenuLine("city.index", lazy_gettext("Public site"), act=Act.PEOPLE),
    CHANNELS,
    MenuLine("alert_routes.index", lazy_gettext("Who hears what"), below=("hearers", "message_words"), act=Act.PEOPLE),
    MenuLine("users.index", lazy_gettext("Users"), below=("person", "hand_over", "tokens"), act=Act.PEOPLE),
    MenuLine("walls.index", lazy_gettext("Screens on walls"), act=Act.PEOPLE),
    OTHER_SYSTEMS,
    MenuLine("audit.index", lazy_gettext("Audit log"), act=Act.AUDIT),
)


ALERTS = (  # beside one another above each of these pages
    INCIDENTS,
    MenuLine("notices.index", lazy_gettext("Notices")),
    RULES,
    UPSTREAMS,
    MAINTENANCE,
    MenuLine("alert_routes.index", lazy_gettext("Who hears what"), below=("hearers",), act=Act.PEOPLE),
    MenuLine("message_words.index", lazy_gettext("Words of messages"), act=Act.PEOPLE),
    CHANNELS,
    DELIVERIES,
    OTHER_SYSTEMS,
)


def present(app: Flask, lines: tuple[MenuLine, ...]) -> list[MenuLine]:
    return [line for line in lines if line.endpoint in app.view_functions]
