"""Interview kinds as the files of `interview_kinds/` describe them, and the stages of one round.

A kind names its prompts, its stages with their minutes and panels, and the rubric for prompts that
bring none. What it leaves out has a default; what it gets wrong is refused by name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interviewprep.core.prompts import LEVELS, PlannedStage, RubricRow
from interviewprep.errors import Invalid

FAMILIES = ("coding", "concepts", "system-design", "behavioral")
PANELS = frozenset(
    [
        *("prompt", "notes", "hints", "editor", "facts", "change", "calculator", "diagram"),
        *("questions", "follow-ups", "stories", "recorder"),
    ]
)
_KEYS = frozenset(
    [
        *("label", "family", "about", "spoken", "minutes", "prompts", "prompts_by_minutes"),
        *("mock_shares", "stages", "rubric"),
    ]
)
_PATTERN = "{pattern}"
_PLANNED = "planned-"


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
class RoundStage:
    """A stage of one round. `item` is the prompt it belongs to, counted from 0; what a stage
    `covers` is for the interviewer alone."""

    key: str
    label: str
    seconds: int
    panels: tuple[str, ...]
    says: str
    item: int = 0
    covers: str = ""


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


def parse_kind(name: str, given: Mapping[str, Any]) -> InterviewKind:
    """Read the mapping of one file; raises `Invalid` with the file's name and what is wrong."""
    try:
        return _parse(name, given)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Invalid(f"The interview kind {name} cannot be read: {error!r}.") from error


def _parse(name: str, given: Mapping[str, Any]) -> InterviewKind:
    unknown = sorted(set(given) - _KEYS)
    if unknown:
        raise ValueError(f"unknown key {unknown[0]}")
    if given["family"] not in FAMILIES:
        raise ValueError(f"unknown family {given['family']}")
    stages = tuple(_stage(stage) for stage in given["stages"])
    rubric = tuple(_row(row) for row in given["rubric"])
    if sum(row.weight for row in rubric) != 100:
        raise ValueError("the weights of the rubric do not add up to 100")
    minutes = tuple(int(length) for length in given["minutes"])
    prompts = given["prompts"]
    kind = InterviewKind(
        name=name,
        label=str(given["label"]),
        family=str(given["family"]),
        about=str(given.get("about", "")),
        spoken=bool(given.get("spoken", False)),
        minutes=minutes,
        prompt_kinds=tuple(prompts["kinds"]),
        tag=str(prompts.get("tag", "")),
        without_tag=str(prompts.get("without_tag", "")),
        prompts_by_minutes={
            int(length): int(count)
            for length, count in (given.get("prompts_by_minutes") or {}).items()
        },
        mock_shares=tuple(given.get("mock_shares", ())),
        stages=stages,
        rubric=rubric,
    )
    fixed = sum(stage.minutes for stage in stages if not stage.each_prompt)
    if any(stage.each_prompt for stage in stages):
        if fixed >= min(minutes):
            raise ValueError("the fixed stages leave no minutes for the prompts")
    elif fixed != minutes[0]:
        raise ValueError(f"the stages take {fixed:g} minutes, not {minutes[0]}")
    return kind


def _stage(given: Mapping[str, Any]) -> Stage:
    panels = tuple(given["panels"])
    unknown = sorted(set(panels) - PANELS)
    if unknown:
        raise ValueError(f"unknown panel {unknown[0]}")
    each = bool(given.get("each_prompt", False))
    return Stage(
        key=str(given["key"]),
        label=str(given["label"]),
        minutes=0.0 if each else float(given["minutes"]),
        panels=panels,
        says=str(given.get("says", "")),
        each_prompt=each,
    )


def _row(given: Mapping[str, Any]) -> RubricRow:
    levels = tuple(str(level) for level in given["levels"])
    if len(levels) != LEVELS or not all(levels):
        raise ValueError(f"{given['dimension']} needs four levels")
    one, two, three, four = levels
    revise = tuple(given.get("revise", ()))
    return RubricRow(str(given["dimension"]), int(given["weight"]), (one, two, three, four), revise)


def round_stages(
    kind: InterviewKind,
    minutes: int,
    prompts: int = 1,
    planned: Sequence[PlannedStage] = (),
) -> tuple[RoundStage, ...]:
    """The stages of a round of `minutes` with so many prompts; they take exactly that long.

    Stages that the prompt plans replace the kind's own. Each shows and says what the stage of the
    kind with the same name does, else it shows what the kind would at that part. Minutes are
    scaled where the round has another length.
    """
    if planned:
        total = sum(stage.minutes for stage in planned)
        stages = [
            RoundStage(
                key=f"{_PLANNED}{place}",
                label=stage.name,
                seconds=round(stage.minutes * 60 * minutes / total),
                panels=_like(kind, stage.name, place / len(planned)).panels,
                says=_says(kind, stage.name),
                covers=stage.covers,
            )
            for place, stage in enumerate(planned)
        ]
        return _exactly(stages, minutes * 60)
    repeated = any(stage.each_prompt for stage in kind.stages)
    fixed = sum(stage.minutes for stage in kind.stages if not stage.each_prompt)
    scale = 1.0 if repeated else minutes / fixed
    share = max(1.0, (minutes - fixed) / max(prompts, 1))
    stages = []
    for stage in _in_order(kind.stages, prompts):
        item, part = stage
        stages.append(
            RoundStage(
                key=part.key if not part.each_prompt else f"{part.key}-{item + 1}",
                label=part.label if not part.each_prompt else f"{part.label} {item + 1}",
                seconds=round((share if part.each_prompt else part.minutes * scale) * 60),
                panels=part.panels,
                says=part.says,
                item=item,
            )
        )
    return _exactly(stages, minutes * 60)


def is_planned(key: str) -> bool:
    """Whether a stage with this key is one that the prompt itself planned."""
    return key.startswith(_PLANNED)


def _in_order(stages: Sequence[Stage], prompts: int) -> list[tuple[int, Stage]]:
    ordered: list[tuple[int, Stage]] = []
    for stage in stages:
        if stage.each_prompt:
            ordered += [(item, stage) for item in range(prompts)]
        else:
            ordered.append((0, stage))
    return ordered


def _namesake(kind: InterviewKind, name: str) -> Stage | None:
    """The kind's own stage of this name."""
    return next((one for one in kind.stages if one.label.casefold() == name.casefold()), None)


def _like(kind: InterviewKind, name: str, share: float) -> Stage:
    """The kind's own stage of this name, else the one at this share of its time."""
    total, passed = sum(stage.minutes for stage in kind.stages), 0.0
    found = _namesake(kind, name)
    for stage in kind.stages:
        passed += stage.minutes
        if found is None and passed > share * total:
            found = stage
    return found or max(kind.stages, key=lambda stage: len(stage.panels))


def _says(kind: InterviewKind, name: str) -> str:
    """What a stage covers is for the interviewer to know, so it is not said."""
    own = _namesake(kind, name)
    return own.says if own is not None else f"Let us turn to the next part: {name.lower()}."


def _exactly(stages: list[RoundStage], seconds: int) -> tuple[RoundStage, ...]:
    """The stages with the seconds that rounding lost or won given to the longest one."""
    rest = seconds - sum(stage.seconds for stage in stages)
    longest = max(range(len(stages)), key=lambda place: stages[place].seconds)
    found = stages[longest]
    stages[longest] = RoundStage(
        found.key,
        found.label,
        found.seconds + rest,
        found.panels,
        found.says,
        found.item,
        found.covers,
    )
    return tuple(stages)
