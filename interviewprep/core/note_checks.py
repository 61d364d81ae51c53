"""What a person writes into a note: cleaned, and refused where no card can come of it."""

from __future__ import annotations

from collections.abc import Sequence

from interviewprep.core import cloze
from interviewprep.core.notes import NoteKind, NoteType
from interviewprep.core.prompts import opening
from interviewprep.errors import Invalid

LONGEST_FIELD = 100_000


def clean_field(text: str) -> str:
    """The text with line ends as `\\n`, without signs no database keeps, trimmed at its end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").rstrip()


def check_fields(note_type: NoteType, fields: Sequence[str]) -> None:
    """:raise Invalid: naming the field (`field_0` is the first), where no card can come of it."""
    for index, text in enumerate(fields):
        if len(text) > LONGEST_FIELD:
            raise Invalid(
                f"{note_type.fields[index]} takes at most {LONGEST_FIELD:,} characters; shorten it"
                " or make several cards.",
                field=f"field_{index}",
            )
    if not fields or not fields[0].strip():
        raise Invalid(f"{note_type.fields[0]} is empty; write what the card asks.", field="field_0")
    if note_type.kind is NoteKind.CLOZE:
        if not any(map(cloze.numbers, fields)):
            raise Invalid(
                "Nothing is hidden yet; put {{c1::…}} around what should be recalled.",
                field="field_0",
            )
    elif note_type.kind is NoteKind.PROMPT:
        if not "".join(map(opening, fields[1:2])):
            raise Invalid(
                "The text has no part “### Prompt”; write there what the interviewer says first.",
                field="field_1",
            )
    elif not note_type.templates and not "".join(fields[1:2]).strip():
        raise Invalid(f"{note_type.fields[1]} is empty; write the answer.", field="field_1")
