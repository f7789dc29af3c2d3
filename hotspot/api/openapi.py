"""/openapi.json: the OpenAPI 3.1 document, generated from the operations and their models."""

import json
import re
from functools import cache
from typing import Any

from flask import Blueprint, Response
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from hotspot.api import problem, shapes, tickets
from hotspot.api.layer import Operation
from hotspot.api.operations import OF_SOURCES, OPERATIONS
from hotspot.api.query import Query

blueprint = Blueprint("openapi", __name__)
EVERY = (*OPERATIONS, *OF_SOURCES)
VERSION = "1.0"  # of the API, not of the service
ERRORS = {400: "Bad request", 401: "No valid token", 404: "Nothing of that name", 422: "A parameter can't be used",
          500: "The service failed", 503: "The database does not answer"}  # fmt: skip
OF_BODIES = {413: "Too long", 415: "Not JSON", 429: "Too many; Retry-After says when again"}
ABOUT = """Inventory, measured availability and rollout of a city's free public Wi-Fi. Instants are ISO 8601 with the \
city's offset, lengths seconds, shares between 0 and 1. What nobody knows is null, never 0. Lists have Link headers \
(RFC 8288), every answer an ETag. A signed-in browser may ask without a token."""


@blueprint.get("/openapi.json")
def openapi() -> Response:
    return Response(document(), content_type="application/vnd.oai.openapi+json;version=3.1")


@cache
def document() -> str:
    operations = {f"/api/v1{operation.path}": {"get": described(operation)} for operation in EVERY}
    operations["/api/v1/tickets"]["post"] = receiving()
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "Hotspot", "version": VERSION, "description": ABOUT, "license": LICENSE},
            "servers": [{"url": "."}],
            "security": [{"token": []}],
            "paths": operations | {path: {"get": health} for path, health in HEALTH.items()},
            "components": {
                "schemas": schemas(),
                "securitySchemes": {
                    "token": {"type": "http", "scheme": "bearer"},
                    tickets.SCHEME: {"type": "http", "scheme": "bearer", "description": "the secret of a source"},
                },
                "responses": {str(status): problem_response(text) for status, text in (ERRORS | OF_BODIES).items()},
            },
        }
    )


def described(operation: Operation) -> dict[str, Any]:
    content: dict[str, Any] = {"application/json": {"schema": ref(operation.answer)}}
    content |= {media: {"schema": media_schema(media)} for media in operation.media}
    answers = {str(status): {"$ref": f"#/components/responses/{status}"} for status in ERRORS}
    return {
        "operationId": operation.name,
        "summary": (operation.view.__doc__ or "").partition("\n")[0],
        "security": [{operation.scheme: []}],
        "parameters": [*path_parameters(operation.path), *query_parameters(operation.query)],
        "responses": {
            "200": {"description": "The answer", "headers": HEADERS, "content": content},
            "304": {"description": "Unchanged since the ETag that was sent"},
            **answers,
        },
    }


def receiving() -> dict[str, Any]:
    """The only POST."""
    content = {"application/json": {"schema": ref(tickets.TicketAnswer)}}
    statuses = (401, 404, 413, 415, 422, 429, 500, 503)
    return {
        "operationId": "receiveTicket",
        "summary": (tickets.receive.__doc__ or "").partition("\n")[0],
        "security": [{tickets.SCHEME: []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": ref(tickets.TicketSaid)}}},
        "responses": {
            "200": {"description": "Closed, or said before", "content": content},
            "201": {"description": "Opened", "content": content},
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses},
        },
    }


def media_schema(media: str) -> dict[str, Any]:
    return ref(shapes.PointFeatures) if media == "application/geo+json" else {"type": "string"}


def path_parameters(path: str) -> list[dict[str, Any]]:
    names = re.findall(r"\{(\w+)\}", path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def query_parameters(query: type[Query]) -> list[dict[str, Any]]:
    schema = query.model_json_schema(ref_template=REF)
    required = schema.get("required", ())
    return [parameter(name, dict(part), name in required) for name, part in schema.get("properties", {}).items()]


def parameter(name: str, schema: dict[str, Any], required: bool) -> dict[str, Any]:
    """A parameter that is left out has no value: `null` is no word of a query string."""
    if "anyOf" in schema:
        (one,) = (part for part in schema.pop("anyOf") if part != {"type": "null"})
        schema = one | {key: value for key, value in schema.items() if key != "default"}
    schema.pop("title", None)
    found: dict[str, Any] = {"name": name, "in": "query", "required": required, "schema": schema}
    if "description" in schema:
        found["description"] = schema.pop("description")
    if schema.get("type") == "array":
        found |= {"style": "form", "explode": False}
    return found


def schemas() -> dict[str, Any]:
    mode: JsonSchemaMode = "serialization"
    models: list[type[BaseModel]] = [operation.answer for operation in EVERY]
    models += [shapes.PointFeatures, shapes.Ready, shapes.Alive, problem.ProblemAnswer, tickets.TicketAnswer]
    given: list[tuple[type[BaseModel], JsonSchemaMode]] = [(tickets.TicketSaid, "validation")]
    _, made = models_json_schema([*((model, mode) for model in models), *given], ref_template=REF)
    definitions: dict[str, Any] = made["$defs"]
    return definitions


def ref(model: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": REF.format(model=model.__name__)}


def problem_response(text: str) -> dict[str, Any]:
    return {"description": text, "content": {problem.MEDIA_TYPE: {"schema": ref(problem.ProblemAnswer)}}}


def health(summary: str, model: type[BaseModel], *statuses: int) -> dict[str, Any]:
    answers = {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}
    content = {"application/json": {"schema": ref(model)}}
    return {
        "operationId": model.__name__.lower(),
        "summary": summary,
        "security": [],
        "responses": {"200": {"description": summary, "content": content}, **answers},
    }


REF = "#/components/schemas/{model}"
LICENSE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
HEADERS = {
    "ETag": {"schema": {"type": "string"}, "description": "send it back as If-None-Match"},
    "Link": {"schema": {"type": "string"}, "description": "first, prev, next, last of a list (RFC 8288)"},
}
HEALTH = {
    "/healthz": health("The process lives", shapes.Alive),
    "/readyz": health("The process can do its work", shapes.Ready, 503),
}
