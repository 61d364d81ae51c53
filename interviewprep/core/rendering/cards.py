"""One card of a note, rendered: which field stands where, for each kind of note."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from interviewprep.core import cloze, templates
from interviewprep.core.notes import Markup, NoteKind, NoteType, RenderedCard
from interviewprep.core.prompts import opening
from interviewprep.core.rendering.finishing import MediaAddress, finished
from interviewprep.core.rendering.foreign import with_our_classes
from interviewprep.core.rendering.html import with_formulas_and_sounds
from interviewprep.core.rendering.markdown import markdown_html
from interviewprep.core.rendering.sanitising import sanitised

LONGEST_FIELD_CHARS = 50_000
MOST_MARKDOWN_LINES = 2_000
"""The library's time grows with the square of the lines: 0.2 s at this number, 10 s at 16,000."""
LONGEST_TYPED_CHARS = 200

_CUT = "\n\n(The rest of this field is too long to show.)"
_MARKS = re.compile(f"[{cloze.MARKS}]")
_MARK_OR_TAG = re.compile(rf"<[^>]*>|[{cloze.MARKS}]")
_ELEMENT_OF_MARK = {
    cloze.GAP_OPEN: '<mark class="cloze-gap">[',
    cloze.GAP_CLOSE: "]</mark>",
    cloze.SHOWN_OPEN: '<mark class="cloze">',
    cloze.SHOWN_CLOSE: "</mark>",
}
_EMPTY_GAP = cloze.GAP_OPEN + cloze.GAP_CLOSE
_TAG = re.compile(r"<[^>]*>")
_NOT_TYPED = re.compile(
    r"<(?:math|img|pre|table|ul|ol|audio|video|details|span class=\"[mrt]\w+-)\b"
)


def render_card(
    note_type: NoteType,
    fields: Sequence[str],
    ordinal: int,
    *,
    tags: Sequence[str] = (),
    deck: str = "",
    media: MediaAddress,
) -> RenderedCard:
    """Render the card `ordinal` (from 0, see `core.cards`) of a note.

    Missing fields count as empty. `media` maps the name of a file, as the note writes it, to an
    address, or None where it is missing. Never raises because of what the note says.
    """
    texts = [_prepared(text) for text in fields]
    texts += [""] * (len(note_type.fields) - len(texts))
    if note_type.templates:
        return _from_templates(note_type, texts, ordinal, tags, deck, media)
    texts += [""] * (4 - len(texts))
    if note_type.kind is NoteKind.CLOZE:
        return _from_cloze(note_type.markup, texts, ordinal, media)
    if note_type.kind is NoteKind.PROMPT:
        return RenderedCard(_html(note_type.markup, opening(texts[1]), media), back_html="")
    front, back, hint, note = texts[:4]
    if note_type.kind is NoteKind.BOTH_WAYS and ordinal == 1:
        front, back = back, front
    back_html = _html(note_type.markup, back, media)
    return RenderedCard(
        front_html=_html(note_type.markup, front, media),
        back_html=back_html,
        hint_html=_html(note_type.markup, hint, media),
        note_html=_html(note_type.markup, note, media),
        typed_answer=_typed(back_html),
    )


def render_markdown(text: str, media: MediaAddress = lambda name: None) -> str:
    """Render any Markdown, for a preview or a page of a deck, by the same rules as a card."""
    return _html(Markup.MARKDOWN, _prepared(text), media)


def _from_cloze(
    markup: Markup, texts: Sequence[str], ordinal: int, media: MediaAddress
) -> RenderedCard:
    text, extra, hint, note = texts[:4]
    number = ordinal + 1
    hidden = cloze.hidden(text, number)
    front = _html(markup, cloze.with_gap(text, number), media)
    if not hidden:
        front += f'<p class="card-note">This text has no deletion c{number} any more.</p>'
    back = _html(markup, cloze.with_answer(text, number), media)
    return RenderedCard(
        front_html=front,
        back_html=back + _html(markup, extra, media),
        hint_html=_html(markup, hint, media),
        note_html=_html(markup, note, media),
        replaces_front=True,
        typed_answer=_typed(_html(markup, ", ".join(hidden), media)) if len(hidden) == 1 else "",
    )


def _from_templates(
    note_type: NoteType,
    texts: Sequence[str],
    ordinal: int,
    tags: Sequence[str],
    deck: str,
    media: MediaAddress,
) -> RenderedCard:
    is_cloze = note_type.kind is NoteKind.CLOZE
    index = 0 if is_cloze else ordinal
    if not 0 <= index < len(note_type.templates):
        return RenderedCard(
            front_html='<p class="card-note">This note type has no such card any more.</p>',
            back_html="",
        )
    template = note_type.templates[index]
    named = dict(zip(note_type.fields, texts, strict=False))

    def side(front: str | None) -> templates.Side:
        return templates.Side(
            fields=named,
            ordinal=ordinal,
            is_cloze=is_cloze,
            card_name=template.name,
            type_name=note_type.name,
            tags=tags,
            deck=deck,
            front=front,
        )

    question = templates.fill(template.question, side(None))
    rest = templates.without_front_side(template.answer)
    answer = templates.fill(template.answer if rest is None else rest, side(question.html))
    back_html = _safe(answer.html, media, note_type.markup)
    if question.typed is not None:
        typed = _typed(_safe(question.typed, media, note_type.markup))
    else:
        typed = _typed(back_html) if rest is not None else ""
    return RenderedCard(
        front_html=_safe(question.html, media, note_type.markup),
        back_html=back_html,
        replaces_front=rest is None,
        typed_answer=typed,
    )


def _prepared(text: str) -> str:
    text = _MARKS.sub("", text)
    if len(text) > LONGEST_FIELD_CHARS:
        text = text[:LONGEST_FIELD_CHARS] + _CUT
    return text


def _html(markup: Markup, text: str, media: MediaAddress) -> str:
    if not text or text.isspace():
        return ""
    if markup is Markup.MARKDOWN:
        if text.count("\n") > MOST_MARKDOWN_LINES:
            text = "\n".join(text.split("\n", MOST_MARKDOWN_LINES)[:-1]) + _CUT
        text = markdown_html(text)
    return _safe(text, media, markup)


def _safe(html: str, media: MediaAddress, markup: Markup) -> str:
    marked = _with_marks(html)
    clean = sanitised(with_our_classes(marked) if markup is Markup.HTML else marked)
    if markup is Markup.HTML:
        clean = with_formulas_and_sounds(clean)
    return finished(clean, media).strip()


def _with_marks(html: str) -> str:
    """Cloze marks become elements; inside a tag, an alt text for example, they go."""
    if cloze.GAP_OPEN not in html and cloze.SHOWN_OPEN not in html:
        return html
    html = html.replace(_EMPTY_GAP, cloze.GAP_OPEN + "…" + cloze.GAP_CLOSE)
    return _MARK_OR_TAG.sub(_mark, html)


def _mark(match: re.Match[str]) -> str:
    found = match[0]
    return _ELEMENT_OF_MARK[found] if len(found) == 1 else _MARKS.sub("", found)


def _typed(html: str) -> str:
    """The plain text of an answer short and simple enough to be typed, else an empty text."""
    if _NOT_TYPED.search(html):
        return ""
    text = unescape(_TAG.sub("", html)).replace("\xa0", " ").strip()
    return text if len(text) <= LONGEST_TYPED_CHARS and "\n" not in text else ""
