"""What a rule says about a line, and the list of all rules (`docs/deck-format.md`, section 14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["error", "warn"]
ERROR: Level = "error"
WARN: Level = "warn"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, on the line (from 1) where it stands.

    `path` is how the person named the file. `message` says what is wrong and `fix` what to do;
    neither ends in a full stop. `card` is the id of the card, None for the file as a whole.
    """

    path: str
    line: int
    rule: str
    level: Level
    message: str
    fix: str
    card: str | None = None

    def __str__(self) -> str:
        mark = "" if self.level == ERROR else "warning: "
        return f"{self.path}:{self.line}: {self.rule} {mark}{self.message} (fix: {self.fix})"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. `levels` are what its findings can be, the usual one first."""

    id: str
    levels: tuple[Level, ...]
    checks: str

    @property
    def can_be_accepted(self) -> bool:
        """Whether `accept:` may waive it: warnings only."""
        return WARN in self.levels


_BOTH = (ERROR, WARN)
_ROWS: tuple[tuple[str, tuple[Level, ...], str], ...] = (
    ("S01", (ERROR,), "front matter complete, keys known, category equals folder"),
    ("S02", _BOTH, "id well-formed, unique, not retired; vanished ids and changes accounted for"),
    ("S03", (ERROR,), "one body a card; labels, sections, keys and values complete and known"),
    ("S04", (ERROR,), "fences closed, roles known, Python compiles, YAML and CSV parse"),
    ("S05", (ERROR,), "`$` and braces balanced, the app's renderer accepts the maths"),
    ("S06", (ERROR,), "cloze numbers from 1 without gaps, at most 3, not nested, braces balanced"),
    ("S07", (ERROR,), "a source is named and defined; URL or DOI well-formed"),
    ("S08", (ERROR,), "1 to 5 tags of tags.yaml; a level"),
    ("S09", (ERROR,), "pictures exist, have alt text, at most 200 kB"),
    ("S10", (ERROR,), "`requires` resolves and has no cycle"),
    ("W01", _BOTH, "answer at most 60 / 40 words"),
    ("W02", _BOTH, "question at most 60 / 40 words, note at most 80"),
    ("W03", _BOTH, "one question a card"),
    ("W04", (ERROR,), "no yes/no question"),
    ("W05", _BOTH, "list in an answer with at most 5 / 3 items"),
    ("W06", (ERROR,), "no open stem on a short card"),
    ("W07", (WARN,), "`What is X?` has an answer of at most 25 words"),
    ("W08", _BOTH, "no prompt nearly equal to another"),
    ("W09", (WARN,), "the question does not contain its answer"),
    ("W10", (WARN,), "the question stands by itself"),
    ("W11", (WARN,), "no negative question"),
    ("W12", (WARN,), "a cloze hides at most 8 words and half of the text"),
    ("W13", _BOTH, "time-bound words have `expires`, which has not passed"),
    ("W14", (ERROR,), "`kind: compare` has 2 or 3 clauses `X: …`"),
    ("W15", (ERROR,), "a term does not occur in its definition and has at most 5 words"),
    ("X01", (ERROR,), "checks hold, code prints what the answer says"),
    ("X02", _BOTH, "an estimate, and a formula cloze, has a check block"),
    ("X03", (ERROR,), "solutions pass and starter and wrong ones fail enough tests"),
    ("X04", (ERROR,), "solutions are quick and deterministic"),
    ("X05", (ERROR,), "`entry` is in starter and solution with the same parameters"),
    ("X06", (ERROR,), "complexity, hints and follow-ups have their form"),
    ("X07", (ERROR,), "queries give the expected rows, wrong ones do not"),
    ("P01", (ERROR,), "minutes, weights, cells, rows, bullets and lengths of a prompt add up"),
    ("P02", (ERROR,), "behavioral: STAR, competency, no protected characteristic"),
    ("P03", (WARN,), "rubric cells have a verb and differ"),
    (
        "D01",
        (WARN,),
        "file of 8 to 120 items, at most 40 % cloze, 25 % of questions ask why or how",
    ),
    ("A01", _BOTH, "`accept` names a rule, gives a reason and waives something"),
)
RULES: Mapping[str, Rule] = {row[0]: Rule(*row) for row in _ROWS}
"""Every rule by its id. D02 is no rule but a report: `deck check --coverage`."""
