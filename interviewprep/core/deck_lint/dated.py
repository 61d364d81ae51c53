"""W13: what is true only for a while says when to look again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from interviewprep.core.deck_lint.findings import Finding
from interviewprep.core.deck_lint.markup import masked
from interviewprep.core.deck_lint.passages import LintedCard

_TIME_BOUND = re.compile(
    r"\b(?:latest|currently|state[ -]of[ -]the[ -]art|recently|today)\b", re.IGNORECASE
)
_FICTION = frozenset(["coding", "sql", "design", "behavioral"])
"""Their texts are tasks and stories, in which today is the day of the story."""


def check_dates(card: LintedCard, today: date) -> Iterator[Finding]:
    """W13 for short cards and question ladders. `today` decides what has passed."""
    expires = re.fullmatch(r"(\d{4})-(\d\d)", card.card.meta.get("expires", ""))
    if expires is not None and (today.year, today.month) > (int(expires[1]), int(expires[2])):
        message = f"`expires: {expires[0]}` has passed"
        fix = "look the fact up again and give a later month"
        yield card.warn("W13", card.line_of("expires"), message, fix)
    if "expires" in card.card.meta or card.card.kind in _FICTION:
        return
    for passage in card.texts:
        found = _TIME_BOUND.search(masked(passage.text))
        if found is not None:
            message = f"`{found[0]}` will not stay true"
            fix = "say as of when, or add `expires: YYYY-MM`"
            yield card.error("W13", passage.line_at(found.start()), message, fix)
