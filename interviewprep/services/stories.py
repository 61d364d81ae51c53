"""The story bank: a learner's own stories, written, edited, deleted, and found for a question."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.orm import Session

from ..core.interviews.competencies import fit, known_competencies, known_questions
from ..core.interviews.spoken_length import count_words
from ..errors import Invalid, NotFound
from ..storage import Story
from .locking import lock_user

LONGEST_TITLE = 200
LONGEST_TEXT = 6000
MOST_STORIES = 200
GREATEST_VERSION = 2**31 - 2
TEXTS = ("situation", "task", "action", "result", "reflection", "numbers")
SPOKEN = ("situation", "task", "action", "result")
MISSING = "There is no such story, or it is not yours."
MOVED_ON = (
    "This story was changed in another window after you opened it here. Nothing you typed is lost: "
    "compare it with what is stored, then save again to replace that."
)


@dataclass(frozen=True, slots=True)
class StoryText:
    """What a learner writes of one story. The texts are plain; `numbers` are those worth saying."""

    title: str = ""
    situation: str = ""
    task: str = ""
    action: str = ""
    result: str = ""
    reflection: str = ""
    numbers: str = ""
    competencies: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    @property
    def words(self) -> int:
        """How many words are told: those of situation, task, action and result."""
        return count_words(getattr(self, name) for name in SPOKEN)


@dataclass(frozen=True, slots=True)
class KeptStory:
    """A story as it is stored; `version` rises by one with every change."""

    id: uuid.UUID
    version: int
    changed_at: datetime
    text: StoryText


@dataclass(frozen=True, slots=True)
class OfferedStory:
    """A story beside a question: whether it serves it, the best first where several do."""

    story: KeptStory
    fits: bool


def list_stories(connection: Connection, user_id: int) -> list[KeptStory]:
    """Return this learner's stories by title."""
    rows = connection.execute(
        select(Story.__table__)
        .where(Story.user_id == user_id)
        .order_by(func.lower(Story.title), Story.created_at, Story.id)
    )
    return [_kept(row) for row in rows]


def get_story(connection: Connection, user_id: int, story_id: uuid.UUID) -> KeptStory:
    """:raise NotFound: where there is none of this learner's."""
    row = connection.execute(
        select(Story.__table__).where(Story.user_id == user_id, Story.id == story_id)
    ).first()
    if row is None:
        raise NotFound(MISSING)
    return _kept(row)


def write_story(session: Session, user_id: int, text: StoryText, now: datetime) -> uuid.UUID:
    """Store a new story and return its id.

    :raise Invalid: with the field, for what cannot be kept.
    """
    values = _values(text)
    lock_user(session.connection(), user_id)
    held = session.scalar(select(func.count()).where(Story.user_id == user_id)) or 0
    if held >= MOST_STORIES:
        raise Invalid(
            f"You have {held} stories, which is the most that are kept; delete one you never tell."
        )
    story_id = uuid.uuid4()
    session.execute(
        insert(Story).values(
            user_id=user_id, id=story_id, created_at=now, changed_at=now, version=1, **values
        )
    )
    return story_id


def edit_story(
    session: Session,
    user_id: int,
    story_id: uuid.UUID,
    text: StoryText,
    now: datetime,
    *,
    seen_version: int,
) -> int:
    """Replace the story that the writer had before them in `seen_version`; return the new version.

    :raise NotFound: where there is none of this learner's.
    :raise Invalid: with the field, for what cannot be kept; with the field `version` where another
        window was quicker.
    """
    values = _values(text)
    seen = seen_version if 0 < seen_version <= GREATEST_VERSION else 0  # no story has version 0
    version: int | None = session.scalar(
        update(Story)
        .where(Story.user_id == user_id, Story.id == story_id, Story.version == seen)
        .values(version=seen + 1, changed_at=now, **values)
        .returning(Story.version)
    )
    if version is None:
        get_story(session.connection(), user_id, story_id)
        raise Invalid(MOVED_ON, field="version")
    return version


def delete_story(session: Session, user_id: int, story_id: uuid.UUID) -> None:
    """Delete a story; rounds that it was told in keep their scores.

    :raise NotFound: where there is none of this learner's.
    """
    gone = session.execute(
        delete(Story).where(Story.user_id == user_id, Story.id == story_id).returning(Story.id)
    ).first()
    if gone is None:
        raise NotFound(MISSING)


def fitting(
    stories: Iterable[KeptStory], competency: str, tags: Collection[str]
) -> list[OfferedStory]:
    """Return all stories, those that serve such a prompt best first; the rest keep their order."""
    scored = [
        (fit(one.text.competencies, one.text.questions, competency, tags), one) for one in stories
    ]
    scored.sort(key=lambda pair: -pair[0])
    return [OfferedStory(one, points > 0) for points, one in scored]


def stories_for(
    connection: Connection, user_id: int, competency: str, tags: Collection[str]
) -> list[OfferedStory]:
    """Return this learner's stories for a prompt of this competency with these tags."""
    return fitting(list_stories(connection, user_id), competency, tags)


def _values(text: StoryText) -> dict[str, Any]:
    """Return the columns of a story; raises `Invalid` with the field that cannot be kept."""
    title = " ".join(_kept_letters(text.title).split())
    if not title:
        raise Invalid("Give the story a title by which you will know it again.", field="title")
    if len(title) > LONGEST_TITLE:
        raise Invalid(f"A title has at most {LONGEST_TITLE} characters.", field="title")
    values: dict[str, Any] = {"title": title}
    for name in TEXTS:
        value = _kept_letters(getattr(text, name)).replace("\r\n", "\n").strip()
        if len(value) > LONGEST_TEXT:
            raise Invalid(
                f"This part has {len(value):,} characters; at most {LONGEST_TEXT:,} are kept, "
                "and two minutes need far fewer.",
                field=name,
            )
        values[name] = value
    values["competencies"] = known_competencies(text.competencies)
    values["questions"] = known_questions(text.questions)
    return values


def _kept_letters(text: str) -> str:
    """Leave out the one character that PostgreSQL cannot store."""
    return text.replace("\0", "")


def _kept(row: Any) -> KeptStory:
    text = StoryText(title=row.title, **{name: getattr(row, name) for name in TEXTS})
    text = replace(text, competencies=tuple(row.competencies), questions=tuple(row.questions))
    return KeptStory(row.id, row.version, row.changed_at, text)
