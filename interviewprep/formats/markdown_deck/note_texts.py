"""Any note as one of our own kinds, in Markdown: what `writing` makes cards of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interviewprep.core import cloze, templates
from interviewprep.core.markdown_from_html import markdown_of
from interviewprep.core.notes import Markup, NoteKind, NoteType

_MOST_TEMPLATES = 2


@dataclass(frozen=True, slots=True)
class NoteTexts:
    """The kind a note becomes, its four fields (or two, of a prompt), and what was lost."""

    kind: NoteKind
    fields: tuple[str, ...]
    lost: tuple[str, ...] = ()


def texts_of(kind: NoteType, fields: Sequence[str]) -> NoteTexts:
    """Return what a note says in Markdown.

    Of a type with templates the first field asks and the second answers; all others stand in the
    note, each under its name.
    """
    texts, lost = tuple(fields), dict[str, None]()
    if kind.markup is Markup.HTML:
        converted = [markdown_of(text) for text in fields]
        texts = tuple(text for text, _ in converted)
        lost = dict.fromkeys(words for _, all_words in converted for words in all_words)
    if not kind.templates:
        return _own(kind.kind, texts, lost)
    texts = (*texts, *[""] * (len(kind.fields) - len(texts)))
    if kind.kind is NoteKind.CLOZE:
        at = next((n for n, text in enumerate(texts) if cloze.numbers(text)), 0)
        rest = _named(kind, texts, {at})
        return NoteTexts(NoteKind.CLOZE, (texts[at], "", "", rest), tuple(lost))
    asked = _shown_by_first(kind)
    front, back = asked, next((n for n in range(len(texts)) if n != asked), asked)
    both = len(kind.templates) == _MOST_TEMPLATES and _asks(kind, 1, back)
    if len(kind.templates) > (_MOST_TEMPLATES if both else 1):
        lost["the cards of its other templates"] = None
    rest = _named(kind, texts, {front, back})
    made = NoteKind.BOTH_WAYS if both else NoteKind.BASIC
    return NoteTexts(made, (texts[front], texts[back], "", rest), tuple(lost))


def _own(kind: NoteKind, texts: tuple[str, ...], lost: dict[str, None]) -> NoteTexts:
    if kind is NoteKind.PROMPT:
        return NoteTexts(kind, (*texts, "", "")[:2], tuple(lost))
    front, back, hint, more = (*texts, "", "", "", "")[:4]
    if kind is NoteKind.CLOZE and back.strip():
        more, back = "\n\n".join(part for part in (back, more) if part.strip()), ""
        lost["the place of its extra text, which stands in the note now"] = None
    return NoteTexts(kind, (front, back, hint, more), tuple(lost))


def _shown_by_first(kind: NoteType) -> int:
    """The first field that the question of the first template shows."""
    return next((n for n in range(len(kind.fields)) if _asks(kind, 0, n)), 0)


def _asks(kind: NoteType, template: int, field: int) -> bool:
    nodes = templates.parse(kind.templates[template].question)
    return any(
        isinstance(node, templates.Replacement) and node.field == kind.fields[field]
        for node in nodes
    )


def _named(kind: NoteType, texts: Sequence[str], without: set[int]) -> str:
    """The other fields, each under its name where it is not the only one."""
    rest = [n for n, text in enumerate(texts) if n not in without and text.strip()]
    if len(rest) == 1:
        return texts[rest[0]]
    names = [*kind.fields, *[""] * len(texts)]
    return "\n\n".join(f"**{names[n]}**\n\n{texts[n]}" if names[n] else texts[n] for n in rest)
