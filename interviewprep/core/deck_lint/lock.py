"""What the last release of the decks held: `cards/ids.lock`, one review item a line.

A line is `item-key rev question-hash answer-hash`, so that a release is readable as a diff. The
key of an item is the card's id, with `#c2` for a cloze number and `#td` or `#dt` for the directions
of a term (`docs/deck-format.md`, section 10).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from interviewprep.core import cloze
from interviewprep.errors import Invalid
from interviewprep.formats.markdown_deck.grammar import ParsedCard
from interviewprep.formats.markdown_deck.ids import is_id

HEADING = (
    "# What the last release held, written by `interviewprep deck release`, not by hand:\n"
    "# item, rev, hash of the question, hash of the answer.\n"
)
_HASH_BYTES = 8
_LINE = re.compile(
    r"(?P<key>\S+) (?P<rev>\d{1,6}) (?P<question>[0-9a-f]{16}) (?P<answer>[0-9a-f]{16})"
)
_KEY = re.compile(r"(?P<id>[a-z0-9-]+)(?P<part>#(?:c[1-9]\d{0,2}|td|dt))?")


@dataclass(frozen=True, slots=True)
class LockedItem:
    """One review item as it was, or is to be, released. `line` is that of the lock, 0 if new."""

    key: str
    rev: int
    question: str
    answer: str
    line: int = 0

    @property
    def card_id(self) -> str:
        return self.key.partition("#")[0]


def items_of(card: ParsedCard) -> Iterator[LockedItem]:
    """The review items of a card with what the lock says of them."""
    rev = rev_of(card)
    for key, question, answer in _sides(card):
        yield LockedItem(key, rev, _hash(question), _hash(answer))


def rev_of(card: ParsedCard) -> int:
    """The revision a card gives, 1 where it gives none that is a number."""
    rev = card.meta.get("rev", "")
    return int(rev) if re.fullmatch(r"\d{1,6}", rev) else 1


def was_of(card: ParsedCard) -> tuple[str, ...]:
    """The earlier ids of a card."""
    return tuple(card.meta.get("was", "").replace(",", " ").split())


def is_key(text: str) -> bool:
    """Whether a text may be the id of a card or the key of one of its items."""
    match = _KEY.fullmatch(text)
    return match is not None and is_id(match["id"])


def lock_text(cards: Iterable[ParsedCard]) -> str:
    """The whole file for these cards, sorted, the same for the same cards."""
    items = sorted((item for card in cards for item in items_of(card)), key=lambda item: item.key)
    lines = (f"{item.key} {item.rev} {item.question} {item.answer}\n" for item in items)
    return HEADING + "".join(lines)


def read_lock(text: str) -> dict[str, LockedItem]:
    """The items of a lock by key. Raises `Invalid` with the line that is not of the form."""
    found: dict[str, LockedItem] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.rstrip())
        if match is None or not is_key(match["key"]) or match["key"] in found:
            raise Invalid(
                f"line {number}: this is no line of a lock; take the file from the last release, "
                "or write it anew with `interviewprep deck release`."
            )
        key = match["key"]
        found[key] = LockedItem(key, int(match["rev"]), match["question"], match["answer"], number)
    return found


def read_retired(text: str) -> dict[str, int]:
    """The ids and item keys of a `RETIRED` file with their lines, whatever their form."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        key = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        if key:
            found.setdefault(key, number)
    return found


def _sides(card: ParsedCard) -> Iterator[tuple[str, str, str]]:
    """Key, question and answer of each item, as texts."""
    sides = {name: block.text for name, block in card.sides.items()}
    if card.is_long:
        first = next((one.text for one in card.sections if one.name == "Prompt"), "")
        rest = (f"{one.name}\n{one.text}" for one in card.sections if one.name != "Prompt")
        yield card.id, first, "\n".join(rest)
    elif "C" in sides:
        for number in sorted(cloze.numbers(sides["C"])):
            asked = cloze.with_gap(sides["C"], number)
            yield f"{card.id}#c{number}", asked, " / ".join(cloze.hidden(sides["C"], number))
    elif "T" in sides:
        yield f"{card.id}#td", sides["T"], sides.get("D", "")
        yield f"{card.id}#dt", sides.get("D", ""), sides["T"]
    else:
        yield card.id, sides.get("Q", ""), sides.get("A", "")


def _hash(text: str) -> str:
    normal = " ".join(unicodedata.normalize("NFC", text).split())
    return blake2b(normal.encode("utf-8", "replace"), digest_size=_HASH_BYTES).hexdigest()
