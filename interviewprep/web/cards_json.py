"""Queue and cards as the API and the review page spell them: plain values, built by hand, because
this is the hottest path there is."""

from __future__ import annotations

import json
from datetime import datetime
from html import escape
from typing import Any

from markupsafe import Markup

from ..services.queue import Counts, Promise, QueuedCard


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


def compact_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


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


def card_json(queued: QueuedCard) -> dict[str, Any]:
    card, html = queued.card, queued.card.html
    return {
        "card_id": card.id,
        "note_id": card.note_id,
        "version": card.version,
        "deck": {"id": card.deck_id, "name": card.deck_name},
        "kind": card.kind,
        "tags": list(card.tags),
        "flag": card.flag,
        "front_html": html.front_html,
        "back_html": html.back_html,
        "hint_html": html.hint_html,
        "note_html": html.note_html + personal_note_html(card.personal_note),
        "replaces_front": html.replaces_front,
        "typed": queued.typed,
        "typed_answer": html.typed_answer,
        "repeat_at": instant(queued.repeat_at),
        "edit_url": f"/notes/{card.note_id}/edit",
        "outcomes": {
            grade.label: promise_json(promise) for grade, promise in queued.outcomes.items()
        },
    }
