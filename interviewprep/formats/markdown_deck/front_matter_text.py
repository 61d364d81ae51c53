"""The front matter of a file that is written, with the sources that its cards name by a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interviewprep.core.notes import DeckInfo
from interviewprep.formats.markdown_deck.card_text import one_line
from interviewprep.formats.markdown_deck.front_matter import LONGEST_CHARS
from interviewprep.formats.markdown_deck.ids import numbered, slug

_MOST_CHARS_OF_SOURCES = LONGEST_CHARS * 3 // 4
_TEXTS = ("category", "description", "licence")


class Sources:
    """Citations as cards use them, each under one key. Those that no longer fit stand in the card
    itself."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        self._taken: set[str] = set()
        self._chars = 0

    def key_of(self, citation: str) -> str:
        """What a card writes after `source:`; empty for a note without a source."""
        citation = one_line(citation)
        if not citation or citation in self._keys:
            return self._keys.get(citation, "")
        if self._chars + len(citation) > _MOST_CHARS_OF_SOURCES:
            return citation
        base = slug(citation) or "source"
        key, number = base, 2
        while key in self._taken:
            key, number = numbered(base, number), number + 1
        self._keys[citation] = key
        self._taken.add(key)
        self._chars += len(citation) + len(key)
        return key

    def as_mapping(self) -> dict[str, str]:
        """Citation by key, in the order of the keys, so that files differ only where cards do."""
        return dict(sorted((key, citation) for citation, key in self._keys.items()))


def front_matter_text(info: DeckInfo, tags: Sequence[str], sources: Sources) -> str:
    """The front matter of a deck, its two lines of hyphens included."""
    import yaml  # here, as in `front_matter`: most runs of the program write no deck

    details = info.details
    values: dict[str, Any] = {"name": info.name}
    values |= {key: one_line(details[key]) for key in _TEXTS if details.get(key)}
    if tags:
        values["tags"] = list(tags)
    requires = [str(one) for one in details.get("requires") or ()]
    if requires:
        values["requires"] = requires
    lines = [_plain(yaml, key, value) for key, value in values.items()]
    found = sources.as_mapping()
    if found:
        lines.append("sources:\n")
        lines += ["  " + _quoted(yaml, key, citation) for key, citation in found.items()]
    return f"---\n{''.join(lines)}---\n"


def _plain(yaml: Any, key: str, value: Any) -> str:
    flow = isinstance(value, list)
    text = yaml.safe_dump(
        {key: value},
        allow_unicode=True,
        width=1_000_000,
        default_flow_style=None if flow else False,
    )
    return str(text)


def _quoted(yaml: Any, key: str, value: str) -> str:
    quoted = yaml.safe_dump(value, allow_unicode=True, width=1_000_000, default_style='"')
    return f"{key}: {quoted.splitlines()[0]}\n"
