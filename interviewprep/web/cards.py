"""Single cards: looked at, marked, begun again; written and edited with a preview beside."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup as SafeHtml
from sqlalchemy.orm import Session

from ..core.notes import Markup, NoteKind, NoteType
from ..core.own_types import own_type
from ..core.tags import parse_tags
from ..errors import Invalid
from ..services import marks, notes
from ..services.card_records import history, sibling_ids, standing
from ..services.decks import ensure_deck
from ..services.library import own_decks
from ..services.own_versions import make_own_version
from ..services.previewing import preview_cards
from ..services.rendered import note_type_of, shown_cards
from ..services.resetting import reset_card
from ..services.visibility import get_card, get_deck, get_note, get_own_note
from ..storage import Deck, Note
from ..storage import NoteType as NoteTypeRow
from .card_rows import asking, day_words, sent_id
from .forms import form_page, go_to, local_path
from .login import login_required, person
from .renderings import keep_for_later
from .transactions import now, reading, writing

blueprint = Blueprint("cards", __name__)
WRITABLE = (NoteKind.BASIC, NoteKind.BOTH_WAYS, NoteKind.CLOZE)
FIRST_DECK = "My cards"
EVENTS = {
    "answer": "Answer",
    "undo": "Taken back",
    "reset": "Begun again",
    "mock": "Mock interview",
    "revised": "Answer revised",
    "imported": "Imported",
    "set": "Set",
}


@blueprint.get("/cards/<int:card_id>")
@login_required
def page(card_id: int) -> ResponseReturnValue:
    learner, asker = asking()
    with reading() as session:
        card = get_card(session, person.id, card_id)
        note = session.get_one(Note, card.note_id)
        shown, fresh = shown_cards(session.connection(), person.id, [card_id])
        answer = render_template(
            "cards/page.html",
            card=shown[0],
            deck=session.get_one(Deck, card.deck_id),
            note=note,
            is_own=note.owner_id == person.id,
            mark=marks.get_mark(session, person.id, card_id),
            standing=standing(session, person.id, card_id),
            history=history(session, person.id, card_id),
            siblings=sibling_ids(session, note),
            events=EVENTS,
            day_words=lambda day: day_words(day, asker.today),
            local=lambda at: at.astimezone(learner.zone),
        )
    keep_for_later(fresh)
    return answer


@blueprint.post("/cards/<int:card_id>/suspend")
@login_required
def suspend(card_id: int) -> ResponseReturnValue:
    is_suspended = request.form.get("suspended") == "1"
    with writing() as session:
        get_card(session, person.id, card_id)
        marks.suspend(session, person.id, [card_id], is_suspended=is_suspended)
    flash(
        "The card is out of your reviews until you let it back in."
        if is_suspended
        else "The card is back in your reviews.",
        "success",
    )
    return go_to("cards.page", card_id=card_id)


@blueprint.post("/cards/<int:card_id>/flag")
@login_required
def flag(card_id: int) -> ResponseReturnValue:
    with writing() as session:
        get_card(session, person.id, card_id)
        marks.flag(session, person.id, [card_id], request.form.get("flag", default=-1, type=int))
    return go_to("cards.page", card_id=card_id, _anchor="marks")


@blueprint.post("/cards/<int:card_id>/note")
@login_required
def personal_note(card_id: int) -> ResponseReturnValue:
    with writing() as session:
        get_card(session, person.id, card_id)
        marks.write_personal_note(session, person.id, card_id, request.form.get("note", ""))
    flash("Your note is saved.", "success")
    return go_to("cards.page", card_id=card_id, _anchor="marks")


@blueprint.post("/cards/<int:card_id>/tags")
@login_required
def personal_tags(card_id: int) -> ResponseReturnValue:
    tags = parse_tags(request.form.get("tags", ""))
    with writing() as session:
        get_card(session, person.id, card_id)
        marks.set_personal_tags(session, person.id, card_id, tags)
    flash("Your tags are saved.", "success")
    return go_to("cards.page", card_id=card_id, _anchor="marks")


@blueprint.post("/cards/<int:card_id>/reset")
@login_required
def reset(card_id: int) -> ResponseReturnValue:
    learner, _ = asking()
    with writing() as session:
        get_card(session, person.id, card_id)
        was_begun = reset_card(session.connection(), learner, card_id, now())
    flash("The card is new again." if was_begun else "The card was new already.", "success")
    return go_to("cards.page", card_id=card_id)


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
            draft = notes.Draft(_deck_id(session), kind, _fields(4), request.form.get("tags", ""))
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
                _fields(len(note_type.fields)),
                tags=parse_tags(request.form.get("tags", "")),
                deck=deck,
                note_id=note_id,
            )
    except Invalid as error:
        return render_template("cards/_preview.html", preview=None, problem=error.message)
    return render_template("cards/_preview.html", preview=found, problem="")


@blueprint.get("/notes/<int:note_id>/edit")
@login_required
def edit(note_id: int) -> ResponseReturnValue:
    return _edit_page(note_id)


@blueprint.post("/notes/<int:note_id>/edit")
@login_required
def do_edit(note_id: int) -> ResponseReturnValue:
    try:
        with writing() as session:
            note = get_own_note(session, person.id, note_id)
            held = len(session.get_one(NoteTypeRow, note.note_type_id).fields)
            tags = request.form.get("tags", "")
            notes.edit_note(
                session, person.id, note_id, _fields(held), tags, now(), seen_at=_seen_at()
            )
            deck_id = sent_id("deck")
            if deck_id is not None and deck_id != note.deck_id:
                notes.move_notes(session, person.id, [note_id], deck_id)
            card_id = sibling_ids(session, note)[0]
    except Invalid as error:
        return _edit_page(note_id, error)
    flash("Saved. Its history is kept.", "success")
    return _back_or_to_card(card_id)


@blueprint.post("/notes/<int:note_id>/own-version")
@login_required
def own_version(note_id: int) -> ResponseReturnValue:
    with writing() as session:
        note = make_own_version(session, person.id, note_id, now())
    flash("This is your own version now, with what you know of it; change it as you like.")
    return go_to("cards.edit", note_id=note.id)


@blueprint.get("/notes/<int:note_id>/delete")
@login_required
def delete(note_id: int) -> ResponseReturnValue:
    with reading() as session:
        note = get_own_note(session, person.id, note_id)
        shown, _ = shown_cards(session.connection(), person.id, sibling_ids(session, note))
    return render_template("cards/delete.html", note=note, cards=shown)


@blueprint.post("/notes/<int:note_id>/delete")
@login_required
def do_delete(note_id: int) -> ResponseReturnValue:
    with writing() as session:
        note = get_own_note(session, person.id, note_id)
        notes.retire_notes(session, person.id, [note_id], now())
    flash("The card is gone.", "success")
    return go_to("decks.page", deck_id=note.deck_id)


def _edit_page(note_id: int, error: Invalid | None = None) -> Response:
    with reading() as session:
        note = get_note(session, person.id, note_id)
        cards = sibling_ids(session, note)
        shown, _ = shown_cards(session.connection(), person.id, cards[:3])
        is_own = note.owner_id == person.id
        return form_page(
            "cards/edit.html" if is_own else "cards/not_own.html",
            error=error,
            note=note,
            note_type=session.get_one(NoteTypeRow, note.note_type_id),
            decks=own_decks(session, person.id),
            deck=get_deck(session, person.id, note.deck_id) if is_own else None,
            cards=shown,
            back=local_path(request.values.get("next")) or "",
        )


def _back_or_to_card(card_id: int) -> Response:
    back = local_path(request.form.get("next"))
    if back is None:
        return go_to("cards.page", card_id=card_id)
    answer = go_to("cards.page", card_id=card_id)
    answer.headers["Location"] = back
    return answer


def _added(card_id: int | None) -> SafeHtml | None:
    """Return the sentence after a card was written, with the way to it."""
    if card_id is None:
        return None
    href = url_for("cards.page", card_id=card_id)
    return SafeHtml('Saved. Write the next one, or <a href="{}">look at the card</a>.').format(href)


def _fields(count: int) -> tuple[str, ...]:
    return tuple(request.form.get(f"field_{index}", "") for index in range(count))


def _seen_at() -> datetime | None:
    """Return when the text that the writer had before them was last changed; None if not said."""
    try:
        seen = datetime.fromisoformat(request.form.get("seen", ""))
    except ValueError:
        return None
    return seen if seen.tzinfo else None


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
