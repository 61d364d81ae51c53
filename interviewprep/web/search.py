"""Search over cards, and one action on many of them."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ..core.search_query import STATES
from ..errors import Invalid
from ..services import bulk, searching
from ..services.bulk import Action, Done, Order
from ..services.library import own_decks
from .card_rows import asked_place, asking, capped, page_links, sent_id, state_of, title_of
from .forms import form_page, go_to
from .ids import GREATEST
from .login import login_required, person
from .transactions import now, reading, writing

blueprint = Blueprint("search", __name__)
DONE = {
    Action.SUSPEND: ("suspended", "suspended already"),
    Action.UNSUSPEND: ("let back in", "not suspended"),
    Action.FLAG: ("flagged", "flagged so already"),
    Action.ADD_TAGS: ("tagged", "tagged so already"),
    Action.REMOVE_TAGS: ("changed", "without these tags"),
    Action.MOVE: ("moved", "in that deck already"),
    Action.DELETE: ("deleted", "unchanged"),
}


@blueprint.get("/search")
@login_required
def page() -> ResponseReturnValue:
    return _page(request.args.get("q", ""))


@blueprint.post("/search/cards")
@login_required
def change() -> ResponseReturnValue:
    """Do one thing to the chosen cards, or to all that were found; deleting asks first."""
    query = request.form.get("q", "")
    try:
        order = _order()
        if order.action is Action.DELETE and request.form.get("confirmed") != "1":
            return _confirm(query)
        with writing() as session:
            ids = _chosen(session, query)
            done = bulk.apply_to_cards(session, person.id, ids, order, now())
    except Invalid as error:
        return _page(query, error)
    flash(sentence(order.action, done), "success" if done.changed else "info")
    return go_to("search.page", q=query or None)


def sentence(action: Action, done: Done) -> str:
    """Say what an action did, and what it left alone and why."""
    did, was_so = DONE[action]
    parts = [f"{_cards(done.changed)} {did}."]
    if done.unchanged:
        parts.append(f"{_cards(done.unchanged)} {_were(done.unchanged)} {was_so}.")
    if done.not_own:
        parts.append(
            f"{_cards(done.not_own)} left as {'it is' if done.not_own == 1 else 'they are'}: only"
            " your own can be changed."
        )
    if done.gone:
        parts.append(f"{_cards(done.gone)} {_were(done.gone)} no longer there.")
    return " ".join(parts)


def _cards(number: int) -> str:
    return "1 card" if number == 1 else f"{number:,} cards"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _order() -> Order:
    try:
        action = Action(request.form.get("action", ""))
    except ValueError:
        raise Invalid("Choose what to do with the cards.") from None
    return Order(
        action,
        tags=request.form.get("tags", ""),
        deck_id=sent_id("deck"),
        flag=request.form.get("flag", default=-1, type=int),
    )


def _chosen(session: Session, query: str) -> list[int]:
    """Return the cards a form means: those ticked, or all that its query finds."""
    if request.form.get("all") == "1":
        _, asker = asking()
        return searching.matching_ids(session, asker, query, bulk.MOST_CARDS)
    ids = request.form.getlist("card", type=int)
    return [card_id for card_id in ids if 0 < card_id <= GREATEST]


def _confirm(query: str) -> Response:
    _, asker = asking()
    with reading() as session:
        ids = _chosen(session, query)
        if not ids:
            raise Invalid("No card is chosen; tick some, or choose all that the search found.")
        shown = searching.found_cards(
            session, asker, searching.visible_among(session, asker, ids[:10])
        )
    return form_page(
        "search/delete.html",
        query=query,
        cards=shown,
        ids=[] if request.form.get("all") == "1" else ids,
        number=len(ids),
        title_of=title_of,
        state_of=lambda card: state_of(card, asker.today),
    )


def _page(query: str, error: Invalid | None = None) -> Response:
    _, asker = asking()
    found, number = None, 0
    with reading() as session:
        try:
            found = searching.search(
                session, asker, query, after=asked_place("after"), before=asked_place("before")
            )
            number = len(found.cards)
            if found.earlier or found.later:
                number = searching.count(session, asker, query)
        except Invalid as unreadable:
            error = error or unreadable
        decks = own_decks(session, person.id)
    return form_page(
        "search/page.html",
        error=error,
        query=query,
        cards=found.cards if found else [],
        links=page_links(found, "search.page", q=query or None) if found else {},
        number=number,
        count=capped(number, searching.COUNTED_AT_MOST),
        decks=decks,
        states=STATES,
        title_of=title_of,
        state_of=lambda card: state_of(card, asker.today),
        most=f"{bulk.MOST_CARDS:,}",
    )
