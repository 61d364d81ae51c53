"""Cards in lists: their title, where they stand, and the addresses of the pages around."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request, url_for

from ..core.card_titles import card_title
from ..services.learner import Learner, learner_of
from ..services.search_conditions import Asker
from ..services.search_results import Found, Page, Place
from .ids import GREATEST
from .login import person
from .transactions import now


def asking() -> tuple[Learner, Asker]:
    """Return the signed-in learner, and the same as search wants them."""
    learner = learner_of(person.account)
    today = learner.study_day(now())
    return learner, Asker(learner.id, today, learner.settings.leech_at)


def asked_place(name: str) -> Place | None:
    """Return the place in the order of results that the address names."""
    return Place.parse(request.args.get(name, ""))


def sent_id(name: str) -> int | None:
    """Return the id that a form or the address gives; None where it is none."""
    found = request.values.get(name, type=int)
    return found if found is not None and 0 < found <= GREATEST else None


def title_of(card: Found) -> str:
    return card_title(card.kind, card.markup, card.fields, card.ordinal)


def state_of(card: Found, today: date) -> tuple[str, str]:
    """Return a word for where a card stands, and its tone."""
    if card.is_suspended:
        return "suspended", "warning"
    if card.due_day is None:
        return "new", "new"
    if card.is_learning:
        return "learning", "learning"
    if card.due_day <= today:
        return "due", "due"
    return f"due {day_words(card.due_day, today)}", ""


def day_words(day: date, today: date) -> str:
    """Return a day as one says it: today, tomorrow, in 5 days, on 3 May 2027."""
    days = (day - today).days
    if days == 0:
        return "today"
    if days == 1:
        return "tomorrow"
    if days == -1:
        return "yesterday"
    if 1 < days <= 60:
        return f"in {days} days"
    if -60 <= days < -1:
        return f"{-days} days ago"
    return f"on {day.day} {day:%B %Y}"


def page_links(page: Page, endpoint: str, **values: Any) -> dict[str, str | None]:
    """Return the addresses of the pages before and after this one, None where there is none."""
    first = page.cards[0].place if page.cards else None
    last = page.cards[-1].place if page.cards else None
    return {
        "previous_href": url_for(endpoint, **values, before=str(first))
        if page.earlier and first
        else None,
        "next_href": url_for(endpoint, **values, after=str(last)) if page.later and last else None,
    }


def capped(number: int, at_most: int = 1_000) -> str:
    """Return a count that stopped one above `at_most` as people read it: 1,000+."""
    return f"{at_most:,}+" if number > at_most else f"{number:,}"
