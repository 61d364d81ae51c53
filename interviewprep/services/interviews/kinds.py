"""The interview kinds, one data file each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ...bundled_files import PACKAGE
from ...core.interviews.kind_files import parse_kind
from ...core.interviews.kinds import InterviewKind
from ...errors import Invalid, NotFound

FOLDER = PACKAGE / "interview_kinds"
LOOP = "loop"


@dataclass(frozen=True, slots=True)
class LoopRound:
    kind: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Loop:
    """Several rounds in one sitting, with a break of so many minutes between them."""

    label: str
    about: str
    break_minutes: int
    rounds: tuple[LoopRound, ...]


@cache
def interview_kinds(folder: Path = FOLDER) -> Mapping[str, InterviewKind]:
    """Return every kind by its name, the file's; raises `Invalid` for a file that is wrong."""
    return {
        path.stem: parse_kind(path.stem, _mapping(path))
        for path in sorted(folder.glob("*.yaml"))
        if path.stem != LOOP
    }


@cache
def loop(folder: Path = FOLDER) -> Loop:
    given = _mapping(folder / f"{LOOP}.yaml")
    rounds = tuple(LoopRound(str(one["kind"]), int(one["minutes"])) for one in given["rounds"])
    unknown = sorted({one.kind for one in rounds} - interview_kinds(folder).keys())
    if unknown:
        raise Invalid(f"The loop names an interview kind that does not exist: {unknown[0]}.")
    return Loop(str(given["label"]), str(given["about"]), int(given["break_minutes"]), rounds)


def get_kind(name: str) -> InterviewKind:
    """:raise NotFound: where there is no such kind."""
    found = interview_kinds().get(name)
    if found is None:
        raise NotFound("There is no such kind of interview.")
    return found


def kind_of_prompt(prompt_kind: str, tags: Collection[str]) -> InterviewKind | None:
    """Return the interview kind that asks such a prompt."""
    return next((k for k in interview_kinds().values() if k.asks(prompt_kind, tags)), None)


def _mapping(path: Path) -> dict[str, Any]:
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise Invalid(f"The interview kind {path.stem} cannot be read: it is no mapping.")
    return found
