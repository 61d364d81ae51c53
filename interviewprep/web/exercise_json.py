"""An exercise as its page and the API spell it. What may be seen is chosen here, part by part.

The solutions, the wrong ones and all that explains them are in `revealed` once the exercise is
over; the code of the hidden tests is in nothing of this module.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from ..core.prompts import NamedTest, named_tests
from ..services.interviews.exercises import Exercise
from ..services.interviews.markup import html_of, html_of_code
from ..services.queue import QueuedCard
from ..storage import CodeAttempt
from .cards_json import instant, promise_json

_LINES = re.compile(r"\n(?=space:)")
"""Time and space stand on a line each."""


def exercise_json(exercise: Exercise) -> dict[str, Any]:
    """Return what never changes while an exercise is done, and is open to everybody."""
    card, prompt = exercise.card, exercise.prompt
    return {
        "card_id": card.card_id,
        "title": prompt.title,
        "kind": prompt.kind,
        "language": prompt.language,
        "difficulty": prompt.difficulty,
        "minutes": exercise.minutes,
        "prompt_html": html_of(prompt.opening, exercise.media),
        "entry": prompt.entry,
        "starter": prompt.starter,
        "tests": prompt.tests,
        "test_names": [_named(test) for test in named_tests(prompt.tests)],
        "hidden_names": [_named(test) for test in named_tests(prompt.hidden_tests)],
        "schema": prompt.schema,
        "expected": prompt.expected,
    }


def state_json(exercise: Exercise, queued: QueuedCard | None, now: datetime) -> dict[str, Any]:
    """Return how a learner stands with an exercise. `queued` is its card with what each grade leads
    to, needed only where the exercise may be graded."""
    practice, hints = exercise.practice, exercise.hints_taken
    return {
        "code": exercise.code,
        "version": exercise.version,
        "started_at": None if practice is None else instant(practice.started_at),
        "elapsed_s": _elapsed_s(exercise, now),
        "submissions": 0 if practice is None else practice.submissions,
        "passed": practice is not None and practice.passed_at is not None,
        "gave_up": practice is not None and practice.gave_up,
        "hints": {
            "taken": [html_of(hint, exercise.media) for hint in hints],
            "left": len(exercise.prompt.hints) - len(hints),
        },
        "revealed": _revealed(exercise) if exercise.may_be_revealed else None,
        "grading": _grading(exercise, queued),
    }


def attempt_json(attempt: CodeAttempt) -> dict[str, Any]:
    """Return one attempt with its code; of hidden tests it has names and outcomes."""
    return {
        "id": str(attempt.id),
        "at": instant(attempt.at),
        "kind": attempt.kind,
        "in_mock": attempt.mock_id is not None,
        "code": attempt.code,
        "hints": attempt.hints,
        "outcomes": attempt.outcomes,
    }


def _revealed(exercise: Exercise) -> dict[str, Any]:
    """Return what may be seen of an exercise once it is over."""
    prompt, media = exercise.prompt, exercise.media
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
        "complexity_html": html_of(_LINES.sub("  \n", prompt.complexity), media),
        "pitfalls_html": html_of(prompt.pitfalls, media),
        "follow_ups": [
            {
                "question_html": html_of(one.question, media),
                "answer_html": html_of(one.good_answer, media),
            }
            for one in prompt.follow_ups
        ],
    }


def _named(test: NamedTest) -> dict[str, str]:
    return {"name": test.name, "label": test.label}


def _elapsed_s(exercise: Exercise, now: datetime) -> int:
    """Return the seconds since it was begun, up to the passing submission."""
    practice = exercise.practice
    if practice is None:
        return 0
    return max(0, ((practice.passed_at or now) - practice.started_at) // timedelta(seconds=1))


def _grading(exercise: Exercise, queued: QueuedCard | None) -> dict[str, Any] | None:
    proposed = exercise.proposed
    if proposed is None or queued is None:
        return None
    return {
        "version": queued.card.version,
        "proposed": proposed.label,
        "outcomes": {
            grade.label: promise_json(promise) for grade, promise in queued.outcomes.items()
        },
    }
