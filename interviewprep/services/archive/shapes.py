"""What the rows of an archive may say beyond the types of their columns: ranges, known words, and
the JSON within them, whose readers rely on its shape.

An archive is a file like any other: whoever sends one may have written it by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from ...core.anki_progress import LONGEST_INTERVAL_DAYS, MOST_REPETITIONS
from ...core.interviews.competencies import COMPETENCY_KEYS, QUESTION_KEYS
from ...core.interviews.kinds import PANELS
from ...core.interviews.verdicts import Verdict
from ...core.notes import Markup
from ...errors import UnreadableDeck
from ..interviews.attempts import KINDS, LONGEST_CODE, MOST_OUTCOMES
from ..interviews.giving import GRADES
from ..interviews.kinds import LOOP, interview_kinds
from ..interviews.rounds import GREATEST_POSITION
from ..interviews.scoring import LONGEST_EVIDENCE
from ..stories import LONGEST_TEXT, LONGEST_TITLE

_MOST = 2**31 - 1
_MOST_STAGES, _MOST_SEGMENTS, _MOST_GIVEN = 100, 100_000, 1_000
_LONGEST_PROMPT = 1_000_000


def _is_iso(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return text


def _is_day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _one_of(*words: str) -> AfterValidator:
    def check(word: str) -> str:
        if word not in words:
            raise ValueError(f"{word[:40]!r} is none of its words")
        return word

    return AfterValidator(check)


def _is_kind(word: str) -> str:
    if word not in interview_kinds():
        raise ValueError(f"there is no interview kind {word[:40]!r} on this server")
    return word


Count: TypeAlias = Annotated[int, Field(ge=0, le=_MOST)]
Position: TypeAlias = Annotated[int, Field(ge=0, le=GREATEST_POSITION)]
Version: TypeAlias = Annotated[int, Field(ge=0, le=_MOST - 1)]
Hundredths: TypeAlias = Annotated[int, Field(ge=0, le=400)]
VerdictWord: TypeAlias = Annotated[str, _one_of("", *Verdict)]
Kind: TypeAlias = Annotated[str, AfterValidator(_is_kind)]
InstantText: TypeAlias = Annotated[str, AfterValidator(_is_iso)]
DayText: TypeAlias = Annotated[str, AfterValidator(_is_day)]
Code: TypeAlias = Annotated[str, Field(max_length=LONGEST_CODE)]
StoryText: TypeAlias = Annotated[str, Field(max_length=LONGEST_TEXT)]


class _Shape(BaseModel):
    """Values are not bent; columns without a rule here are as `storage.portable` checked them."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class _State(BaseModel):
    """A state of a card in the log, as `storage.memories.as_log` writes it; what came from Anki
    has its own numbers besides."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    interval_days: Annotated[int, Field(ge=0, le=LONGEST_INTERVAL_DAYS)] = 0
    ease_hundredths: Annotated[int, Field(ge=0, le=_MOST)] = 0
    repetitions: Annotated[int, Field(ge=0, le=MOST_REPETITIONS)] = 0
    lapses: Annotated[int, Field(ge=0, le=MOST_REPETITIONS)] = 0
    last_day: DayText | None = None
    due_day: DayText | None = None
    repeat_at: InstantText | None = None
    extra: dict[str, Any] | None = None


class _FromAnki(BaseModel):
    """What a review that came from Anki keeps: see `core.anki_progress.history_json`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    interval_days: Annotated[int, Field(ge=0, le=_MOST)]
    anki: Annotated[
        list[Annotated[int, Field(ge=-_MOST - 1, le=_MOST)]], Field(min_length=5, max_length=5)
    ]


class _Enrolment(_Shape):
    position: Annotated[int, Field(ge=0, le=_MOST)]


class _Memory(_Shape):
    interval_days: Annotated[int, Field(ge=0, le=LONGEST_INTERVAL_DAYS)]
    ease_hundredths: Annotated[int, Field(ge=0, le=_MOST)]
    repetitions: Annotated[int, Field(ge=0, le=MOST_REPETITIONS)]
    lapses: Annotated[int, Field(ge=0, le=MOST_REPETITIONS)]
    version: Version


class _CardMark(_Shape):
    flag: Annotated[int, Field(ge=0, le=7)]


class _Review(_Shape):
    kind: Annotated[str, _one_of("answer", "undo", "reset", "mock", "revised", "imported", "set")]
    status: Literal["stored", "stale"]
    duration_ms: Count
    grade: Annotated[int, Field(ge=1, le=4)] | None
    version: Version
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @model_validator(mode="after")
    def _states(self) -> _Review:
        if self.before is not None:
            _State.model_validate(self.before)
        if self.after is not None:
            shape = _FromAnki if self.kind == "imported" else _State
            shape.model_validate(self.after)
        return self


class _Day(_Shape):
    answers: Count
    passes: Count
    duration_ms: Annotated[int, Field(ge=0)]
    new: Count
    reviews: Count


class _Mock(_Shape):
    kind: Annotated[str, BeforeValidator(lambda word: word if word == LOOP else _is_kind(word))]
    level: Annotated[int, Field(ge=0, le=10)]
    break_minutes: Annotated[int, Field(ge=0, le=24 * 60)]
    version: Version
    verdict: VerdictWord
    score_hundredths: Hundredths | None


