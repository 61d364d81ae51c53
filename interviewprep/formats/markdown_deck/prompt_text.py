"""The text of an exercise or interview prompt, into its parts and back.

A prompt is stored as it was written, `###` sections and all; what a page needs of it is read here.
Reading never fails: a section that is missing or not as it should be gives nothing, and of a text
that is no deck only what everyone may see is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

from interviewprep.core.prompts import (
    LEVELS,
    Fact,
    FollowUp,
    LadderQuestion,
    PlannedStage,
    Prompt,
    RubricRow,
    WrongSolution,
    level_in,
    minutes_in,
    opening,
)
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.markdown_deck.grammar import Block
from interviewprep.formats.markdown_deck.parsing import parse_deck

MOST_ROWS = 40
"""Of a rubric, and of planned stages: more than anybody scores or goes through."""
MOST_DIGITS = 9
_DASH = re.compile(r"\s+—\s+")
_ITEM = re.compile(r"[ ]{0,3}(?:[-*+]|\d{1,3}[.)])[ \t]+(?P<text>.*)")
_RULE = re.compile(r"[ \t]*\|?[ \t:|-]+\|?[ \t]*")
_CELL = re.compile(r"(?<!\\)\|")
_FENCE = re.compile(r"^(?P<marks>`{3,}|~{3,})[^\n]*\n.*?^(?P=marks)[ \t]*$\n?", re.M | re.DOTALL)


def sections_text(sections: Iterable[Block]) -> str:
    """Write sections as they stand in a file, `python check` blocks at the end of theirs."""
    parts = []
    for section in sections:
        checks = [fence for fence in section.fences if fence.role == "check"]
        code = "".join(f"\n\n```{one.language} check\n{one.code}```" for one in checks)
        parts.append(f"### {section.name}\n\n{section.text}{code}")
    return "\n\n".join(parts)


def read_prompt(title: str, text: str, details: Mapping[str, Any]) -> Prompt:
    """Read the stored text of a prompt. `details` are those of its note."""
    kind = str(details.get("kind", ""))
    try:
        [card] = parse_deck(f"## a-prompt\nkind: {kind}\n\n{text}\n").cards
    except (UnreadableDeck, ValueError):
        return Prompt(kind=kind, title=title, opening=opening(text))
    sections = {section.name: section for section in card.sections}

    def words(name: str) -> str:
        return sections[name].text if name in sections else ""

    def code(role: str, *names: str) -> tuple[str, ...]:
        return tuple(
            fence.code
            for name in names or sections
            if name in sections
            for fence in sections[name].fences
            if fence.role == role
        )

    return Prompt(
        kind=kind,
        title=title,
        opening=without_fences(words("Prompt"), "schema", "expected"),
        level=level_in(details),
        difficulty=str(details.get("difficulty", "")),
        minutes=minutes_in(details),
        pattern=str(details.get("pattern", "")),
        entry=str(details.get("entry", "")),
        competency=str(details.get("competency", "")),
        starter="".join(code("starter")) or _first_code(sections.get("Starter")),
        solutions=(*code("solution"), *code("alt")),
        solution_text=_FENCE.sub("", words("Solution")).strip(),
        wrong=tuple(_wrong(sections.get("Wrong"))),
        tests="".join(code("tests")),
        hidden_tests="".join(code("hidden")),
        schema="".join(code("schema")),
        expected="".join(code("expected")),
        hints=list_items(words("Hints")),
        complexity=words("Complexity"),
        pitfalls=words("Pitfalls"),
        facts=tuple(Fact(*row[:2]) for row in table_rows(words("Clarifications"), 2)),
        stages=tuple(islice(_stages(table_rows(words("Stages"), 3)), MOST_ROWS)),
        numbers=words("Numbers"),
        ladder=tuple(LadderQuestion(*row[:3]) for row in table_rows(words("Ladder"), 3)),
        star=list_items(words("STAR")),
        rubric=tuple(islice(_rubric(table_rows(words("Rubric"), LEVELS + 2)), MOST_ROWS)),
        strong_signals=list_items(words("Strong signals")),
        weak_signals=list_items(words("Weak signals")),
        follow_ups=tuple(_follow_ups(list_items(words("Follow-ups")))),
        outline=words("Outline"),
        example=words("Example"),
    )


def list_items(markdown: str) -> tuple[str, ...]:
    """The items of the one list in a text; what is indented below an item belongs to it."""
    items: list[list[str]] = []
    for line in markdown.split("\n"):
        item = _ITEM.fullmatch(line)
        if item is not None:
            items.append([item["text"]])
        elif items:
            items[-1].append(line.strip() if line.startswith((" ", "\t")) else line)
    return tuple(text for text in ("\n".join(lines).strip() for lines in items) if text)


def table_rows(markdown: str, least_cells: int) -> tuple[tuple[str, ...], ...]:
    """The body rows of the one table in a text, cells trimmed; shorter rows are filled up."""
    lines = [line.strip() for line in markdown.split("\n") if line.strip().startswith("|")]
    if len(lines) < 2 or _RULE.fullmatch(lines[1]) is None:
        return ()
    rows = (_cells(line) for line in lines[2:])
    return tuple((*row, *[""] * (least_cells - len(row))) for row in rows)


def without_fences(markdown: str, *roles: str) -> str:
    """The text without the fenced blocks of these roles, which a page shows in its own way."""

    def kept(match: re.Match[str]) -> str:
        info = match[0].partition("\n")[0].lstrip("`~").split()
        return "" if len(info) > 1 and info[1] in roles else match[0]

    return _FENCE.sub(kept, markdown).strip()


def _cells(line: str) -> tuple[str, ...]:
    inside = line.removeprefix("|")
    inside = inside[:-1] if inside.endswith("|") and not inside.endswith("\\|") else inside
    return tuple(cell.strip().replace("\\|", "|") for cell in _CELL.split(inside))


def _first_code(section: Block | None) -> str:
    """The first block that is no role's: the tables of a query are nothing to begin from."""
    fences = section.fences if section is not None else ()
    return next((fence.code for fence in fences if not fence.role), "")


