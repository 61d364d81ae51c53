"""Anki's template language: fields, filters, conditional sections.

Filling a template gives HTML that is *not* safe: the caller sanitises it. Nothing here raises; what
cannot be read becomes a note in its place. Source: the card template pages of Anki's manual.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import TypeAlias

from interviewprep.core import cloze, occlusion
from interviewprep.core.delimited import delimited

LONGEST_FILLED_CHARS = 300_000
"""A filled template is cut here; a page is not a place for more."""

_DEEPEST = 32
_OPENING = re.compile(r"(?P<comment><!--)|(?P<tag>\{\{)")
_CLOSINGS = {"comment": re.compile("-->"), "tag": re.compile(r"\}\}")}
_OLD_DELIMITERS = re.compile(r"\s*\{\{=<% %>=\}\}")
_EMPTY_FIELD = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE)
_CLOZE_NUMBER = re.compile(r"c(\d{1,6})")
_FRONT_SIDE_FIRST = re.compile(
    r"\s*\{\{\s*FrontSide\s*\}\}(?:\s|<br\s*/?>)*(?:<hr\b[^>]*>)?\s*", re.IGNORECASE
)
_MARKUP = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Replacement:
    """`{{filter:…:Field}}`; filters in the order in which they are applied."""

    field: str
    filters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """`{{#Field}}…{{/Field}}`, or with `^` its opposite."""

    field: str
    shown_when_empty: bool
    content: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A place in a template that cannot be read, said in a sentence."""

    message: str


Node: TypeAlias = str | Replacement | Section | Problem


@dataclass(frozen=True, slots=True)
class Side:
    """Everything a template may speak of, for one side of one card.

    `front` is the filled question on the answer side and None on the question side. `ordinal`
    counts cards from 0; for a cloze it is the cloze number less one.
    """

    fields: Mapping[str, str]
    ordinal: int = 0
    is_cloze: bool = False
    card_name: str = ""
    type_name: str = ""
    tags: Sequence[str] = ()
    deck: str = ""
    flag: int = 0
    front: str | None = None


@dataclass(slots=True)
class Filled:
    """Unsafe HTML of one side; `typed` is the field a typed answer is compared with, if any."""

    html: str = ""
    typed: str | None = None
    _parts: list[str] = field(default_factory=list)
    _chars_left: int = LONGEST_FILLED_CHARS

    def add(self, text: str) -> None:
        """Append, and stop with a note where the result becomes too long to show."""
        if self._chars_left < 0:
            return
        if len(text) > self._chars_left:
            text = text[: self._chars_left] + _note("The rest is too long to show.")
        self._chars_left -= len(text)
        self._parts.append(text)

    def close(self) -> Filled:
        """Join what was added."""
        self.html = "".join(self._parts)
        return self


@lru_cache(maxsize=1024)
def parse(template: str) -> tuple[Node, ...]:
    """Read a template. Unreadable places become `Problem` nodes."""
    if _OLD_DELIMITERS.match(template):
        template = _OLD_DELIMITERS.sub("", template, count=1)
        template = template.replace("<%", "{{").replace("%>", "}}")
    stack: list[tuple[str, list[Node]]] = [("", [])]
    at = 0
    for begin, end in delimited(template, _OPENING, _CLOSINGS):
        _add_text(stack[-1][1], template[at : begin.start()])
        at = end.end()
        if begin["tag"]:
            _add_tag(stack, template[begin.end() : end.start()].lstrip("{").strip())
    _add_text(stack[-1][1], template[at:])
    while len(stack) > 1:
        opening, content = stack.pop()
        stack[-1][1].append(Problem(f"{{{{{opening}}}}} is never closed in this template."))
        stack[-1][1].extend(content)
    return tuple(stack[0][1])


def fill(template: str, side: Side) -> Filled:
    """Put the fields into a template."""
    filled = Filled()
    _fill(parse(template), side, filled)
    return filled.close()


def is_empty(text: str) -> bool:
    """Whether Anki counts a field as empty: white space, line breaks and empty divs only."""
    if not text:
        return True
    if text[0] not in " \t\r\n\f\v<\xa0" and not text[0].isspace():
        return False
    return _EMPTY_FIELD.fullmatch(text) is not None


def without_front_side(answer: str) -> str | None:
    """The answer template after a leading `{{FrontSide}}` and its rule, or None without one."""
    match = _FRONT_SIDE_FIRST.match(answer)
    return None if match is None else answer[match.end() :]


