"""Text files with separated columns: Anki's, our own, and what spreadsheets write."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from interviewprep.core import cloze
from interviewprep.core.notes import DeckFile, DeckInfo, Markup, Note, NoteKind, ReadWarning
from interviewprep.core.own_types import own_type
from interviewprep.errors import UnreadableDeck, UnsureOfText
from interviewprep.formats.csv_text.formulas import original
from interviewprep.formats.csv_text.headers import (
    is_further,
    is_own_header,
    read_headers,
    roles_of_columns,
    roles_of_names,
)
from interviewprep.formats.csv_text.kinds import FINER_KINDS, KINDS, kind_named
from interviewprep.formats.csv_text.rows import (
    DASH,
    Row,
    find_separator,
    has_dashes,
    plain_rows,
    rows,
    separator_named,
)
from interviewprep.formats.encodings import CHOICES
from interviewprep.formats.plain_as_html import html_of_plain
from interviewprep.formats.reading import ReadOptions
from interviewprep.formats.text import head_text, read_guessing, with_line_feeds

_MOST_COLUMNS = 10_000
_SUFFIXES = (".csv", ".tsv", ".txt")
_PREFERRED = {".csv": ",", ".tsv": "\t"}
_BINARY = (b"PK\x03\x04", b"SQLite format 3\0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_OTHER_TEXT = re.compile(
    r"\s*(?:\{\s*[\"}]|\[\s*[\"{\[\]]|<(?:!doctype|html|\?xml))", re.IGNORECASE
)
_HTML = re.compile(r"<(?:br|b|i|u|div|p|span|img|ul|ol|li|code|pre|sub|sup|table)\b[^<>]*>|&nbsp;")
_MARKDOWN = re.compile(r"```|`[^`\n]+`|\*\*[^*\n]+\*\*|!\[[^\[\]\n]*\]\(|\$[^$\s][^$\n]*\$(?!\d)")
_CONTENT_ROLES = ("front", "back", "hint", "note")


def recognises(name: Path, head: bytes) -> bool:
    """Whether this is separated text; the name decides only where the content leaves it open."""
    text = head_text(head)
    is_named = name.suffix.lower() in _SUFFIXES
    if text is None:
        return is_named and not head.startswith(_BINARY)
    headers, below = read_headers(text)
    if headers.found:
        return True
    if _OTHER_TEXT.match(below):
        return False
    return is_named or find_separator(below) == "\t"


def read(path: Path, options: ReadOptions) -> DeckFile:
    """Read a text file. Raises `UnreadableDeck`, which names the line."""
    return _Reader(path, options).deck_file()


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which column holds what; columns without a role are further fields, in order. `is_own` files
    are ours, and their cells go back to what they were."""

    roles: Mapping[int, str]
    width: int
    markup: Markup
    is_plain: bool
    is_own: bool


