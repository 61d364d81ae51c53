"""The Flask application, put together from its parts."""

from __future__ import annotations

from importlib import import_module

from flask import Flask, request, session
from flask_wtf.csrf import CSRFProtect, generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix

from ..config import Settings
from ..services.sessions import LIFETIME
from ..storage import Database
from ..storage.migrating import require_current
from .headers import csp_nonce, init_headers
from .ids import Id
from .login import SAFE_METHODS, TOKEN, bearer_token, init_login
from .refusals import init_refusals, wants_json

# One line for each part of the site: a module below `web` with a `blueprint`.
BLUEPRINTS: tuple[str, ...] = (
    "health",
    "api",
    "accounts",
    "today",
    "review",
    "decks",
    "tracks",
    "cards",
    "mocks",
    "exercises",
    "stories",
    "interviewer",
    "search",
    "imports",
    "remote_pictures",
    "exports",
    "reminders",
    "media",
    "frames",
    "about",
    "admin",
)
LARGEST_UPLOAD_BYTES = 512 * 1024 * 1024
LARGEST_FORM_BYTES = 4 * 1024 * 1024
SIGNED = frozenset({"reminders.do_unsubscribe", "reminders.do_come_back"})
"""What a signed link does without a session: a mail program posts to it, and has no token."""
UPLOADS = frozenset({"imports.upload", "api.start_import"})


def build(settings: Settings) -> Flask:
    """Return the application for these settings; raises `WrongSchema` for a foreign database."""
    app = Flask("interviewprep.web")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="interviewprep",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        WTF_CSRF_SSL_STRICT=False,  # pages with a secret address send no Referer
        WTF_CSRF_TIME_LIMIT=int(LIFETIME.total_seconds()),
        WTF_CSRF_CHECK_DEFAULT=False,
        MAX_CONTENT_LENGTH=LARGEST_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM_BYTES,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    database = Database(settings.database_url)
    try:
        require_current(database)
    except Exception:
        database.close()
        raise
    app.extensions["settings"] = settings
    app.extensions["database"] = database
    trust_proxies(app, settings)
    init_login(app)
    init_uploads(app)
    init_csrf(app)
    init_refusals(app)
    app.url_map.converters["int"] = Id
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(f"interviewprep.web.{name}").blueprint)
    init_headers(app, is_https=settings.is_https)
    init_templates(app)
    return app


def init_uploads(app: Flask) -> None:
    """Take large bodies only where files go, and from nobody who shows neither cookie nor token."""

    @app.before_request
    def widen() -> None:
        if request.endpoint in UPLOADS and (TOKEN in session or bearer_token() is not None):
            request.max_content_length = LARGEST_UPLOAD_BYTES


def init_csrf(app: Flask) -> None:
    """Guard everything that writes, except requests whose bearer token a browser never adds."""
    guard = CSRFProtect(app)

    @app.before_request
    def check() -> None:
        if request.method in SAFE_METHODS or bearer_token() is not None:
            return
        if request.endpoint in SIGNED:
            return
        if wants_json() and TOKEN not in session:
            return  # nobody is signed in, so there is nothing to forge: the answer is 401
        guard.protect()


def init_templates(app: Flask) -> None:
    from .assets import asset

    app.jinja_env.globals.update(csp_nonce=csp_nonce, csrf_token=generate_csrf, asset=asset)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def trust_proxies(app: Flask, settings: Settings) -> None:
    """Believe `X-Forwarded-…` only where the peer itself is a proxy that was named."""
    if not settings.trusted_proxies:
        return
    import ipaddress

    direct = app.wsgi_app
    proxied = ProxyFix(direct, x_for=1, x_proto=1, x_host=1)

    def application(environ, start_response):  # type: ignore[no-untyped-def]
        try:
            peer = ipaddress.ip_address(environ.get("REMOTE_ADDR", ""))
        except ValueError:
            return direct(environ, start_response)
        trusted = any(peer in network for network in settings.trusted_proxies)
        return (proxied if trusted else direct)(environ, start_response)

    app.wsgi_app = application  # type: ignore[method-assign]
