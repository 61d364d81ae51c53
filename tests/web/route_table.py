"""What every route answers to whom: the table of the walk, one line for each route and method.

A new route needs one line. `fill` says where a parameter's value comes from, by its name in
`World.ids`, where that is not the parameter's own name; `data` (a form), `json` or `file` is what a
writing request carries, good enough to change something if nobody stopped it.

The four numbers are for anonymous, a stranger (another learner), the owner, the administrator, who
owns nothing of the owner's. A method that is not listed must answer 405 to all four.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .route_world import PASSWORD

Ids = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One route and method: the expected statuses, and how to ask."""

    anonymous: int
    stranger: int
    owner: int
    administrator: int
    fill: dict[str, str] = field(default_factory=dict)
    data: Callable[[Ids], dict[str, Any]] | None = None
    json: Callable[[Ids], Any] | None = None
    query: str = ""


def line(anonymous: int, stranger: int, owner: int, administrator: int, **how: Any) -> Line:
    return Line(anonymous, stranger, owner, administrator, **how)


def to_all(status: int, **how: Any) -> Line:
    return Line(status, status, status, status, **how)


def form(**values: Any) -> Callable[[Ids], dict[str, Any]]:
    return lambda _ids: values


# To each learner their own page: nothing in it is anybody else's.
OWN_PAGE = line(302, 200, 200, 200)
NEW_PASSWORD = form(password="another password for the walk")
ANOTHER_ACCOUNT = form(email="new@example.org", password="a password of their own")
OWNER = {"user_id": "owner_id"}
STUDY = form(
    new_per_day="1",
    reviews_per_day="1",
    new_order="deck",
    mix="mixed",
    longest_interval_days="9",
    leech_at="9",
)

TABLE: dict[str, dict[str, Line]] = {
    # The program itself.
    "/healthz": {"GET": to_all(200)},
    "/about": {"GET": to_all(200)},
    "/static/<path:filename>": {"GET": to_all(200, fill={"filename": "static_file"})},
    # Signing in, up and out.
    "/sign-in": {
        "GET": line(200, 302, 302, 302),
        "POST": to_all(303, data=form(email="owner@example.org", password=PASSWORD)),
    },
    "/sign-up": {
        "GET": line(200, 302, 302, 302),
        "POST": to_all(303, data=ANOTHER_ACCOUNT),
    },
    "/set-up": {"GET": to_all(303), "POST": to_all(303, data=ANOTHER_ACCOUNT)},
    "/sign-out": {"POST": line(302, 303, 303, 303)},
    "/forgotten-password": {
        "GET": to_all(200),
        "POST": to_all(200, data=form(email="owner@example.org")),
    },
    # Whoever holds the link of a letter is taken for its reader.
    "/reset-password/<token>": {
        "GET": to_all(200, fill={"token": "password_link"}),
        "POST": to_all(303, fill={"token": "password_link"}, data=NEW_PASSWORD),
    },
    "/confirm-address/<token>": {
        "GET": to_all(200, fill={"token": "address_link"}),
        "POST": to_all(303, fill={"token": "address_link"}),
    },
    # One's own account.
    "/account": {"GET": OWN_PAGE},
    "/account/study": {"POST": line(302, 303, 303, 303, data=STUDY)},
    "/account/time": {
        "POST": line(302, 303, 303, 303, data=form(time_zone="Asia/Tokyo", rollover_hour="5"))
    },
    "/account/theme": {"POST": line(302, 303, 303, 303, data=form(theme="dark"))},
    "/account/password": {
        "GET": OWN_PAGE,
        "POST": line(
            302,
            303,
            303,
            303,
            data=form(current_password=PASSWORD, password="another password for the walk"),
        ),
    },
    "/account/address": {
        "GET": OWN_PAGE,
        "POST": line(
            302, 303, 303, 303, data=form(current_password=PASSWORD, email="new@example.org")
        ),
    },
    "/account/sessions": {"GET": OWN_PAGE},
    "/account/sessions/end-all": {"POST": line(302, 303, 303, 303)},
    "/account/sessions/<name>/end": {"POST": line(302, 404, 303, 404)},
    "/account/tokens": {
        "GET": OWN_PAGE,
        "POST": line(302, 200, 200, 200, data=form(scope="write")),
    },
    "/account/tokens/<int:token_id>/revoke": {"POST": line(302, 404, 303, 404)},
    "/account/delete": {
        "GET": OWN_PAGE,
        # The last administrator cannot go while others stay.
        "POST": line(302, 303, 303, 403, data=form(current_password=PASSWORD)),
    },
    # Administration does not exist for anybody else.
    "/admin": {"GET": line(302, 404, 404, 200)},
    "/admin/invitations": {"POST": line(302, 404, 404, 200, data=form(email="new@example.org"))},
    "/admin/invitations/<int:invitation_id>/withdraw": {"POST": line(302, 404, 404, 303)},
    "/admin/accounts/<int:user_id>/disable": {"POST": line(302, 404, 404, 303, fill=OWNER)},
    "/admin/accounts/<int:user_id>/enable": {"POST": line(302, 404, 404, 303, fill=OWNER)},
    "/admin/accounts/<int:user_id>/administrator": {
        "POST": line(302, 404, 404, 303, fill=OWNER, data=form(is_admin="1"))
    },
    "/admin/accounts/<int:user_id>/reset-link": {"POST": line(302, 404, 404, 200, fill=OWNER)},
}
