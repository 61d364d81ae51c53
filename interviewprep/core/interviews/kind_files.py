"""Interview kinds, read from what the files of `interview_kinds/` hold.

What a file leaves out has a default; what it gets wrong is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interviewprep.core.interviews.kinds import FAMILIES, PANELS, InterviewKind, Stage
from interviewprep.core.prompts import LEVELS, RubricRow
from interviewprep.errors import Invalid

_KEYS = frozenset(
    [
        *("label", "family", "about", "spoken", "minutes", "prompts", "prompts_by_minutes"),
        *("mock_shares", "stages", "rubric"),
    ]
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
