"""/healthz: the process lives. /readyz: it can do its work, or why not. Neither needs a token or tells a figure."""

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from hotspot.api.problem import FieldError, answer
from hotspot.api.shapes import Alive, Ready
from hotspot.clock import now
from hotspot.store.city import Freshness, freshness
from hotspot.store.db import db
from hotspot.store.migrate import revisions
from hotspot.store.several import misses_collector

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    return Response(Alive(status="ok").model_dump_json(), content_type="application/json")


@blueprint.get("/readyz")
def readyz() -> Response:
    """503 with each reason; the collector counts only where there is an access point to poll."""
    try:
        revision, head = revisions(db.engine)
        if revision != head:
            return not_ready(
                "schema", f"the database has schema {revision}, this version needs {head}: hotspot migrate"
            )
        session = db.session()
        fresh = freshness(session, now())
        if misses_collector(session, fresh):
            return not_ready("collector", silence(fresh))
    except SQLAlchemyError:
        db.session.rollback()
        return not_ready("database", "the database does not answer")
    body = Ready(status="ready", heartbeat_age_s=fresh.age_s)
    return Response(body.model_dump_json(), content_type="application/json")


def silence(fresh: Freshness) -> str:
    if fresh.age_s is None:
        return "no collector has polled yet"
    return f"the collector's last heartbeat is {fresh.age_s} s old"


def not_ready(part: str, reason: str) -> Response:
    return answer(503, f"{part}: {reason}", [FieldError(field=part, message=reason)])