class _Stage(_Shape):
    key: Annotated[str, Field(max_length=100)]
    label: Annotated[str, Field(max_length=300)]
    seconds: Annotated[int, Field(ge=0, le=24 * 60 * 60)]
    panels: list[Annotated[str, _one_of(*PANELS)]]
    says: Annotated[str, Field(max_length=10_000)]
    item: Position = 0
    covers: Annotated[str, Field(max_length=10_000)] = ""


class _MockRound(_Shape):
    position: Position
    kind: Kind
    minutes: Annotated[int, Field(ge=1, le=24 * 60)]
    state: Literal["waiting", "running", "paused", "scoring", "revising", "done"]
    stage: Annotated[int, Field(ge=0, lt=_MOST_STAGES)]
    stages: Annotated[list[_Stage], Field(min_length=1, max_length=_MOST_STAGES)]
    segments: Annotated[list[list[Any]], Field(max_length=_MOST_SEGMENTS)]
    verdict: VerdictWord
    score_hundredths: Hundredths | None

    @model_validator(mode="after")
    def _stages_there_are(self) -> _MockRound:
        if self.stage >= len(self.stages):
            raise ValueError("it stands at a stage that it has not")
        for segment in self.segments:
            if len(segment) != 3 or type(segment[0]) is not int:
                raise ValueError("a stretch of its clock is not a stage, a beginning and an end")
            if not 0 <= segment[0] < len(self.stages):
                raise ValueError("its clock ran in a stage that it has not")
            for text in segment[1:] if segment[2] is not None else segment[1:2]:
                if not isinstance(text, str):
                    raise ValueError("its clock has a time that is none")
                _is_iso(text)
        return self


class _Content(_Shape):
    title: Annotated[str, Field(max_length=_LONGEST_PROMPT)]
    text: Annotated[str, Field(max_length=_LONGEST_PROMPT)]
    tags: list[str]
    details: dict[str, Any]


class _FollowUp(_Shape):
    n: Count
    answered: bool | None


class _Question(_Shape):
    question: str
    answer: str
    markup: Annotated[str, _one_of(*Markup)]
    step: str
    card_id: int | None
    is_shown: bool
    grade: Annotated[str, _one_of(*GRADES)] | None


class _Outcome(_Shape):
    name: str
    label: str
    passed: bool
    hidden: bool
    message: str = ""


class _RoundItem(_Shape):
    round: Position
    position: Position
    content: _Content
    hints: Annotated[int, Field(ge=0)]
    facts: Annotated[list[Count], Field(max_length=_MOST_GIVEN)]
    follow_ups: Annotated[list[_FollowUp], Field(max_length=_MOST_GIVEN)]
    questions: Annotated[list[_Question], Field(max_length=_MOST_GIVEN)]
    outcomes: Annotated[list[_Outcome], Field(max_length=MOST_OUTCOMES)]
    score_hundredths: Hundredths | None


class _RoundText(_Shape):
    round: Position
    version: Version


class _Score(_Shape):
    round: Position
    item: Position
    row: Position
    scorer: Literal["self", "interviewer"]
    level: Annotated[int, Field(ge=1, le=4)] | None
    evidence: Annotated[str, Field(max_length=LONGEST_EVIDENCE)]


class _CodeAttempt(_Shape):
    kind: Annotated[str, _one_of(*KINDS)]
    code: Code
    round: Position | None
    outcomes: Annotated[list[_Outcome], Field(max_length=MOST_OUTCOMES)]
    hints: Annotated[int, Field(ge=0)]
    duration_ms: Annotated[int, Field(ge=0)]


class _Practice(_Shape):
    hints: Annotated[int, Field(ge=0)]
    submissions: Annotated[int, Field(ge=0)]
    code: Code
    version: Version


class _Story(_Shape):
    title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE)]
    situation: StoryText
    task: StoryText
    action: StoryText
    result: StoryText
    reflection: StoryText
    numbers: StoryText
    competencies: list[Annotated[str, _one_of(*COMPETENCY_KEYS)]]
    questions: list[Annotated[str, _one_of(*QUESTION_KEYS)]]
    version: Version
    created_at: AwareDatetime
    changed_at: AwareDatetime


_SHAPES: Mapping[str, type[_Shape]] = {
    "enrolment": _Enrolment,
    "memory": _Memory,
    "card_mark": _CardMark,
    "review": _Review,
    "day": _Day,
    "mock": _Mock,
    "mock_round": _MockRound,
    "round_item": _RoundItem,
    "round_text": _RoundText,
    "score": _Score,
    "code_attempt": _CodeAttempt,
    "practice": _Practice,
    "story": _Story,
}


def check_shape(name: str, row: Mapping[str, Any]) -> None:
    """Refuse a row of a table that nothing here could have written.

    :raise UnreadableDeck: naming the table and what is wrong with which value.
    """
    try:
        _SHAPES[name].model_validate(row)
    except (ValidationError, RecursionError, OverflowError) as error:
        raise UnreadableDeck(
            f"The archive cannot be used: in {name}, {_reason(error)}; export it again."
        ) from None


def _reason(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return "a value is nested too deeply or too large"
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"])) or "a row"
    said = str(first["msg"]).removeprefix("Value error, ")
    return f"{place}: {said[:1].lower()}{said[1:200]}"
