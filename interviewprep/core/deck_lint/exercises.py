"""X02, X05, X06: numbers are derived, `entry` is there, complexity and hints have their form."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TypeAlias

from interviewprep.core.deck_lint.clozes import numbers_in_maths
from interviewprep.core.deck_lint.findings import Finding
from interviewprep.core.deck_lint.passages import LintedCard, Passage
from interviewprep.formats.markdown_deck.grammar import Fence

FEWEST_HINTS, MOST_HINTS = 2, 4
FOLLOW_UPS = {"coding": (2, 4), "sql": (2, 4)}
FEWEST_FOLLOW_UPS = 3
_LINES = ("time", "space")
_BOUND = re.compile(r"(?:time|space): O\(.+\)")
_DASH = re.compile(r"\s—\s+\S+\s+\S+")

Parameters: TypeAlias = list[str] | dict[str, list[str]]


def check_derivations(card: LintedCard) -> Iterator[Finding]:
    """X02."""
    if card.card.kind == "estimate":
        answer = card.passages["A"]
        if not re.search(r"\d", answer.text):
            message = "the answer of an estimate holds no number"
            yield card.error("X02", answer.line, message, "give the number")
        if not card.card.checks:
            message = "nothing derives this estimate"
            yield card.error("X02", answer.line, message, "add a ```python check block")
    elif card.card.kind == "cloze" and not card.card.checks:
        passage = card.passages["C"]
        if numbers_in_maths(passage.text):
            message = "nothing tests this formula"
            yield card.warn("X02", passage.line, message, "add a ```python check block")


def check_entry(card: LintedCard) -> Iterator[Finding]:
    """X05."""
    entry = card.card.meta.get("entry", "")
    if card.card.kind != "coding" or not entry:
        return
    wanted: Parameters | None = None
    for fence in (f for passage in card.texts for f in passage.code("starter", "solution", "alt")):
        try:
            found = _parameters(fence.code, entry)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # S04 says so
        if found is None:
            message = f"`{entry}` is not defined in the {fence.role}"
            yield card.error("X05", fence.line, message, "define it, or correct `entry:`")
        elif wanted is None:
            wanted = found
        elif found != wanted:
            message = f"`{entry}` has other parameters in the {fence.role}"
            yield card.error("X05", _line(fence, entry), message, "name them as in the starter")


def check_forms(card: LintedCard) -> Iterator[Finding]:
    """X06."""
    if card.card.kind in FOLLOW_UPS:
        if "Complexity" in card.passages:
            yield from _complexity(card, card.passages["Complexity"])
        hints = card.passages.get("Hints")
        if hints is not None and not FEWEST_HINTS <= len(hints.items()) <= MOST_HINTS:
            message = f"{len(hints.items())} hints"
            yield card.error("X06", hints.line, message, "write 2 to 4 list items, weakest first")
    follow_ups = card.passages.get("Follow-ups")
    if follow_ups is None:
        return
    items = follow_ups.items()
    fewest, most = FOLLOW_UPS.get(card.card.kind, (FEWEST_FOLLOW_UPS, None))
    if len(items) < fewest or (most is not None and len(items) > most):
        wanted = f"{fewest} to {most}" if most else f"at least {fewest}"
        message = f"{len(items)} follow-ups"
        yield card.error("X06", follow_ups.line, message, f"write {wanted} list items")
    for line, item in items:
        if not _DASH.search(item):
            message = "a follow-up without an em dash and an answer"
            fix = "write `question — what a good answer says`"
            yield card.error("X06", line, message, fix)


def _complexity(card: LintedCard, passage: Passage) -> Iterator[Finding]:
    lines = passage.text.split("\n")
    for name in _LINES:
        places = [n for n, line in enumerate(lines) if line.startswith(f"{name}:")]
        if not places:
            message = f"there is no line `{name}: O(…)`"
            yield card.error("X06", passage.line, message, "write one line each for time and space")
        elif not _BOUND.fullmatch(lines[places[0]].rstrip()):
            message = f"`{lines[places[0]].strip()}` is not of the form `{name}: O(…)`"
            line = passage.line + places[0]
            yield card.error("X06", line, message, "write the bound alone; explain it below")
    rest = [line for line in lines if line.strip() and line.partition(":")[0] not in _LINES]
    if not rest:
        message = "nothing says why"
        yield card.error("X06", passage.line, message, "add one sentence below the two lines")


def _parameters(code: str, entry: str) -> Parameters | None:
    """The parameter names of a function, or of the public methods of a class; None if absent."""
    for node in ast.parse(code).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == entry:
            return _names(node)
        if isinstance(node, ast.ClassDef) and node.name == entry:
            return {
                method.name: _names(method)
                for method in node.body
                if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef)
                and (method.name == "__init__" or not method.name.startswith("_"))
            }
    return None


def _names(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    given = node.args
    every = [*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg]
    return [one.arg for one in every if one is not None]


def _line(fence: Fence, entry: str) -> int:
    for number, line in enumerate(fence.code.split("\n"), start=1):
        if re.match(rf"(?:async )?(?:def|class) {re.escape(entry)}\b", line):
            return fence.line + number
    return fence.line
