"""What is to be run of a deck file, and what each run is for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from interviewprep.formats.deck_running.limits import RunLimits
from interviewprep.formats.deck_running.pool import Piece, Request
from interviewprep.formats.markdown_deck.grammar import Fence, ParsedCard

Purpose: TypeAlias = Literal[
    "check", "output", "solution", "alt", "starter", "wrong", "query", "wrong query"
]
_SECONDS = {
    "check": "check_s",
    "output": "output_s",
    "solution": "solution_s",
    "alt": "solution_s",
    "starter": "wrong_s",
    "wrong": "wrong_s",
    "query": "query_s",
    "wrong query": "query_s",
}
_TWICE = frozenset(["output", "solution", "alt"])
"""What is run a second time, in another process with another hash seed."""


@dataclass(frozen=True, slots=True)
class Task:
    """One block to run. Where there is an `again`, it must come out the same."""

    path: str
    card: ParsedCard
    purpose: Purpose
    fence: Fence
    request: Request
    again: Request | None = None

    @property
    def requests(self) -> tuple[Request, ...]:
        return (self.request,) if self.again is None else (self.request, self.again)


def fences(card: ParsedCard, language: str, role: str) -> list[Fence]:
    """Return the fences of a card with this language and role, in order."""
    found = [
        fence
        for block in (*card.sides.values(), *card.sections)
        for fence in block.fences
        if (fence.language, fence.role) == (language, role)
    ]
    return sorted(found, key=lambda fence: fence.line)


def tasks_of(path: str, card: ParsedCard, limits: RunLimits) -> Iterator[Task]:
    """Yield everything of a card that can be executed."""
    for purpose, role in (("check", "check"), ("output", "run")):
        for fence in fences(card, "python", role):
            yield _python(path, card, purpose, fence, limits)
    if card.kind == "coding":
        for purpose in ("solution", "alt", "starter", "wrong"):
            for fence in fences(card, "python", purpose):
                yield _python(path, card, purpose, fence, limits)
    if card.kind == "sql":
        for purpose, role in (("query", "solution"), ("wrong query", "wrong")):
            for fence in fences(card, "sql", role):
                yield _query(path, card, purpose, fence, limits)


def tests_of(card: ParsedCard) -> tuple[Piece, ...]:
    """Return the visible tests of an exercise and then the hidden ones."""
    return tuple(
        Piece(fence.code, fence.line, is_test=True)
        for role in ("tests", "hidden")
        for fence in fences(card, "python", role)
    )


def _python(path: str, card: ParsedCard, purpose: str, fence: Fence, limits: RunLimits) -> Task:
    pieces: tuple[Piece, ...] = (Piece(fence.code, fence.line),)
    needs = "numpy" if card.meta.get("needs") == "numpy" else ""
    if purpose not in ("check", "output"):
        pieces += tests_of(card)
        needs = ""  # what runs in browsers has the standard library alone
    return _task(path, card, purpose, fence, limits, pieces=pieces, needs=needs)


def _query(path: str, card: ParsedCard, purpose: str, fence: Fence, limits: RunLimits) -> Task:
    schema = "\n".join(each.code for each in fences(card, "sql", "schema"))
    return _task(path, card, purpose, fence, limits, schema=schema, query=fence.code)


def _task(
    path: str, card: ParsedCard, purpose: Any, fence: Fence, limits: RunLimits, **what: Any
) -> Task:
    seconds = getattr(limits, _SECONDS[purpose])
    first, second = (
        Request(
            name=path,
            processor_s=seconds,
            waiting_s=limits.waiting_s(seconds),
            memory_bytes=limits.memory_bytes,
            hash_seed=seed,
            **what,
        )
        for seed in (0, 1)
    )
    return Task(path, card, purpose, fence, first, second if purpose in _TWICE else None)
