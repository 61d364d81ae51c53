"""S10: what a deck requires is there, and no deck requires itself in the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from interviewprep.core.deck_lint.findings import ERROR, Finding
from interviewprep.core.deck_lint.passages import LintedFile
from interviewprep.core.deck_lint.surroundings import Surroundings


def check_prerequisites(around: Surroundings) -> Iterator[Finding]:
    """S10 over all decks."""
    graph = {
        file.deck_id: file.front_matter.requires if file.front_matter else ()
        for file in around.files
    }
    for file in around.files:
        line = file.line_of("requires")
        for deck in graph[file.deck_id]:
            if deck not in graph:
                close = get_close_matches(deck, sorted(graph), 1)
                fix = f"did you mean {close[0]}" if close else "write a deck's path without .md"
                yield _error(file, line, f"there is no deck `{deck}`", fix)
        circle = _circle(file.deck_id, graph)
        if circle:
            message = f"the deck requires itself: {' → '.join(circle)}"
            yield _error(file, line, message, "leave out the weakest of these")


def _circle(start: str, graph: Mapping[str, tuple[str, ...]]) -> list[str]:
    """A shortest way from a deck back to itself, or nothing."""
    came_from: dict[str, str] = {}
    waiting = [start]
    for deck in waiting:
        for required in graph.get(deck, ()):
            if required == start:
                way = [start, deck]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1] if len(way) > 1 else [start, start]
            if required not in came_from:
                came_from[required] = deck
                waiting.append(required)
    return []


def _error(file: LintedFile, line: int, message: str, fix: str) -> Finding:
    return Finding(file.path, line, "S10", ERROR, message, fix)
