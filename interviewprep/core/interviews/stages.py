"""The stages of one round: the kind's own or the prompt's, in the minutes there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interviewprep.core.interviews.kinds import InterviewKind, Stage
from interviewprep.core.prompts import PlannedStage

_PLANNED = "planned-"


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
