"""One note as a card of our Markdown, checked by reading it back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interviewprep.core.notes import NoteKind
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.markdown_deck.grammar import KINDS_BY_BODY, SECTIONS, ParsedCard
from interviewprep.formats.markdown_deck.parsing import parse_deck
from interviewprep.formats.markdown_deck.prompt_text import sections_text

LABELS = {
    NoteKind.BASIC: ("Q", "A", "H", "N"),
    NoteKind.BOTH_WAYS: ("T", "D", "H", "N"),
    NoteKind.CLOZE: ("C", "", "H", "N"),
}
_META_OF_PROMPTS = ("title", "difficulty", "time", "pattern", "entry", "competency")
_FENCE = re.compile(r"[ \t]*(?P<marks>`{3,}|~{3,})(?P<info>.*)")
_LABEL = re.compile(r"[A-Z]:")
_HEADING = re.compile(r"#{1,6}[ \t]+(?P<text>.*?)[ \t#]*")


@dataclass(frozen=True, slots=True)
class CardText:
    """A card as it is written, and whether its text had to be changed to be a card at all."""

    text: str
    is_adjusted: bool


def card_text(
    card_id: str,
    kind: NoteKind,
    fields: Sequence[str],
    tags: Sequence[str],
    details: Mapping[str, Any],
    source: str,
) -> CardText | None:
    """Return the card, or None where no card says what the note says.

    `source` is the key of the note's source in the file, or empty. Fields are those of our own
    types, in Markdown.
    """
    meta = _meta(kind, fields, tags, details, source)
    head = f"## {card_id}\n" + "".join(f"{key}: {value}\n" for key, value in meta.items())
    if kind is NoteKind.PROMPT:
        text = f"{head}\n{fields[1].strip()}\n"
        card = _read(text)
        is_same = card is not None and sections_text(card.sections) == fields[1]
        return None if card is None else CardText(text, not is_same)
    for adjust in (_as_it_is, _made_safe):
        sides = {
            label: adjust(text)
            for label, text in zip(LABELS[kind], fields, strict=False)
            if label and text.strip()
        }
        text = head + "\n" + _body(sides)
        card = _read(text)
        if card is not None and {n: b.text for n, b in card.sides.items()} == sides:
            kept = all(
                sides.get(n, "") == f for n, f in zip(LABELS[kind], fields, strict=False) if n
            )
            return CardText(text, not kept)
    return None


def one_line(text: str) -> str:
    return " ".join(str(text).split())


def _meta(
    kind: NoteKind,
    fields: Sequence[str],
    tags: Sequence[str],
    details: Mapping[str, Any],
    source: str,
) -> dict[str, str]:
    meta: dict[str, str] = {}
    finer = str(details.get("kind", ""))
    allowed = {k: KINDS_BY_BODY[LABELS[k][0]] for k in LABELS}.get(kind, tuple(SECTIONS))
    if finer in allowed and (kind is NoteKind.PROMPT or finer != allowed[0]):
        meta["kind"] = finer
    said = dict(details)
    if kind is NoteKind.PROMPT:
        said["title"] = fields[0]
        for key in _META_OF_PROMPTS:
            if said.get(key):
                meta[key] = one_line(said[key])
    if source:
        meta["source"] = source
    if tags:
        meta["tags"] = " ".join(tags)
    for key in ("level", "rev", "time"):
        if isinstance(said.get(key), int) and said[key] >= 0:
            meta.setdefault(key, str(said[key]))
    was = said.get("was")
    if isinstance(was, list) and was:
        meta["was"] = " ".join(map(one_line, was))
    if said.get("expires"):
        meta["expires"] = one_line(said["expires"])
    return meta


def _body(sides: Mapping[str, str]) -> str:
    """The sides; a question and its answer stand together, as people write them."""
    written = ""
    for label, text in sides.items():
        first = text.split("\n", 1)[0]
        begins_below = _FENCE.fullmatch(first) is not None or first.startswith((" ", "\t", "|"))
        together = label in ("A", "D") and written.count("\n") == 1 and "\n" not in text
        gap = "\n" if written and not together else ""
        written += f"{gap}{label}:{chr(10) if begins_below else ' '}{text}\n"
    return written


def _read(text: str) -> ParsedCard | None:
    try:
        cards = parse_deck(text).cards
    except UnreadableDeck:
        return None
    return cards[0] if len(cards) == 1 else None


def _as_it_is(text: str) -> str:
    return text


def _made_safe(text: str) -> str:
    """The text with what the format reads for itself moved out of its way: labels get a blank
    before them, headings become bold, fences are closed and lose words that mean something."""
    lines: list[str] = []
    closing: re.Pattern[str] | None = None
    marks = ""
    for line in text.strip("\n").rstrip().split("\n"):
        if closing is not None:
            lines.append(line)
            if closing.fullmatch(line):
                closing = None
            continue
        fence = _FENCE.fullmatch(line)
        heading = _HEADING.fullmatch(line)
        if fence is not None and not ("`" in fence["marks"] and "`" in fence["info"]):
            marks = fence["marks"]
            closing = re.compile(rf"[ \t]*{re.escape(marks[0])}{{{len(marks)},}}[ \t]*")
            indent = line[: line.index(marks[0])]
            lines.append(f"{indent}{marks}{' '.join(fence['info'].split()[:1])}")
        elif heading is not None:
            lines.append(f"**{heading['text']}**" if heading["text"] else "")
        elif line.startswith("#") or _LABEL.match(line):
            lines.append(f" {line}")
        else:
            lines.append(line)
    if closing is not None:
        lines.append(marks)
    return "\n".join(lines).strip("\n").rstrip()
