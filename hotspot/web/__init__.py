"""The pages. To add one: write its module, say of each view what it does (@requires of access.py), list its blueprint
below, put its templates in templates/<page>/.

A page of a menu is also a line in MENU or MENU_GROUPS (templates/layout.html shows the lines whose endpoint exists).
"""

from dataclasses import dataclass

from flask import Blueprint, Flask, url_for
from flask_babel import lazy_gettext
from werkzeug.routing import IntegerConverter

from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.web import (
    access_point,
    account,
    agreements,
    alert_channels,
    alert_routes,
    alert_rules,
    annex,
    annex_import,
    assets,
    assignments,
    attachments,
    audit,
    badges,
    bulk_edit,
    bulk_step,
    changes,
    charts,
    citizen_reports,
    citizens,
    city_page,
    contacts,
    contracts,
    controllers,
    credentials,
    deliveries,
    denominators,
    discover,
    elsewhere,
    evidence,
    exclusions,
    field,
    field_forms,
    find,
    found,
    funds,
    hand_over,
    hearers,
    import_page,
    incident,
    incidents,
    language,
    lifecycle,
    lifecycle_import,
    maintenance,
    message_words,
    methods,
    money,
    notices,
    open_data,
    outages,
    overview,
    person,
    point,
    point_edit,
    points,
    poll_now,
    polls,
    proposal_steps,
    proposals,
    public,
    public_point,
    reconciliation,
    relocation,
    reports,
    roles,
    rollout,
    second_factor,
    second_step,
    security,
    service,
    sign_in,
    siting,
    siting_use,
    sla,
    stickers,
    styleguide,
    ticket_sources,
    tokens,
    track,
    unplaced,
    upstream,
    upstream_proposals,
    upstreams,
    usage,
    users,
    views,
    wall,
    walls,
    well_known,
)
from hotspot.web import format as formats
from hotspot.web import help as page_help
from hotspot.web import map as map_page
from hotspot.web.access import current_account, guard, may
from hotspot.web.place import data_age, here

BLUEPRINTS: tuple[Blueprint, ...] = (
    overview.blueprint,
    map_page.blueprint,
    points.blueprint,
    maintenance.blueprint,
    rollout.blueprint,
    siting.blueprint,
    siting_use.blueprint,
    denominators.blueprint,
    proposals.blueprint,
    proposal_steps.blueprint,
    track.blueprint,
    funds.blueprint,
    agreements.blueprint,
    contracts.blueprint,
    sla.blueprint,
    exclusions.blueprint,
    evidence.blueprint,
    annex.blueprint,
    annex_import.blueprint,
    money.blueprint,
    reconciliation.blueprint,
    incidents.blueprint,
    incident.blueprint,
    outages.blueprint,
    usage.blueprint,
    access_point.blueprint,
    poll_now.blueprint,
    polls.blueprint,
    controllers.blueprint,
    unplaced.blueprint,
    upstreams.blueprint,
    upstream.blueprint,
    upstream_proposals.blueprint,
    service.blueprint,
    point.blueprint,
    point_edit.blueprint,
    bulk_edit.blueprint,
    changes.blueprint,
    attachments.blueprint,
    lifecycle.blueprint,
    lifecycle_import.blueprint,
    bulk_step.blueprint,
    relocation.blueprint,
    import_page.blueprint,
    discover.blueprint,
    found.blueprint,
    credentials.blueprint,
    sign_in.blueprint,
    second_step.blueprint,
    elsewhere.blueprint,
    account.blueprint,
    contacts.blueprint,
    notices.blueprint,
    alert_channels.blueprint,
    deliveries.blueprint,
    alert_routes.blueprint,
    alert_rules.blueprint,
    hearers.blueprint,
    message_words.blueprint,
    second_factor.blueprint,
    methods.blueprint,
    page_help.blueprint,
    styleguide.blueprint,
    reports.blueprint,
    users.blueprint,
    person.blueprint,
    hand_over.blueprint,
    tokens.blueprint,
    wall.blueprint,
    walls.blueprint,
    ticket_sources.blueprint,
    views.blueprint,
    find.blueprint,
    audit.blueprint,
    public.blueprint,
    public_point.blueprint,
    citizens.blueprint,
    citizen_reports.blueprint,
    open_data.blueprint,
    badges.blueprint,
    well_known.blueprint,
    stickers.blueprint,
    city_page.blueprint,
    field.blueprint,
    field_forms.blueprint,
    assignments.blueprint,
)


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


