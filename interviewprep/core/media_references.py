"""Which files a note refers to: pictures, sounds and films, by the names its text uses."""

from __future__ import annotations

import re
from collections.abc import Container
from html import unescape
from unicodedata import normalize
from urllib.parse import unquote

from interviewprep.core.notes import Markup

_IN_TAG = re.compile(
    r"<(?:img|source|audio|video)\b[^>]*?\ssrc\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))",
    re.IGNORECASE,
)
_SOUND = re.compile(r"\[sound:([^\]\r\n]+)\]")
_IN_MARKDOWN = re.compile(r"!\[[^\]\n]*\]\(\s*(?:<([^>\n]+)>|([^)\s]+))")
_ELSEWHERE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}|[a-z][a-z0-9+.-]+:", re.IGNORECASE)


def media_references(text: str, markup: Markup) -> list[str]:
    """The names of files, as written, each once, in order. Addresses elsewhere are left out."""
    return [name for name in _sources(text, markup) if not _ELSEWHERE.match(name)]


def remote_references(text: str, markup: Markup) -> list[str]:
    """The addresses of pictures, sounds and films that lie on other servers, each once."""
    return [name for name in _sources(text, markup) if _ELSEWHERE.match(name)]


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
        for match in _IN_TAG.finditer(text):
            found[unescape(match[1] or match[2] or match[3] or "").strip()] = None
    if "[sound:" in text:
        for match in _SOUND.finditer(text):
            found[unescape(match[1]).strip()] = None
    if markup is Markup.MARKDOWN and "![" in text:
        for match in _IN_MARKDOWN.finditer(text):
            found[(match[1] or match[2]).strip()] = None
    found.pop("", None)
    return list(found)
