"""What every route answers to whom: the table of the walk, one line for each route and method.

A new route needs one line. `fill` says where a parameter's value comes from, by its name in
`World.ids`, where that is not the parameter's own name; `data` (a form), `json` or `file` is what a
writing request carries, good enough to change something if nobody stopped it.

`harmless` names those who get through and must yet change nothing: each answer in the batch, each
card in the list is refused by itself.

The four numbers are for anonymous, a stranger (another learner), the owner, the administrator, who
owns nothing of the owner's. A method that is not listed must answer 405 to all four.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .route_world import PASSWORD
from .walking_reminders import SUBSCRIPTION

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
    harmless: tuple[str, ...] = ()


def line(anonymous: int, stranger: int, owner: int, administrator: int, **how: Any) -> Line:
    return Line(anonymous, stranger, owner, administrator, **how)


def to_all(status: int, **how: Any) -> Line:
    return Line(status, status, status, status, **how)


def form(**values: Any) -> Callable[[Ids], dict[str, Any]]:
    return lambda _ids: values


def answers(card: str = "card_id") -> Callable[[Ids], Any]:
    """Return the body of a request that answers the owner's card."""
    return lambda ids: {
        "answers": [
            {
                "id": str(uuid.uuid4()),
                "card_id": ids[card],
                "version": 1,
                "grade": "good",
                "answered_at": "2026-03-01T12:00:00Z",
            }
        ]
    }


def form_with(deck: str = "", card: str = "", note_id: str = "", **values: str) -> Any:
    """Return a form that also names things of the owner's."""

    def made(ids: Ids) -> dict[str, Any]:
        named = {"deck": deck, "card": card, "note_id": note_id}
        return {**values, **{name: ids[key] for name, key in named.items() if key}}

    return made


# To each learner their own page: nothing in it is anybody else's.
OWN_PAGE = line(302, 200, 200, 200)
# What only its owner sees: to everybody else it does not exist.
OWNED_PAGE = line(302, 404, 200, 404)
OWNED = line(302, 404, 303, 404)
OTHERS = ("stranger", "administrator")
ALL_SIGNED_IN = ("stranger", "owner", "administrator")
REVIEW = {"id": "review_id"}
A_ROUND = "/api/v1/mocks/<uuid:mock_id>/rounds/<int:position>"
DESIGN_MOCK = {"mock_id": "design_mock_id"}
LADDER_MOCK = {"mock_id": "ladder_mock_id"}
SUBMITTED_MOCK = {"mock_id": "submitted_mock_id"}


AN_EXERCISE = "/api/v1/exercises/<int:card_id>"
EXERCISE = {"card_id": "exercise_id"}
PASSED = {"name": "test_one", "passed": True}


def in_an_exercise(json: Callable[[Ids], Any], **how: Any) -> dict[str, Line]:
    return {"POST": line(401, 404, 200, 404, fill=EXERCISE, json=json, **how)}


def owned(**how: Any) -> Line:
    return line(302, 404, 303, 404, **how)


def in_a_mock(body: dict[str, Any] | None = None, **fill: str) -> dict[str, Line]:
    """Return what a candidate posts in a round that runs, here the walk's coding mock."""
    json = None if body is None else lambda _ids: body
    return {"POST": line(401, 404, 200, 404, json=json, fill=fill)}


def shared(**how: Any) -> Line:
    """What others see, and only the owner changes."""
    return line(302, 403, 303, 403, **how)


