"""What search looks through: the words of a note, and its tags as words of their own.

Both database engines are handed words that were split here, so that they find the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from html import unescape
from itertools import accumulate

from interviewprep.core.delimited import without
from interviewprep.core.notes import Markup

MOST_WORDS = 16_000
"""PostgreSQL counts positions up to 16,383; what a note says after that is not found."""
MOST_BYTES, MOST_BYTES_OF_TAGS = 880_000, 120_000
"""PostgreSQL holds a mebibyte of words and positions of one note."""
LONGEST_WORD = 100
LONGEST_TAG = 100

_BYTES_BESIDE_A_WORD = 6
_LONGEST_IN_BYTES = 8 * LONGEST_TAG + 1 + _BYTES_BESIDE_A_WORD  # a tag, as hexadecimal digits
_CLOZE_OPENING = re.compile(r"\{\{c[\d,]+::")
_DROPPED = re.compile(
    r"(?P<script><script\b)|(?P<style><style\b)|(?P<comment><!--)|(?P<sound>\[sound:)", re.I
)
_DROPPED_UP_TO = {
    "script": re.compile(r"</script\s*>", re.I),
    "style": re.compile(r"</style\s*>", re.I),
    "comment": re.compile("-->"),
    "sound": re.compile(r"\]"),
}
_HTML_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_INLINE_TAG = re.compile(r"</?(?:b|i|u|em|strong|span|font|sub|sup|code|a)\b[^<>]*>", re.I)
_WORD = re.compile(r"[^\W_]+")
# Scripts written without spaces: every sign is a word, and a run of them is a phrase.
_SIGN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")


def words(text: str) -> list[str]:
    """Split a text into words without case and accents, in order."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    folded = "".join(sign for sign in plain if not unicodedata.combining(sign))
    spaced = _SIGN.sub(lambda sign: f" {sign[0]} ", folded)
    return [word[:LONGEST_WORD] for word in _WORD.findall(spaced)]


def words_of_note(fields: Sequence[str], markup: Markup) -> list[str]:
    """The words of all fields, without markup that nobody reads, at most `MOST_WORDS` and
    `MOST_BYTES`."""
    found: list[str] = []
    for text in fields:
        found += words(plain_text(text, markup))
        if len(found) >= MOST_WORDS:
            break
    return _within(found[:MOST_WORDS], MOST_BYTES)


def plain_text(text: str, markup: Markup) -> str:
    """The text as one reads it: clozes filled in; for HTML without its tags."""
    if markup is Markup.HTML:
        text = without(text, _DROPPED, _DROPPED_UP_TO)
        text = _HTML_TAG.sub(" ", _INLINE_TAG.sub("", text))
        text = unescape(text)
    return _CLOZE_OPENING.sub("", text).replace("}}", " ")


def tag_words(tags: Iterable[str]) -> list[str]:
    """One word for each tag and each level above it, so that `a::b` is found under `a` too; at
    most `MOST_BYTES_OF_TAGS`."""
    found = {
        tag_word(tag[: match.start()])
        for tag in tags
        for match in re.finditer(r"::|$", tag)
        if match.start()
    }
    return _within(sorted(found), MOST_BYTES_OF_TAGS)


def _within(found: list[str], most_bytes: int) -> list[str]:
    """As many from the first on as lie within so many bytes."""
    if len(found) * _LONGEST_IN_BYTES <= most_bytes:
        return found
    sizes = accumulate(len(word.encode()) + _BYTES_BESIDE_A_WORD for word in found)
    return [word for word, size in zip(found, sizes, strict=True) if size <= most_bytes]


def tag_word(tag: str) -> str:
    """A tag as one word of letters and digits, the same whatever the case of its letters.

    The word of `ml` begins the word of `mlops`: a search for the start of a tag stays a search for
    the start of a word.
    """
    folded = unicodedata.normalize("NFKC", tag.casefold())[:LONGEST_TAG]
    return "t" + folded.encode("utf-8", "surrogatepass").hex()
