"""How a text with columns is to be read: the form that corrects what was found in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import Invalid, UnreadableDeck
from ..formats.csv_text.rows import DASH, LONGEST_SEPARATOR, SEPARATOR_NAMES, separator_named
from ..formats.encodings import CHOICES
from ..services.importing import TEXT_FORM

OTHER = "other"
_SEPARATORS = {
    **{name: name.capitalize() for name in SEPARATOR_NAMES},
    "dash": "A dash between blanks",
}
_SIGNS = {**SEPARATOR_NAMES, "dash": DASH}
_ROWS = {"": "As in CSV, quotes may hold line ends", "line": "One a line, quotes are text"}
_ROWS |= {"semicolon": "Semicolon", "blank-line": "A blank line"}
_FIRST_LINES = {"": "Find out", "yes": "A heading", "no": "A card"}
_ROW_SIGNS = {"": "", "line": "\n", "semicolon": ";", "blank-line": "\n\n"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One select: options as pairs, what is chosen, and the text of the field for anything else."""

    options: list[tuple[str, str]]
    value: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class TextForm:
    encoding: Choice
    separator: Choice
    rows: Choice
    first_line: Choice


def text_form(preview: Mapping[str, Any] | None) -> TextForm | None:
    """The form, filled with how the text was read; None where the file is no such text."""
    found = (preview or {}).get("read_as")
    if not found:
        return None
    encodings = [(name, label) for name, (label, _) in CHOICES.items()]
    return TextForm(
        Choice([("", "Find out"), *encodings], found["encoding"]),
        _choice({"": "Find out", **_SEPARATORS}, {"": "", **_SIGNS}, found["separator"]),
        _choice(_ROWS, _ROW_SIGNS, found["row_separator"]),
        Choice(list(_FIRST_LINES.items()), found.get("first_line_is_heading", "")),
    )


def chosen_form(form: Mapping[str, str]) -> dict[str, str]:
    """The options of a read, as they were chosen; empty texts are to be found out.

    :raise Invalid: for what is none of the choices, or cannot part anything.
    """
    encoding = form.get("encoding", "")
    if encoding and encoding not in CHOICES:
        raise Invalid("Choose one of the encodings offered.", field="encoding")
    first_line = form.get("first_line_is_heading", "")
    if first_line not in _FIRST_LINES:
        raise Invalid("Choose whether the first line is a heading.", field="first_line_is_heading")
    chosen = (
        encoding,
        _signs(form, "separator", {"": "", **_SIGNS}),
        _signs(form, "row_separator", _ROW_SIGNS),
        first_line,
    )
    return dict(zip(TEXT_FORM, chosen, strict=True))


def _signs(form: Mapping[str, str], name: str, known: Mapping[str, str]) -> str:
    value, other = form.get(name, ""), form.get(f"{name}_other", "")
    if value in known and (value or not other):
        return known[value]
    value = value or OTHER  # who writes signs and chooses nothing means them
    if value != OTHER:
        raise Invalid("Choose one of the separators offered.", field=name)
    try:
        return separator_named(other)
    except UnreadableDeck as error:
        raise Invalid(error.message, field=name) from None


def _choice(labels: Mapping[str, str], signs: Mapping[str, str], value: str) -> Choice:
    options = [*labels.items(), (OTHER, "Something else")]
    name = next((name for name, sign in signs.items() if sign == value), OTHER)
    shown = value.replace("\t", "\\t").replace("\n", "\\n") if name == OTHER else ""
    return Choice(options, name, shown[: 2 * LONGEST_SEPARATOR])
