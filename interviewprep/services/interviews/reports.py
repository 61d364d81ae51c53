"""The report of a mock that has ended: all that was asked, done, scored, and what followed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...core.interviews.verdicts import Verdict
from ...core.prompts import Fact, FollowUp
from ...errors import Conflict
from ...storage import CodeAttempt, Mock, RoundText, Story
from ..drafts import WaitingDraft
from ..learner import Learner
from .done_to_cards import CardLink, Move, drafts_of, moves_of, offered_by
from .rounds import change_of, load_mock, shown_follow_ups
from .sheets import Sheet, SheetItem, SheetRow, StageTime, load_sheets
from .starting import label_of

WEAK_LEVEL = 2
MEANINGS = {
    Verdict.STRONG_HIRE: "Everyone on a committee would say yes without being asked twice.",
    Verdict.LEANING_HIRE: "A committee would say yes, if the other rounds are no worse.",
    Verdict.LEANING_NO_HIRE: "A committee would want much better rounds beside this one.",
    Verdict.STRONG_NO_HIRE: "A committee would say no, whatever the other rounds say.",
}
NO_VERDICT = "Too little was scored for a verdict."
RULE = (
    "Each dimension counts by its weight. Below 2.00 it is a strong no hire; below 2.75, or with a"
    " dimension of weight 20 or more scored 1, leaning no hire; from 3.50 with nothing below 3 a"
    " strong hire; otherwise leaning hire."
)
LOOP_RULE = (
    "Of several rounds, two strong no hires or a mean below 2.00 make a strong no hire; one strong"
    " no hire, half of the rounds leaning no hire, or a mean below 2.75 make it leaning no hire; a"
    " mean from 3.50 with no round below leaning hire and half of them strong hires makes a strong"
    " hire; otherwise it is leaning hire."
)


@dataclass(frozen=True, slots=True)
class ItemReport:
    """One prompt as it went. `texts` are notes, code, diagram and calculator, where written.

    `follow_ups` are those asked, with whether they were answered; `left` how many were not reached.
    """

    sheet: SheetItem
    texts: Mapping[str, str]
    attempts: tuple[CodeAttempt, ...]
    facts: tuple[Fact, ...]
    change: FollowUp | None
    follow_ups: tuple[tuple[FollowUp, bool | None], ...]
    story_title: str

    @property
    def outcomes(self) -> list[dict[str, Any]]:
        return self.sheet.item.outcomes

    @property
    def passed(self) -> int:
        return sum(1 for one in self.outcomes if one.get("passed"))

    @property
    def weak_rows(self) -> list[SheetRow]:
        """The rows scored 1 or 2, the weakest first."""
        rows = [row for row in self.sheet.rows if row.level is not None]
        return sorted((row for row in rows if (row.level or 0) <= WEAK_LEVEL), key=_level)


@dataclass(frozen=True, slots=True)
class RoundReport:
    sheet: Sheet
    label: str
    stages: tuple[StageTime, ...]
    items: tuple[ItemReport, ...]

    @property
    def minutes_taken(self) -> int:
        return round(sum(stage.seconds for stage in self.stages) / 60)


@dataclass(frozen=True, slots=True)
class Report:
    """`rounds` are those that were scored. `drafts` are this mock's that still wait; `offered`
    cards nobody has begun."""

    mock: Mock
    label: str
    rounds: tuple[RoundReport, ...]
    moves: tuple[Move, ...]
    drafts: tuple[WaitingDraft, ...]
    offered: tuple[CardLink, ...]

    @property
    def card_ids(self) -> set[int]:
        """The cards whose texts it shows: prompts, and cards that were asked."""
        items = [item.sheet.item for each in self.rounds for item in each.items]
        asked = {one.get("card_id") for item in items for one in item.questions}
        return {item.card_id for item in items} | {card for card in asked if card}

    @property
    def title(self) -> str:
        """The prompt's title where there is one, else what kind of mock it was."""
        items = [item for each in self.rounds for item in each.items]
        return items[0].sheet.prompt.title if len(items) == 1 else self.label

    @property
    def meaning(self) -> str:
        verdict = self.mock.verdict
        return MEANINGS[Verdict(verdict)] if verdict in set(Verdict) else NO_VERDICT

    @property
    def weak(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Prompt, dimension and tags of each weak row, the weakest first."""
        found = [
            (row, item.sheet.prompt.title)
            for each in self.rounds
            for item in each.items
            for row in item.weak_rows
        ]
        found.sort(key=lambda each: _level(each[0]))
        return [(title, row.rubric.dimension, row.rubric.revise) for row, title in found]


def load_report(session: Session, learner: Learner, mock_id: uuid.UUID, now: datetime) -> Report:
    """Return everything there is to say of a mock that has ended.

    :raise NotFound: unless the mock is this learner's.
    :raise Conflict: before it has ended: a report gives all answers away.
    """
    mock = load_mock(session, learner.id, mock_id)
    if mock.ended_at is None:
        raise Conflict("This mock has not ended; score its rounds and end it, then comes a report.")
    return Report(
        mock=mock,
        label=label_of(mock.kind),
        rounds=round_reports(session, mock, now),
        moves=moves_of(session, mock),
        drafts=drafts_of(session, mock),
        offered=offered_by(session, mock),
    )


def round_reports(session: Session, mock: Mock, now: datetime) -> tuple[RoundReport, ...]:
    """Return the rounds that were scored, in order."""
    of = (mock.user_id, mock.id)
    texts: dict[int, dict[str, str]] = {}
    written = select(RoundText).where(RoundText.user_id == of[0], RoundText.mock_id == of[1])
    for text in session.scalars(written):
        if text.text.strip():
            texts.setdefault(text.round, {})[text.name] = text.text
    attempts: dict[tuple[int, int], list[CodeAttempt]] = {}
    tried = select(CodeAttempt).where(CodeAttempt.user_id == of[0], CodeAttempt.mock_id == of[1])
    for attempt in session.scalars(tried.order_by(CodeAttempt.at, CodeAttempt.id)):
        attempts.setdefault((attempt.round or 0, attempt.card_id), []).append(attempt)
    sheets = [sheet for sheet in load_sheets(session, mock) if sheet.is_scored]
    told = {item.item.story_id for sheet in sheets for item in sheet.items if item.item.story_id}
    stories = {
        row.id: row.title
        for row in session.execute(
            select(Story.id, Story.title).where(Story.user_id == of[0], Story.id.in_(told))
        )
    }
    return tuple(
        RoundReport(
            sheet=sheet,
            label=label_of(sheet.round.kind),
            stages=tuple(sheet.stage_times(now)),
            items=tuple(
                _item(
                    sheet,
                    item,
                    texts.get(sheet.round.position, {}),
                    attempts.get((sheet.round.position, item.item.card_id), ()),
                    stories,
                )
                for item in sheet.items
            ),
        )
        for sheet in sheets
    )


def _item(
    sheet: Sheet,
    item: SheetItem,
    texts: Mapping[str, str],
    attempts: Sequence[CodeAttempt],
    stories: Mapping[uuid.UUID, str],
) -> ItemReport:
    place, facts = item.item.position, item.prompt.facts
    change = None if sheet.kind is None else change_of(sheet.kind, item.prompt)
    return ItemReport(
        sheet=item,
        texts=_texts_of(place, texts),
        attempts=tuple(attempts),
        facts=tuple(facts[row] for row in item.item.facts if row < len(facts)),
        change=change if item.item.change_shown_at is not None else None,
        follow_ups=tuple(shown_follow_ups(item.item)),
        story_title=stories.get(item.item.story_id, "") if item.item.story_id else "",
    )


def _texts_of(place: int, texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of one prompt without its number; the first prompt's have none."""
    end = f"-{place}" if place else ""
    return {
        name.removesuffix(end): text
        for name, text in texts.items()
        if (name.endswith(end) if end else "-" not in name)
    }


def _level(row: SheetRow) -> int:
    return row.level or 0