MENU = (
    MenuLine("overview.index", lazy_gettext("Overview")),
    MenuLine(
        "points.index", lazy_gettext("Points"), below=("point", "point_edit", "bulk_edit", "access_point", "polls")
    ),
    MenuLine("map.index", lazy_gettext("Map")),
    MenuLine("incidents.index", lazy_gettext("Incidents"), below=("incident",)),
    MenuLine("usage.index", lazy_gettext("Usage")),
    MenuLine("rollout.index", lazy_gettext("Rollout")),
)
MENU_GROUPS = (
    (
        lazy_gettext("Network"),
        (
            MenuLine("outages.index", lazy_gettext("Outages")),
            MenuLine("upstreams.index", lazy_gettext("Upstreams"), below=("upstream", "upstream_proposals")),
            MenuLine("alert_rules.index", lazy_gettext("Rules")),
            MenuLine("maintenance.index", lazy_gettext("Maintenance")),
            MenuLine("field.index", lazy_gettext("Field work"), below=("field_forms",), act=Act.FIELD),
            MenuLine("assignments.index", lazy_gettext("Assignments"), act=Act.NETWORK),
            MenuLine("citizen_reports.index", lazy_gettext("Citizens' reports")),
            MenuLine("controllers.index", lazy_gettext("Controllers")),
            MenuLine("unplaced.index", lazy_gettext("Without a point")),
            MenuLine("changes.index", lazy_gettext("Changes"), act=Act.NETWORK),
            MenuLine("deliveries.index", lazy_gettext("Delivery log")),
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
    MenuLine("alert_channels.index", lazy_gettext("Channels"), act=Act.PEOPLE),
    MenuLine("alert_routes.index", lazy_gettext("Who hears what"), below=("hearers", "message_words"), act=Act.PEOPLE),
    MenuLine("users.index", lazy_gettext("Users"), below=("person", "hand_over", "tokens"), act=Act.PEOPLE),
    MenuLine("walls.index", lazy_gettext("Screens on walls"), act=Act.PEOPLE),
    MenuLine("ticket_sources.index", lazy_gettext("Other agencies' systems"), act=Act.PEOPLE),
    MenuLine("audit.index", lazy_gettext("Audit log"), act=Act.AUDIT),
)


ALERTS = (  # beside one another above each of these pages
    MenuLine("incidents.index", lazy_gettext("Incidents"), below=("incident",)),
    MenuLine("notices.index", lazy_gettext("Notices")),
    MenuLine("alert_rules.index", lazy_gettext("Rules")),
    MenuLine("upstreams.index", lazy_gettext("Upstreams"), below=("upstream", "upstream_proposals")),
    MenuLine("maintenance.index", lazy_gettext("Maintenance")),
    MenuLine("alert_routes.index", lazy_gettext("Who hears what"), below=("hearers",), act=Act.PEOPLE),
    MenuLine("message_words.index", lazy_gettext("Words of messages"), act=Act.PEOPLE),
    MenuLine("alert_channels.index", lazy_gettext("Channels"), act=Act.PEOPLE),
    MenuLine("deliveries.index", lazy_gettext("Delivery log")),
    MenuLine("ticket_sources.index", lazy_gettext("Other agencies' systems"), act=Act.PEOPLE),
)


class RowNumber(IntegerConverter):
    """Of an address of a page; a longer number than a database knows is no page, rather than an error."""

    regex = r"\d{1,18}"


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber
    security.init_app(app)
    language.init_app(app)
    formats.init_app(app)
    roles.init_app(app)
    assets.init_app(app)
    app.before_request(guard)
    app.before_request(second_step.demand)
    elsewhere.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.jinja_env.globals.update(
        MENU=present(app, MENU),
        MENU_GROUPS=[(label, present(app, lines)) for label, lines in MENU_GROUPS],
        ADMIN_MENU=present(app, ADMIN_MENU),
        ALERTS=present(app, ALERTS),
        charts=charts,
        views_here=views.views_here,
        curl=views.curl,
        jumps=find.jumps,
        everything=views.everything,
        current_account=current_account,
        sign_in_elsewhere=elsewhere.provider_name,
        may=may,
        here=here,
        data_age=data_age,
        now=now,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def present(app: Flask, lines: tuple[MenuLine, ...]) -> list[MenuLine]:
    return [line for line in lines if line.endpoint in app.view_functions]
