"""What an interview kind is: its prompts, its stages with their panels, and its rubric."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from interviewprep.core.prompts import RubricRow

FAMILIES = ("coding", "concepts", "system-design", "behavioral")
PANELS = frozenset(
    [
        *("prompt", "notes", "hints", "editor", "facts", "change", "calculator", "diagram"),
        *("questions", "follow-ups", "stories", "recorder"),
    ]
)
_PATTERN = "{pattern}"


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of a kind's plan. `says` is what the interviewer says when it begins.

    `each_prompt` repeats the stage for every prompt of the round; such stages share the minutes
    that the others leave.
    """

    key: str
    label: str
    minutes: float
    panels: tuple[str, ...]
    says: str
    each_prompt: bool = False


@dataclass(frozen=True, slots=True)
class InterviewKind:
    """One kind. `minutes` are the lengths on offer, the usual one first.

    `prompt_kinds` with `tag` and `without_tag` say which prompts it asks; `mock_shares` which of
    the tracks' shares it serves.
    """

    name: str
    label: str
    family: str
    about: str
    spoken: bool
    minutes: tuple[int, ...]
    prompt_kinds: tuple[str, ...]
    tag: str
    without_tag: str
    prompts_by_minutes: Mapping[int, int]
    mock_shares: tuple[str, ...]
    stages: tuple[Stage, ...]
    rubric: tuple[RubricRow, ...]

    def asks(self, prompt_kind: str, tags: Collection[str]) -> bool:
        """Whether a prompt of this kind, with these tags, belongs to this interview."""
        if prompt_kind not in self.prompt_kinds:
            return False
        return (not self.tag or self.tag in tags) and (
            not self.without_tag or self.without_tag not in tags
        )

    def prompts_in(self, minutes: int) -> int:
        """How many prompts a round of so many minutes has."""
        if not self.prompts_by_minutes:
            return 1
        fitting = [length for length in self.prompts_by_minutes if length <= minutes]
        return self.prompts_by_minutes[max(fitting or [min(self.prompts_by_minutes)])]

    def rubric_for(self, own: Sequence[RubricRow], pattern: str = "") -> tuple[RubricRow, ...]:
        """The prompt's own rubric, or the kind's with the prompt's pattern among its tags."""
        if own:
            return tuple(own)
        return tuple(
            RubricRow(
                row.dimension,
                row.weight,
                row.levels,
                tuple(tag for tag in (t.replace(_PATTERN, pattern) for t in row.revise) if tag),
            )
            for row in self.rubric
        )
