"""Notes as a reader gives them, made fit to be stored: whatever the format, the same rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from interviewprep.core.media_references import remote_references
from interviewprep.core.notes import DeckInfo, Note, NoteKind, NoteType, Template
from interviewprep.core.read_warnings import WarningLog
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.anki.names import clean, deck_name, shown
from interviewprep.formats.contained.limits import ReaderLimits
from interviewprep.formats.reading import ReadOptions

LONGEST_GUID, LONGEST_TYPE_NAME, LONGEST_TAG = 200, 200, 1_000
_MOST_FIELDS, _MOST_TAGS = 1_000, 1_000


def fitting_deck(info: DeckInfo) -> DeckInfo:
    details = {clean(key): _cleaned(value) for key, value in info.details.items()}
    return DeckInfo(deck_name(info.name), details, info.limits)


def fitting_type(kind: NoteType) -> NoteType:
    """Raises `UnreadableDeck` for a type that could make no card."""
    name = clean(kind.name)[:LONGEST_TYPE_NAME]
    if not kind.fields or (kind.kind is NoteKind.TEMPLATES and not kind.templates):
        raise UnreadableDeck(
            f"The note type {shown(name)} has no fields or no templates; export the deck again."
        )
    if max(len(kind.fields), len(kind.templates)) > _MOST_FIELDS:
        raise UnreadableDeck(
            f"The note type {shown(name)} has more than {_MOST_FIELDS:,} fields or templates;"
            " export the deck without it."
        )
    templates = [Template(*map(clean, (t.name, t.question, t.answer))) for t in kind.templates]
    is_cloze = kind.kind is NoteKind.CLOZE
    return NoteType(
        kind.key,
        name,
        kind.kind,
        kind.markup,
        tuple(map(clean, kind.fields)),
        tuple(templates[:1] if is_cloze else templates),
    )


class Fitting:
    """Makes notes fit, one after the other; `refused` is a count of those that cannot come in."""

    def __init__(
        self,
        types: Mapping[str, NoteType],
        options: ReadOptions,
        limits: ReaderLimits,
        warnings: WarningLog,
    ) -> None:
        self._types = types
        self._options = options
        self._limits = limits
        self._warnings = warnings
        self._seen = 0
        self._chars = 0
        self.refused = 0

    def notes(self, found: Iterable[Note]) -> Iterator[Note]:
        for number, note in enumerate(found, start=1):
            if number > self._options.most_notes:
                raise UnreadableDeck(
                    f"The file holds more than {self._options.most_notes:,} notes, which is more"
                    " than is allowed; split it into smaller files."
                )
            reason = self._reason_to_refuse(note)
            if reason:
                self.refused += 1
                self._warnings.add("refused-note", note.place or f"note {number}", reason)
                continue
            yield self._fitted(note, number)

    def _reason_to_refuse(self, note: Note) -> str:
        most = self._options.most_field_chars
        if note.note_type not in self._types:
            return f"its note type ({shown(note.note_type)}) is not in the file"
        if not note.guid:
            return "it has no guid"
        if len(note.guid) > LONGEST_GUID:
            return f"its guid is longer than {LONGEST_GUID} characters"
        chars = sum(map(len, note.fields))
        if chars > self._limits.note_chars or any(len(text) > most for text in note.fields):
            return f"a field has more than the {most:,} characters allowed"
        self._chars += chars
        if self._chars > self._limits.text_chars:
            raise UnreadableDeck(
                f"The notes hold more than {self._limits.text_chars:,} characters of text, which is"
                " more than is allowed; split the file."
            )
        return ""

    def _fitted(self, note: Note, number: int) -> Note:
        kind, place = self._types[note.note_type], note.place or f"note {number}"
        fields, count = [clean(text) for text in note.fields], len(kind.fields)
        if len(fields) != count:
            message = f"it has {len(fields)} fields and its note type {count}"
            self._warnings.add("field-count", place, message)
            fields += [""] * (count - len(fields))
            fields = [*fields[: count - 1], "<br>".join(fields[count - 1 :])]
        if any(remote_references(text, kind.markup) for text in fields):
            message = "a picture lies on another server; it becomes a link"
            self._warnings.add("remote-picture", place, message)
        return Note(
            guid=clean(note.guid),
            note_type=note.note_type,
            deck=deck_name(note.deck),
            fields=tuple(fields),
            tags=tuple(clean(tag)[:LONGEST_TAG] for tag in note.tags[:_MOST_TAGS]),
            card_decks={n: deck_name(name) for n, name in note.card_decks.items()},
            details={clean(key): _cleaned(value) for key, value in note.details.items()},
            place=place,
        )


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return [_cleaned(each) for each in value]
    if isinstance(value, dict):
        return {clean(str(key)): _cleaned(each) for key, each in value.items()}
    return value
