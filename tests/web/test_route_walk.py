"""A walk over every route and method, as everybody: `route_table` says what each must answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from .conftest import Browser
from .route_table import TABLE, TABLE_OF_WHAT_IS_SHARED, Line
from .route_world import ROLES, Site, World, build_world, fresh_site

METHODS = ("OPTIONS", "HEAD", "GET", "POST", "PUT", "PATCH", "DELETE")
READING = frozenset({"OPTIONS", "HEAD", "GET"})
REFUSED = frozenset({400, 401, 403, 404, 405, 409, 422, 429})
NOT_ALLOWED = Line(405, 405, 405, 405)
TO_SIGN_IN = "/sign-in"


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, empty_sqlite_file: Path) -> World:
    return build_world(tmp_path_factory.mktemp("walk") / "data", empty_sqlite_file)


@pytest.fixture
def site(world: World, tmp_path: Path) -> Iterator[Site]:
    with fresh_site(world, tmp_path) as site:
        yield site


def listed(site: Site) -> dict[str, set[str]]:
    """Return the routes of the application with their methods, without HEAD and OPTIONS."""
    found: dict[str, set[str]] = {}
    for rule in site.app.url_map.iter_rules():
        found.setdefault(rule.rule, set()).update((rule.methods or set()) - {"HEAD", "OPTIONS"})
    return found


def address(site: Site, route: str, line: Line) -> str:
    """Return the route's address with its parameters filled in."""
    rule: Rule = next(rule for rule in site.app.url_map.iter_rules() if rule.rule == route)
    ids = {**site.world.ids, "static_file": "icon.svg"}
    values = {name: ids[line.fill.get(name, name)] for name in rule.arguments}
    with site.app.test_request_context():
        return site.app.url_map.bind("localhost").build(rule.endpoint, values)


def ask(browser: Browser, method: str, path: str, line: Line, ids: dict[str, Any]) -> TestResponse:
    body: dict[str, Any] = {}
    if method not in READING:
        body["headers"] = {"X-CSRFToken": browser.csrf()}
        if line.data is not None:
            body["data"] = line.data(ids)
        if line.json is not None:
            body["json"] = line.json(ids)
    answer = browser.client.open(path, method=method, **body)
    answer.close()  # of a file, the handle; what was read stays
    return answer


def line_for(route: str, method: str) -> Line:
    lines = TABLE[route]
    if method == "OPTIONS":
        return Line(200, 200, 200, 200, fill=next(iter(lines.values())).fill)
    if method == "HEAD":
        method = "GET"
    return lines.get(method) or Line(405, 405, 405, 405, fill=next(iter(lines.values())).fill)


def test_every_route_and_method_stands_in_the_table(site: Site) -> None:
    assert {route: set(lines) for route, lines in TABLE.items()} == listed(site)


def walk(route: str, lines: dict[str, Line], world: World, folder: Path) -> list[str]:
    """Ask with these methods as everybody; return what went wrong, one sentence each."""
    wrong = []
    with ExitStack() as sites:
        site = sites.enter_context(fresh_site(world, folder))
        before = site.rows()
        for method, line in lines.items():
            for role in ROLES:
                path = address(site, route, line)
                answer = ask(site.browser(role), method, path, line, world.ids)
                said = f"{method} {path} as {role}: {answer.status_code}"
                expected = getattr(line, role)
                if answer.status_code != expected:
                    wrong.append(f"{said} instead of {expected}")
                if role == "anonymous" and expected == 302 and not refused(answer):
                    wrong.append(f"{said} leads to {answer.location}")
                if method in READING or refused(answer) or role in line.harmless:
                    if site.rows() != before:
                        wrong.append(f"{said}, but rows changed")
                else:  # it may have changed anything: on with a fresh copy
                    site = sites.enter_context(fresh_site(world, folder))
    return wrong


@pytest.mark.parametrize("route", TABLE)
def test_each_answers_as_the_table_says_and_a_refusal_changes_nothing(
    route: str, world: World, tmp_path: Path
) -> None:
    lines = {method: line_for(route, method) for method in METHODS}
    assert walk(route, lines, world, tmp_path) == []


@pytest.mark.parametrize("route", TABLE_OF_WHAT_IS_SHARED)
def test_what_is_shared_may_be_studied_by_all_and_changed_by_its_owner(
    route: str, world: World, tmp_path: Path
) -> None:
    assert walk(route, TABLE_OF_WHAT_IS_SHARED[route], world, tmp_path) == []


def refused(answer: TestResponse) -> bool:
    to_sign_in = answer.status_code == 302 and answer.location.startswith(TO_SIGN_IN)
    return to_sign_in or answer.status_code in REFUSED


# A mail program posts to these without a page; the signed link is itself what nobody can forge.
SIGNED_LINKS = {"/reminders/unsubscribe/<token>", "/reminders/back/<token>"}
WRITING = [
    (route, method)
    for route, lines in TABLE.items()
    for method in lines
    if method not in READING and route not in SIGNED_LINKS
]


@pytest.mark.parametrize(("route", "method"), WRITING)
def test_nothing_is_written_without_the_token_of_a_form(
    route: str, method: str, site: Site
) -> None:
    line = TABLE[route][method]
    before = site.rows()
    for role in ("owner", "administrator"):
        body: dict[str, Any] = {}
        if line.data is not None:
            body["data"] = line.data(site.world.ids)
        if line.json is not None:
            body["json"] = line.json(site.world.ids)
        path = address(site, route, line)
        answer = site.browser(role).client.open(path, method=method, **body)
        assert answer.status_code == 400, path
    assert site.rows() == before


GUARDED = [
    (route, method) for route, method in WRITING if TABLE[route][method].anonymous in (302, 401)
]


@pytest.mark.parametrize(("route", "method"), GUARDED)
def test_a_token_that_may_only_read_writes_nothing(route: str, method: str, site: Site) -> None:
    line = TABLE[route][method]
    before = site.rows()
    headers = {"Authorization": f"Bearer {site.world.ids['read_only_token']}"}
    body: dict[str, Any] = {"headers": headers}
    if line.data is not None:
        body["data"] = line.data(site.world.ids)
    if line.json is not None:
        body["json"] = line.json(site.world.ids)
    answer = site.app.test_client().open(address(site, route, line), method=method, **body)
    assert answer.status_code in (403, 404)
    assert site.rows() == before


@pytest.mark.parametrize("route", [route for route in TABLE if route.startswith("/account")])
def test_a_token_that_may_write_reaches_no_page_about_the_account(route: str, site: Site) -> None:
    before = site.rows()
    headers = {"Authorization": f"Bearer {site.world.ids['write_token']}"}
    for method, line in TABLE[route].items():
        body = {} if line.data is None else {"data": line.data(site.world.ids)}
        answer = site.app.test_client().open(
            address(site, route, line), method=method, headers=headers, **body
        )
        assert answer.status_code == 403
    assert site.rows() == before


@pytest.mark.parametrize("route", [route for route in TABLE if "<int:" in route])
def test_an_id_that_nobody_has_is_not_found(route: str, site: Site) -> None:
    (name,) = re.findall(r"<int:(\w+)>", route)
    for number in (0, 2**31, 2**63 - 1, 2**63, 10**30):
        path = route.replace(f"<int:{name}>", str(number))
        # A number that is no id leaves the path without a route, which werkzeug calls 404 or, where
        # the path has several methods, 405.
        missing = {404} if number < 2**63 else {404, 405}
        for method, line in TABLE[route].items():
            answer = ask(site.browser("administrator"), method, path, line, site.world.ids)
            assert answer.status_code in missing, f"{method} {path}"
