"""One line by which a card is known in lists: its question as plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from interviewprep.core import cloze
from interviewprep.core.notes import Markup, NoteKind
from interviewprep.core.occlusion import is_occlusion
from interviewprep.core.readable_maths import with_readable_maths
from interviewprep.core.searchable import plain_text

LONGEST_TITLE = 160
_READ_CHARS = 4_000
_LOOKED_AT_CHARS = 20_000
"""With what does not show: addresses of pictures, the text of clozes."""
_MARKS = re.compile(
    r"^\s{0,3}(?:```\S*.*|~~~.*|#{1,6}\s|>\s?|[-*]\s(?!\S*$))|\*\*|(?<!\w)`|`(?!\w)", re.M
)
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(\S|\S[^*_\n]*\S)\1(?![\w*])")
_TABLE_ROW = re.compile(r"^\s{0,3}\|.*\|\s*$", re.M)
_PICTURE = re.compile(r"!\[([^\[\]]{0,1000})\]\([^)]{0,500}\)|<img\b[^>]{0,2000}>", re.I)

_CUT_TAG = re.compile(r"<[/a-zA-Z!][^<>]*\Z")
_NAME_CHARS = 40

_GAP = re.compile(f"{cloze.GAP_OPEN}([^{cloze.MARKS}]*){cloze.GAP_CLOSE}")


def card_title(kind: str, markup: str, fields: Sequence[str], ordinal: int) -> str:
    """What the card asks, in one line without markup; `[…]` stands for what a cloze hides."""
    if kind == NoteKind.BOTH_WAYS and ordinal == 1:
        fields = fields[1:2]
    said = (each for each in fields if each.strip() and not is_occlusion(each))
    text = next(said, "")[:_LOOKED_AT_CHARS]
    if kind == NoteKind.CLOZE:
        text = _GAP.sub(_gap, cloze.with_gap(text, ordinal + 1))
    text = _PICTURE.sub(lambda match: f" {match[1] or 'picture'} ", text)
    if markup == Markup.MARKDOWN:
        text = _TABLE_ROW.sub("", text)
    text = plain_text(with_readable_maths(cut(text, _READ_CHARS)), Markup(markup))
    if markup == Markup.MARKDOWN:
        text = _EMPHASIS.sub(r"\2", _MARKS.sub("", text))
    title = " ".join(text.split())
    if len(title) > LONGEST_TITLE:
        title = title[:LONGEST_TITLE].rsplit(" ", 1)[0] + "…"
    return title or "Card without text"


def cut(text: str, most_chars: int) -> str:
    """Return the beginning of a text, not cut within a tag."""
    return text if len(text) <= most_chars else _CUT_TAG.sub("", text[:most_chars])


def excerpt(text: str, markup: Markup, most_chars: int) -> str:
    """Return the beginning of a field as plain text in one line; shapes over a picture say nothing,
    and a field without words says if it is a picture."""
    if is_occlusion(text):
        return ""
    read = cut(text, max(_LOOKED_AT_CHARS, 10 * most_chars))
    if "{{c" in read:
        read = cloze.with_answer(read, 0)  # nothing is asked: all is shown, without hints
    plain = " ".join(plain_text(with_readable_maths(read), markup).split())
    if not plain and _PICTURE.search(read):
        return "picture"
    return plain if len(plain) <= most_chars else plain[: most_chars - 1] + "…"


def note_named(number: int, fields: Sequence[str]) -> str:
    """Return how to call note `number` of a file: with the first words of it, where it has any."""
    words = (excerpt(text, Markup.HTML, _NAME_CHARS) for text in fields)
    first = next((text for text in words if text and text != "picture"), "")
    return f"note {number} ({first})" if first else f"note {number}"


def _gap(match: re.Match[str]) -> str:
    return f"[{match[1] or '…'}]"
