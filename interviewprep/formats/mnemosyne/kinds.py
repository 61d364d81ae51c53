"""Mnemosyne's card types as note types: 1 front to back, 2 both ways, 3 vocabulary, 5 cloze."""

from __future__ import annotations

from interviewprep.core.notes import Markup, NoteKind, NoteType, Template
from interviewprep.core.own_types import own_type
from interviewprep.formats.mnemosyne.records import Record

VOCABULARY = NoteType(
    "mnemosyne-vocabulary",
    "Vocabulary",
    NoteKind.TEMPLATES,
    Markup.HTML,
    ("Foreign", "Pronunciation", "Meaning", "Notes"),
    (
        Template(
            "Recognition",
            "{{Foreign}}",
            "{{FrontSide}}<hr id=answer>{{Pronunciation}}<br>{{Meaning}}<br>{{Notes}}",
        ),
        Template(
            "Production",
            "{{Meaning}}",
            "{{FrontSide}}<hr id=answer>{{Foreign}}<br>{{Pronunciation}}<br>{{Notes}}",
        ),
    ),
)
BASIC = own_type(NoteKind.BASIC, Markup.HTML)
BOTH_WAYS = own_type(NoteKind.BOTH_WAYS, Markup.HTML)
CLOZE = own_type(NoteKind.CLOZE, Markup.HTML)
TYPES = {kind.key: kind for kind in (BASIC, BOTH_WAYS, CLOZE, VOCABULARY)}
KINDS = {"1": BASIC, "2": BOTH_WAYS, "3": VOCABULARY, "5": CLOZE, "6": CLOZE}
"""By the id of the card type; 6 are sentences with a cloze and a meaning."""
_REPETITIONS = ("ac_rp", "rt_rp")


def has_progress(record: Record) -> bool:
    """Whether a card has been repeated."""
    return any(record.attributes.get(name, "0").strip("0.") for name in _REPETITIONS)
