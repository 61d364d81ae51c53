"""The headers of every kind of answer, read one by one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from interviewprep.web.headers import MEDIA_POLICY

from .conftest import Browser, MakeApp
from .people import add_person, sign_in
from .route_world import build_world, fresh_site

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=(), usb=()",
}
ANSWERS = {
    "a page": ("GET", "/account", 200),
    "a page for anybody": ("GET", "/about", 200),
    "a redirect": ("GET", "/sign-in", 302),
    "what does not exist": ("GET", "/no-such-page", 404),
    "what is refused": ("GET", "/admin", 404),
    "a wrong method": ("GET", "/account/theme", 405),
    "a forged form": ("POST", "/account/theme", 400),
    "the API": ("GET", "/api/v1/reviews/queue", 200),
    "an error of the API": ("GET", "/api/v1/no-such-thing", 404),
    "a health check": ("GET", "/healthz", 200),
    "an OPTIONS": ("OPTIONS", "/account", 200),
    "an asset": ("GET", "/static/icon.svg", 200),
}


@pytest.fixture(params=sorted(ANSWERS))
def answer(request: pytest.FixtureRequest, bob: Browser) -> TestResponse:
    method, path, status = ANSWERS[request.param]
    found = bob.client.open(path, method=method)
    found.close()
    assert found.status_code == status
    return found


def directives(answer: TestResponse) -> dict[str, str]:
    policy = answer.headers["Content-Security-Policy"]
    parts = (part.strip().partition(" ") for part in policy.split(";"))
    return {name: sources for name, _, sources in parts}


def test_every_answer_carries_the_fixed_headers_once(answer: TestResponse) -> None:
    for name, value in FIXED.items():
        assert answer.headers.getlist(name) == [value], name


def test_every_answer_has_a_policy_that_names_this_site_only(answer: TestResponse) -> None:
    found = directives(answer)
    assert found["default-src"] == "'none'"
    assert found["base-uri"] == "'none'"
    assert found["frame-ancestors"] == "'none'"
    assert found["form-action"] == "'self'"
    assert "object-src" not in found, "'none' by default"
    assert re.fullmatch(r"'self' 'nonce-[\w-]{22}'", found["script-src"])
    sources = " ".join(found.values())
    assert "unsafe" not in sources
    assert "*" not in sources
    assert "http" not in sources


def test_every_answer_says_how_long_it_may_be_kept(answer: TestResponse) -> None:
    kept = answer.headers["Cache-Control"]
    if answer.request.path.startswith("/static/"):
        assert "max-age" in kept
    else:
        assert kept in ("no-store", "no-cache")


def test_what_a_signed_in_person_sees_is_never_stored(bob: Browser) -> None:
    for path in ("/account", "/account/tokens", "/about"):
        assert bob.get(path).headers["Cache-Control"] == "no-store", path


def test_a_nonce_is_used_in_the_page_it_came_with_and_never_twice(bob: Browser) -> None:
    first, second = bob.get("/account"), bob.get("/account")
    nonces = []
    for page in (first, second):
        found = re.search(r"'nonce-([\w-]+)'", page.headers["Content-Security-Policy"])
        assert found is not None
        nonces.append(found[1])
        scripts = re.findall(r"<script\b[^>]*>", page.text)
        assert scripts
        for script in scripts:
            assert f'nonce="{found[1]}"' in script or 'type="application/json"' in script
        assert " style=" not in page.text
        assert not re.search(r"\son\w+=", page.text)
    assert nonces[0] != nonces[1]


def test_a_page_loads_nothing_from_another_host(bob: Browser) -> None:
    for path in ("/account", "/sign-in", "/about"):
        page = bob.client.get(path, follow_redirects=True).text
        loaded = re.findall(r'<(?:script|link|img|iframe)\b[^>]*(?:src|href)="([^"]+)"', page)
        assert loaded
        assert [address for address in loaded if not address.startswith("/")] == []


def test_media_from_decks_may_run_nothing_and_is_kept_by_its_reader_alone(
    tmp_path: Path, empty_sqlite_file: Path
) -> None:
    world = build_world(tmp_path / "world", empty_sqlite_file)
    path = f"/media/{world.ids['sha256']}/a.png"
    with fresh_site(world, tmp_path) as site:
        with site.browser("owner").get(path) as answer:
            assert answer.status_code == 200
            assert answer.headers["Content-Security-Policy"] == MEDIA_POLICY
            assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
            for name, value in FIXED.items():
                assert answer.headers.getlist(name) == [value], name
        refused = site.browser("stranger").get(path)
        assert refused.status_code == 404
        assert refused.headers["Cache-Control"] == "no-store"
        assert "nonce-" in refused.headers["Content-Security-Policy"]
    assert MEDIA_POLICY.startswith("default-src 'none'")
    assert MEDIA_POLICY.endswith("; sandbox")


def test_only_an_https_site_insists_on_https(
    bob: Browser, make_app: MakeApp, anonymous: Browser
) -> None:
    assert "Strict-Transport-Security" not in bob.get("/about").headers
    client = make_app(BASE_URL="https://prep.example.org").test_client()
    for path in ("/about", "/no-such-page", "/healthz"):
        answer = client.get(path, base_url="https://prep.example.org")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000", path


def test_the_session_cookie_is_for_this_site_and_no_script(app: Flask, bob: Browser) -> None:
    add_person(app.extensions["database"], "eve@example.org")
    browser = Browser(app.test_client())
    for cookie in sign_in(browser, "eve@example.org").headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie


def test_an_error_of_the_server_carries_them_too_and_says_nothing_of_its_cause(
    app: Flask, bob: Browser
) -> None:
    def fail() -> str:
        raise RuntimeError("a secret detail")

    app.view_functions["about.page"] = fail
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = bob.get("/about")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    for name, value in FIXED.items():
        assert answer.headers[name] == value
    assert directives(answer)["default-src"] == "'none'"