NEW_PASSWORD = form(password="another password for the walk")
ANOTHER_ACCOUNT = form(email="new@example.org", password="a password of their own")
OWNER = {"user_id": "owner_id"}
ENDED = {"mock_id": "ended_mock_id"}
UNSCORED, SCORED = {"mock_id": "unscored_mock_id"}, {"mock_id": "scored_mock_id"}
NOTHING_SEEN = form(**{f"level-0-{row}": "none" for row in range(8)})
DRAFT = {"card_id": "draft_card_id"}
INTERVIEWER = {"token": "interviewer_link"}
STORY = form(title="A story", competencies="ownership", version="1")
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
    "/runner": {"GET": to_all(200)},
    "/diagram": {"GET": to_all(200)},
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
    "/settings/reminders": {
        "GET": OWN_PAGE,
        "POST": line(
            302,
            303,
            303,
            303,
            data=form(is_on="1", minute_of_day="07:30", weekday_1="1", least_due="3"),
        ),
    },
    "/settings/reminders/question": {
        "POST": line(302, 303, 303, 303, data=form(answer="yes", minute_of_day="07:30"))
    },
    "/settings/reminders/message": {"GET": OWN_PAGE},
    "/settings/reminders/send": {"POST": line(302, 303, 303, 303, harmless=ALL_SIGNED_IN)},
    "/settings/reminders/daily-again": {
        "POST": line(302, 303, 303, 303, harmless=OTHERS),
    },
    "/settings/reminders/calendar": {"POST": line(302, 303, 303, 303)},
    "/settings/reminders/calendar/end": {"POST": line(302, 303, 303, 303)},
    "/settings/reminders/devices/<int:device_id>/remove": {"POST": OWNED},
    "/settings/reminders/chats": {
        "POST": line(302, 303, 303, 303, data=form(url="slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnl"))
    },
    "/settings/reminders/chats/<int:chat_id>/remove": {"POST": OWNED},
    "/settings/reminders/places/<destination>/try-again": {
        "POST": line(302, 303, 303, 303, harmless=OTHERS)
    },
    "/reminders/unsubscribe/<token>": {
        "GET": to_all(200, fill={"token": "unsubscribe_token"}),
        "POST": to_all(200, fill={"token": "unsubscribe_token"}),
    },
    "/reminders/back/<token>": {
        "GET": to_all(200, fill={"token": "back_token"}),
        "POST": to_all(200, fill={"token": "back_token"}),
    },
    "/reminders/calendar/<token>.ics": {"GET": to_all(200, fill={"token": "calendar_token"})},
    "/restart": {"POST": line(302, 303, 303, 303, data=form(days="7"))},
    "/restart/end": {"POST": line(302, 303, 303, 303)},
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
    # What the pages are made of.
    "/about/components": {"GET": to_all(200)},
    "/sw.js": {"GET": to_all(200)},
    "/media/<sha256>/<path:label>": {"GET": line(302, 404, 200, 404)},
    # Studying: each learner's own.
    "/": {"GET": OWN_PAGE},
    "/review": {"GET": OWN_PAGE},
    "/search": {"GET": OWN_PAGE},
    "/search/cards": {
        "POST": line(
            302,
            303,
            303,
            303,
            data=form_with(card="card_id", action="suspend"),
            harmless=OTHERS,
        )
    },
    # Tracks: the same for all, and what one takes is one's own.
    "/tracks": {"GET": OWN_PAGE, "POST": line(302, 303, 303, 303, data=form(track="mle"))},
    "/tracks/<code>": {"GET": line(302, 200, 200, 200, fill={"code": "track_code"})},
    # Decks: the owner's own, and to everybody else as if there were none.
    "/decks": {"GET": OWN_PAGE, "POST": line(302, 303, 303, 303, data=form(name="New"))},
    "/decks/<int:deck_id>": {"GET": OWNED_PAGE},
    "/decks/<int:deck_id>/enrol": {"POST": OWNED},
    "/decks/<int:deck_id>/leave": {"POST": OWNED},
    "/decks/<int:deck_id>/options": {"POST": owned(data=form(new_per_day="3"))},
    "/decks/<int:deck_id>/order": {"POST": owned(data=form(to="later"))},
    "/decks/<int:deck_id>/rename": {"POST": owned(data=form(name="Renamed"))},
    "/decks/<int:deck_id>/description": {"POST": owned(data=form(description="New words."))},
    "/decks/<int:deck_id>/share": {"POST": owned(data=form(is_shared="1"))},
    "/decks/<int:deck_id>/delete": {"GET": OWNED_PAGE, "POST": OWNED},
    # Cards and notes.
    "/cards/<int:card_id>": {"GET": OWNED_PAGE},
    "/cards/<int:card_id>/flag": {"POST": owned(data=form(flag="1"))},
    "/cards/<int:card_id>/note": {"POST": owned(data=form(note="Mine."))},
    "/cards/<int:card_id>/report": {"GET": line(302, 404, 404, 404)},  # built-in cards alone
    "/cards/<int:card_id>/reset": {"POST": OWNED},
    "/cards/<int:card_id>/suspend": {"POST": owned(data=form(suspended="1"))},
    "/cards/<int:card_id>/tags": {"POST": owned(data=form(tags="mine"))},
    "/cards/new": {
        "GET": OWN_PAGE,
        "POST": owned(data=form_with(deck="deck_id", kind="basic", field_0="Q", field_1="A")),
    },
    "/cards/preview": {
        "POST": line(
            302, 404, 200, 404, data=form_with(note_id="note_id", field_0="Q", field_1="A")
        )
    },
    "/notes/<int:note_id>/edit": {
        "GET": OWNED_PAGE,
        "POST": owned(data=form(field_0="Changed", field_1="A")),
    },
    "/notes/<int:note_id>/own-version": {"POST": OWNED},
    "/notes/<int:note_id>/delete": {"GET": OWNED_PAGE, "POST": OWNED},
    # Mock interviews. A prompt that one cannot see cannot be chosen.
    "/mocks": {
        "GET": OWN_PAGE,
        "POST": line(
            302,
            404,
            303,
            404,
            data=lambda ids: {"kind": "coding", "prompt": ids["prompt_card_id"]},
        ),
    },
    "/mocks/new": {"GET": OWN_PAGE},
    "/mocks/stories": {"GET": OWN_PAGE},
    "/mocks/<uuid:mock_id>": {"GET": OWNED},
    "/mocks/<uuid:mock_id>/rounds/<int:position>": {"GET": OWNED_PAGE},
    "/mocks/<uuid:mock_id>/rounds/<int:position>/score": {
        "GET": line(302, 404, 200, 404, fill=UNSCORED),
        "POST": owned(fill=UNSCORED, data=NOTHING_SEEN),
    },
    "/mocks/<uuid:mock_id>/end": {
        "GET": line(302, 404, 200, 404, fill=SCORED),
        "POST": owned(fill=SCORED),
    },
    "/mocks/<uuid:mock_id>/discard": {"POST": OWNED},
    "/mocks/<uuid:mock_id>/report": {"GET": line(302, 404, 200, 404, fill=ENDED)},
    "/mocks/<uuid:mock_id>/report.md": {"GET": line(302, 404, 200, 404, fill=ENDED)},
    "/mocks/<uuid:mock_id>/undo": {"POST": owned(fill=ENDED)},
    "/mocks/compare": {"GET": line(302, 404, 404, 404)},  # of nothing in particular
    "/mocks/drafts": {"GET": OWN_PAGE},
    "/mocks/drafts/<int:card_id>/accept": {"POST": owned(fill=DRAFT)},
    "/mocks/drafts/<int:card_id>/decline": {"POST": owned(fill=DRAFT)},
    # Exercises and prompts.
    "/exercises": {"GET": OWN_PAGE},
    "/exercises/<int:card_id>": {"GET": line(302, 404, 200, 404, fill=EXERCISE)},
    # The learner's own stories.
    "/stories": {"GET": OWN_PAGE},
    "/stories/new": {"GET": OWN_PAGE, "POST": line(302, 303, 303, 303, data=STORY)},
    "/stories/<uuid:story_id>": {"GET": OWNED_PAGE, "POST": owned(data=STORY)},
    "/stories/<uuid:story_id>/delete": {"GET": OWNED_PAGE, "POST": OWNED},
    # A friend as interviewer: the link is for anybody but the candidate, the page for its cookie.
    "/mocks/<uuid:mock_id>/interviewer": {
        "GET": line(302, 404, 200, 404, fill=DESIGN_MOCK),
        "POST": line(302, 404, 200, 404, fill=DESIGN_MOCK),
    },
    "/mocks/<uuid:mock_id>/interviewer/withdraw": {"POST": owned(fill=DESIGN_MOCK)},
    "/interviewer/<token>": {
        "GET": line(200, 200, 403, 200, fill=INTERVIEWER),
        "POST": line(303, 303, 403, 303, fill=INTERVIEWER),
    },
    "/interviewing": {"GET": to_all(404)},
    "/interviewing/state": {"GET": to_all(404)},
    "/interviewing/give": {"POST": to_all(404, data=form(what="fact", item="0", n="0"))},
    "/interviewing/answered": {"POST": to_all(404, data=form(item="0", n="0", answered="1"))},
    "/interviewing/scores": {
        "POST": to_all(404, data=form(**{"item": "0", "evidence-0": "Good."}))
    },
    # Imports; without a file, so that nothing starts to run.
    "/imports": {"GET": OWN_PAGE, "POST": line(302, 422, 422, 422)},
    "/imports/<int:job_id>": {"GET": OWNED_PAGE},
    # Without a tick, so that nothing is asked.
    "/imports/pictures": {"GET": OWN_PAGE, "POST": line(302, 422, 422, 422)},
    "/exports": {
        "GET": OWN_PAGE,
        "POST": line(
            302, 404, 200, 404, data=lambda ids: {"deck": ids["deck_id"], "format": "csv"}
        ),
    },
    "/imports/<int:job_id>/confirm": {"POST": OWNED},
    "/imports/<int:job_id>/read-again": {"POST": OWNED},
    "/imports/<int:job_id>/cancel": {"POST": OWNED},
    "/imports/<int:job_id>/retry": {"POST": OWNED},
    # The API answers who is not signed in with 401.
    "/api/v1/openapi.json": {"GET": to_all(200)},
    "/api/v1/push-subscriptions/key": {"POST": line(401, 200, 200, 200)},
    "/api/v1/push-subscriptions": {
        "POST": line(401, 201, 201, 201, json=lambda _ids: SUBSCRIPTION)
    },
    "/api/v1/session": {"GET": line(401, 200, 200, 200)},
    "/api/v1/reviews/queue": {"GET": line(401, 200, 200, 200)},
    "/api/v1/reviews": {
        "POST": line(401, 200, 200, 200, json=answers(), harmless=OTHERS),
    },
    "/api/v1/reviews/undo": {"POST": line(401, 404, 404, 404)},
    "/api/v1/reviews/<uuid:id>/undo": {"POST": line(401, 404, 200, 404, fill=REVIEW)},
    "/api/v1/decks": {"GET": line(401, 200, 200, 200)},
    "/api/v1/cards/<int:card_id>": {"GET": line(401, 404, 200, 404)},
    "/api/v1/cards/<int:card_id>/marks": {
        "POST": line(401, 404, 200, 404, json=lambda _ids: {"flag": 2})
    },
    "/api/v1/imports": {"POST": line(401, 422, 422, 422)},
    "/api/v1/imports/<int:job_id>": {"GET": line(401, 404, 200, 404)},
    "/api/v1/imports/<int:job_id>/cancel": {"POST": line(401, 404, 200, 404)},
    "/api/v1/imports/<int:job_id>/retry": {"POST": line(401, 404, 409, 404)},
    # A mock that runs.
    A_ROUND: {"GET": line(401, 404, 200, 404)},
    f"{A_ROUND}/begin": in_a_mock(),
    f"{A_ROUND}/stage": in_a_mock({"stage": 1}),
    f"{A_ROUND}/pause": in_a_mock(),
    f"{A_ROUND}/resume": in_a_mock(),
    f"{A_ROUND}/finish": in_a_mock(),
    f"{A_ROUND}/hint": in_a_mock({"item": 0}),
    f"{A_ROUND}/facts": in_a_mock({"item": 0, "asked": "How much traffic?"}, **DESIGN_MOCK),
    f"{A_ROUND}/follow-up": in_a_mock({"item": 0}, **DESIGN_MOCK),
    f"{A_ROUND}/follow-up/answered": in_a_mock(
        {"item": 0, "n": 0, "answered": True}, **DESIGN_MOCK
    ),
    f"{A_ROUND}/change": in_a_mock({"item": 0}, **DESIGN_MOCK),
    f"{A_ROUND}/question": in_a_mock({"item": 0, "n": 0, "grade": "good"}, **LADDER_MOCK),
    f"{A_ROUND}/story": in_a_mock({"item": 0, "story_id": None}),
    f"{A_ROUND}/attempt": in_a_mock({"item": 0, "code": "x = 1", "outcomes": []}),
    f"{A_ROUND}/submit": in_a_mock({"item": 0, "code": "x = 1"}),
    f"{A_ROUND}/outcomes": in_a_mock({"item": 0, "outcomes": []}, **SUBMITTED_MOCK),
    f"{A_ROUND}/give-up": in_a_mock({"item": 0}),
    f"{A_ROUND}/texts/<name>": {
        "PUT": line(
            401,
            404,
            200,
            404,
            fill={"name": "text_name"},
            json=lambda _ids: {"text": "A thought.", "version": 0},
        )
    },
}