def _wrong(section: Block | None) -> Iterator[WrongSolution]:
    """Each block with the sentence that stands below it, or above the first where none does."""
    if section is None:
        return
    fences = [fence for fence in section.fences if fence.role == "wrong"]
    ends = [match.span() for match in _FENCE.finditer(section.text)]
    gaps = [section.text[: ends[0][0]]] if ends else []
    gaps += [section.text[one[1] : two[0]] for one, two in pairwise(ends)]
    gaps += [section.text[ends[-1][1] :]] if ends else []
    leads = len(gaps) > 1 and bool(gaps[0].strip()) and not gaps[-1].strip()
    for index, fence in enumerate(fences):
        reason = gaps[index if leads else index + 1] if index + 1 < len(gaps) else ""
        yield WrongSolution(fence.code, reason.strip())


def _stages(rows: Iterable[Sequence[str]]) -> Iterator[PlannedStage]:
    for name, minutes, covers, *_ in rows:
        if _is_number(minutes) and 0 < int(minutes) <= 240:
            yield PlannedStage(name, int(minutes), covers)


def _rubric(rows: Iterable[Sequence[str]]) -> Iterator[RubricRow]:
    for dimension, weight, one, two, three, four, *rest in rows:
        if _is_number(weight) and dimension:
            tags = tuple((rest[0] if rest else "").replace(",", " ").replace("`", " ").split())
            yield RubricRow(dimension, int(weight), (one, two, three, four), tags)


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= MOST_DIGITS


def _follow_ups(items: Iterable[str]) -> Iterator[FollowUp]:
    for item in items:
        question, *answer = _DASH.split(item, maxsplit=1)
        yield FollowUp(question.strip(), answer[0].strip() if answer else "")
