"""P01: what a mock interview adds up: minutes, weights, rows, bullets, lengths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from interviewprep.core.deck_lint.findings import Finding
from interviewprep.core.deck_lint.markup import count_words
from interviewprep.core.deck_lint.passages import LintedCard, Passage

RUBRIC_HEADER = ("Dimension", "Weight", "1", "2", "3", "4")
RUBRIC_ROWS = {"design": (4, 6), "concepts": (4, 6), "behavioral": (3, 5)}
FEWEST_SIGNALS = {"design": 4, "concepts": 4, "behavioral": 3}
FEWEST_FACTS = 4
LADDER_ROWS = (5, 8)
STEPS = ("define", "intuition", "when", "trade-offs")
MOST_WORDS = {
    ("coding", "Prompt"): 150,
    ("sql", "Prompt"): 150,
    ("design", "Prompt"): 80,
    ("design", "Outline"): 350,
    ("behavioral", "Prompt"): 40,
    ("behavioral", "Example"): 220,
}
_NUMBER = re.compile(r"\d{1,6}")


def check_prompt(card: LintedCard) -> Iterator[Finding]:
    """P01."""
    for (kind, name), most in MOST_WORDS.items():
        passage = card.passages.get(name)
        if kind == card.card.kind and passage is not None:
            length = count_words(passage.text)
            if length > most:
                message = f"`### {name}` has {length} words and {most} are allowed"
                yield card.error("P01", passage.line, message, "shorten it")
    if card.card.kind == "design":
        yield from _facts(card)
        yield from _stages(card)
        numbers = card.passages.get("Numbers")
        if numbers is not None and not numbers.code("check"):
            message = "nothing derives the numbers"
            yield card.error("P01", numbers.line, message, "add a ```python check block")
    if card.card.kind == "concepts":
        yield from _ladder(card)
    if card.card.kind in RUBRIC_ROWS:
        yield from _rubric(card)
        yield from _signals(card)


def level_cells(passage: Passage) -> list[tuple[int, str]]:
    """The cells of a rubric that describe a score, with their lines."""
    return [(line, cell) for line, cells in passage.table()[1:] for cell in cells[2:6]]


def _rows(
    card: LintedCard, name: str, header: Sequence[str], fewest: int, most: int | None
) -> Iterator[Finding]:
    """What is wrong with the table of a section as a table."""
    passage = card.passages.get(name)
    if passage is None:
        return
    table = passage.table()
    if not table or tuple(table[0][1])[: len(header)] != tuple(header):
        fix = f"begin with the columns {' | '.join(header)}"
        line = table[0][0] if table else passage.line
        yield card.error("P01", line, f"`### {name}` has not its table", fix)
        return
    count = len(table) - 1
    if count < fewest or (most is not None and count > most):
        wanted = f"{fewest} to {most}" if most else f"at least {fewest}"
        message = f"the table of `### {name}` has {count} rows"
        yield card.error("P01", passage.line, message, f"write {wanted}")
    width = len(table[0][1])
    for line, cells in table[1:]:
        if len(cells) != width:
            message = f"{len(cells)} cells below {width} columns"
            yield card.error("P01", line, message, r"write one cell a column; a bar in text is \|")
        elif not all(cells):
            message = f"the cell `{table[0][1][cells.index('')]}` is empty"
            yield card.error("P01", line, message, "fill it")


def _facts(card: LintedCard) -> Iterator[Finding]:
    yield from _rows(card, "Clarifications", ("If asked", "Answer"), FEWEST_FACTS, None)


def _stages(card: LintedCard) -> Iterator[Finding]:
    yield from _rows(card, "Stages", ("Stage", "Minutes", "Covers"), 1, None)
    yield from _sum(card, "Stages", "the minutes", card.card.meta.get("time", ""), "`time`")


def _rubric(card: LintedCard) -> Iterator[Finding]:
    fewest, most = RUBRIC_ROWS[card.card.kind]
    yield from _rows(card, "Rubric", RUBRIC_HEADER, fewest, most)
    yield from _sum(card, "Rubric", "the weights", "100", "the whole")


def _sum(card: LintedCard, name: str, what: str, wanted: str, of: str) -> Iterator[Finding]:
    """The second column of a table has numbers that add up."""
    passage = card.passages.get(name)
    if passage is None:
        return
    cells = [(line, row[1]) for line, row in passage.table()[1:] if len(row) > 1]
    for line, cell in cells:
        if not _NUMBER.fullmatch(cell):
            yield card.error("P01", line, f"`{cell}` is no number", "write a whole number")
            return
    total = sum(int(cell) for _, cell in cells)
    if cells and _NUMBER.fullmatch(wanted) and total != int(wanted):
        message = f"{what} add up to {total}, and {of} is {wanted}"
        yield card.error("P01", cells[0][0], message, "change one of them")


def _ladder(card: LintedCard) -> Iterator[Finding]:
    header = ("Question", "Step", "A good answer contains")
    yield from _rows(card, "Ladder", header, *LADDER_ROWS)
    passage = card.passages.get("Ladder")
    deepest = 0
    for line, cells in passage.table()[1:] if passage is not None else ():
        step = cells[1] if len(cells) > 1 else ""
        if step not in STEPS:
            yield card.error("P01", line, f"`{step}` is no step", f"write {', '.join(STEPS)}")
        elif STEPS.index(step) < deepest:
            message = f"`{step}` comes after `{STEPS[deepest]}`"
            yield card.error("P01", line, message, "let the questions grow in depth")
        else:
            deepest = STEPS.index(step)


def _signals(card: LintedCard) -> Iterator[Finding]:
    fewest = FEWEST_SIGNALS[card.card.kind]
    for name in ("Strong signals", "Weak signals"):
        passage = card.passages.get(name)
        if passage is not None and len(passage.items()) < fewest:
            message = f"`### {name}` has {len(passage.items())} bullets"
            yield card.error("P01", passage.line, message, f"write at least {fewest}")
