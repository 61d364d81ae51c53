"""Exercises and interview prompts: the list of all, and the page on which one is practised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from ..services.changed_cards import has_changed
from ..services.interviews.kinds import interview_kinds
from ..services.interviews.prompts import PromptCard, list_prompts
from ..services.learner import learner_of
from .api.exercises import page_json
from .api.session import account_key
from .card_rows import asking, day_words
from .cards_json import script_json
from .login import login_required, person
from .transactions import now, reading, reading_core

blueprint = Blueprint("exercises", __name__)
LEVELS = {1: "core", 2: "standard", 3: "deep"}
LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class Group:
    """The prompts of one interview kind."""

    label: str
    about: str
    prompts: tuple[PromptCard, ...]


@blueprint.get("/exercises")
@login_required
def index() -> ResponseReturnValue:
    _, asker = asking()
    query = request.args.get("q", "")[:LONGEST_QUERY].strip()
    with reading_core() as connection:
        prompts = list_prompts(connection, person.id)
    found = [one for one in prompts if matches(one, query)]
    return render_template(
        "exercises/index.html",
        query=query,
        groups=grouped(found),
        number=len(found),
        is_empty=not prompts,
        state_of=lambda one: state_of(one, asker.today),
        levels=LEVELS,
    )


@blueprint.get("/exercises/<int:card_id>")
@login_required
def page(card_id: int) -> ResponseReturnValue:
    with reading() as session:
        data = page_json(session, learner_of(person.account), card_id, now())
        is_changed = has_changed(session.connection(), person.id, card_id)
    data["csrf"] = generate_csrf()
    return render_template(
        "exercises/page.html",
        exercise=data["exercise"],
        is_changed=is_changed,
        state=data["state"],
        user_key=account_key(),
        data_json=script_json(data),
    )


def matches(one: PromptCard, query: str) -> bool:
    """Whether each word of the query is in the title, a tag, the deck's name or the difficulty."""
    said = " ".join([one.title, one.deck_name, one.difficulty, one.kind, *one.tags]).casefold()
    return all(word in said for word in query.casefold().split())


def grouped(prompts: Sequence[PromptCard]) -> list[Group]:
    """Return them by interview kind, what can be done with the editor first; those that no kind
    asks come last."""
    kinds = sorted(interview_kinds().values(), key=lambda kind: kind.family != "coding")
    groups = [
        Group(kind.label, kind.about, tuple(one for one in prompts if one.interview == kind.name))
        for kind in kinds
    ]
    others = tuple(one for one in prompts if not one.interview)
    groups.append(Group("Others", "Prompts that no kind of interview asks.", others))
    return [group for group in groups if group.prompts]


def state_of(one: PromptCard, today: date) -> tuple[str, str]:
    """Return a word for where a prompt stands, and its tone."""
    if one.due_day is None:
        return "new", "new"
    words = day_words(one.due_day, today)
    return (f"due {words}", "due" if one.is_due(today) else "")