def cloze_fields(template: str) -> list[str]:
    """Names of the fields a template shows through the `cloze` filter, in order, each once."""
    found: dict[str, None] = {}
    waiting = list(reversed(parse(template)))
    while waiting:
        node = waiting.pop()
        if isinstance(node, Section):
            waiting.extend(reversed(node.content))
        elif isinstance(node, Replacement) and "cloze" in node.filters:
            found[node.field] = None
    return list(found)


def _add_text(nodes: list[Node], text: str) -> None:
    before, opening, after = text.partition("{{")
    if before:
        nodes.append(before)
    if opening:
        nodes.append(Problem("An opening {{ has no closing }} in this template."))
        nodes.append(after)


def _add_tag(stack: list[tuple[str, list[Node]]], tag: str) -> None:
    nodes = stack[-1][1]
    if not tag:
        nodes.append(Problem("{{}} names no field."))
    elif tag[0] in "#^":
        if len(stack) > _DEEPEST:
            nodes.append(Problem("The sections of this template are nested too deeply."))
        else:
            stack.append((tag, []))
    elif tag[0] == "/":
        name = tag[1:].strip()
        opening = stack[-1][0]
        if len(stack) == 1 or opening[1:].strip() != name:
            nodes.append(Problem(f"{{{{{tag}}}}} closes a section that is not open."))
            return
        _, content = stack.pop()
        stack[-1][1].append(Section(name, opening[0] == "^", tuple(content)))
    else:
        *filters, name = (piece.strip() for piece in tag.split(":"))
        nodes.append(Replacement(name, tuple(reversed(filters))))


def _fill(nodes: Sequence[Node], side: Side, filled: Filled) -> None:
    for node in nodes:
        if isinstance(node, str):
            filled.add(node)
        elif isinstance(node, Problem):
            filled.add(_note(node.message))
        elif isinstance(node, Section):
            if _is_filled(node.field, side) != node.shown_when_empty:
                _fill(node.content, side, filled)
        else:
            filled.add(_replacement(node, side, filled))


def _is_filled(name: str, side: Side) -> bool:
    if name in side.fields:
        return not is_empty(side.fields[name])
    number = _CLOZE_NUMBER.fullmatch(name)
    if number is not None:
        return side.is_cloze and int(number[1]) == side.ordinal + 1
    value = _special(name, side)
    return value is not None and not is_empty(value)


def _special(name: str, side: Side) -> str | None:
    match name:
        case "FrontSide":
            return side.front or ""
        case "Tags":
            return escape(" ".join(side.tags))
        case "Deck":
            return escape(side.deck)
        case "Subdeck":
            return escape(side.deck.rpartition("::")[2])
        case "Card":
            return escape(side.card_name)
        case "Type":
            return escape(side.type_name)
        case "CardID":
            return ""
        case "CardFlag":
            return f"flag{side.flag}" if side.flag else ""
    return None


def _replacement(node: Replacement, side: Side, filled: Filled) -> str:
    if any(name == "tts" or name.startswith(("tts ", "tts-voices")) for name in node.filters):
        return ""
    value = side.fields.get(node.field)
    if value is None:
        value = _special(node.field, side)
    if value is None:
        return _note(f"This note type has no field “{node.field}”.")
    if "type" in node.filters:
        return _typed(node, value, side, filled)
    for name in node.filters:
        value = _filtered(name, value, node.field, side)
    return value


def _filtered(name: str, value: str, field_name: str, side: Side) -> str:
    match name:
        case "cloze" if occlusion.is_occlusion(value):
            number, answered = side.ordinal + 1, side.front is not None
            said = occlusion.masks(value, number, answered=answered)
            return f'<code class="occlusion">{escape(said)}</code>'
        case "cloze" if side.front is None:
            return cloze.with_gap(value, side.ordinal + 1)
        case "cloze":
            return cloze.with_answer(value, side.ordinal + 1)
        case "cloze-only":
            return ", ".join(cloze.hidden(value, side.ordinal + 1))
        case "text":
            return _MARKUP.sub("", value)
        case "hint":
            if is_empty(value):
                return ""
            return f"<details><summary>{escape(field_name)}</summary>{value}</details>"
    return value


def _typed(node: Replacement, value: str, side: Side, filled: Filled) -> str:
    if "cloze" in node.filters:
        value = ", ".join(cloze.hidden(value, side.ordinal + 1))
    filled.typed = value
    return "" if side.front is None else value


def _note(message: str) -> str:
    return f'<span class="template-note">{escape(message)}</span>'
