"""Other people's text put into Markdown so that it reads back as it was, whatever it holds."""

from __future__ import annotations

import re

_RUN = re.compile(r"^[ ]{0,3}(`{3,})", re.MULTILINE)
_ANYWHERE = re.compile(r"[\\`*_\[\]~$!|]")
_AT_THE_START = re.compile(r"^([#>+=-]|\d+(?=[.)]))")


def fenced(text: str, info: str = "") -> str:
    """Return `text` as a fenced block, its fence longer than any that stands in the text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    longest = max((len(found[1]) for found in _RUN.finditer(text)), default=2)
    marks = "`" * (longest + 1)
    return f"{marks}{info}\n{text.rstrip()}\n{marks}"


def escaped(text: str) -> str:
    """Return `text` as one line of Markdown that shows it: white space becomes single blanks."""
    line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    line = _ANYWHERE.sub(r"\\\g<0>", line)
    return _AT_THE_START.sub(_set_apart, line)


def _set_apart(found: re.Match[str]) -> str:
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"
