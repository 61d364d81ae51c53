"""A data folder that `upgrade` has been run in once, to be copied for each test that needs one."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interviewprep.services.tokens import create_token
from interviewprep.storage import Database, User

from ..services.conftest import add_deck
from ..torture.running import clean_environment, run_command


@dataclass(frozen=True)
class Ready:
    """A data folder with the database in it, and the environment that leads there."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "interviewprep.db"

    @property
    def environment(self) -> dict[str, str]:
        return clean_environment(DATA_DIR=str(self.folder))

    def database(self) -> Database:
        return Database(f"sqlite:///{self.file}")

    def add_learner(self, cards: int) -> tuple[str, list[int]]:
        """Make a learner with a deck; return a token that writes, and the cards."""
        database = self.database()
        now = datetime.now(UTC)
        with database.writing() as session:
            user = User(email="alice@example.org", password_hash="!", created_at=now)
            session.add(user)
            session.flush()
            user_id, token = user.id, create_token(session, user.id, now).token
        card_ids = add_deck(database, user_id, cards=cards)[1]
        database.close()
        return token, card_ids


@pytest.fixture(scope="session")
def upgraded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("upgraded")
    done = run_command(clean_environment(DATA_DIR=str(folder)), "upgrade")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def ready(upgraded_folder: Path, tmp_path: Path) -> Ready:
    shutil.copytree(upgraded_folder, tmp_path / "data")
    return Ready(tmp_path / "data")
