"""Small deck files for the linter, with the offending line marked in the text itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from interviewprep.core.deck_lint.checking import check_decks
from interviewprep.core.deck_lint.findings import Finding
from interviewprep.core.deck_lint.lock import LockedItem
from interviewprep.core.deck_lint.surroundings import Surroundings
from interviewprep.formats.deck_folder import linted_file

MARK = "@@"
"""Stands in the line on which a finding is expected, and is taken out before."""
TODAY = date(2026, 11, 20)
TAGS = frozenset(["metrics", "probability", "loss", "drift", "interviews", "graph"])
HEAD = """\
---
name: Probe
category: ml
description: Cards for testing the linter.
tags: [probability]
licence: CC-BY-4.0
default-source: own
sources:
  own: "Own text"
---
"""
HEAD_LINES = HEAD.count("\n")
_SUBJECTS = {
    "gradient": "Why do gradients vanish in deep sigmoid networks",
    "bagging": "How does bagging lower variance",
    "shuffle": "When should rows stay unshuffled before splitting",
    "momentum": "Which oscillation does momentum damp",
    "dropout": "Why is dropout switched off while serving",
    "kernel": "How do kernels avoid computing coordinates",
    "beam": "Which search keeps several hypotheses per step",
    "index": "When does an index slow writes",
}
FILLER = "".join(
    f"\n## filler-{key}\nlevel: 1\n\nQ: {question}?\nA: Because of alpha beta gamma.\n"
    for key, question in _SUBJECTS.items()
)
"""Eight clean cards, so that a card more makes a deck of a usual size."""


@dataclass(frozen=True)
class Around:
    """What lies beside the probed file."""

    others: Mapping[str, str] = field(default_factory=dict)
    tags: frozenset[str] | None = TAGS
    retired: Mapping[str, int] = field(default_factory=dict)
    locked: Mapping[str, LockedItem] = field(default_factory=dict)
    pictures: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """One finding, short: what a test says it expects."""

    rule: str
    level: str
    line: int


def deck(card: str) -> str:
    """A whole file around one card, whose text stands straight below the front matter."""
    return f"{HEAD}\n{card.strip()}\n{FILLER}"


def findings(
    text: str, around: Around | None = None, path: str = "ml/probe.md"
) -> tuple[Finding, ...]:
    """All findings on the file with this text, as `deck check` would give them without running."""
    around = around or Around()
    texts = dict(sorted({path: text, **around.others}.items()))
    files = [linted_file(one, name, name.removesuffix(".md")) for name, one in texts.items()]
    return check_decks(
        Surroundings(
            files=files,
            given=frozenset([path]),
            today=TODAY,
            tags=around.tags,
            retired=around.retired,
            locked=around.locked,
            picture_bytes=lambda path, name: around.pictures.get(name),
        )
    ).findings


def expected_line(text: str) -> int:
    """The line of the mark, from 1."""
    assert text.count(MARK) == 1, "mark one line"
    return text[: text.index(MARK)].count("\n") + 1


def found(text: str, around: Around | None = None, path: str = "ml/probe.md") -> list[Found]:
    """What the linter says of a text, with its mark taken out."""
    clean = text.replace(f" {MARK}", "").replace(MARK, "")
    return [Found(one.rule, one.level, one.line) for one in findings(clean, around, path)]
