"""`interviewprep upgrade` from one release of the built-in decks to the next, as processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from interviewprep.bundled_files import PACKAGE, bundled
from interviewprep.config import read_settings
from interviewprep.storage import Database

from ..conftest import DIALECTS
from ..services.conftest import add_learner
from ..services.shelf import PRECISION, RECALL, Shelf, write_deck
from ..torture.running import clean_environment, own_database, run_command

REVISED = RECALL.replace("## recall\n", "## recall\nrev: 2\n").replace("Found", "Retrieved")
RENAMED = PRECISION.replace("## precision\n", "## positive-predictive-value\nwas: precision\n")


@pytest.fixture(params=DIALECTS)
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment with an empty database, in which the program finds its decks in `tmp_path`."""
    (tmp_path / "cards").mkdir()
    (tmp_path / "interviewprep").symlink_to(PACKAGE)
    (tmp_path / "migrations").symlink_to(bundled("migrations"))
    from_here = {"PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1"}
    folder = str(tmp_path / "data")
    if request.param == "sqlite":
        yield clean_environment(DATA_DIR=folder) | from_here
        return
    with own_database(request.getfixturevalue("postgresql_url"), "editions") as url:
        yield clean_environment(DATA_DIR=folder, DATABASE_URL=url) | from_here


def test_an_upgrade_brings_the_next_edition_and_keeps_what_a_learner_did(
    environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "cards"
    path = folder / "ml" / "metrics.md"
    write_deck(folder, RECALL + PRECISION)
    first = run_command(environment, "upgrade")
    assert first.stderr == "" and "1 read, 2 notes added" in first.stdout, first.stderr

    database = Database(read_settings(environment).database_url)
    shelf = Shelf(folder, database, add_learner(database, bury_siblings=False))
    shelf.enrol()
    for guid in ("recall", "precision"):
        shelf.answer(guid)
    cards = shelf.cards("recall") + shelf.cards("precision")
    before = path.read_text()

    write_deck(folder, REVISED + RENAMED)
    second = run_command(environment, "upgrade")
    assert second.stderr == "" and "1 read, 0 notes added, 2 updated, 0 retired" in second.stdout
    assert shelf.cards("recall") + shelf.cards("positive-predictive-value") == cards
    told = {one.card.id: one.change for one in shelf.queue(days=60)}
    assert set(told) == set(cards)
    assert told[cards[1]] is None
    change = told[cards[0]]
    assert change is not None and "<p>Found positives" in change.earlier_html
    assert run_command(environment, "rebuild", "--check").returncode == 0

    rows = shelf.everything()
    assert run_command(environment, "upgrade").stdout == "All is current.\n"
    assert shelf.everything() == rows
    path.write_text(before)  # a release taken back tells nobody that anything changed
    assert run_command(environment, "upgrade").returncode == 0
    assert run_command(environment, "rebuild", "--check").returncode == 0
    database.close()
