"""Queue and cards as the API and the review page spell them: plain values, built by hand, because
this is the hottest path there is."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any

from markupsafe import Markup

from ..core.compact import compact_json
from ..services.changed_cards import Change
from ..services.queue import Counts, Promise, QueuedCard
from ..services.rendered import ShownCard


def instant(value: datetime | None) -> str | None:
    """Return an instant in UTC as ISO 8601 with a Z."""
    return None if value is None else value.replace(tzinfo=None).isoformat() + "Z"


def script_json(value: Any) -> Markup:
    """Return JSON that may stand inside a script element: nothing in it ends or begins a tag."""
    text = compact_json(value)
    for sign, escaped in _IN_A_SCRIPT:
        text = text.replace(sign, escaped)
    return Markup(text)  # noqa: S704 - what HTML would read is escaped, as JSON


_IN_A_SCRIPT = tuple((sign, f"\\u{ord(sign):04x}") for sign in "<>&'\u2028\u2029")


def counts_json(counts: Counts) -> dict[str, int]:
    return {"new": counts.new, "learning": counts.learning, "due": counts.due}


def promise_json(promise: Promise) -> dict[str, Any]:
    return {
        "due_at": instant(promise.due_at),
        "due_day": None if promise.due_day is None else promise.due_day.isoformat(),
        "label": promise.label,
    }


def personal_note_html(note: str) -> str:
    """Return a learner's own note, plain text, as it stands with the answer."""
    return f'<p class="personal-note">{escape(note)}</p>' if note else ""


def shown_json(card: ShownCard) -> dict[str, Any]:
    """Return what every form of a card has in common."""
    html = card.html
    return {
        "card_id": card.id,
        "note_id": card.note_id,
        "version": card.version,
        "deck": {"id": card.deck_id, "name": card.deck_name},
        "kind": card.kind,
        "tags": list(card.tags),
        "front_html": html.front_html,
        "back_html": html.back_html,
        "hint_html": html.hint_html,
        "note_html": html.note_html,
        "replaces_front": html.replaces_front,
    }


def change_json(change: Change | None) -> dict[str, str] | None:
    return None if change is None else {"earlier_html": change.earlier_html}


def card_json(queued: QueuedCard) -> dict[str, Any]:
    card = queued.card
    return {
        **shown_json(card),
        "note_html": card.html.note_html + personal_note_html(card.personal_note),
        "flag": card.flag,
        "typed": queued.typed,
        "typed_answer": card.html.typed_answer,
        "repeat_at": instant(queued.repeat_at),
        "change": change_json(queued.change),
        "edit_url": f"/notes/{card.note_id}/edit",
        "report_url": f"/cards/{card.id}/report" if card.is_built_in else "",
        "outcomes": {
            grade.label: promise_json(promise) for grade, promise in queued.outcomes.items()
        },
    }
