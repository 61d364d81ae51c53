"""Errors become answers in one place: JSON for the API, a page for people."""

from __future__ import annotations

from flask import Flask, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from ..errors import (
    Conflict,
    InterviewPrepError,
    Invalid,
    NotAllowed,
    NotFound,
    TooManyAttempts,
    UnreadableDeck,
)

STATUS: dict[type[InterviewPrepError], int] = {
    NotFound: 404,
    Invalid: 422,
    NotAllowed: 403,
    Conflict: 409,
    TooManyAttempts: 429,
    UnreadableDeck: 422,
}
SENTENCES = {
    400: "The request could not be understood; go back, load the page again and retry.",
    403: "This is not allowed for your account.",
    404: "There is no such page, or it is not yours to see.",
    405: "This address does not take that kind of request.",
    413: "That is larger than this server takes; send a smaller file, or fewer answers at once.",
    415: "The request must be JSON, with the header Content-Type: application/json.",
    500: "Something went wrong on the server. Nothing was half done; try again in a moment.",
}


def wants_json() -> bool:
    return request.path.startswith("/api/")


def reads_json() -> bool:
    """Whether the answer is for a script: of the API, or of a page that asks for nothing else."""
    return wants_json() or request.headers.get("Accept") == "application/json"


def refusal(status: int, code: str, message: str, field: str | None = None) -> ResponseReturnValue:
    """Return the error in the form this client reads."""
    if reads_json():
        error = {"code": code, "message": message}
        if field is not None:
            error["field"] = field
        return jsonify(error=error), status
    return render_template("refusal.html", status=status, message=message), status


def init_refusals(app: Flask) -> None:
    @app.errorhandler(InterviewPrepError)
    def on_purpose(error: InterviewPrepError) -> ResponseReturnValue:
        status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 422)
        answer = make_response(refusal(status, error.code, error.message, error.field))
        if isinstance(error, TooManyAttempts):
            answer.headers["Retry-After"] = str(error.retry_after_s)
        return answer

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> ResponseReturnValue:
        return refusal(
            400, "csrf", "The page was open for too long; load it again and repeat the last step."
        )

    @app.errorhandler(OperationalError)
    def busy(error: OperationalError) -> ResponseReturnValue:
        app.logger.error("the database did not answer: %s", error.orig)
        answer = make_response(
            refusal(
                503, "busy", "The database is busy; nothing was changed. Try again in a moment."
            )
        )
        answer.headers["Retry-After"] = "2"
        return answer

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if status < 400:
            return error
        message = SENTENCES.get(status, error.description or error.name)
        answer = make_response(refusal(status, error.name.lower().replace(" ", "-"), message))
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                answer.headers[name] = value
        return answer

    @app.login_manager.unauthorized_handler  # type: ignore[attr-defined, untyped-decorator]
    def signed_out() -> ResponseReturnValue:
        if wants_json():
            return refusal(401, "signed-out", "Sign in, or send a valid token.")
        if request.method == "GET":
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
        return redirect(url_for("accounts.sign_in"))
