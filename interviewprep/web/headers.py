"""The headers every page carries, from the first day."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

PAGE_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# Media comes from decks, and decks from anyone: nothing in it may run, wherever it is opened.
MEDIA_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=(), usb=()",
}


def csp_nonce() -> str:
    """Return this response's nonce, the same one however often a template asks."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def init_headers(app: Flask, *, is_https: bool) -> None:
    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        present = {name.lower() for name, _ in headers}
        wanted = dict(FIXED)
        if "content-security-policy" not in present:
            wanted["Content-Security-Policy"] = PAGE_POLICY.replace("{nonce}", csp_nonce())
        if request.endpoint != "static":
            wanted["Cache-Control"] = "no-store" if "_login_user" in g else "no-cache"
        if is_https:
            wanted["Strict-Transport-Security"] = "max-age=31536000"
        for name, value in wanted.items():
            if name.lower() not in present:
                headers.add(name, value)
        return response
