"""The story bank, on both engines."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from interviewprep.errors import Invalid, NotFound
from interviewprep.services import stories
from interviewprep.services.learner import Learner
from interviewprep.services.stories import StoryText
from interviewprep.storage import Database

from .conftest import NOW, add_learner

TANKS = StoryText(
    title="  The dairy's   tanks ",
    situation="A dairy ordered its lorries too early.\r\nOne time in three.",
    action="I sat with the dispatchers for a week.",
    result="12 needless trips in a hundred, from 33.",
    numbers="33 to 12 in a hundred",
    competencies=("ownership", "no such thing", "communication"),
    questions=("proudest-project", "nor this"),
)
LATER = NOW + timedelta(hours=1)


def write(database: Database, user_id: int, text: StoryText = TANKS) -> uuid.UUID:
    with database.writing() as session:
        return stories.write_story(session, user_id, text, NOW)


def listed(database: Database, user_id: int) -> list[stories.KeptStory]:
    with database.reading_core() as connection:
        return stories.list_stories(connection, user_id)


def test_a_story_is_kept_as_it_was_written(database: Database, learner: Learner) -> None:
    story_id = write(database, learner.id)
    (kept,) = listed(database, learner.id)
    assert (kept.id, kept.version) == (story_id, 1)
    assert kept.text.title == "The dairy's tanks"
    assert kept.text.situation == "A dairy ordered its lorries too early.\nOne time in three."
    assert kept.text.competencies == ("ownership", "communication")
    assert kept.text.questions == ("proudest-project",)
    assert kept.text.words == 11 + 8 + 8


def test_of_two_windows_the_slower_one_is_told_and_replaces_nothing(
    database: Database, learner: Learner
) -> None:
    story_id = write(database, learner.id)
    with database.writing() as session:
        new = stories.edit_story(
            session, learner.id, story_id, StoryText("First"), LATER, seen_version=1
        )
    with database.writing() as session, pytest.raises(Invalid, match="another window") as refused:
        stories.edit_story(
            session, learner.id, story_id, StoryText("Second"), LATER, seen_version=1
        )
    (kept,) = listed(database, learner.id)
    assert refused.value.field == "version"
    assert (new, kept.version, kept.text.title, kept.changed_at) == (2, 2, "First", LATER)


def test_nobody_else_reads_changes_or_deletes_a_story(database: Database, learner: Learner) -> None:
    story_id = write(database, learner.id)
    other = add_learner(database, "eve@example.org").id
    with database.writing() as session:
        for attempt in (
            lambda: stories.get_story(session.connection(), other, story_id),
            lambda: stories.edit_story(session, other, story_id, TANKS, NOW, seen_version=1),
            lambda: stories.delete_story(session, other, story_id),
        ):
            with pytest.raises(NotFound):
                attempt()
    assert len(listed(database, learner.id)) == 1
    assert listed(database, other) == []


def test_a_deleted_story_is_gone(database: Database, learner: Learner) -> None:
    story_id = write(database, learner.id)
    with database.writing() as session:
        stories.delete_story(session, learner.id, story_id)
    assert listed(database, learner.id) == []
    with database.writing() as session, pytest.raises(NotFound):
        stories.edit_story(session, learner.id, story_id, TANKS, NOW, seen_version=1)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (StoryText(), "title"),
        (StoryText(" \0 "), "title"),
        (StoryText("x" * 201), "title"),
        (StoryText("Long", action="word " * 1500), "action"),
        (StoryText("Long", numbers="9" * 6001), "numbers"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(
    database: Database, learner: Learner, text: StoryText, field: str
) -> None:
    with database.writing() as session, pytest.raises(Invalid) as refused:
        stories.write_story(session, learner.id, text, NOW)
    assert refused.value.field == field
    assert listed(database, learner.id) == []


def test_there_is_an_end_to_the_number_of_stories(
    database: Database, learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stories, "MOST_STORIES", 2)
    write(database, learner.id)
    write(database, learner.id)
    with pytest.raises(Invalid, match="You have 2 stories"):
        write(database, learner.id)


def test_a_prompt_is_offered_all_stories_with_those_that_serve_it_first(
    database: Database, learner: Learner
) -> None:
    write(database, learner.id, StoryText("A: none"))
    write(database, learner.id, StoryText("B: topic", competencies=("communication",)))
    write(database, learner.id, StoryText("C: it", competencies=("teamwork",)))
    write(
        database,
        learner.id,
        StoryText("D: it, and asked", competencies=("teamwork",), questions=("conflict",)),
    )
    with database.reading_core() as connection:
        offered = stories.stories_for(
            connection, learner.id, "teamwork", ["teamwork", "communication"]
        )
    assert [(one.story.text.title[0], one.fits) for one in offered] == [
        ("D", True),
        ("C", True),
        ("B", True),
        ("A", False),
    ]
