"""Mnemosyne's text is HTML with tags of its own for sounds and LaTeX; ours has Anki's signs."""

from __future__ import annotations

import re

_LATEX = re.compile(r"<(?P<end>/?)(?P<kind>latex|\$\$?)>")
_AUDIO = re.compile(r"<audio\b[^<>]*>(?:</audio>)?")
_SOURCE = re.compile(r"\bsrc=(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))")
_CLOZE = re.compile(r"\[([^\[\]]+)\]")
_UNTAGGED = frozenset(["", "__UNTAGGED__", "<default>"])


def html_of(text: str) -> str:
    """A field; line ends are seen in Mnemosyne."""
    html = _LATEX.sub(lambda found: f"[{found['end']}{found['kind']}]", text.strip())
    html = _AUDIO.sub(_sound, html)
    return html.replace("\r\n", "\n").replace("\n", "<br>")


def _sound(tag: re.Match[str]) -> str:
    source = _SOURCE.search(tag[0])
    return f"[sound:{(source[1] or source[2] or source[3] or '').strip()}]" if source else tag[0]


def cloze_of(text: str) -> tuple[str, int]:
    """`[answer:hint]` as `{{c1::answer::hint}}`, and how many there are."""
    number = 0

    def deletion(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        hidden, colon, hint = found[1].partition(":")
        if not hidden:
            hidden, colon, hint = found[1], "", ""
        hint = f"::{hint}" if colon and hint.strip() else ""
        return f"{{{{c{number}::{hidden}{hint}}}}}"

    return _CLOZE.sub(deletion, text), number


def tag_of(name: str) -> str:
    """A tag as a word; nothing where the name says that there is none."""
    return "" if name.strip() in _UNTAGGED else "-".join(name.split())
