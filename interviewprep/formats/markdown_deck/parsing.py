"""The parser: one pass over the lines, knowing its state and whether it is inside a fence.

It refuses what the grammar (`docs/deck-format.md`, section 11) does not allow, with the line and a
way out. A file without a single `##` may be plain `Q:`/`A:` text as people write it by hand.
"""

from __future__ import annotations

import re

from interviewprep.errors import UnreadableDeck
from interviewprep.formats.markdown_deck import ids
from interviewprep.formats.markdown_deck.checking import (
    check_role,
    check_sides,
    has_sections,
    kind_of,
    suggestion,
)
from interviewprep.formats.markdown_deck.front_matter import split_front_matter
from interviewprep.formats.markdown_deck.grammar import (
    BODY_LABELS,
    LABELS,
    META_KEYS,
    PARTNERS,
    SECTIONS,
    Fence,
    ParsedCard,
    ParsedDeck,
)
from interviewprep.formats.markdown_deck.opened import OpenBlock, OpenCard
from interviewprep.formats.markdown_deck.refusals import UnusableFence, UnusableId

FENCE = re.compile(r"[ \t]*(?P<marks>`{3,}|~{3,})(?P<info>.*)")
_HEADING = re.compile(r"(?P<level>#{1,6})(?:[ \t]+(?P<text>.*)|#*[ \t]*)")
_KNOWN_LABEL = re.compile(r"(?P<label>[QACTDHN]):(?![/\\:])[ \t]*(?P<text>.*)")
_OTHER_LABEL = re.compile(r"(?P<label>[A-Z]):(?:[ \t]|$)")
_META = re.compile(r"(?P<key>[A-Za-z][A-Za-z-]*):(?:[ \t]+(?P<value>.*)|$)")


def parse_deck(text: str, path_label: str = "") -> ParsedDeck:
    """Parse the text of a deck file. Raises `UnreadableDeck`, which names the line.

    `path_label`, where given, is put before every line number, as in `ml/evaluation.md:12`.
    """
    try:
        lines = text.split("\n")
        front_matter, first = split_front_matter(lines)
        return ParsedDeck(front_matter, tuple(CardParser(lines, first).cards()))
    except UnreadableDeck as error:
        if not path_label:
            raise
        raise UnreadableDeck(f"{path_label}, {error.message}") from None


