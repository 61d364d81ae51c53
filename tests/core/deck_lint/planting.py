"""What a planted mistake is."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.core.deck_lint.linting import Around


@dataclass(frozen=True)
class Planted:
    """A text whose marked line trips a rule, and a clean neighbour that trips none.

    `skip` are rules that the mistake cannot help tripping too.
    """

    name: str
    rule: str
    level: str
    text: str
    clean: str
    around: Around = field(default_factory=Around)
    skip: tuple[str, ...] = ()
    path: str = "ml/probe.md"
