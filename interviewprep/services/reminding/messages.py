"""The words of a reminder, in every form that a channel wants. Nothing here sends anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ...core.reminders.settings import clock_time
from ..interviews.kinds import interview_kinds
from ..interviews.prompts import PromptCard
from ..today import Today
from .deciding import Decision, Subject, cards_waiting
from .links import DAILY, Links
from .message_html import Button, Page, Row, render
from .outgoing import EMAIL, ReminderMessage

MOST_DECKS = 6
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class BackOff:
    """What a message says to somebody who has stopped coming."""

    sentence: str
    back_url: str


def daily(
    subject: Subject, decision: Decision, links: Links, channel: str = EMAIL
) -> ReminderMessage:
    """Return the day's reminder.

    `decision` is one to send, with its numbers. The push payload says how much is due and nothing
    private: no deck, no name.
    """
    today = decision.today
    assert today is not None
    user_id, revision = subject.learner.id, subject.unsubscribe_revision
    head = how_much(today)
    rows = deck_rows(today)
    mock = mock_line(today.prompts)
    off = back_off(subject, decision, links)
    stop = links.unsubscribe(user_id, revision, DAILY, channel)
    end = "End these e-mails" if channel == EMAIL else "End these messages"
    why = f"You asked for this reminder at {clock_time(subject.settings.minute_of_day)}."
    text = [f"{head}.", ""]
    text += [f"  {row.figure:>4}  {row.name}" for row in rows] + [""]
    text += ["Review now:", links.review, ""]
    if mock:
        text += [mock, links.mocks, ""]
    if off:
        text += [off.sentence, "I am back, remind me daily again:", off.back_url, ""]
    text += ["-- ", f"{why} Change it:", links.settings]
    text += [f"{end}:", stop]
    page = Page(
        title=head,
        rows=rows,
        button=Button("Review now", links.review),
        asides=[(mock, Button("Choose a mock", links.mocks))] if mock else [],
        footnotes=[(off.sentence, Button("I am back", off.back_url))] if off else [],
        foot=why,
        foot_links=[
            Button("Change your reminders", links.settings),
            Button(end, stop),
        ],
    )
    push = {"title": "Interview Prep", "body": f"{head}.", "url": "/review", "tag": "daily"}
    return ReminderMessage(head, "\n".join(text) + "\n", render(page), push)


def how_much(today: Today) -> str:
    """Return what waits and how long it takes, as a subject says it."""
    waiting, minutes = cards_waiting(today), max(1, today.minutes)
    cards = "1 card waits" if waiting == 1 else f"{waiting:,} cards wait"
    return f"{cards}, about {minutes} minute{'' if minutes == 1 else 's'}"


def deck_rows(today: Today) -> list[Row]:
    """Return the decks with most to do, and how many others there are."""
    decks = sorted(today.decks, key=lambda deck: (-(deck.due + deck.new), deck.name))
    rows = [Row(deck_name(deck.name), f"{deck.due + deck.new:,}") for deck in decks[:MOST_DECKS]]
    others = decks[MOST_DECKS:]
    if others:
        rest = sum(deck.due + deck.new for deck in others)
        decks_more = "1 more deck" if len(others) == 1 else f"{len(others)} more decks"
        rows.append(Row(decks_more, f"{rest:,}"))
    return rows


def mock_line(prompts: list[PromptCard]) -> str:
    """Return the sentence about the mock that is due, the one that waits longest; else nothing."""
    if not prompts:
        return ""
    one = min(prompts, key=lambda prompt: (prompt.due_day or date.max, prompt.card_id))
    kind = interview_kinds().get(one.interview)
    label = f"{kind.label}, " if kind else ""
    return f"A mock interview is due too: “{shortened(one.title)}” ({label}{one.minutes} minutes)."


def back_off(subject: Subject, decision: Decision, links: Links) -> BackOff | None:
    """Return what to say where the next reminder will wait longer than a day."""
    if decision.gap_days <= 1:
        return None
    learner, since = subject.learner, subject.studied_on
    seen = "You have not studied yet" if since is None else f"You last studied on {day_name(since)}"
    wait = f"so the next reminder will wait {decision.gap_days} days if you do not come back"
    return BackOff(
        f"{seen}, {wait}.",
        links.back(learner.id, subject.unsubscribe_revision),
    )


def day_name(day: date) -> str:
    return f"{day.day} {day:%B}"


def deck_name(name: str) -> str:
    """Return a deck's name as the pages show it, on one line, cut where it is too long."""
    return shortened(name.replace("::", " · "))


def shortened(text: str) -> str:
    """Return a name on one line, cut where it is too long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1].rstrip() + "…"
