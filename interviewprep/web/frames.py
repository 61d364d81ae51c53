"""The two documents that pages frame, where learners' code runs and diagrams are drawn.

They hold nothing of anybody. Their origin is opaque and their policies allow no connection: pages
post in what they need (docs/code-runner.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypedDict

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from .assets import DIST, FrontEndNotBuilt, asset, manifest
from .headers import csp_nonce

blueprint = Blueprint("frames", __name__)

SEALED = (
    "connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-scripts"
)
RUNNER_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' blob: 'wasm-unsafe-eval'; worker-src blob:; "
    + SEALED
)
DIAGRAM_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' blob:; style-src 'unsafe-inline'; " + SEALED
)
RUNNER_FILES = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
DIAGRAM_FILES = ("mermaid.tiny.js",)


class Addresses(TypedDict):
    """What `Runner` and `Diagrams` of the front end are made from: paths on this site."""

    frame: str
    files: dict[str, str]


@blueprint.app_template_global()
def runner_addresses() -> Addresses:
    """For a page that runs code: `data-runner='{{ runner_addresses() | tojson }}'`."""
    return _addresses("frames.runner", RUNNER_FILES)


@blueprint.app_template_global()
def diagram_addresses() -> Addresses:
    """For a page that draws: `data-diagrams='{{ diagram_addresses() | tojson }}'`."""
    return _addresses("frames.diagram", DIAGRAM_FILES)


@blueprint.get("/runner")
def runner() -> ResponseReturnValue:
    return _framed("Code runner", "runner-frame.js", RUNNER_POLICY)


@blueprint.get("/diagram")
def diagram() -> ResponseReturnValue:
    return _framed("Diagrams", "diagram-frame.js", DIAGRAM_POLICY)


def _addresses(endpoint: str, files: Sequence[str]) -> Addresses:
    return {"frame": url_for(endpoint), "files": {name: asset(name) for name in files}}


def _framed(title: str, script: str, policy: str) -> Response:
    """Return a document with its script inside: from an opaque origin it could fetch none."""
    nonce = csp_nonce()
    answer = Response(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<body><script nonce="{nonce}">{_script(script)}</script></body></html>',
        mimetype="text/html",
    )
    answer.headers["Content-Security-Policy"] = policy.replace("{nonce}", nonce)
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


@cache
def _script(name: str) -> str:
    try:
        return (DIST / manifest()[name]).read_text(encoding="utf-8")
    except (KeyError, FileNotFoundError):
        raise FrontEndNotBuilt(f"The front end's {name} is missing.") from None
