"""The built-in decks with their exercises and prompts, in the database."""

from __future__ import annotations

import pytest

from interviewprep.bundled_files import bundled
from interviewprep.services.built_in import sync_built_in
from interviewprep.storage import Database

from ..conftest import NOW


@pytest.fixture
def with_decks(database: Database) -> Database:
    """The database with everything of `cards/`."""
    with database.writing() as session:
        sync_built_in(session, bundled("cards"), NOW)
    return database