class CardParser:
    """The state machine: between cards, in the metadata of a card, or in one of its blocks."""

    def __init__(self, lines: list[str], first: int, group: str = "") -> None:
        self._lines = lines
        self._index = first
        self.group = group
        self._card: OpenCard | None = None
        self._has_ids = False
        self._cards: list[ParsedCard] = []
        self._line_of_id: dict[str, int] = {}
        self._next_number: dict[str, int] = {}

    def cards(self) -> list[ParsedCard]:
        while self._index < len(self._lines):
            self._line(self._lines[self._index], self._index + 1)
            self._index += 1
        self._close_card()
        return self._cards

    def _line(self, line: str, number: int) -> None:
        fence = FENCE.fullmatch(line)
        if fence is not None and not ("`" in fence["marks"] and "`" in fence["info"]):
            self._fence(fence, line, number)
            return
        if line.startswith("#"):
            heading = _HEADING.fullmatch(line)
            if heading is not None:
                text = (heading["text"] or "").rstrip(" \t").rstrip("#").strip()
                self._heading(len(heading["level"]), text, number)
                return
        label = _KNOWN_LABEL.fullmatch(line)
        if label is not None:
            self._label(label["label"], label["text"], number)
            return
        if self._card is not None and self._card.in_meta:
            self._meta(self._card, line, number)
        elif line.strip():
            self._text(line, number)
        elif self._card is not None and self._card.block is not None:
            self._card.block.lines.append("")

    def _fence(self, opening: re.Match[str], line: str, number: int) -> None:
        block = self._open_block(number)
        marks = opening["marks"]
        closing = re.compile(rf"[ \t]*{re.escape(marks[0])}{{{len(marks)},}}[ \t]*")
        end = self._index + 1
        while end < len(self._lines) and closing.fullmatch(self._lines[end]) is None:
            end += 1
        if end == len(self._lines):
            raise UnusableFence(
                f"line {number}: this fenced block is never closed; end it with {marks}."
            )
        words = opening["info"].split()
        language, role = [*words, "", ""][:2]
        check_role(language, role, number)
        inside = self._lines[self._index + 1 : end]
        block.fences.append(Fence(language, role, "\n".join([*inside, ""]), number))
        if role != "check":
            block.lines.extend(self._lines[self._index : end + 1])
        self._index = end

    def _heading(self, level: int, text: str, number: int) -> None:
        if level > 3:
            raise UnreadableDeck(
                f"line {number}: a heading may have at most three #; use bold text instead."
            )
        if level == 3:
            self._section(text, number)
            return
        self._close_card()
        if level == 1:
            self.group = text
            return
        if self._cards and not self._has_ids:
            raise UnreadableDeck(
                f"line {number}: the cards above have no heading; give every card its own `## id`."
            )
        self._has_ids = True
        self._start_card(text, number)

    def _start_card(self, card_id: str, number: int) -> None:
        if not ids.is_id(card_id):
            raise UnusableId(
                f"line {number}: a card's id is 3 to 60 lower-case letters, digits and hyphens; "
                f"write `## {ids.slug(card_id) or 'my-card'}`."
            )
        if card_id in self._line_of_id:
            raise UnusableId(
                f"line {number}: the id `{card_id}` stands on line {self._line_of_id[card_id]} "
                f"already; choose another, such as `{ids.numbered(card_id, 2)}`."
            )
        self._line_of_id[card_id] = number
        self._card = OpenCard(card_id, number, self.group)

    def _meta(self, card: OpenCard, line: str, number: int) -> None:
        if not line.strip():
            card.in_meta = False
            return
        meta = _META.fullmatch(line)
        if meta is None or _OTHER_LABEL.match(line):
            card.in_meta = False
            self._text(line, number)
            return
        key = meta["key"]
        if key not in META_KEYS:
            raise UnreadableDeck(
                f"line {number}: `{key}` is no metadata key; {suggestion(key, META_KEYS)}."
            )
        if key in card.meta:
            raise UnreadableDeck(f"line {number}: `{key}` is given twice; keep one of them.")
        card.meta[key] = (meta["value"] or "").strip()
        card.meta_lines[key] = number

    def _section(self, name: str, number: int) -> None:
        card = self._card
        if card is None:
            raise UnreadableDeck(
                f"line {number}: a section needs a card; write `## the-id` above it."
            )
        if card.sides:
            raise UnreadableDeck(
                f"line {number}: a card has labelled sides or `###` sections, never both; "
                "use bold text instead of this heading."
            )
        known = [section for sections in SECTIONS.values() for section in sections]
        if name not in known:
            raise UnreadableDeck(
                f"line {number}: there is no section `{name}`; {suggestion(name, known)}."
            )
        if any(section.name == name for section in card.sections):
            raise UnreadableDeck(f"line {number}: this card has a section `{name}` already.")
        card.in_meta = False
        card.block = OpenBlock(name, number)
        card.sections.append(card.block)

    def _label(self, label: str, text: str, number: int) -> None:
        card = self._card
        if label in BODY_LABELS and not self._has_ids:
            self._close_card()
            card = self._card = OpenCard("", number, self.group)
        if card is None:
            raise UnreadableDeck(
                f"line {number}: `{label}:` stands outside a card; write `## the-id` above it, "
                "or begin the card with Q:, C: or T:."
            )
        if card.sections:
            raise UnreadableDeck(
                f"line {number}: `{label}:` cannot stand in a card with sections; "
                "use a section, or indent the line."
            )
        self._check_label(card, label, number)
        card.in_meta = False
        card.block = OpenBlock(label, number, text)
        card.sides[label] = card.block

    def _check_label(self, card: OpenCard, label: str, number: int) -> None:
        if label in card.sides:
            raise UnreadableDeck(
                f"line {number}: this card has a `{label}:` already; "
                "start another card with `## another-id`."
            )
        bodies = sorted(BODY_LABELS & card.sides.keys())
        if label in BODY_LABELS and bodies:
            raise UnreadableDeck(
                f"line {number}: this card has a `{bodies[0]}:` already; "
                "start another card with `## another-id`."
            )
        for question, answer in PARTNERS.items():
            if label == answer and question not in card.sides:
                raise UnreadableDeck(f"line {number}: `{label}:` needs a `{question}:` before it.")

    def _text(self, line: str, number: int) -> None:
        block = self._open_block(number)
        other = _OTHER_LABEL.match(line)
        if other is not None and not has_sections(self._card):
            raise UnreadableDeck(
                f"line {number}: `{other['label']}:` is no label; the labels are "
                f"{', '.join(f'{name}:' for name in LABELS)}. Indent the line if it is text."
            )
        block.lines.append(line)

    def _open_block(self, number: int) -> OpenBlock:
        card = self._card
        if card is None:
            raise UnreadableDeck(
                f"line {number}: this text stands before the first card; begin with `## an-id` "
                "and then Q:, C: or T:."
            )
        card.in_meta = False
        if card.block is None:
            raise UnreadableDeck(
                f"line {number}: this text belongs to no side; put metadata straight below the "
                "heading and begin the card with Q:, C: or T:, or with a `###` section."
            )
        return card.block

    def _close_card(self) -> None:
        card, self._card = self._card, None
        if card is None:
            return
        sides = {label: block.close() for label, block in card.sides.items()}
        check_sides(card, sides)
        kind = kind_of(card, sides)
        has_own_id = bool(card.id)
        if not has_own_id:
            front = next(sides[label].text for label in BODY_LABELS if label in sides)
            card.id = ids.made_from(front, self._line_of_id, self._next_number)
            self._line_of_id[card.id] = card.line
        self._cards.append(
            ParsedCard(
                id=card.id,
                line=card.line,
                kind=kind,
                meta=card.meta,
                meta_lines=card.meta_lines,
                sides=sides,
                sections=tuple(block.close() for block in card.sections),
                group=card.group,
                has_own_id=has_own_id,
            )
        )
