"""The note types of our own, in both markups: what Markdown, text files and the editor write."""

from __future__ import annotations

from interviewprep.core.notes import Markup, NoteKind, NoteType

FIELDS = ("Front", "Back", "Hint", "Note")
CLOZE_FIELDS = ("Text", "Extra", "Hint", "Note")
PROMPT_FIELDS = ("Title", "Text")
_NAMES = {
    NoteKind.BASIC: "Basic",
    NoteKind.BOTH_WAYS: "Basic (and reversed card)",
    NoteKind.CLOZE: "Cloze",
    NoteKind.PROMPT: "Prompt",
}
_FIELDS = {NoteKind.CLOZE: CLOZE_FIELDS, NoteKind.PROMPT: PROMPT_FIELDS}


def own_type(kind: NoteKind, markup: Markup) -> NoteType:
    """The type of our own for a kind; `TEMPLATES` has none and raises `KeyError`.

    Its key is the same in every file: `basic-markdown`, `both-ways-html`, `cloze-markdown` …
    """
    return _TYPES[kind, markup]


_TYPES = {
    (kind, markup): NoteType(
        key=f"{kind}-{markup}",
        name=name,
        kind=kind,
        markup=markup,
        fields=_FIELDS.get(kind, FIELDS),
    )
    for kind, name in _NAMES.items()
    for markup in Markup
}
