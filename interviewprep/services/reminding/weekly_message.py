"""The words of the weekly summary."""

from __future__ import annotations

from .deciding import Subject
from .links import WEEKLY, Links
from .message_html import Button, Page, Row, render
from .messages import deck_name
from .outgoing import ReminderMessage
from .weekly import DeckShare, Week

WHY = "You asked for this summary of your week."


def weekly(subject: Subject, week: Week, links: Links) -> ReminderMessage:
    """Return the summary: what was done, what got stronger, what is weak, what comes."""
    stop = links.unsubscribe(subject.learner.id, subject.unsubscribe_revision, WEEKLY)
    title = f"Your week: {_counted(week.answers, 'answer')} on {_counted(week.days, 'day')}"
    rows = [Row("Time spent", _counted(round(week.seconds / 60), "minute"))]
    rows += [
        Row(f"Stronger: {deck_name(one.name)}", _counted(one.count, "card"))
        for one in week.stronger
    ]
    rows += [Row(f"Weak: {deck_name(one.name)}", _right(one)) for one in week.weak]
    load = sum(week.coming.values())
    rows.append(Row("Due in the next seven days", _counted(load, "card")))
    asides = []
    if load:
        day = max(week.coming, key=lambda each: (week.coming[each], -each.toordinal()))
        sentence = f"The fullest day is {day:%A}, with {_counted(week.coming[day], 'card')}."
        asides = [(sentence, Button("See what comes", f"{links.base_url}/"))]
    text = [f"{title}.", ""] + [f"  {row.name}: {row.figure}" for row in rows] + [""]
    text += [f"{sentence}\n" for sentence, _ in asides]
    text += ["Stronger cards are now remembered for three weeks or longer.", ""]
    text += ["Review now:", links.review, "", "-- ", f"{WHY} Change it:", links.settings]
    text += ["End the summaries:", stop]
    page = Page(
        title=title,
        rows=rows,
        button=Button("Review now", links.review),
        asides=asides,
        foot=f"{WHY} Stronger cards are now remembered for three weeks or longer.",
        foot_links=[
            Button("Change your reminders", links.settings),
            Button("End the summaries", stop),
        ],
    )
    return ReminderMessage(title, "\n".join(text) + "\n", render(page))


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _right(share: DeckShare) -> str:
    return f"{share.passed:.0%} of {share.count:,} right"
