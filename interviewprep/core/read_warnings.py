"""Warnings of one file, kept short: the first of each kind in full, the rest as a number."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from interviewprep.core.notes import DeckFile, ReadWarning

SHOWN_EACH = 500
LEFT_OUT = frozenset({"refused-note", "empty-front", "duplicate-guid"})
"""Warnings of readers, one a note, that mean: this note does not come in."""


class WarningLog:
    """Collects warnings; of each code the first `SHOWN_EACH` are kept, the others counted."""

    def __init__(self) -> None:
        self._kept: dict[str, list[ReadWarning]] = {}
        self._counts: dict[str, int] = {}

    def add(
        self, code: str, where: str | Callable[[], str], message: str | Callable[[], str]
    ) -> None:
        """Note one case; a text that is costly to write may be a function."""
        count = self._counts[code] = self._counts.get(code, 0) + 1
        if count <= SHOWN_EACH:
            text = message if isinstance(message, str) else message()
            place = where if isinstance(where, str) else where()
            self._kept.setdefault(code, []).append(ReadWarning(code, place, text))

    def count(self, code: str) -> int:
        return self._counts.get(code, 0)

    @property
    def left_out(self) -> int:
        """How many notes do not come in, by what was said of them."""
        return sum(self._counts.get(code, 0) for code in LEFT_OUT)

    def all(self) -> list[ReadWarning]:
        """The warnings by code, in the order in which the codes first came up."""
        found: list[ReadWarning] = []
        for code, kept in self._kept.items():
            found += kept
            more = self._counts[code] - len(kept)
            if more:
                found.append(ReadWarning(code, "", f"{more:,} more of the same kind"))
        return found


def left_out(deck_file: DeckFile) -> int:
    """How many notes a reader left out, once the notes have been iterated."""
    counted = int(getattr(deck_file.notes, "refused", 0)) + deck_file.refused
    return counted or sum(warning.code in LEFT_OUT for warning in deck_file.warnings)


def shortened(warnings: Iterable[ReadWarning]) -> list[ReadWarning]:
    """A list of warnings as a log would have kept it; one that comes from a log stays as it is."""
    groups: dict[str, list[ReadWarning]] = {}
    for warning in warnings:
        groups.setdefault(warning.code, []).append(warning)
    found: list[ReadWarning] = []
    for code, group in groups.items():
        more = len(group) - SHOWN_EACH
        is_from_a_log = more == 1 and not group[-1].where
        found += group if more <= 0 or is_from_a_log else group[:SHOWN_EACH]
        if more > 0 and not is_from_a_log:
            found.append(ReadWarning(code, "", f"{more:,} more of the same kind"))
    return found
