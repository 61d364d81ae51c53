"""What the endpoints of a running mock take and give."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from ...services.interviews.attempts import MOST_OUTCOMES
from ...services.interviews.giving import LONGEST_ASKED
from .description import ErrorBody
from .endpoints import WHOLE, Answered, Strict
from .review_models import GradeName

Place = Annotated[int, Field(ge=0, le=999), WHOLE]
Version = Annotated[int, Field(ge=0, le=2**31 - 1), WHOLE]
Words = Annotated[str, Field(max_length=LONGEST_ASKED, pattern=r"\S")]


class SinceQuery(Strict):
    """The version that the client has; the answer is 304 where nothing moved since."""

    since: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


class StageIn(Strict):
    """A stage of the round, counted from 0."""

    stage: Place


class ItemIn(Strict):
    """A prompt of the round, counted from 0."""

    item: Place


class FactIn(ItemIn):
    """What the candidate asks, in their own words."""

    asked: Words


class AnsweredIn(ItemIn):
    """Whether the n-th follow-up that was asked, from 0, was answered."""

    n: Place
    answered: Annotated[bool, Field(strict=True)]


class QuestionIn(ItemIn):
    """The n-th question, from 0: null shows its answer, a grade is stored."""

    n: Place
    grade: GradeName | None


class StoryIn(ItemIn):
    """The learner's own story that is told here, or null for none."""

    story_id: uuid.UUID | None


class OutcomeIn(Strict):
    """What one test said. Labels are the server's own; those sent are not looked at."""

    name: Annotated[str, Field(max_length=200)]
    passed: Annotated[bool, Field(strict=True)]
    hidden: Annotated[bool, Field(strict=True)] = False
    message: str = ""
    label: str = ""
    duration_ms: Annotated[float, Field(ge=0)] = 0


Outcomes = Annotated[list[OutcomeIn], Field(max_length=MOST_OUTCOMES)]


class RunIn(ItemIn):
    """Code as it was run against the visible tests, and what they said."""

    code: str
    kind: Literal["run"] = "run"
    outcomes: Outcomes


class CodeIn(ItemIn):
    """Code to be run against the hidden tests too."""

    code: str


class OutcomesIn(ItemIn):
    """What all tests said of the submitted code; a test that is left out was not run."""

    outcomes: Outcomes


class TextIn(Strict):
    """A text, and the version on top of which it was written (0 for the first)."""

    text: str
    version: Version


class StoredTextOut(Answered):
    text: str
    version: int


class SavedTextOut(Answered):
    """The text's version, and the mock's after it was saved."""

    version: int
    mock_version: int


class TextMovedOnOut(Answered):
    """Nothing was stored: another window was quicker, and wrote this; or the round is over."""

    error: ErrorBody
    text: str | None = None
    version: int | None = None


class StageOut(Answered):
    """A stage of the plan; `item` is the prompt it belongs to."""

    key: str
    label: str
    seconds: int
    panels: list[str]
    says: str
    item: int


class RoundOut(Answered):
    """Where a round stands. `elapsed_s` and `stage_elapsed_s` are the seconds up to `server_now`,
    of the whole and of each stage; while `running_since` is not null, those of `stage` go on."""

    position: int
    kind: str
    label: str
    family: str
    spoken: bool
    state: Literal["waiting", "running", "paused", "scoring", "revising", "done"]
    stage: int
    minutes: int
    stages: list[StageOut]
    elapsed_s: int
    stage_elapsed_s: list[int]
    running_since: datetime | None
    server_now: datetime
    break_until: datetime | None


class MockOut(Answered):
    """`has_interviewer`: somebody has opened the link to the interviewer's seat."""

    id: uuid.UUID
    kind: str
    is_bare: bool
    rounds: int
    has_interviewer: bool


class NamedTestOut(Answered):
    name: str
    label: str


class FactOut(Answered):
    """A question and its answer; where `row` is null nobody has decided it."""

    row: int | None
    asked: str
    answer_html: str | None


class HintsOut(Answered):
    taken: list[str]
    left: int


class FollowUpOut(Answered):
    question_html: str
    answered: bool | None


class FollowUpsOut(Answered):
    shown: list[FollowUpOut]
    left: int


class QuestionOut(Answered):
    """A question that was asked; the answer is null until it is shown or graded."""

    n: int
    html: str
    step: str
    answer_html: str | None
    grade: GradeName | None


class RanTestOut(Answered):
    name: str
    label: str
    passed: bool
    hidden: bool
    message: str


class WrongOut(Answered):
    code_html: str
    reason_html: str


class RevealedOut(Answered):
    """What is shown after submitting or giving up."""

    solutions: list[str]
    solution_html: str
    wrong: list[WrongOut]
    complexity_html: str
    pitfalls_html: str


class StoryOut(Answered):
    id: uuid.UUID
    title: str
    competencies: list[str]
    fits: bool


class ItemOut(Answered):
    """One prompt with what the candidate was given of it. `difficulty` is null while it is hidden;
    `change_due` says that a requirement is to change now."""

    position: int
    card_id: int
    title: str
    kind: str
    difficulty: str | None
    prompt_html: str
    language: Literal["", "python", "sql"]
    entry: str
    starter: str
    tests: str
    test_names: list[NamedTestOut]
    hidden_names: list[NamedTestOut]
    schema_: Annotated[str, Field(alias="schema")]
    expected: str
    facts: list[FactOut]
    hints: HintsOut
    follow_ups: FollowUpsOut
    change: str | None
    has_change: bool
    change_due: bool
    questions: list[QuestionOut]
    questions_left: int
    submitted_at: datetime | None
    gave_up: bool
    outcomes: list[RanTestOut]
    revealed: RevealedOut | None
    stories: list[StoryOut]
    story_id: uuid.UUID | None


class RoundStateOut(Answered):
    """A round as its candidate may see it. `version` is the mock's; a round that waits has no items
    yet."""

    version: int
    mock: MockOut
    round: RoundOut
    items: list[ItemOut]
    texts: dict[str, StoredTextOut]


class GivenOut(Answered):
    """The answer to what was asked: its row, or what is said where the question is open."""

    row: int | None
    said: str


class AskedStateOut(RoundStateOut):
    """The round, with the answer to what was just asked."""

    given: GivenOut


class SubmittedStateOut(RoundStateOut):
    """The round, with the hidden tests for the runner, and the code as it was submitted."""

    hidden_tests: str
    submitted_code: str