class _Reader:
    """Reads one file; what it meets on the way goes into `warnings`."""

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self._path = path
        self._options = options
        text, self._encoding, is_guess = read_guessing(path, options)
        if "\r\n" in text[: text.find("\n") + 1] or not _is_ours(text):
            text = with_line_feeds(text)
        self._headers, self._text = read_headers(text)
        self._warnings = list(self._headers.warnings)
        self._separator, self._row_separator = self._separators()
        if is_guess:
            message = f"The file was read as {CHOICES[self._encoding][0]}."
            self._warn("encoding-guessed", "", message)
        self._seen: dict[str, dict[tuple[str, ...], None]] = {}
        self._guids: set[str] = set()
        self._has_heading = False

    def deck_file(self) -> DeckFile:
        found = self._rows()
        layout, found = self._layout(found, self._separator)
        notes = [note for row in found if (note := self._note(row, layout)) is not None]
        if not notes:
            raise UnsureOfText(
                "The file holds no cards; each row needs a question, a separator and an answer."
            )
        names = dict.fromkeys(note.deck for note in notes)
        markups = tuple(Markup) if layout.is_own else (layout.markup,)
        kinds = [
            own_type(kind, markup) for markup in markups for kind in dict.fromkeys(KINDS.values())
        ]
        return DeckFile(
            format="csv",
            decks=[DeckInfo(name) for name in names],
            note_types={kind.key: kind for kind in kinds},
            notes=notes,
            warnings=self._warnings,
            note_count=len(notes),
            read_as={
                "encoding": self._encoding,
                "separator": self._separator,
                "row_separator": self._row_separator,
                "first_line_is_heading": "yes" if self._has_heading else "no",
            },
        )

    def _separators(self) -> tuple[str, str]:
        """What parts cells, and what parts rows; an empty text is for rows by the rules of CSV."""
        said, between_rows = self._options.separator, self._options.row_separator
        separator = self._found_separator() if said is None else separator_named(said)
        if between_rows is not None:
            return separator, separator_named(between_rows)
        return separator, "\n" if len(separator) > 1 or separator == "\n" else ""

    def _found_separator(self) -> str:
        if self._headers.separator is not None:
            return self._headers.separator
        found = find_separator(self._text, _PREFERRED.get(self._path.suffix.lower()))
        if found is None and has_dashes(self._text):
            return DASH
        if found is None and not cloze.numbers(self._text):
            raise UnsureOfText(
                "No separator was found; put a tab, comma or semicolon between question and "
                "answer, or say which one in a first line such as #separator:comma."
            )
        return found or "\t"

    def _rows(self) -> list[Row]:
        found: list[Row] = []
        headers, separator = self._headers, self._separator
        every = rows(self._text, separator, headers.lines + 1, comments=headers.found)
        if self._row_separator:
            every = plain_rows(self._text, separator, self._row_separator, headers.lines + 1)
        for row in every:
            if len(row.cells) > _MOST_COLUMNS:
                raise UnreadableDeck(
                    f"line {row.line}: only {_MOST_COLUMNS:,} columns are allowed; look for lines"
                    " that have lost their ends."
                )
            found.append(row)
            if len(found) > self._options.most_notes:
                raise UnreadableDeck(
                    f"line {row.line}: only {self._options.most_notes:,} rows are allowed; "
                    "split the file."
                )
        return found

    def _layout(self, found: list[Row], separator: str) -> tuple[_Layout, list[Row]]:
        headers = self._headers
        roles: dict[int, str] = {}
        is_own = False
        if headers.column_names is not None:
            names = next(rows(headers.column_names, separator), Row((), 1)).cells
            roles = dict(roles_of_columns(names))
            width = len(names)
        else:
            said = self._options.first_line_is_heading
            named = roles_of_names(found[0].cells) if found and said != "no" else None
            if said == "yes" and found and named is None:
                named = dict(roles_of_columns(found[0].cells))
            self._has_heading = named is not None
            if named is not None:
                is_own = is_own_header(found[0].cells, named)
                if not is_own:
                    self._warn("heading", f"line {found[0].line}", "It is a heading and no card.")
                roles, width, found = named, len(found[0].cells), found[1:]
            else:
                counts = Counter(len(row.cells) for row in found)
                width = counts.most_common(1)[0][0] if counts else 0
        for index, role in headers.columns.items():
            roles = {i: r for i, r in roles.items() if r != role}
            roles[index] = role
        markup, is_plain = self._markup(found, is_own)
        return _Layout(_completed(roles, width), width, markup, is_plain, is_own), found

    def _markup(self, found: list[Row], is_own: bool) -> tuple[Markup, bool]:
        """The markup, and whether the text is plain and has to be escaped."""
        if self._headers.is_html is not None:
            return Markup.HTML, not self._headers.is_html
        if is_own:
            return Markup.MARKDOWN, False
        cells = [cell for row in found for cell in row.cells]
        if any(_HTML.search(cell) for cell in cells):
            return Markup.HTML, False
        if any(_MARKDOWN.search(cell) for cell in cells):
            return Markup.MARKDOWN, False
        return Markup.HTML, True

    def _note(self, row: Row, layout: _Layout) -> Note | None:
        place = f"line {row.line}"
        if len(row.cells) != layout.width:
            self._warn(
                "ragged-row",
                place,
                f"The row has {_columns(len(row.cells))} instead of {layout.width}.",
            )
        values = list(map(original, row.cells) if layout.is_own else row.cells)
        cells = {role: values[i] for i, role in layout.roles.items() if i < len(values)}
        front = cells.get("front", "")
        if not layout.is_own:
            front = front.strip()
        if not front.strip():
            self._warn("empty-front", place, "The row has no question and was left out.")
            return None
        if any(len(cell) > self._options.most_field_chars for cell in row.cells):
            raise UnreadableDeck(
                f"{place}: a cell may have {self._options.most_field_chars:,} characters; "
                "shorten it, or look for a missing quote."
            )
        further = [
            cell
            for index, cell in enumerate(values)
            if cell.strip() and (index not in layout.roles or is_further(layout.roles[index]))
        ]
        note_text = "\n\n".join(part for part in [cells.get("note", ""), *further] if part.strip())
        texts = (front, cells.get("back", ""), cells.get("hint", ""), note_text)
        deck = self._options.deck or cells.get("deck", "").strip() or self._deck()
        guid = self._guid(cells.get("guid", "").strip(), deck, texts, place)
        if guid is None:
            return None
        named = cells.get("notetype", "").strip()
        kind = self._kind(named, front, place)
        fields = tuple(html_of_plain(t) for t in texts) if layout.is_plain else texts
        is_html = cells.get("markup", "").strip().lower() == Markup.HTML
        details = {"source": cells["source"]} if cells.get("source") else {}
        if layout.is_own and named in FINER_KINDS:
            details["kind"] = named
        return Note(
            guid=guid,
            note_type=own_type(kind, Markup.HTML if is_html else layout.markup).key,
            deck=deck,
            fields=fields,
            tags=tuple(dict.fromkeys([*self._headers.tags, *cells.get("tags", "").split()])),
            details=details,
            place=place,
        )

    def _deck(self) -> str:
        return self._options.deck_for(self._path, self._headers.deck)

    def _guid(self, given: str, deck: str, texts: tuple[str, ...], place: str) -> str | None:
        """The guid of a row, or None where the same row has been read already."""
        guid = given or _made_guid(deck, texts[0])
        seen = self._seen.setdefault(guid, {})
        if texts in seen:
            self._warn("duplicate-row", place, "The same row stands above and was left out.")
            return None
        if guid not in self._guids:
            seen[texts] = None
            self._guids.add(guid)
            return guid
        if given:
            self._warn("duplicate-guid", place, f"The id {given} stands above; left out.")
            return None
        self._warn("duplicate-front", place, "The same question stands above with another answer.")
        seen[texts] = None
        number = len(seen)  # no search from 2 on: one question may stand there very often
        while f"{guid}-{number}" in self._guids:
            number += 1
        self._guids.add(f"{guid}-{number}")
        return f"{guid}-{number}"

    def _kind(self, given: str, front: str, place: str) -> NoteKind:
        has_cloze = bool(cloze.numbers(front))
        kind = kind_named(given or self._headers.notetype, has_cloze=has_cloze)
        if kind is NoteKind.CLOZE and not has_cloze:
            self._warn("no-deletion", place, "The text hides nothing; it became a basic card.")
            return NoteKind.BASIC
        return kind

    def _warn(self, code: str, where: str, message: str) -> None:
        self._warnings.append(ReadWarning(code, where, message))


def _is_ours(text: str) -> bool:
    """Whether a text begins with the names of our own columns, as `writing.py` has them."""
    line = text[: text.find("\n") + 1]
    if '"' in line:  # no name of ours needs quotes
        return False
    names = line.strip().split(",")
    roles = roles_of_names(names)
    return roles is not None and is_own_header(names, roles)


def _completed(roles: Mapping[int, str], width: int) -> dict[int, str]:
    """Give front and back to the first columns that have no role, where no name gives them."""
    completed = dict(roles)
    free = [index for index in range(width) if index not in completed]
    missing = [role for role in ("front", "back") if role not in completed.values()]
    completed.update(zip(free, missing, strict=False))
    return completed


def _made_guid(deck: str, front: str) -> str:
    """The same question in the same deck is the same note, so that reading again updates it."""
    content = f"{deck}\x1f{' '.join(front.split())}"
    return "text-" + blake2b(content.encode("utf-8", "replace"), digest_size=9).hexdigest()


def _columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count} columns"
