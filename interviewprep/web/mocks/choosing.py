"""Before a mock: which kind, how long, which prompt; and the start of it."""

from __future__ import annotations

import random
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from ...core.interviews.kinds import FAMILIES, InterviewKind
from ...errors import Invalid, NotFound
from ...services.interviews.choosing import (
    LastChoices,
    last_choices,
    propose_round,
    proposed_kind,
)
from ...services.interviews.kinds import LOOP, get_kind, interview_kinds, loop
from ...services.interviews.prompts import PromptCard, list_prompts, load_prompt
from ...services.interviews.starting import Choice, start_mock
from ...services.learner import Learner, learner_of
from ..card_rows import day_words
from ..forms import form_page
from ..login import login_required, person
from ..transactions import now, reading_core, writing
from .blueprint import blueprint
from .places import go_to_mock

PROPOSED, SURPRISE = "proposed", "surprise"
BREAKS = (0, 5, 10, 15, 30)
LEVELS = ((0, "Any"), (1, "1"), (2, "2"), (3, "3"))


@blueprint.get("/mocks/new")
@login_required
def new() -> ResponseReturnValue:
    return _page(request.args)


@blueprint.post("/mocks")
@login_required
def start() -> ResponseReturnValue:
    try:
        with writing() as session:
            learner = learner_of(person.account)
            choice = _choice(request.form)
            mock = start_mock(session, learner, choice, now(), pick=random.SystemRandom().choice)
            mock_id = mock.id
    except Invalid as error:
        return _page(request.form, error)
    return go_to_mock(mock_id)


def _choice(form: MultiDict[str, str]) -> Choice:
    """Read the form; a name that belongs to no kind is refused by the service."""
    kind, wanted = form.get("kind", ""), form.get("prompt", PROPOSED)
    rounds: tuple[tuple[str, int], ...] = ()
    if kind == LOOP:
        ticked = {place for place in form.getlist("round") if place.isdecimal()}
        rounds = tuple(
            (one.kind, _number(form.get(f"minutes-{place}", ""), one.minutes))
            for place, one in enumerate(loop().rounds)
            if str(place) in ticked
        )
        if not rounds:
            raise Invalid("Tick at least one round of the loop.", field="round")
    if wanted not in (PROPOSED, SURPRISE) and not _number(wanted, 0):
        raise Invalid("Choose a prompt from the list.", field="prompt")
    return Choice(
        kind=kind,
        minutes=_number(form.get("minutes", ""), 0),
        level=_level(form),
        card_id=None if wanted in (PROPOSED, SURPRISE) else _number(wanted, 0),
        surprise=wanted == SURPRISE,
        hides_difficulty="hides_difficulty" in form,
        is_bare="is_bare" in form,
        rounds=rounds,
        break_minutes=_number(form.get("break_minutes", ""), loop().break_minutes),
    )


def _page(asked: MultiDict[str, str], error: Invalid | None = None) -> ResponseReturnValue:
    learner = learner_of(person.account)
    with reading_core() as connection:
        chosen = _asked_prompt(connection, learner, asked)
        name = chosen.interview if chosen else asked.get("kind", "")
        proposed = proposed_kind(connection, learner)
        name = name or proposed
        last = _as_sent(asked) if error else last_choices(connection, learner.id, name)
        level = _level(asked) if "level" in asked else last.level
        values = (
            _loop_values(asked)
            if name == LOOP
            else _kind_values(connection, learner, get_kind(name), level, chosen)
        )
    return form_page(
        "mocks/new.html",
        error=error,
        kind=name,
        loop_name=LOOP,
        proposed_kind=proposed,
        families=_families(),
        levels=LEVELS,
        level=level,
        last=last,
        chosen=chosen,
        wanted=asked.get("prompt", PROPOSED) if error else str(chosen.card_id if chosen else ""),
        standing=lambda prompt: _standing(prompt, learner),
        ticked=set(asked.getlist("round")) if error else None,
        **values,
    )


def _as_sent(form: MultiDict[str, str]) -> LastChoices:
    return LastChoices(
        minutes=_number(form.get("minutes", ""), 0),
        hides_difficulty="hides_difficulty" in form,
        is_bare="is_bare" in form,
    )


def _loop_values(asked: MultiDict[str, str]) -> dict[str, Any]:
    kinds, usual = interview_kinds(), loop().break_minutes
    breaks = sorted({*BREAKS, usual})
    return {
        "title": loop().label,
        "about": loop().about,
        "rounds": [(one, kinds[one.kind]) for one in loop().rounds],
        "break_minutes": _number(asked.get("break_minutes", ""), usual),
        "breaks": [(one, f"{one} minutes" if one else "none") for one in breaks],
    }


def _kind_values(
    connection: Connection,
    learner: Learner,
    kind: InterviewKind,
    level: int,
    chosen: PromptCard | None,
) -> dict[str, Any]:
    prompts = list_prompts(connection, learner.id, kind=kind)
    return {
        "title": kind.label,
        "about": kind.about,
        "minutes": sorted(kind.minutes),
        "usual": kind.minutes[0],
        "prompts_in": kind.prompts_in,
        "proposal": propose_round(connection, learner, kind, now(), level=level),
        "prompts": sorted(prompts, key=lambda one: (one != chosen, bool(level - one.level))),
    }


def _asked_prompt(
    connection: Connection, learner: Learner, asked: MultiDict[str, str]
) -> PromptCard | None:
    """Return the prompt that the address names; a stranger's does not exist."""
    wanted = asked.get("prompt", "")
    if not wanted.isdecimal():
        return None
    prompt, _ = load_prompt(connection, learner.id, _number(wanted, 0))
    if not prompt.interview:
        raise NotFound("No interview asks this prompt.")
    return prompt


def _families() -> list[list[InterviewKind]]:
    """Return the kinds that belong together, in each family the one for a special tag last."""
    kinds = sorted(interview_kinds().values(), key=lambda kind: bool(kind.tag))
    return [[one for one in kinds if one.family == family] for family in FAMILIES]


def _standing(prompt: PromptCard, learner: Learner) -> str:
    today = learner.study_day(now())
    if prompt.due_day is None:
        return "new"
    done = f"last done {day_words(prompt.last_day, today)}" if prompt.last_day else "done before"
    return f"due, {done}" if prompt.is_due(today) else done


def _level(asked: MultiDict[str, str]) -> int:
    found = _number(asked.get("level", ""), 0)
    return found if found in dict(LEVELS) else 0


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else otherwise
