"""Names of files in something that goes out: one name for each file, whatever notes call it.

Two notes may mean different files by one name, because they came from different decks, and a format
may not take every name. What gets another name is told to its notes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from urllib.parse import quote

_HASH_CHARS = 10
Pair = tuple[str, str]
"""A label, as a note knows a file, and the SHA-256 of the file's bytes."""


def as_it_is(label: str) -> str:
    return label


def names_of(pairs: Iterable[Pair], clean: Callable[[str], str] = as_it_is) -> dict[Pair, str]:
    """Give each pair a name: `clean` of its label where no other file has that, else with a piece
    of the hash before the ending. Names are told apart without their case, as some disks do."""
    named: dict[Pair, str] = {}
    taken: dict[str, str] = {}
    for label, sha256 in sorted(set(pairs)):
        name = clean(label) or sha256[:_HASH_CHARS]
        if taken.setdefault(name.casefold(), sha256) != sha256:
            stem, _, ending = name.rpartition(".")
            name = f"{stem or ending}-{sha256[:_HASH_CHARS]}" + (f".{ending}" if stem else "")
            taken[name.casefold()] = sha256
        named[label, sha256] = name
    return named


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return the text of a field with files called by their new names, by label."""
    for label, name in names.items():
        if label == name:
            continue
        for written in dict.fromkeys((label, escape(label), quote(label), escape(quote(label)))):
            if written in text:
                text = _references(written).sub(
                    lambda found: _with_name(found, name),  # noqa: B023 - used at once
                    text,
                )
    return text


def _references(written: str) -> re.Pattern[str]:
    name = re.escape(written)
    return re.compile(
        rf"(?P<attribute>\bsrc\s*=\s*)(?P<quote>[\"']?)\s*{name}\s*(?P=quote)(?=[\s>/])"
        rf"|(?P<sound>\[sound:)\s*{name}\s*\]"
        rf"|(?P<address>\]\(\s*)(?:<{name}>|{name})(?=[\s)])",
        re.IGNORECASE,
    )


def _with_name(found: re.Match[str], name: str) -> str:
    if found["attribute"]:
        return f'{found["attribute"]}"{escape(name)}"'
    if found["sound"]:
        return f"[sound:{name}]"
    return found["address"] + (f"<{name}>" if re.search(r"[\s()]", name) else name)
