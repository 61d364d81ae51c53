"""One decorator makes an endpoint: it checks what comes in and describes it for OpenAPI.

A handler takes its path parameters, then `query`, `body` and `form` as models where it declares
them, and returns JSON values (or a response). What is described is what validates: there is no
second text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from ...core.compact import compact_json
from ...errors import Invalid
from ..login import login_required

LARGEST_BODY_BYTES = 1024 * 1024
"""A hundred answers take about 25 KiB; files have a limit of their own."""

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
Handler = Callable[..., Any]
M = TypeVar("M", bound=BaseModel)


class Strict(BaseModel):
    """The base of everything that comes in: unknown names are refused, values are not bent."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
"""For integers in bodies: JSON does not tell 6.0 from 6, and neither does a JSON schema."""


class Answered(BaseModel):
    """The base of everything that goes out."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What OpenAPI is told of one method of one path."""

    method: str
    path: str
    summary: str
    query: type[Strict] | None
    body: type[Strict] | None
    upload: bool
    form: type[Strict] | None
    answers: Mapping[int, type[BaseModel] | None]
    public: bool


ENDPOINTS: list[Endpoint] = []


def endpoint(
    method: str,
    path: str,
    *,
    answers: Mapping[int, type[BaseModel] | None],
    query: type[Strict] | None = None,
    body: type[Strict] | None = None,
    upload: bool = False,
    form: type[Strict] | None = None,
    public: bool = False,
) -> Callable[[Handler], Handler]:
    """Register a handler under `/api/v1`; `upload` marks a multipart request with one file, and
    `form` has the fields beside it."""

    def register(handler: Handler) -> Handler:
        summary = (handler.__doc__ or "").strip().partition("\n")[0]
        ENDPOINTS.append(
            Endpoint(method, path, summary, query, body, upload, form, dict(answers), public)
        )
        success = next(iter(answers))

        @wraps(handler)
        def view(**parameters: Any) -> ResponseReturnValue:
            if query is not None:
                parameters["query"] = _parse_query(query)
            if body is not None:
                parameters["body"] = _parse_body(body)
            if form is not None:
                parameters["form"] = _parse_form(form)
            answer = handler(**parameters)
            if isinstance(answer, Response):
                return answer
            return Response(compact_json(answer), status=success, mimetype="application/json")

        guarded = view if public else login_required(view)
        blueprint.add_url_rule(path, handler.__name__, guarded, methods=[method])
        return handler

    return register


def _parse_query(model: type[M]) -> M:
    return _parse_texts(model, request.args, "parameter")


def _parse_form(model: type[M]) -> M:
    sent = request.form.copy()
    sent.poplist("csrf_token")  # looked at already
    return _parse_texts(model, sent, "field")


def _parse_texts(model: type[M], texts: MultiDict[str, str], thing: str) -> M:
    repeated = [name for name in texts if len(texts.getlist(name)) > 1]
    if repeated:
        raise Invalid(f"The {thing} {repeated[0]} is given more than once.", field=repeated[0])
    try:
        return model.model_validate_strings(texts.to_dict())
    except ValidationError as error:
        raise _refusal(error, thing) from None


def _parse_body(model: type[M]) -> M:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    if (request.content_length or 0) > LARGEST_BODY_BYTES:
        raise RequestEntityTooLarge
    try:
        return model.model_validate_json(request.get_data(cache=True), strict=True)
    except ValidationError as error:
        raise _refusal(error, "field") from None


def _refusal(error: ValidationError, thing: str) -> Invalid:
    """Turn the first thing that is wrong into a sentence that names the place."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    what = first["msg"]
    if what[:2].istitle():  # not UUID
        what = what[0].lower() + what[1:]
    if not place:
        return Invalid(f"The request cannot be read: {what}.")
    return Invalid(f"The {thing} {place} cannot be used: {what}.", field=place)
