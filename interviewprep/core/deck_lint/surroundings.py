"""What a rule has to know beside the card itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from interviewprep.core.deck_lint.lock import LockedItem
from interviewprep.core.deck_lint.passages import LintedCard, LintedFile


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All decks below one folder of cards, and the lists beside them.

    `files` are all that could be read, `given` the paths to report on, `root` their folder. `tags`
    is None without a `tags.yaml`. `retired` maps an id or item key to its line, `locked` to its
    entry. `picture_bytes` gives the size of a picture named in a file, None where there is none.
    """

    files: Sequence[LintedFile]
    given: frozenset[str]
    today: date
    tags: frozenset[str] | None = None
    retired: Mapping[str, int] = field(default_factory=dict)
    locked: Mapping[str, LockedItem] = field(default_factory=dict)
    retired_path: str = "RETIRED"
    lock_path: str = "ids.lock"
    has_whole_folder: bool = True
    root: str = "cards"
    picture_bytes: Callable[[str, str], int | None] = lambda path, name: None

    @property
    def cards(self) -> list[LintedCard]:
        return [card for file in self.files for card in file.cards]
