"""New cards, with a preview beside the form."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup as SafeHtml
from sqlalchemy.orm import Session

from ...core.notes import Markup, NoteKind, NoteType
from ...core.own_types import own_type
from ...core.tags import parse_tags
from ...errors import Invalid
from ...services import notes
from ...services.card_records import sibling_ids
from ...services.decks import ensure_deck
from ...services.library import own_decks
from ...services.previewing import preview_cards
from ...services.rendered import note_type_of
from ...services.visibility import get_own_note
from ...storage import Deck
from ...storage import NoteType as NoteTypeRow
from ..card_rows import sent_id
from ..forms import form_page, go_to
from ..login import login_required, person
from ..transactions import now, reading, writing
from .blueprint import blueprint

WRITABLE = (NoteKind.BASIC, NoteKind.BOTH_WAYS, NoteKind.CLOZE)
FIRST_DECK = "My cards"


@blueprint.get("/cards/new")
@login_required
def write() -> ResponseReturnValue:
    with reading() as session:
        decks = own_decks(session, person.id)
        added = _added(sent_id("added"))
        chosen = sent_id("deck") or (decks[0][0] if decks else None)
    kind = request.args.get("kind", "")
    return form_page(
        "cards/write.html",
        decks=decks,
        chosen_deck=chosen,
        kind=kind if kind in WRITABLE else NoteKind.BASIC,
        tags=request.args.get("tags", "")[:500],
        added=added,
        first_deck=FIRST_DECK,
    )


@blueprint.post("/cards/new")
@login_required
def do_write() -> ResponseReturnValue:
    try:
        with writing() as session:
            kind = _kind(request.form.get("kind", ""))
            draft = notes.Draft(
                _deck_id(session), kind, sent_fields(4), request.form.get("tags", "")
            )
            note = notes.write_note(session, person.id, draft, now())
            card_id = sibling_ids(session, note)[0]
    except Invalid as error:
        with reading() as session:
            decks = own_decks(session, person.id)
        return form_page(
            "cards/write.html",
            error=error,
            decks=decks,
            chosen_deck=sent_id("deck"),
            kind=request.form.get("kind", ""),
            tags=request.form.get("tags", ""),
            added=None,
            first_deck=FIRST_DECK,
        )
    return go_to(
        "cards.write",
        deck=note.deck_id,
        kind=None if kind is NoteKind.BASIC else str(kind),
        tags=note.tags.strip() or None,
        added=card_id,
    )


@blueprint.post("/cards/preview")
@login_required
def preview() -> ResponseReturnValue:
    """Return the HTML of the cards a form would make; nothing is stored."""
    note_id = sent_id("note_id")
    try:
        with reading() as session:
            note_type, deck = _previewed_type(session, note_id)
            found = preview_cards(
                session,
                note_type,
                sent_fields(len(note_type.fields)),
                tags=parse_tags(request.form.get("tags", "")),
                deck=deck,
                note_id=note_id,
            )
    except Invalid as error:
        return render_template("cards/_preview.html", preview=None, problem=error.message)
    return render_template("cards/_preview.html", preview=found, problem="")


def _added(card_id: int | None) -> SafeHtml | None:
    """Return the sentence after a card was written, with the way to it."""
    if card_id is None:
        return None
    href = url_for("cards.page", card_id=card_id)
    return SafeHtml('Saved. Write the next one, or <a href="{}">look at the card</a>.').format(href)


def _kind(name: str) -> NoteKind:
    if name not in WRITABLE:
        raise Invalid("Choose one of the kinds of card offered.", field="kind")
    return NoteKind(name)


def _deck_id(session: Session) -> int:
    """Return the deck the form names: one of one's own, or a new one."""
    new = request.form.get("new_deck", "").strip()
    if new:
        try:
            return ensure_deck(session, person.id, new, now()).id
        except Invalid as error:
            raise Invalid(error.message, field="new_deck") from None
    chosen = sent_id("deck")
    if chosen is None:
        raise Invalid("Choose a deck, or name a new one.", field="new_deck")
    return chosen


def _previewed_type(session: Session, note_id: int | None) -> tuple[NoteType, str]:
    if note_id is None:
        return own_type(_kind(request.form.get("kind", "")), Markup.MARKDOWN), ""
    note = get_own_note(session, person.id, note_id)
    row = session.get_one(NoteTypeRow, note.note_type_id)
    return note_type_of(row), session.get_one(Deck, note.deck_id).name


def sent_fields(count: int) -> tuple[str, ...]:
    return tuple(request.form.get(f"field_{index}", "") for index in range(count))
