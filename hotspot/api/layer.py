"""The thin layer under every operation: who asks, checked parameters, one JSON answer with ETag and links."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from flask import Response, current_app, request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hotspot.analytics.calendar import day_of, hour_start
from hotspot.api.problem import FieldError, Problem
from hotspot.api.query import Query
from hotspot.api.shapes import Envelope, Paged
from hotspot.clock import now
from hotspot.store.base import jotting
from hotspot.store.city import current_city, freshness
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.tokens import touch_token, verify_token

Q = TypeVar("Q", bound=Query)
LONGEST_S = 10 * 366 * 86400
SIGNED_IN = "hotspot_api_signed_in"  # key of app.extensions: tells whether a browser is signed in


@dataclass(frozen=True, slots=True)
class Ask(Generic[Q]):
    """One question: of which city, at which instant, with which parameters."""

    session: Session
    city: City
    now: int
    query: Q

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.city.time_zone)

    def head(self) -> dict[str, Any]:
        """The fields of every Envelope."""
        fresh = freshness(self.session, self.now)
        return {
            "city": self.city.code,
            "demonstration": self.city.demonstration,
            "as_of": self.time(fresh.heartbeat),
            "stale": fresh.stale,
        }

    @property
    def today(self) -> date:
        return day_of(self.city.time_zone, self.now)

    @property
    def hour_start(self) -> int:
        return hour_start(self.city.time_zone, self.now)

    def check_page(self, pages: int) -> None:
        page = getattr(self.query, "page", 1)
        if page > pages:
            raise Problem.of_field("page", f"there are {pages}")

    def at(self, instant: int) -> datetime:
        """The instant on the city's clocks."""
        return datetime.fromtimestamp(instant, self.zone)

    def time(self, at: int | None) -> datetime | None:
        return None if at is None else self.at(at)

    def seconds(self, at: datetime | None) -> int | None:
        """A time without an offset is meant on the city's clocks."""
        if at is None:
            return None
        return int((at if at.tzinfo else at.replace(tzinfo=self.zone)).timestamp())

    def window(self, since: datetime, until: datetime) -> tuple[int, int]:
        a, b = int(self.seconds(since) or 0), int(self.seconds(until) or 0)
        if a >= b:
            raise Problem.of_field("to", "is not after from")
        if b - a > LONGEST_S:
            raise Problem.of_field("to", "is more than ten years after from")
        if a >= self.now:
            raise Problem.of_field("from", "is in the future")
        return a, b


View = Callable[..., Envelope | Response]


@dataclass(frozen=True, slots=True)
class Operation:
    """A GET below /api/v1: `path` as OpenAPI writes it; `media` the types it can answer in besides JSON.

    `door` raises Problem 401 for who may not ask, where that is not who may read everything; `scheme` names it in
    OpenAPI.
    """

    name: str
    path: str
    query: type[Query]
    answer: type[Envelope]
    view: View
    media: tuple[str, ...] = field(default=())
    door: Callable[[], object] | None = None
    scheme: str = "token"

    @property
    def rule(self) -> str:
        return self.path.replace("{", "<path:").replace("}", ">")

    def respond(self, **names: str) -> Response:
        """Flask's view."""
        (self.door or authenticate)()
        query = checked(self.query, request.args)
        if any(not name.isprintable() for name in names.values()):
            raise Problem(404, "There is nothing of that name.")
        session = db.session()
        city = current_city(session)
        if city is None:
            raise Problem(503, "The city is not set up yet: run hotspot init.")
        answer = self.view(Ask(session, city, now(), query), **names)
        if isinstance(answer, Response):
            return conditional(answer)
        response = Response(answer.model_dump_json(by_alias=True), content_type="application/json")
        if isinstance(answer, Paged):
            response.headers["Link"] = links(answer.page, answer.pages)
        return conditional(response)


def authenticate() -> None:
    """A token in the header, else a signed-in browser; every role may read."""
    if "Authorization" not in request.headers:
        if not current_app.extensions[SIGNED_IN]():
            raise Problem(401, "Send a token: Authorization: Bearer hs_...; hotspot token create NAME makes one.")
        return
    scheme, _, secret = request.headers["Authorization"].partition(" ")
    token = verify_token(db.session(), secret.strip(), now()) if scheme.lower() == "bearer" else None
    if token is None:
        raise Problem(401, "The token is unknown, was revoked, or has expired.")
    if token.is_stale(now()):
        jotting(db.engine, lambda transaction: touch_token(transaction, token.id, now()))


def checked(model: type[Q], given: MultiDict[str, str]) -> Q:
    """The parameters, or a problem that names each that can't be used."""
    errors = [FieldError(field=name, message="is given twice") for name, values in given.lists() if len(values) > 1]
    if not errors:
        try:
            return model.model_validate(given.to_dict())
        except ValidationError as error:
            errors = [field_error(one) for one in error.errors(include_url=False, include_input=False)]
    raise Problem(422, "; ".join(f"{one.field} {one.message}" for one in errors), errors)


def field_error(error: Any) -> FieldError:
    name = str(error["loc"][0]) if error["loc"] else "query"
    if error["type"] == "extra_forbidden":
        return FieldError(field=name[:100], message="is no parameter of this address")
    return FieldError(field=name, message=error["msg"].removeprefix("Value error, "))


def links(page: int, pages: int) -> str:
    """RFC 8288, relative to this host."""
    wanted = {"first": 1, "prev": page - 1, "next": page + 1, "last": pages}

    def address(number: int) -> str:
        return current_app.url_for(request.endpoint or "", **{**request.view_args, **request.args, "page": number})  # type: ignore[dict-item]

    return ", ".join(f'<{address(at)}>; rel="{rel}"' for rel, at in wanted.items() if 1 <= at <= pages)


def conditional(response: Response) -> Response:
    """304 when the asker has just this answer."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization, Cookie"
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32], weak=True)
    return response.make_conditional(request)  # type: ignore[return-value]
