"""Bytes of a text file become text, by its byte order mark, as UTF-8, or as somebody says."""

from __future__ import annotations

import codecs
import json
from math import isfinite
from pathlib import Path
from typing import Any

from interviewprep.errors import UnreadableDeck, UnsureOfText
from interviewprep.formats.encodings import CHOICES, guessed
from interviewprep.formats.reading import ReadOptions

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_text(path: Path, options: ReadOptions) -> str:
    """Return the text of a file with `\\n` line ends. Raises `UnreadableDeck` with the line."""
    return with_line_feeds(read_exactly(path, options))


def read_exactly(path: Path, options: ReadOptions) -> str:
    """Return the text of a file with its own line ends. Raises `UnreadableDeck` with the line."""
    return _decoded(_bytes_of(path, options))


def read_guessing(path: Path, options: ReadOptions) -> tuple[str, str, bool]:
    """Return the text of a file in whatever encoding, its name, and whether that is a guess.

    What `options.encoding` says goes before a byte order mark, and that before a guess. Raises
    `UnreadableDeck` with the line.
    """
    data = _bytes_of(path, options)
    mark, marked = _mark_of(data)
    if options.encoding is not None:
        name, is_guess = options.encoding, False
    elif mark:
        name, is_guess = marked, False
    else:
        name, is_guess = guessed(data) or "utf-8", True
    if name not in CHOICES:
        raise UnreadableDeck(
            f"There is no encoding called {name[:40]}; choose one of {', '.join(CHOICES)}."
        )
    whole = data[len(mark) :] if marked == name else data
    return _text_in(whole, name), name, is_guess and name != "utf-8"


def _bytes_of(path: Path, options: ReadOptions) -> bytes:
    size_bytes = path.stat().st_size
    if size_bytes > options.most_bytes:
        raise UnreadableDeck(
            f"The file has {size_bytes:,} bytes and {options.most_bytes:,} are allowed; "
            "split it into smaller files."
        )
    return path.read_bytes()


def with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def decoded(data: bytes) -> str:
    """Return the text that these bytes hold, with `\\n` line ends."""
    return with_line_feeds(_decoded(data))


def _decoded(data: bytes) -> str:
    mark, name = _mark_of(data)
    return _text_in(data[len(mark) :], name)


def _mark_of(data: bytes) -> tuple[bytes, str]:
    return next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", "utf-8"))


def _text_in(data: bytes, name: str) -> str:
    label, codec = CHOICES[name]
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if name == "utf-8":
            raise UnsureOfText(
                f"line {line}: this is not UTF-8 text; save the file as UTF-8 and try again."
            ) from None
        raise UnsureOfText(
            f"line {line}: this is no text in {label}; choose another encoding."
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UnsureOfText(
            f"line {line}: the file holds a NUL byte, so it is not text; save it as UTF-8 text."
        )
    return text


def head_text(head: bytes) -> str | None:
    """The beginning of a file as text, or None where it is not text."""
    mark, encoding = next(((m, e) for m, e in _MARKS if head.startswith(m)), (b"", "utf-8"))
    text = head[len(mark) :].decode(encoding, errors="replace")
    unreadable = text.count("\ufffd") + text.count("\0")
    return None if unreadable > 4 else text.replace("\r\n", "\n").replace("\r", "\n")


def parsed_json(text: str) -> Any:
    """Return what a JSON text holds. Raises `UnreadableDeck` with the line."""
    try:
        return loaded_json(text)
    except json.JSONDecodeError as error:
        raise UnreadableDeck(
            f"line {error.lineno}: this is not JSON ({error.msg}); export the deck again."
        ) from None
    except (RecursionError, ValueError):
        raise UnreadableDeck(
            "The file nests too deeply or holds a number that is none; export the deck again."
        ) from None


def loaded_json(text: str | bytes) -> Any:
    """What a JSON text holds; unlike `json.loads` without NaN and infinity, which no JSON has and
    no database takes. Raises `ValueError` and `RecursionError`."""
    return json.loads(text, parse_constant=_finite, parse_float=_finite)


def _finite(number: str) -> float:
    value = float(number)
    if not isfinite(value):
        raise ValueError(f"{number[:20]} is no number")
    return value
