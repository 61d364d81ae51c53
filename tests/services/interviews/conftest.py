"""The built-in decks with their exercises and prompts, in the database."""

from __future__ import annotations

import pytest

from interviewprep.storage import Database

from ...built_in_decks import add_built_in


@pytest.fixture
def with_decks(database: Database) -> Database:
    """The database with everything of `cards/`."""
    add_built_in(database)
    return database
