"""S03: sections in order and complete, metadata of the right form, blocks that a kind needs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviewprep.core.deck_lint.findings import ERROR, Finding
from interviewprep.core.deck_lint.passages import LintedCard, LintedFile
from interviewprep.formats.markdown_deck.grammar import SECTIONS

OPTIONAL_SECTIONS = frozenset(["Pitfalls", "Example"])
LONGEST_TITLE_CHARS = 60
DIFFICULTIES = ("easy", "medium", "hard")
_NEEDED = {
    "coding": ("title", "difficulty", "time", "pattern", "entry"),
    "sql": ("title", "difficulty", "time", "pattern"),
    "design": ("title", "difficulty", "time"),
    "concepts": ("title", "difficulty", "time"),
    "behavioral": ("title", "competency", "time"),
}
_ONLY_FOR = {
    **dict.fromkeys(("title", "time"), frozenset(SECTIONS)),
    "difficulty": frozenset(SECTIONS),
    "pattern": frozenset(["coding", "sql"]),
    "entry": frozenset(["coding"]),
    "competency": frozenset(["behavioral"]),
}
_FORMS = {
    "rev": (re.compile(r"[1-9]\d{0,5}"), "a whole number such as 2"),
    "time": (re.compile(r"[1-9]\d{0,2}"), "minutes as a whole number"),
    "expires": (re.compile(r"\d{4}-(?:0[1-9]|1[0-2])"), "a month as YYYY-MM"),
    "difficulty": (re.compile("|".join(DIFFICULTIES)), "easy, medium or hard"),
    "needs": (re.compile("numpy"), "numpy; nothing else is there"),
    "title": (re.compile(rf".{{1,{LONGEST_TITLE_CHARS}}}"), "at most 60 characters"),
}
_ROLES_OF_SECTIONS = {
    "Starter": frozenset(["starter", "schema"]),
    "Solution": frozenset(["solution", "alt"]),
    "Wrong": frozenset(["wrong"]),
    "Tests": frozenset(["tests", "hidden", "expected"]),
    "Prompt": frozenset(["schema", "expected"]),
}
_BLOCKS = {
    "coding": (
        ("Starter", "starter", 1, 1),
        ("Solution", "solution", 1, 1),
        ("Wrong", "wrong", 1, 3),
    ),
    "sql": (("Solution", "solution", 1, 1), ("Wrong", "wrong", 1, 3)),
}
_ONCE_IN_CARD = {"coding": ("tests", "hidden"), "sql": ("schema", "expected")}


def check_presence(file: LintedFile) -> Iterator[Finding]:
    """S03 of a file that has no card at all."""
    if not file.cards and not file.problems:
        message = "the file holds no cards"
        yield Finding(file.path, 1, "S03", ERROR, message, "write the first one as `## an-id`")


def check_structure(card: LintedCard) -> Iterator[Finding]:
    """S03, beyond what the parser refuses."""
    yield from _metadata(card)
    if card.card.is_long:
        yield from _sections(card)
        yield from _blocks(card)
    elif card.card.kind == "output":
        yield from _output(card)
    yield from _misplaced(card)


def _metadata(card: LintedCard) -> Iterator[Finding]:
    kind, meta = card.card.kind, card.card.meta
    for key, (form, what) in _FORMS.items():
        if key in meta and not form.fullmatch(meta[key]):
            message = f"`{key}: {meta[key]}` is not of the right form"
            yield card.error("S03", card.line_of(key), message, f"write {what}")
    for key, kinds in _ONLY_FOR.items():
        if key in meta and kind not in kinds:
            message = f"a card of kind {kind} has no `{key}`"
            yield card.error("S03", card.line_of(key), message, "take the line out")
    for key in _NEEDED.get(kind, ()):
        if not meta.get(key):
            message = f"a card of kind {kind} needs `{key}`"
            yield card.error("S03", card.card.line, message, f"add a line `{key}: …`")


def _sections(card: LintedCard) -> Iterator[Finding]:
    wanted = SECTIONS[card.card.kind]
    names = [block.name for block in card.card.sections]
    for name in wanted:
        if name not in names and name not in OPTIONAL_SECTIONS:
            yield card.error("S03", card.card.line, f"`### {name}` is missing", "add the section")
    places = [wanted.index(name) for name in names]
    for before, place, name in zip(places, places[1:], names[1:], strict=False):
        if place < before:
            fix = f"keep the order {', '.join(wanted)}"
            message = f"`### {name}` stands too late"
            yield card.error("S03", card.passages[name].line, message, fix)
    for block in card.card.sections:
        if not block.text.strip() and not block.fences:
            message = f"`### {block.name}` is empty"
            yield card.error("S03", block.line, message, "write it, or take it out")


def _blocks(card: LintedCard) -> Iterator[Finding]:
    language = {"coding": "python", "sql": "sql"}.get(card.card.kind, "")
    for section, role, fewest, most in _BLOCKS.get(card.card.kind, ()):
        passage = card.passages.get(section)
        if passage is None:
            continue
        count = len(passage.code(role))
        if not fewest <= count <= most:
            message = f"{count} `{role}` blocks in `### {section}`"
            wanted = "one" if most == 1 else f"{fewest} to {most}"
            yield card.error(
                "S03", passage.line, message, f"write {wanted} as ```{language} {role}"
            )
    fences = [fence for passage in card.texts for fence in passage.fences]
    for role in _ONCE_IN_CARD.get(card.card.kind, ()):
        count = sum(fence.role == role for fence in fences)
        if count != 1:
            passage = card.passages.get("Tests")
            line = card.card.line if passage is None else passage.line
            yield card.error("S03", line, f"{count} `{role}` blocks", "write exactly one")


def _output(card: LintedCard) -> Iterator[Finding]:
    question, answer = card.passages["Q"], card.passages["A"]
    if len(question.code("run")) != 1:
        message = f"the question holds {len(question.code('run'))} `python run` blocks"
        yield card.error("S03", question.line, message, "put one ```python run block into it")
    printed = [fence for fence in answer.fences if fence.language == "text"]
    if len(printed) != 1:
        message = f"the answer holds {len(printed)} `text` blocks"
        yield card.error("S03", answer.line, message, "put what is printed into one ```text block")


def _misplaced(card: LintedCard) -> Iterator[Finding]:
    """A role where nobody would look for it."""
    for passage in card.texts:
        allowed = (
            _ROLES_OF_SECTIONS.get(passage.name, frozenset()) if card.card.is_long else frozenset()
        )
        if card.card.kind == "output" and passage.name == "Q":
            allowed = frozenset(["run"])
        for fence in passage.fences:
            if fence.role and fence.role != "check" and fence.role not in allowed:
                message = f"a `{fence.role}` block has no meaning in `{passage.name}`"
                yield card.error(
                    "S03", fence.line, message, "move it, or leave out the second word"
                )
