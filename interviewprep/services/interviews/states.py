"""A round as its candidate may see it: a list of what is open, put together by hand.

Nothing that a prompt holds gets in unless a line here names it. So neither the code of hidden
tests, nor hints, facts, follow-ups and answers that were not given, nor anything for after the
scores (outline, numbers, signals, example, rubric) can.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from ...core.interviews.clock import running_since, seconds_by_stage
from ...core.interviews.stages import is_planned
from ...core.prompts import NamedTest, Prompt
from ...storage import MockRound, RoundItem
from ..learner import Learner
from ..stories import KeptStory, fitting, list_stories
from .asked import is_asked, name_of_asked, read_asked
from .giving import asked_questions, is_change_due
from .links import interviewer_is_there
from .markup import Media, html_of, html_of_code, media_of_cards
from .rounds import (
    DONE,
    REVISING,
    WAITING,
    HeldRound,
    change_of,
    follow_ups_of,
    load_round,
    prompt_of,
    rounds_in,
    shown_follow_ups,
)
from .submitting import tests_of
from .texts import KeptText, load_texts

Json = dict[str, Any]


def round_state(
    session: Session, learner: Learner, mock_id: uuid.UUID, position: int, now: datetime
) -> Json:
    """Return the state of a round as JSON values; its shape is `RoundStateOut` of the HTTP API.

    A round that waits shows no prompt yet.

    :raise NotFound: unless there is such a round of this learner's.
    """
    held = load_round(session, learner.id, mock_id, position)
    texts = load_texts(session, learner.id, mock_id, position)
    return {
        "version": held.mock.version,
        "mock": {
            "id": str(held.mock.id),
            "kind": held.mock.kind,
            "is_bare": held.mock.is_bare,
            "rounds": rounds_in(session, held.mock),
            "has_interviewer": interviewer_is_there(session.connection(), learner.id, mock_id, now),
        },
        "round": _round(session, held, now),
        "items": [] if held.round.state == WAITING else _items(session, held, texts, now),
        "texts": {
            name: {"text": kept.text, "version": kept.version}
            for name, kept in texts.items()
            if not is_asked(name)
        },
    }


def _round(session: Session, held: HeldRound, now: datetime) -> Json:
    stages = held.round.stages
    seconds = seconds_by_stage(held.segments, len(stages), now)
    return {
        "position": held.round.position,
        "kind": held.round.kind,
        "label": held.kind.label,
        "family": held.kind.family,
        "spoken": held.kind.spoken,
        "state": held.round.state,
        "stage": held.round.stage,
        "minutes": held.round.minutes,
        "stages": [
            {
                "key": stage["key"],
                "label": stage["label"],
                "seconds": stage["seconds"],
                "panels": list(stage["panels"]),
                "says": stage["says"],
                "item": stage["item"],
            }
            for stage in (_unnamed(stages) if held.round.state == WAITING else stages)
        ],
        "elapsed_s": int(sum(seconds)),
        "stage_elapsed_s": [int(one) for one in seconds],
        "running_since": _instant(running_since(held.segments)),
        "server_now": _instant(now),
        "break_until": _instant(break_until(session, held)),
    }


def _unnamed(stages: Sequence[Json]) -> list[Json]:
    """The stages of a round that waits: those that its prompt planned are called by number."""
    return [
        {**stage, "label": f"Part {number}", "says": ""} if is_planned(stage["key"]) else stage
        for number, stage in enumerate(stages, 1)
    ]


def break_until(session: Session, held: HeldRound) -> datetime | None:
    """Return when the break before a waiting round is over; None where there is no break."""
    if held.round.state != WAITING or held.round.position == 0:
        return None
    key = (held.mock.user_id, held.mock.id, held.round.position - 1)
    before = session.get(MockRound, key)
    if before is None or before.ended_at is None:
        return None
    return before.ended_at + timedelta(minutes=held.mock.break_minutes)


def _items(
    session: Session, held: HeldRound, texts: Mapping[str, KeptText], now: datetime
) -> list[Json]:
    asked_cards = {
        one["card_id"] for item in held.items for one in item.questions if one["card_id"]
    }
    media = media_of_cards(session, {item.card_id for item in held.items} | asked_cards)
    tells_stories = any("stories" in stage["panels"] for stage in held.round.stages)
    stories = list_stories(session.connection(), held.mock.user_id) if tells_stories else []
    return [
        {
            **_opening(held, item, media.get(item.card_id, {})),
            **_given(held, item, texts, media.get(item.card_id, {}), now),
            **_questions(item, media),
            **_code(held, item, media.get(item.card_id, {})),
            **_stories(item, stories),
        }
        for item in held.items
    ]


def _opening(held: HeldRound, item: RoundItem, media: Media) -> Json:
    """What anyone may see of a prompt from the start."""
    prompt = prompt_of(item)
    visible, hidden = tests_of(prompt)
    hides = held.mock.hides_difficulty and held.round.state != DONE
    return {
        "position": item.position,
        "card_id": item.card_id,
        "title": prompt.title,
        "kind": prompt.kind,
        "difficulty": None if hides or not prompt.difficulty else prompt.difficulty,
        "prompt_html": html_of(prompt.opening, media),
        "language": prompt.language,
        "entry": prompt.entry,
        "starter": prompt.starter,
        "tests": prompt.tests,
        "test_names": _names(visible),
        "hidden_names": _names(hidden),
        "schema": prompt.schema,
        "expected": prompt.expected,
    }


def _given(
    held: HeldRound,
    item: RoundItem,
    texts: Mapping[str, KeptText],
    media: Media,
    now: datetime,
) -> Json:
    """What the interviewer gave on request, and how much is left of it."""
    prompt = prompt_of(item)
    change = change_of(held.kind, prompt)
    is_changed = change is not None and item.change_shown_at is not None
    left = 0 if held.mock.is_bare else len(prompt.hints) - item.hints
    return {
        "facts": _facts(item, prompt, texts, media),
        "hints": {
            "taken": [html_of(hint, media) for hint in prompt.hints[: item.hints]],
            "left": max(left, 0),
        },
        "follow_ups": {
            "shown": [
                {"question_html": html_of(one.question, media), "answered": answered}
                for one, answered in shown_follow_ups(item)
            ],
            "left": len(follow_ups_of(held.kind, prompt)) - len(item.follow_ups),
        },
        "change": html_of(change.question, media) if change and is_changed else None,
        "has_change": change is not None,
        "change_due": is_change_due(held, item, now),
    }


def _facts(
    item: RoundItem, prompt: Prompt, texts: Mapping[str, KeptText], media: Media
) -> list[Json]:
    """The questions asked, in order, then what was given without being asked for in words."""
    kept = texts.get(name_of_asked(item.position))
    asked = read_asked("" if kept is None else kept.text)
    told = [(one.words, one.row) for one in asked if one.row is None or one.row in item.facts]
    in_words = {row for _, row in told}
    told += [
        (prompt.facts[row].asked, row)
        for row in item.facts
        if row not in in_words and row < len(prompt.facts)
    ]
    return [
        {
            "row": row,
            "asked": words,
            "answer_html": None if row is None else html_of(prompt.facts[row].answer, media),
        }
        for words, row in told
    ]


def _questions(item: RoundItem, media: Mapping[int, Media]) -> Json:
    asked = asked_questions(item)
    return {
        "questions": [
            {
                "n": n,
                "html": html_of(one["question"], _media(item, one, media), one["markup"]),
                "step": one["step"],
                "answer_html": html_of(one["answer"], _media(item, one, media), one["markup"])
                if one["is_shown"]
                else None,
                "grade": one["grade"],
            }
            for n, one in enumerate(item.questions[:asked])
        ],
        "questions_left": len(item.questions) - asked,
    }


def _media(item: RoundItem, question: Json, media: Mapping[int, Media]) -> Media:
    return media.get(question["card_id"] or item.card_id, {})


def _code(held: HeldRound, item: RoundItem, media: Media) -> Json:
    is_over = item.submitted_at is not None or item.gave_up
    is_scored = held.round.state in (REVISING, DONE)
    prompt = prompt_of(item)
    return {
        "submitted_at": _instant(item.submitted_at),
        "gave_up": item.gave_up,
        "outcomes": [
            {name: one[name] for name in ("name", "label", "passed", "hidden", "message")}
            for one in item.outcomes
        ],
        "revealed": _revealed(prompt, media)
        if prompt.language and (is_over or is_scored)
        else None,
    }


def _revealed(prompt: Prompt, media: Media) -> Json:
    """What only those see who submitted or gave up."""
    return {
        "solutions": [html_of_code(code, prompt.language) for code in prompt.solutions],
        "solution_html": html_of(prompt.solution_text, media),
        "wrong": [
            {
                "code_html": html_of_code(one.code, prompt.language),
                "reason_html": html_of(one.reason, media),
            }
            for one in prompt.wrong
        ],
        "complexity_html": html_of(prompt.complexity, media),
        "pitfalls_html": html_of(prompt.pitfalls, media),
    }


def _stories(item: RoundItem, stories: Sequence[KeptStory]) -> Json:
    offered = fitting(stories, prompt_of(item).competency, item.content["tags"])
    return {
        "stories": [
            {
                "id": str(one.story.id),
                "title": one.story.text.title,
                "competencies": list(one.story.text.competencies),
                "fits": one.fits,
            }
            for one in offered
        ],
        "story_id": None if item.story_id is None else str(item.story_id),
    }


def _names(tests: Sequence[NamedTest]) -> list[Json]:
    return [{"name": test.name, "label": test.label} for test in tests]


def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.replace(tzinfo=None).isoformat() + "Z"
