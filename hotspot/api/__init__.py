"""The machine side: /api/v1, /openapi.json, /healthz, /readyz, /metrics."""

from collections.abc import Callable

from flask import Blueprint, Flask

from hotspot.api import health, metrics, openapi, problem, tickets
from hotspot.api.layer import SIGNED_IN
from hotspot.api.operations import OF_SOURCES, OPERATIONS


def init_app(app: Flask, signed_in: Callable[[], object]) -> None:
    """Register the blueprints; `signed_in` tells whether the asking browser is signed in as somebody who may read."""
    app.extensions[SIGNED_IN] = signed_in
    blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
    problem.register(blueprint)
    for operation in (*OPERATIONS, *OF_SOURCES):
        blueprint.add_url_rule(operation.rule, operation.name, operation.respond, methods=["GET"])
    blueprint.add_url_rule("/tickets", "receiveTicket", tickets.receive, methods=["POST"])
    for part in (blueprint, health.blueprint, metrics.blueprint, openapi.blueprint):
        app.register_blueprint(part)
    problem.register_unrouted(app)
