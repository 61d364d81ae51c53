"""Answering a form: the page again with what was wrong beside its field, or on to the next page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response, redirect, render_template, request, url_for

from ..errors import InterviewPrepError, NotAllowed, NotFound, TooManyAttempts

UNUSABLE, TOO_MANY, FORBIDDEN, MISSING = 422, 429, 403, 404


def form_page(
    template: str, *, error: InterviewPrepError | None = None, **values: object
) -> Response:
    """Return the page of a form; after an error with its sentence, its status, and what was typed.

    The template gets `errors` (by field), `problem` (what belongs to no field) and `typed`.
    """
    errors = {error.field: error.message} if error is not None and error.field else {}
    problem = error.message if error is not None and not error.field else ""
    typed = {name: value for name, value in request.form.items() if "password" not in name}
    answer = make_response(
        render_template(template, errors=errors, problem=problem, typed=typed, **values)
    )
    if error is not None:
        answer.status_code = _status(error)
        if isinstance(error, TooManyAttempts):
            answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def _status(error: InterviewPrepError) -> int:
    if isinstance(error, TooManyAttempts):
        return TOO_MANY
    if isinstance(error, NotAllowed):
        return FORBIDDEN
    return MISSING if isinstance(error, NotFound) else UNUSABLE


def go_to(endpoint: str, **values: Any) -> Response:
    """Return the redirect after a form, which a reload does not repeat."""
    return make_response(redirect(url_for(endpoint, **values), 303))


def local_path(target: str | None) -> str | None:
    """Return `target` if it is a path on this site, else None.

    Browsers read a backslash as a slash and drop blanks and control characters inside an address,
    so `/\\host` and `/<tab>/host` lead to another host as much as `//host` does.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or not target.isascii() or not target.isprintable() or " " in target:
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else target


def without_trace(answer: Response) -> Response:
    """Mark a page whose address or content is a secret: kept nowhere, named to nobody."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
