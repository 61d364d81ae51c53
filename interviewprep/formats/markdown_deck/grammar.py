"""The closed lists of the deck format, and the values a parsed file consists of.

Source: `docs/deck-format.md`. Every value knows its line, counted from 1, so that whoever finds
something wrong with it can say where.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LABELS = {
    "Q": "question",
    "A": "answer",
    "C": "cloze text",
    "T": "term",
    "D": "definition",
    "H": "hint",
    "N": "note",
}
PARTNERS = {"Q": "A", "T": "D"}
BODY_LABELS = frozenset("QCT")

META_KEYS = frozenset(
    [
        *("kind", "level", "tags", "source", "expires", "accept", "was", "rev", "title"),
        *("difficulty", "time", "pattern", "entry", "needs", "competency"),
    ]
)
FRONT_MATTER_KEYS = frozenset(
    [
        *("name", "category", "description", "licence", "tags", "requires", "sources"),
        *("default-source", "accept"),
    ]
)
_INTERVIEW = ("Rubric", "Strong signals", "Weak signals", "Follow-ups")
_EXERCISE = (
    *("Prompt", "Starter", "Solution", "Wrong", "Tests", "Hints", "Complexity", "Follow-ups"),
    "Pitfalls",
)
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "coding": _EXERCISE,
    "sql": _EXERCISE,
    "design": ("Prompt", "Clarifications", "Stages", "Numbers", *_INTERVIEW, "Outline"),
    "concepts": ("Prompt", "Ladder", *_INTERVIEW),
    "behavioral": ("Prompt", "STAR", *_INTERVIEW, "Example"),
}
"""The sections of each long kind, in their order."""
KINDS_BY_BODY = {"Q": ("basic", "output", "compare", "estimate"), "C": ("cloze",), "T": ("term",)}
ROLES: Mapping[str, frozenset[str]] = {
    "python": frozenset(["run", "check", "starter", "solution", "alt", "wrong", "tests", "hidden"]),
    "sql": frozenset(["schema", "solution", "wrong"]),
    "csv": frozenset(["expected"]),
}


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: its language, its role (or an empty text), and what it holds."""

    language: str
    role: str
    code: str
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """One labelled side or one named section.

    `text` is the Markdown without `python check` blocks; `fences` are all fences, checks included.
    """

    name: str
    text: str
    line: int
    fences: tuple[Fence, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedCard:
    """One card. `sides` (by label) or `sections`, never both. `kind` is given or inferred.

    `has_own_id` is false where a hand-written file gives none and the id was made from the text.
    """

    id: str
    line: int
    kind: str
    meta: Mapping[str, str]
    meta_lines: Mapping[str, int]
    sides: Mapping[str, Block]
    sections: tuple[Block, ...] = ()
    group: str = ""
    has_own_id: bool = True

    @property
    def is_long(self) -> bool:
        """Whether this is an exercise or an interview prompt rather than a flashcard."""
        return self.kind in SECTIONS

    @property
    def checks(self) -> tuple[Fence, ...]:
        """Every `python check` block of the card, in order."""
        blocks = (*self.sides.values(), *self.sections)
        found = [fence for block in blocks for fence in block.fences if fence.role == "check"]
        return tuple(sorted(found, key=lambda fence: fence.line))


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands above the cards. Everything is optional here; the linter knows what must be."""

    name: str = ""
    category: str = ""
    description: str = ""
    licence: str = ""
    tags: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    default_source: str = ""
    accept: str = ""


@dataclass(frozen=True, slots=True)
class ParsedDeck:
    """One file. `front_matter` is None where the file has none."""

    front_matter: FrontMatter | None
    cards: tuple[ParsedCard, ...]
