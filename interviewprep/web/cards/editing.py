"""Cards that are there: edited, copied into one's own version, deleted."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...errors import Invalid
from ...services import notes
from ...services.card_records import sibling_ids
from ...services.library import own_decks
from ...services.many_notes import move_notes, retire_notes
from ...services.own_versions import make_own_version
from ...services.rendered import shown_cards
from ...services.visibility import get_deck, get_note, get_own_note
from ...storage import NoteType as NoteTypeRow
from ..card_rows import sent_id
from ..forms import form_page, go_to, local_path
from ..login import login_required, person
from ..transactions import now, reading, writing
from .blueprint import blueprint
from .writing import sent_fields


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
                session, person.id, note_id, sent_fields(held), tags, now(), seen_at=_seen_at()
            )
            deck_id = sent_id("deck")
            if deck_id is not None and deck_id != note.deck_id:
                move_notes(session, person.id, [note_id], deck_id)
            card_id = sibling_ids(session, note)[0]
    except Invalid as error:
        return _edit_page(note_id, error)
    back = local_path(request.form.get("next"))
    if back is None or urlsplit(back).path != url_for("review.page"):
        flash("Saved. Its history is kept.", "success")  # a review shows the new text itself
    return _back_or_to_card(card_id, back)


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
        retire_notes(session, person.id, [note_id], now())
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
            back=local_path(request.values.get("next")) or _review_left(),
        )


def _review_left() -> str:
    """Return the path of the review that this page was opened from; empty if from elsewhere."""
    left = urlsplit(request.referrer or "")
    if left.netloc != request.host or left.path != url_for("review.page"):
        return ""
    return local_path(left._replace(scheme="", netloc="", fragment="").geturl()) or ""


def _back_or_to_card(card_id: int, back: str | None) -> Response:
    if back is None:
        return go_to("cards.page", card_id=card_id)
    answer = go_to("cards.page", card_id=card_id)
    answer.headers["Location"] = back
    return answer


def _seen_at() -> datetime | None:
    """Return when the text that the writer had before them was last changed; None if not said."""
    try:
        seen = datetime.fromisoformat(request.form.get("seen", ""))
    except ValueError:
        return None
    return seen if seen.tzinfo else None
