"""The shapes of what goes in and out of practising an exercise."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from ...services.interviews.attempts import LONGEST_CODE, MOST_OUTCOMES
from .endpoints import WHOLE, Answered, Strict
from .review_models import Count, GradeName, OutcomesOut

Code = Annotated[str, Field(max_length=LONGEST_CODE)]


class TestOutcome(Strict):
    """What one test said; `message` is kept up to 4,000 characters."""

    __test__ = False  # for pytest: no test of ours

    name: Annotated[str, Field(max_length=1_000)]
    label: Annotated[str, Field(max_length=1_000)] = ""
    passed: Annotated[bool, Field(strict=True)]
    hidden: Annotated[bool, Field(strict=True)] = False
    message: Annotated[str, Field(max_length=20_000)] = ""
    duration_ms: Annotated[float, Field(ge=0)] = 0


Outcomes = Annotated[list[TestOutcome], Field(max_length=MOST_OUTCOMES)]


class CodeIn(Strict):
    """What is in the editor, and the version it was written over."""

    text: Code
    version: Count


class HintIn(Strict):
    """How many hints the page shows already."""

    taken: Annotated[int, Field(ge=0, le=100), WHOLE]


class RunIn(Strict):
    code: Code
    outcomes: Outcomes


class SubmissionIn(Strict):
    code: Code


class OutcomesIn(Strict):
    """What all tests said to a submission."""

    attempt: uuid.UUID
    outcomes: Outcomes


class NothingIn(Strict):
    """No more is needed than the address."""


class GradeIn(Strict):
    """The learner's grade; `id` is made by the client, `version` is that of `grading`."""

    id: uuid.UUID
    version: Count
    grade: GradeName
    promised_due_day: date | None = None


class GradeBackIn(Strict):
    """The id under which the grade was sent."""

    id: uuid.UUID


class NamedTestOut(Answered):
    name: str
    label: str


class ExerciseOut(Answered):
    """What of an exercise is open to everybody: of the hidden tests their names."""

    card_id: int
    title: str
    kind: Literal["coding", "sql"]
    language: Literal["python", "sql"]
    difficulty: str
    minutes: int
    prompt_html: str
    entry: str
    starter: str
    tests: str
    test_names: list[NamedTestOut]
    hidden_names: list[NamedTestOut]
    schema_: Annotated[str, Field(alias="schema")]
    expected: str


class HintsOut(Answered):
    taken: list[str]
    left: int


class WrongOut(Answered):
    code_html: str
    reason_html: str


class FollowUpOut(Answered):
    question_html: str
    answer_html: str


class RevealedOut(Answered):
    """What is shown once every test passed or the learner gave up."""

    solutions: list[str]
    solution_html: str
    wrong: list[WrongOut]
    complexity_html: str
    pitfalls_html: str
    follow_ups: list[FollowUpOut]


class GradingOut(Answered):
    """What each grade would lead to, and the one that what happened proposes."""

    version: int
    proposed: GradeName
    outcomes: OutcomesOut


class StateOut(Answered):
    """How the learner stands with the exercise. `version` is that of `code`; `elapsed_s` runs until
    every test passed; `grading` is null before anything was submitted or given up."""

    code: str
    version: int
    started_at: datetime | None
    elapsed_s: int
    submissions: int
    passed: bool
    gave_up: bool
    hints: HintsOut
    revealed: RevealedOut | None
    grading: GradingOut | None


class KeptOutcomeOut(Answered):
    name: str
    label: str
    passed: bool
    hidden: bool
    message: str


class AttemptOut(Answered):
    id: uuid.UUID
    at: datetime
    kind: Literal["run", "submit", "give-up"]
    in_mock: bool
    code: str
    hints: int
    outcomes: list[KeptOutcomeOut]


class ExercisePageOut(Answered):
    """An exercise, how the learner stands with it, and the newest attempts, newest first."""

    exercise: ExerciseOut
    state: StateOut
    attempts: list[AttemptOut]


class SavedOut(Answered):
    """The code is kept, under this version."""

    version: int


class ConflictOut(Answered):
    """Another window wrote in between: what it wrote."""

    text: str
    version: int


class StandingOut(Answered):
    state: StateOut


class AttemptedOut(Answered):
    state: StateOut
    attempt: AttemptOut


class SubmittedOut(Answered):
    """`hidden_tests` is the code of the hidden tests, for the runner alone."""

    state: StateOut
    attempt: AttemptOut
    hidden_tests: str


class GradedOut(Answered):
    """What became of the grade, or of taking it back; `reason` says why it had no effect."""

    id: uuid.UUID
    status: Literal["stored", "repeated", "stale", "refused"]
    version: int
    due_at: datetime | None
    reason: str | None
    state: StateOut
