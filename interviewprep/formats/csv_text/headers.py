"""What a text file says about itself: Anki's `#key:value` lines, or a first row with names.

Source of the keys: "Text Files" in Anki's manual.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from interviewprep.core.notes import ReadWarning
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.csv_text.rows import SEPARATOR_NAMES

_HEADER = re.compile(r"#(?P<key>[a-zA-Z ]{1,40}):(?P<value>.*)")
_COLUMN_KEYS = {
    "notetype column": "notetype",
    "deck column": "deck",
    "tags column": "tags",
    "guid column": "guid",
}
_IGNORED = frozenset(["if matches", "match scope"])
_TRUE = frozenset(["true", "yes", "1"])

OWN_COLUMNS = frozenset(
    [
        *("id", "kind", "front", "back", "note", "tags", "source"),
        *("deck", "hint", "markup"),
    ]
)
"""The header of our own text files, `docs/deck-format.md` section 13."""
_FURTHER = re.compile("field [0-9]{1,4}")
_ROLE_OF_NAME = {
    "id": "guid",
    "guid": "guid",
    "kind": "notetype",
    "notetype": "notetype",
    "note type": "notetype",
    "deck": "deck",
    "tags": "tags",
    "front": "front",
    "question": "front",
    "term": "front",
    "text": "front",
    "q": "front",
    "back": "back",
    "answer": "back",
    "definition": "back",
    "back extra": "back",
    "extra": "back",
    "a": "back",
    "frage": "front",
    "begriff": "front",
    "vorderseite": "front",
    "antwort": "back",
    "bedeutung": "back",
    "rückseite": "back",
    "hint": "hint",
    "note": "note",
    "notes": "note",
    "source": "source",
    "markup": "markup",
}


@dataclass(slots=True)
class Headers:
    """What the file says. `columns` are roles by position from 0: front, tags, guid and so on."""

    separator: str | None = None
    is_html: bool | None = None
    notetype: str = ""
    deck: str = ""
    tags: tuple[str, ...] = ()
    column_names: str | None = None
    columns: dict[int, str] = field(default_factory=dict)
    lines: int = 0
    found: bool = False
    warnings: list[ReadWarning] = field(default_factory=list)


def read_headers(text: str) -> tuple[Headers, str]:
    """Split Anki's headers off; return them and the text below."""
    headers = Headers()
    at = 0
    while text.startswith("#", at):
        end = text.find("\n", at)
        end = len(text) if end == -1 else end
        match = _HEADER.fullmatch(text, at, end)
        if match is None and not headers.found:
            break
        headers.lines += 1
        if match is not None:
            _read_header(headers, match["key"].strip().lower(), match["value"])
        at = min(end + 1, len(text))
    return (headers, text[at:]) if headers.found else (Headers(), text)


def roles_of_names(names: Sequence[str]) -> dict[int, str] | None:
    """The roles of a row of names, or None if it is not one.

    It must have a front, and no word that is unknown; so `Front,Back` is, and a first card is not.
    """
    roles = [_role_of(name) for name in names]
    known = {role for role in roles if role}
    if None in roles or "front" not in known or len(known) != len(roles) or len(roles) < 2:
        return None
    return {index: role for index, role in enumerate(roles) if role}


def further_column(number: int) -> str:
    """The name of the column for a field behind front and back, counted from 1."""
    return f"field {number}"


def is_own_header(names: Sequence[str], roles: Mapping[int, str]) -> bool:
    """Whether a row of names is that of our own files, which says more than the roles."""
    own = all(n in OWN_COLUMNS or is_further(n) for n in (name.strip().lower() for name in names))
    return own and not {"guid", "notetype"}.isdisjoint(roles.values())


def is_further(role: str) -> bool:
    return _FURTHER.fullmatch(role) is not None


def _role_of(name: str) -> str | None:
    plain = name.strip().lower()
    return plain if is_further(plain) else _ROLE_OF_NAME.get(plain)


def roles_of_columns(names: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The roles of the names that `#columns:` gives, as far as they are known."""
    taken: set[str] = set()
    for index, name in enumerate(names):
        role = _ROLE_OF_NAME.get(name.strip().lower())
        if role and role not in taken:
            taken.add(role)
            yield index, role


def _read_header(headers: Headers, key: str, value: str) -> None:
    stripped = value.strip()
    line = headers.lines
    if key == "separator":
        headers.separator = _separator(value, line)
    elif key == "html":
        headers.is_html = stripped.lower() in _TRUE
    elif key == "notetype":
        headers.notetype = stripped
    elif key == "deck":
        headers.deck = stripped
    elif key == "tags":
        headers.tags = tuple(stripped.split())
    elif key == "columns":
        headers.column_names = value
    elif key in _COLUMN_KEYS:
        headers.columns[_column(key, stripped, line)] = _COLUMN_KEYS[key]
    elif key not in _IGNORED:
        headers.warnings.append(
            ReadWarning("unknown-header", f"line {line}", f"#{key} is not known and was left out.")
        )
        return
    headers.found = True


def _separator(value: str, line: int) -> str:
    name = value.strip().lower()
    if name in SEPARATOR_NAMES:
        return SEPARATOR_NAMES[name]
    literal = {"\\t": "\t"}.get(name, value if len(value) == 1 else value.strip())
    if len(literal) != 1 or literal in '"\n#' or literal.isalnum():
        raise UnreadableDeck(
            f"line {line}: #separator must be {', '.join(SEPARATOR_NAMES)} or one sign."
        )
    return literal


def _column(key: str, value: str, line: int) -> int:
    if not re.fullmatch("[0-9]{1,4}", value) or int(value) < 1:
        raise UnreadableDeck(f"line {line}: #{key} must be the number of a column, from 1.")
    return int(value) - 1
