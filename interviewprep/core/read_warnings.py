"""Warnings of one file, kept short: the first of each kind in full, the rest as a number."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from interviewprep.core.notes import ReadWarning

SHOWN_EACH = 20


class WarningLog:
    """Collects warnings; of each code the first `SHOWN_EACH` are kept, the others counted."""

    def __init__(self) -> None:
        self._kept: dict[str, list[ReadWarning]] = {}
        self._counts: dict[str, int] = {}

    def add(self, code: str, where: str, message: str | Callable[[], str]) -> None:
        """Note one case; a message that is costly to write may be a function."""
        count = self._counts[code] = self._counts.get(code, 0) + 1
        if count <= SHOWN_EACH:
            text = message if isinstance(message, str) else message()
            self._kept.setdefault(code, []).append(ReadWarning(code, where, text))

    def count(self, code: str) -> int:
        return self._counts.get(code, 0)

    def all(self) -> list[ReadWarning]:
        """The warnings by code, in the order in which the codes first came up."""
        found: list[ReadWarning] = []
        for code, kept in self._kept.items():
            found += kept
            more = self._counts[code] - len(kept)
            if more:
                found.append(ReadWarning(code, "", f"{more:,} more of the same kind"))
        return found


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