TABLE |= {
    AN_EXERCISE: {"GET": line(401, 404, 200, 404, fill=EXERCISE)},
    f"{AN_EXERCISE}/code": {
        "PUT": line(
            401, 404, 200, 404, fill=EXERCISE, json=lambda _ids: {"text": "x = 1", "version": 0}
        )
    },
    f"{AN_EXERCISE}/hint": in_an_exercise(lambda _ids: {"taken": 0}),
    f"{AN_EXERCISE}/attempts": in_an_exercise(lambda _ids: {"code": "x = 1", "outcomes": []}),
    f"{AN_EXERCISE}/submit": in_an_exercise(lambda _ids: {"code": "x = 1"}),
    f"{AN_EXERCISE}/outcomes": in_an_exercise(
        lambda ids: {"attempt": str(ids["attempt_id"]), "outcomes": [PASSED]}
    ),
    f"{AN_EXERCISE}/give-up": in_an_exercise(lambda _ids: {"code": "x = 1"}),
    f"{AN_EXERCISE}/begin-again": in_an_exercise(lambda _ids: {}),
    f"{AN_EXERCISE}/grade": in_an_exercise(
        lambda _ids: {"id": str(uuid.uuid4()), "version": 0, "grade": "hard"}
    ),
    f"{AN_EXERCISE}/undo": in_an_exercise(
        lambda ids: {"id": str(ids["grade_id"])}, harmless=("owner",)
    ),
}

