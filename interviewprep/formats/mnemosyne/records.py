"""Flat records out of XML: elements with attributes and one level of children that hold text.

The parser is told to build nothing: no document type, no entities, no nesting beyond what is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from interviewprep.errors import UnreadableDeck

_PIECE_BYTES = 64 * 1024
_DEEPEST = 3
_LONGEST_TEXT = 4 * 1024 * 1024
_DIGIT_MARK = "___"
"""Stands before the names of elements that would begin with a digit, which XML forbids."""


@dataclass(slots=True)
class Record:
    """One element below the outermost, and its first line."""

    name: str
    attributes: dict[str, str]
    line: int
    texts: dict[str, str] = field(default_factory=dict)


def root_and_records(file: BinaryIO) -> tuple[str, Iterator[Record]]:
    """The name of the outermost element, and the records in it as they are read.

    Raises `UnreadableDeck`, here or while they are read, which names the line.
    """
    parser = _Parser()
    pieces = iter(lambda: file.read(_PIECE_BYTES), b"")
    for piece in pieces:
        parser.feed(piece)
        if parser.root:
            break
    return parser.root, _records(parser, pieces)


def _records(parser: _Parser, pieces: Iterator[bytes]) -> Iterator[Record]:
    yield from parser.taken()
    for piece in pieces:
        parser.feed(piece)
        yield from parser.taken()
    parser.feed(b"", is_last=True)
    yield from parser.taken()


class _Parser:
    """Expat with handlers for what is expected, and a refusal for everything else."""

    def __init__(self) -> None:
        self.root = ""
        self._depth = 0
        self._record: Record | None = None
        self._child = ""
        self._pieces: list[str] = []
        self._chars = 0
        self._finished: list[Record] = []
        parser = self._expat = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._forbidden
        parser.EntityDeclHandler = self._forbidden
        parser.ExternalEntityRefHandler = self._forbidden

    def feed(self, piece: bytes, *, is_last: bool = False) -> None:
        try:
            self._expat.Parse(piece, is_last)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise UnreadableDeck(
                f"line {error.lineno}: this is not XML ({reason}); export the cards again."
            ) from None
        except (LookupError, ValueError):
            raise UnreadableDeck(
                "line 1: the file names an encoding that is not known here; save it as UTF-8."
            ) from None

    def taken(self) -> list[Record]:
        found, self._finished = self._finished, []
        return found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self.root = name
        elif self._depth == 2:
            self._record = Record(name, attributes, self._expat.CurrentLineNumber)
        elif self._depth > _DEEPEST:
            raise UnreadableDeck(
                f"line {self._expat.CurrentLineNumber}: elements nest deeper here than cards do;"
                " export the cards again."
            )
        self._child, self._pieces, self._chars = name, [], 0

    def _end(self, name: str) -> None:
        if self._depth == _DEEPEST and self._record is not None:
            key = name.removeprefix(_DIGIT_MARK)
            self._record.texts.setdefault(key, "".join(self._pieces))
        elif self._depth == 2 and self._record is not None:
            self._finished.append(self._record)
            self._record = None
        self._pieces = []
        self._depth -= 1

    def _text(self, text: str) -> None:
        if self._depth == _DEEPEST:
            self._pieces.append(text)
            self._chars += len(text)
            if self._chars > _LONGEST_TEXT:
                raise UnreadableDeck(
                    f"line {self._expat.CurrentLineNumber}: a text has more than"
                    f" {_LONGEST_TEXT:,} characters; shorten it."
                )

    def _forbidden(self, *_what: object) -> int:
        raise UnreadableDeck(
            f"line {self._expat.CurrentLineNumber}: the file declares a document type or entities,"
            " which is not read here; export the cards again."
        )
