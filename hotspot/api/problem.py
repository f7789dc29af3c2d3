"""Errors of the API as RFC 9457 problems: application/problem+json with the field and the reason."""

import logging
from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, Flask, Response, request
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from hotspot.store.db import db

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


class FieldError(BaseModel):
    """A parameter that can't be used, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str
    message: str


class ProblemAnswer(BaseModel):
    """What went wrong (RFC 9457); `errors` is there when parameters are at fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None


class Problem(Exception):  # noqa: N818  # the word of RFC 9457
    """Raised by a view or the layer under it; answered as a problem."""

    def __init__(self, status: int, detail: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, list(errors)

    @classmethod
    def of_field(cls, field: str, message: str) -> "Problem":
        return cls(422, f"{field}: {message}", [FieldError(field=field, message=message)])


def answer(status: int, detail: str, errors: Sequence[FieldError] = ()) -> Response:
    title = HTTPStatus(status).phrase
    body = ProblemAnswer(title=title, status=status, detail=detail or title, errors=list(errors) or None)
    response = Response(body.model_dump_json(exclude_none=True), status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="hotspot"'
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = "60"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "10"
    return response


def register(blueprint: Blueprint) -> None:
    blueprint.register_error_handler(Problem, lambda error: answer(error.status, error.detail, error.errors))
    blueprint.register_error_handler(HTTPException, refused)
    blueprint.register_error_handler(OperationalError, no_database)
    blueprint.register_error_handler(Exception, crashed)


def register_unrouted(app: Flask) -> None:
    """Under /api a request that matches no view is answered as a problem too, by this last hook."""

    @app.after_request
    def as_problem(response: Response) -> Response:
        if not request.path.startswith("/api/") or response.status_code < 400 or response.mimetype == MEDIA_TYPE:
            return response
        problem = answer(response.status_code, "")
        for name in ("Content-Type", "Content-Length"):
            response.headers[name] = problem.headers[name]
        response.set_data(problem.get_data())
        return response


def refused(error: HTTPException) -> Response:
    return answer(error.code or 500, error.description or "")


def no_database(error: OperationalError) -> Response:
    log.error("database: %s", error.orig)
    db.session.rollback()
    return answer(503, "The database does not answer.")


def crashed(error: Exception) -> Response:
    log.error("%s %s%s", request.method, request.script_root, request.path, exc_info=error)
    db.session.rollback()
    return answer(500, "The service failed; its log says why.")
