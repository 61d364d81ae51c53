"""Version 2: a log that adds tags, facts, media and cards; the cards of one fact are one note."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from interviewprep.core.notes import Note
from interviewprep.core.read_warnings import WarningLog
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.anki.names import shown
from interviewprep.formats.mnemosyne import kinds
from interviewprep.formats.mnemosyne.records import Record
from interviewprep.formats.mnemosyne.texts import cloze_of, html_of, tag_of
from interviewprep.formats.reading import ReadOptions

_ADDED_CARD, _ADDED_TAG, _ADDED_FACT = "6", "10", "16"
_CLONE = "::"
_SIDES = {"2": ("2.1", "2.2"), "3": ("3.1", "3.2")}


@dataclass(slots=True)
class _Made:
    """What the cards of one fact say together."""

    card_type: str
    views: set[str]
    tag_ids: list[str]
    has_progress: bool


class Facts:
    """Everything a log adds. The entries may come in any order."""

    def __init__(
        self, records: Iterable[Record], options: ReadOptions, warnings: WarningLog
    ) -> None:
        self._warnings = warnings
        self._tags: dict[str, str] = {}
        self._facts: dict[str, Record] = {}
        self._cards: dict[str, _Made] = {}
        for record in records:
            self._add(record)
            if len(self._facts) > options.most_notes:
                raise UnreadableDeck(
                    f"line {record.line}: only {options.most_notes:,} notes are allowed; split the"
                    " file."
                )

    def _add(self, record: Record) -> None:
        said, added = record.attributes, record.attributes.get("type")
        own_id = said.get("o_id", "")
        if added == _ADDED_TAG:
            self._tags[own_id] = tag_of(record.texts.get("name", ""))
        elif added == _ADDED_FACT:
            self._facts.setdefault(own_id, record)
        elif added == _ADDED_CARD:
            card_type = said.get("card_t", "").partition(_CLONE)[0]
            made = self._cards.setdefault(said.get("fact", ""), _Made(card_type, set(), [], False))
            made.views.add(said.get("fact_v", ""))
            made.tag_ids += [each for each in said.get("tags", "").split(",") if each]
            made.has_progress = made.has_progress or kinds.has_progress(record)

    def notes(self, deck: str) -> list[Note]:
        found = []
        for fact_id, fact in self._facts.items():
            made, place = self._cards.get(fact_id), f"line {fact.line}"
            if made is None:
                self._warn("refused-note", place, "no card is made of it in the file")
                continue
            note = self._note(fact_id, fact, made, deck, place)
            if note is not None:
                found.append(note)
        return found

    def _note(self, fact_id: str, fact: Record, made: _Made, deck: str, place: str) -> Note | None:
        texts = {key: html_of(text) for key, text in fact.texts.items()}
        kind = kinds.KINDS.get(made.card_type)
        if kind is None:
            kind = kinds.BASIC
            if not texts.get("f") or "b" not in texts:
                message = f"its card type ({shown(made.card_type)}) is not known here"
                self._warn("refused-note", place, message)
                return None
            message = f"its card type ({shown(made.card_type)}) became a basic card"
            self._warn("card-type", place, message)
        if kind is kinds.CLOZE:
            text, number = cloze_of(fact.texts.get("text") or fact.texts.get("f", ""))
            more = "<br>".join(texts[key] for key in ("p_1", "m_1", "n") if texts.get(key))
            fields = (html_of(text), more, "", "")
            if not number:
                self._warn("refused-note", place, "nothing in it is in [brackets]")
                return None
        elif kind is kinds.VOCABULARY:
            fields = tuple(texts.get(key, "") for key in ("f", "p_1", "m_1", "n"))  # type: ignore[assignment]
        else:
            fields = (texts.get("f", ""), texts.get("b", ""), "", "")
        if not fields[0]:
            self._warn("empty-front", place, "The note has no question and was left out.")
            return None
        self._warn_of_rest(made, place)
        tags = [self._tags.get(tag_id, "") for tag_id in made.tag_ids]
        return Note(
            guid=f"mnemosyne-{fact_id}" if fact_id else "",
            note_type=kind.key,
            deck=deck,
            fields=fields,
            tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
            place=place,
        )

    def _warn_of_rest(self, made: _Made, place: str) -> None:
        if made.has_progress:
            self._warn("schedule", place, "its schedule is not carried over")
        missing = [view for view in _SIDES.get(made.card_type, ()) if view not in made.views]
        if missing:
            self._warn("extra-card", place, "both directions come in, though the file has only one")

    def _warn(self, code: str, where: str, message: str) -> None:
        self._warnings.add(code, where, message)
