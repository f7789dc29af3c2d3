"""Every operation of /api/v1: to add one, write its view and list it here; OpenAPI follows."""

from hotspot.api import (
    access_points,
    alert_rules,
    areas,
    availability,
    contracts,
    controllers,
    incident_events,
    incident_shapes,
    incidents,
    lifecycle,
    money,
    money_shapes,
    outages,
    points,
    polls,
    report_shapes,
    reports,
    rollout,
    rollout_shapes,
    shapes,
    siting,
    siting_shapes,
    sla,
    tickets,
    upstreams,
)
from hotspot.api.layer import Operation
from hotspot.api.query import (
    AccessPointsQuery,
    AreasQuery,
    AvailabilityQuery,
    ForecastQuery,
    OutagesQuery,
    PageQuery,
    PointsQuery,
    Query,
    ReportQuery,
    RolloutQuery,
)

OPERATIONS = (
    Operation("points", "/points", PointsQuery, shapes.Points, points.index, ("text/csv", "application/geo+json")),
    Operation("point", "/points/{code}", Query, shapes.PointAnswer, points.one),
    Operation(
        "lifecycle", "/points/{code}/lifecycle", lifecycle.LifecycleQuery, lifecycle.LifecycleAnswer, lifecycle.one
    ),
    Operation("accessPoints", "/access-points", AccessPointsQuery, shapes.AccessPoints, access_points.index),
    Operation("accessPoint", "/access-points/{name}", Query, shapes.AccessPointAnswer, access_points.one),
    Operation("polls", "/access-points/{name}/polls", polls.PollsQuery, polls.PollsAnswer, polls.index, ("text/csv",)),
    Operation("controllers", "/controllers", Query, shapes.Controllers, controllers.index),
    Operation("upstreams", "/upstreams", Query, upstreams.Upstreams, upstreams.index),
    Operation("incidents", "/incidents", incident_shapes.IncidentsQuery, incident_shapes.Incidents, incidents.index),
    Operation(
        "incident",
        "/incidents/{number}",
        incident_shapes.IncidentQuery,
        incident_shapes.IncidentAnswer,
        incidents.one,
    ),
    Operation("alertRules", "/alert-rules", Query, alert_rules.AlertRules, alert_rules.index),
    Operation("outages", "/outages", OutagesQuery, shapes.Outages, outages.index),
    Operation(
        "availability", "/availability", AvailabilityQuery, shapes.Availability, availability.index, ("text/csv",)
    ),
    Operation("rollout", "/rollout", RolloutQuery, rollout_shapes.Rollout, rollout.index),
    Operation("forecast", "/forecast", ForecastQuery, rollout_shapes.ForecastAnswer, rollout.ahead),
    Operation("contracts", "/contracts", money_shapes.ContractsQuery, money_shapes.Contracts, contracts.index),
    Operation(
        "contract", "/contracts/{number}", money_shapes.ContractsQuery, money_shapes.ContractAnswer, contracts.one
    ),
    Operation("slaMonth", "/contracts/{number}/sla/{month}", sla.SlaQuery, sla.SlaMonth, sla.month_of),
    Operation("evidencePacks", "/evidence", PageQuery, sla.EvidencePacks, sla.evidence),
    Operation("evidencePack", "/evidence/{number}", sla.EvidenceQuery, sla.EvidenceAnswer, sla.pack, (sla.ZIP,)),
    Operation("funds", "/funds", Query, money_shapes.Funds, contracts.payers),
    Operation("costs", "/costs", money_shapes.CostsQuery, money_shapes.Costs, money.costs_of),
    Operation(
        "reconciliation",
        "/reconciliation",
        money_shapes.ReconciliationQuery,
        money_shapes.Reconciliation,
        money.differences,
    ),
    Operation("equity", "/equity", siting_shapes.EquityQuery, siting_shapes.Equity, siting.equity),
    Operation("siting", "/siting", siting_shapes.SitingQuery, siting_shapes.Siting, siting.siting),
    Operation("proposals", "/proposals", siting_shapes.ProposalsQuery, siting_shapes.Proposals, siting.proposals),
    Operation("reports", "/reports", PageQuery, report_shapes.Reports, reports.index),
    Operation(
        "report",
        "/reports/{number}",
        ReportQuery,
        report_shapes.ReportAnswer,
        reports.one,
        ("application/pdf", "text/csv"),
    ),
    Operation(
        "incidentEvents",
        "/incident-events",
        incident_events.IncidentEventsQuery,
        incident_events.IncidentEvents,
        incident_events.index,
    ),
    Operation("areas", "/areas", AreasQuery, shapes.Areas, areas.index),
)
OF_SOURCES = (  # what a source of tickets asks with its own secret, and a token can't
    Operation(
        "tickets", "/tickets", tickets.TicketsQuery, tickets.Tickets, tickets.index, door=tickets.sender,
        scheme=tickets.SCHEME,
    ),
)  # fmt: skip
