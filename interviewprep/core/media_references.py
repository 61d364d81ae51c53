"""Which files a note refers to: pictures, sounds and films, by the names its text uses."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from html import unescape
from unicodedata import normalize
from urllib.parse import unquote

from interviewprep.core.notes import Markup

# Every repetition before a sign that may never come is bounded, for a text may be of openings only.
_MEDIA_TAG = re.compile(r"<(?:img|source|audio|video)\b", re.IGNORECASE)
_PICTURE_TAG = re.compile(r"<img\b", re.IGNORECASE)
_SOURCE = re.compile(r"\ssrc\s*=\s*", re.IGNORECASE)
_VALUE = re.compile(r"\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)")
_SOUND = re.compile(r"\[sound:([^\]\r\n]{1,500})\]")
_IN_MARKDOWN = re.compile(r"!\[[^\[\]\n]{0,1000}\]\(\s*(?:<([^<>\n]{1,2000})>|([^)\s]+))")
_ELSEWHERE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}|[a-z][a-z0-9+.-]+:", re.IGNORECASE)


def media_references(text: str, markup: Markup) -> list[str]:
    """The names of files, as written, each once, in order. Addresses elsewhere are left out."""
    return [name for name in _sources(text, markup) if not _ELSEWHERE.match(name)]


def remote_references(text: str, markup: Markup) -> list[str]:
    """The addresses of pictures, sounds and films that lie on other servers, each once."""
    return [name for name in _sources(text, markup) if _ELSEWHERE.match(name)]


def remote_pictures(text: str, markup: Markup) -> list[str]:
    """As `remote_references`, of pictures alone."""
    found: dict[str, None] = {}
    for start, end in _picture_spans(text, markup):
        name = unescape(text[start:end]).strip()
        if _ELSEWHERE.match(name):
            found[name] = None
    return list(found)


def with_local_pictures(text: str, markup: Markup, names: Mapping[str, str]) -> str:
    """The text with other names for some of its pictures. The new ones must need no escaping."""
    parts, at = [], 0
    for start, end in sorted(_picture_spans(text, markup)):
        name = names.get(unescape(text[start:end]).strip())
        if name is not None and start >= at:
            parts += [text[at:start], name]
            at = end
    return "".join([*parts, text[at:]])


def label_for(name: str, known: Container[str]) -> tuple[str, str] | None:
    """The label under which a note finds a file, and the name by which `known` has it.

    A name may be written with percent signs (as in an address) or in another Unicode form.
    """
    plain = unquote(name)
    for label in (name, plain):
        if label in known:
            return label, label
    for label in (name, plain):
        for form in ("NFC", "NFD"):
            other = normalize(form, label)
            if other in known:
                return label, other
    return None


def _sources(text: str, markup: Markup) -> list[str]:
    found: dict[str, None] = {}
    if "src" in text or "SRC" in text or "Src" in text:
        for name in _in_tags(text):
            found[unescape(name).strip()] = None
    if "[sound:" in text:
        for match in _SOUND.finditer(text):
            found[unescape(match[1]).strip()] = None
    if markup is Markup.MARKDOWN and "![" in text:
        for match in _IN_MARKDOWN.finditer(text):
            found[(match[1] or match[2]).strip()] = None
    found.pop("", None)
    return list(found)


def _picture_spans(text: str, markup: Markup) -> Iterator[tuple[int, int]]:
    """Yield where the name of each picture begins and ends."""
    if _SOURCE.search(text) is not None:
        yield from (value.span(value.lastindex or 0) for value in _values(text, _PICTURE_TAG))
    if markup is Markup.MARKDOWN and "![" in text:
        for match in _IN_MARKDOWN.finditer(text):
            yield match.span(1 if match[1] is not None else 2)


def _in_tags(text: str) -> Iterator[str]:
    """Yield the value of `src` in each tag that shows a file."""
    for value in _values(text, _MEDIA_TAG):
        yield value[value.lastindex or 0]


def _values(text: str, tags: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield the value of `src` in each of these tags; its only group is the value."""
    at = end = 0
    while (tag := tags.search(text, at)) is not None:
        if end < tag.end():
            end = text.find(">", tag.end())
            end = len(text) if end < 0 else end
        at = tag.end()
        value = None
        while value is None and (source := _SOURCE.search(text, at, end)) is not None:
            value = _VALUE.match(text, source.end())
            at = source.end()
        if value is None:
            at = end
        else:
            yield value
            at = value.end()
