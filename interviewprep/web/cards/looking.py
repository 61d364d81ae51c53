"""One card: how it looks, where it stands, what the learner says about it."""

from __future__ import annotations

from importlib.metadata import version

from flask import Response, flash, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...core.cards import PROMPT_KEY
from ...core.tags import parse_tags
from ...services import marks
from ...services.card_records import history, sibling_ids, standing
from ...services.card_reports import report_of_card
from ...services.changed_cards import changes_since_answered
from ...services.interviews.prompts import PromptCard, load_prompt
from ...services.rendered import shown_cards
from ...services.resetting import reset_card
from ...services.visibility import get_card
from ...storage import Card, Deck, Note
from ..card_rows import asking, day_words
from ..forms import go_to
from ..login import login_required, person
from ..renderings import keep_for_later
from ..transactions import now, reading, writing
from .blueprint import blueprint

EVENTS = {
    "answer": "Answer",
    "undo": "Taken back",
    "reset": "Begun again",
    "mock": "Mock interview",
    "revised": "Answer revised",
    "imported": "Imported",
    "set": "Schedule set",
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
            prompt=_prompt(session, card),
            is_own=note.owner_id == person.id,
            change=changes_since_answered(session.connection(), person.id, shown).get(card_id),
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


def _prompt(session: Session, card: Card) -> PromptCard | None:
    """Return an exercise or interview prompt as it stands in lists; None for any other card."""
    if card.key != PROMPT_KEY:
        return None
    found, _ = load_prompt(session.connection(), person.id, card.id)
    return found


@blueprint.get("/cards/<int:card_id>/report")
@login_required
def report(card_id: int) -> ResponseReturnValue:
    """The text with which a learner reports a mistake; it goes nowhere but into their hands."""
    with reading() as session:
        text = report_of_card(session, person.id, card_id, version("interviewprep"))
    return Response(text, mimetype="text/plain")


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
