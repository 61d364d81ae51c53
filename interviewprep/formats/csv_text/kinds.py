"""What kind of note a row is, by the name that it gives its type."""

from __future__ import annotations

from interviewprep.core.notes import NoteKind

FINER_KINDS = ("output", "compare", "estimate")
KINDS = {
    **dict.fromkeys(["basic", *FINER_KINDS], NoteKind.BASIC),
    "cloze": NoteKind.CLOZE,
    "term": NoteKind.BOTH_WAYS,
}


def kind_named(name: str, *, has_cloze: bool) -> NoteKind:
    """The kind of a row; an empty name leaves it to whether the text hides something."""
    name = name.lower()
    if not name:
        return NoteKind.CLOZE if has_cloze else NoteKind.BASIC
    if name in KINDS:
        return KINDS[name]
    if "cloze" in name:
        return NoteKind.CLOZE
    if "revers" in name and "optional" not in name:
        return NoteKind.BOTH_WAYS
    return NoteKind.CLOZE if has_cloze and "basic" not in name else NoteKind.BASIC