# The same for a deck that its owner shares: everybody may study it, and nobody else change it.
SHARED_DECK = {"deck_id": "shared_deck_id"}
SHARED_CARD = {"card_id": "shared_card_id"}
SHARED_NOTE = {"note_id": "shared_note_id"}
TABLE_OF_WHAT_IS_SHARED: dict[str, dict[str, Line]] = {
    "/media/<sha256>/<path:label>": {
        "GET": line(302, 200, 200, 200, fill={"sha256": "shared_sha256"})
    },
    "/decks/<int:deck_id>": {"GET": line(302, 200, 200, 200, fill=SHARED_DECK)},
    "/decks/<int:deck_id>/enrol": {"POST": line(302, 303, 303, 303, fill=SHARED_DECK)},
    "/decks/<int:deck_id>/rename": {"POST": shared(fill=SHARED_DECK, data=form(name="Renamed"))},
    "/decks/<int:deck_id>/description": {
        "POST": shared(fill=SHARED_DECK, data=form(description="New words."))
    },
    "/decks/<int:deck_id>/share": {"POST": shared(fill=SHARED_DECK, data=form(is_shared="0"))},
    "/decks/<int:deck_id>/delete": {
        "GET": line(302, 403, 200, 403, fill=SHARED_DECK),
        "POST": shared(fill=SHARED_DECK),
    },
    "/cards/<int:card_id>": {"GET": line(302, 200, 200, 200, fill=SHARED_CARD)},
    "/cards/new": {
        "POST": shared(
            data=form_with(deck="shared_deck_id", kind="basic", field_0="Q", field_1="A")
        )
    },
    "/notes/<int:note_id>/edit": {
        "GET": line(302, 200, 200, 200, fill=SHARED_NOTE),
        "POST": shared(fill=SHARED_NOTE, data=form(field_0="Changed", field_1="A")),
    },
    "/notes/<int:note_id>/delete": {
        "GET": line(302, 403, 200, 403, fill=SHARED_NOTE),
        "POST": shared(fill=SHARED_NOTE),
    },
    "/search/cards": {
        "POST": line(
            302,
            303,
            303,
            303,
            data=form_with(card="shared_card_id", action="delete", confirmed="1"),
            harmless=OTHERS,
        )
    },
    "/api/v1/cards/<int:card_id>": {"GET": line(401, 200, 200, 200, fill=SHARED_CARD)},
}
