"""The OpenAPI description, generated from the models that validate requests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Response
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from ...core.compact import compact_json
from .endpoints import ENDPOINTS, Answered, Endpoint, endpoint

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
SCHEMAS: dict[str, dict[str, Any]] = {
    "int": {"type": "integer", "format": "int64", "minimum": 0},
    "id": {"type": "integer", "format": "int64", "minimum": 0, "maximum": 2**63 - 1},
    "uuid": {"type": "string", "format": "uuid"},
    "": {"type": "string"},
}
REFUSALS = {
    "400": "The request could not be understood, or its CSRF token is missing or too old.",
    "401": "Not signed in, or the token is not valid.",
    "403": "The token may only read, or the account may not do this.",
    "404": "There is no such thing, or it is not yours to see.",
    "409": "The thing has moved on, or is not as far yet; the message says what to do.",
    "413": "Larger than this server takes.",
    "415": "The body is not JSON.",
    "422": "A value cannot be used; the message names it.",
    "429": "Too many attempts; the header Retry-After says when to come back.",
    "503": "The database is busy; try again in a moment.",
}


class ErrorBody(Answered):
    code: str
    message: str
    field: str | None = None


class Refused(Answered):
    """Every refusal of the API."""

    error: ErrorBody


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of all registered endpoints."""
    _, schemas = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for one in ENDPOINTS:
        path = "/api/v1" + PARAMETER.sub(r"{\2}", one.path)
        paths.setdefault(path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Interview Prep",
            "version": "1",
            "description": "Reviews, decks and imports of the signed-in learner.",
        },
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "interviewprep"},
            },
        },
    }


@cache
def _schemas() -> tuple[Mapping[Any, dict[str, Any]], dict[str, Any]]:
    """Return where each model is found, and all of them; models of one name are told apart."""
    return models_json_schema(
        [(model, "validation") for model in _models()],
        ref_template="#/components/schemas/{model}",
    )


def _models() -> list[type[BaseModel]]:
    found: dict[type[BaseModel], None] = {Refused: None}
    for one in ENDPOINTS:
        for model in (one.body, *one.answers.values()):
            if model is not None:
                found[model] = None
    return list(found)


def _operation(one: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": one.summary,
        "operationId": f"{one.method.lower()}{re.sub(r'[^A-Za-z]+', '-', one.path)}".strip("-"),
        "parameters": _parameters(one),
        "responses": {str(status): _answer(model) for status, model in one.answers.items()},
    }
    for status, text in REFUSALS.items():
        operation["responses"].setdefault(status, _answer(Refused) | {"description": text})
    if not one.public:
        operation["security"] = [{"token": []}, {"session": []}]
    if one.body is not None:
        operation["requestBody"] = {"required": True, "content": _json(one.body)}
    if one.upload:
        fields = {} if one.form is None else one.form.model_json_schema()["properties"]
        schema = {
            "type": "object",
            "required": ["file"],
            "properties": {"file": {"type": "string", "format": "binary"}, **fields},
            "additionalProperties": one.form is None,
        }
        operation["requestBody"] = {
            "required": True,
            "content": {"multipart/form-data": {"schema": schema}},
        }
    return operation


def _parameters(one: Endpoint) -> list[dict[str, Any]]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": SCHEMAS.get(kind or "", {})}
        for kind, name in PARAMETER.findall(one.path)
    ]
    if one.query is not None:
        schema = one.query.model_json_schema()
        parameters += [
            {
                "name": name,
                "in": "query",
                "required": name in schema.get("required", ()),
                "schema": part,
            }
            for name, part in schema["properties"].items()
        ]
    return parameters


def _answer(model: type[BaseModel] | None) -> dict[str, Any]:
    if model is None:
        return {"description": "Done."}
    return {"description": (model.__doc__ or "Done.").strip(), "content": _json(model)}


def _json(model: type[BaseModel]) -> dict[str, Any]:
    references, _ = _schemas()
    return {"application/json": {"schema": references[model, "validation"]}}


@endpoint("GET", "/openapi.json", answers={200: None}, public=True)
def openapi() -> Response:
    """Describe this API."""
    return Response(compact_json(description()), mimetype="application/json")
