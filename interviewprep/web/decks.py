"""The library and the decks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, flash, request
from flask.typing import ResponseReturnValue

from ..core import rendering
from ..core.card_titles import card_title
from ..core.levels import DEPTH_NAMES
from ..core.study_settings import DeckOptions
from ..errors import Invalid
from ..services import decks, enrolling
from ..services.deck_counts import (
    TOTAL_COUNTED_AT_MOST,
    count_deck,
    count_levels,
    count_tags,
    count_totals,
)
from ..services.library import list_library
from ..services.searching import cards_of_deck
from ..services.tracks import known_packs
from ..services.visibility import get_deck, get_own_deck, parent_of, subdecks_of
from ..storage import Enrolment
from .card_rows import asked_place, asking, capped, page_links, state_of, title_of
from .forms import form_page, go_to
from .login import login_required, person
from .transactions import now, reading, writing

blueprint = Blueprint("decks", __name__)


@blueprint.get("/decks")
@login_required
def library() -> ResponseReturnValue:
    return _library()


@blueprint.post("/decks")
@login_required
def create() -> ResponseReturnValue:
    try:
        with writing() as session:
            deck = decks.create_deck(session, person.id, request.form.get("name", ""), now())
    except Invalid as error:
        return _library(error)
    flash(f"“{deck.name}” is made. Write its first card, or import some.", "success")
    return go_to("decks.page", deck_id=deck.id)


@blueprint.get("/decks/<int:deck_id>")
@login_required
def page(deck_id: int) -> ResponseReturnValue:
    return _page(deck_id)


@blueprint.post("/decks/<int:deck_id>/enrol")
@login_required
def enrol(deck_id: int) -> ResponseReturnValue:
    with writing() as session:
        enrolling.enrol(session, person.id, deck_id, now())
        name = get_deck(session, person.id, deck_id).name
    flash(f"“{name}” is among your decks now; its first cards wait on the Today page.", "success")
    return go_to("decks.page", deck_id=deck_id)


@blueprint.post("/decks/<int:deck_id>/leave")
@login_required
def leave(deck_id: int) -> ResponseReturnValue:
    with writing() as session:
        enrolling.leave(session, person.id, deck_id)
        name = get_deck(session, person.id, deck_id).name
    flash(f"“{name}” rests. What you know of its cards is kept for the day you come back.")
    return go_to("decks.page", deck_id=deck_id)


@blueprint.post("/decks/<int:deck_id>/options")
@login_required
def options(deck_id: int) -> ResponseReturnValue:
    try:
        with writing() as session:
            chosen = DeckOptions.parse_form(request.form)
            offered = known_packs().get(get_deck(session, person.id, deck_id).key or "", [])
            left_out = tuple(tag for tag in offered if not request.form.get(f"pack-{tag}"))
            if request.form.get("packs") == "1":
                chosen = replace(chosen, without=left_out)
            decks.set_deck_options(session, person.id, deck_id, chosen)
    except Invalid as error:
        return _page(deck_id, error)
    flash("The options of this deck are saved.", "success")
    return go_to("decks.page", deck_id=deck_id)


@blueprint.post("/decks/<int:deck_id>/order")
@login_required
def order(deck_id: int) -> ResponseReturnValue:
    steps = {"earlier": -1, "later": 1}.get(request.form.get("to", ""), 0)
    with writing() as session:
        enrolling.move_enrolment(session, person.id, deck_id, steps)
    return go_to("decks.page", deck_id=deck_id, _anchor="place")


@blueprint.post("/decks/<int:deck_id>/rename")
@login_required
def rename(deck_id: int) -> ResponseReturnValue:
    try:
        with writing() as session:
            decks.rename_deck(session, person.id, deck_id, request.form.get("name", ""))
    except Invalid as error:
        return _page(deck_id, error)
    flash("The deck has its new name.", "success")
    return go_to("decks.page", deck_id=deck_id)


@blueprint.post("/decks/<int:deck_id>/description")
@login_required
def describe(deck_id: int) -> ResponseReturnValue:
    try:
        with writing() as session:
            text = request.form.get("description", "")
            decks.describe_deck(session, person.id, deck_id, text)
    except Invalid as error:
        return _page(deck_id, error)
    flash("The description is saved.", "success")
    return go_to("decks.page", deck_id=deck_id)


@blueprint.post("/decks/<int:deck_id>/share")
@login_required
def share(deck_id: int) -> ResponseReturnValue:
    is_shared = request.form.get("is_shared") == "1"
    with writing() as session:
        decks.share_deck(session, person.id, deck_id, is_shared=is_shared)
    flash(
        "Everyone on this server can study this deck now; only you can change it."
        if is_shared
        else "The deck is yours alone again.",
        "success",
    )
    return go_to("decks.page", deck_id=deck_id)


@blueprint.get("/decks/<int:deck_id>/delete")
@login_required
def delete(deck_id: int) -> ResponseReturnValue:
    _, asker = asking()
    with reading() as session:
        deck = get_own_deck(session, person.id, deck_id)
        subdecks = subdecks_of(session, person.id, deck)
        ids = [deck.id, *(each.id for each in subdecks)]
        counts = [count_deck(session, person.id, each, asker.today) for each in ids[:20]]
        cards = sum(each.total + each.prompts for each in counts)
        others = decks.other_learners(session, person.id, deck.id)
    return form_page(
        "decks/delete.html", deck=deck, subdecks=subdecks, cards=f"{cards:,}", others=others
    )


@blueprint.post("/decks/<int:deck_id>/delete")
@login_required
def do_delete(deck_id: int) -> ResponseReturnValue:
    with writing() as session:
        name = get_own_deck(session, person.id, deck_id).name
        decks.retire_deck(session, person.id, deck_id, now())
    flash(f"“{name}” is gone, with its cards.", "success")
    return go_to("decks.library")


def _library(error: Invalid | None = None) -> Response:
    with reading() as session:
        found = list_library(session, person.id)
    return form_page("decks/library.html", error=error, library=found, capped=capped, plain=_plain)


def _depths(levels: Mapping[int, int]) -> list[tuple[int, str]]:
    """Return the depths to choose between, where they differ with how many cards each means."""
    if not levels:
        return []
    if len(levels) == 1:
        return list(DEPTH_NAMES.items())
    within = {depth: sum(levels[one] for one in levels if one <= depth) for depth in DEPTH_NAMES}
    return [
        (depth, f"{name}: {within[depth]} {'card' if within[depth] == 1 else 'cards'}")
        for depth, name in DEPTH_NAMES.items()
    ]


def _plain(description: str) -> str:
    """Return a description, which is Markdown, as one line of text."""
    return card_title("basic", "markdown", [description], 0)


def _page(deck_id: int, error: Invalid | None = None) -> Response:
    _, asker = asking()
    with reading() as session:
        deck = get_deck(session, person.id, deck_id)
        enrolment = session.get(Enrolment, (person.id, deck_id))
        options = DeckOptions.from_mapping(enrolment.options if enrolment else None)
        counts = count_deck(
            session,
            person.id,
            deck_id,
            asker.today,
            depth=options.depth,
            without=options.without,
        )
        levels = count_levels(session, deck_id) if deck.owner_id is None else {}
        cards = cards_of_deck(
            session, asker, deck_id, after=asked_place("after"), before=asked_place("before")
        )
        subdecks = subdecks_of(session, person.id, deck)
        values: dict[str, Any] = {
            "deck": deck,
            "is_own": deck.owner_id == person.id,
            "is_studied": enrolment is not None,
            "options": options,
            "depths": _depths(levels),
            "packs": count_tags(session, deck_id, known_packs().get(deck.key or "", [])),
            "subdecks": subdecks,
            "subdeck_counts": count_totals(session, person.id, [each.id for each in subdecks]),
            "parent": parent_of(session, person.id, deck),
            "others": decks.other_learners(session, person.id, deck_id),
        }
    return form_page(
        "decks/page.html",
        error=error,
        counts=counts,
        total=capped(counts.total, TOTAL_COUNTED_AT_MOST),
        capped=capped,
        cards=cards.cards,
        links=page_links(cards, "decks.page", deck_id=deck_id),
        title_of=title_of,
        state_of=lambda card: state_of(card, asker.today),
        description_html=rendering.render_markdown(deck.description),
        **values,
    )
