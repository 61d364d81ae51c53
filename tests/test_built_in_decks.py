"""The decks in `cards/`: the linter has nothing to say, and they can be typeset.

What stands in them as code is executed by `test_deck_runs.py`.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from interviewprep.core.cards import cards_of
from interviewprep.core.deck_lint.checking import check_decks
from interviewprep.core.deck_lint.front_matter import CATEGORIES
from interviewprep.core.rendering.cards import render_card
from interviewprep.formats.deck_folder import read_folders
from interviewprep.formats.markdown_deck import parse_deck, read
from interviewprep.formats.reading import ReadOptions

CARDS = Path(__file__).parent.parent / "cards"
FILES = sorted(CARDS.glob("*/*.md"))
DECKS = {
    str(path.relative_to(CARDS).with_suffix("")): parse_deck(path.read_text("utf-8"))
    for path in FILES
}
TAGS = yaml.safe_load((CARDS / "tags.yaml").read_text("utf-8"))
TRACKS = yaml.safe_load((CARDS / "tracks.yaml").read_text("utf-8"))

each_deck = pytest.mark.parametrize("deck_id", sorted(DECKS))


@pytest.fixture(scope="module")
def findings() -> dict[str, list[str]]:
    """What the linter says of each file, warnings that were accepted left out."""
    [around] = read_folders([CARDS], datetime.now(UTC).date())
    told: dict[str, list[str]] = defaultdict(list)
    for finding in check_decks(around).findings:
        told[str(Path(finding.path).resolve())].append(str(finding))
    return told


def test_every_category_has_a_deck() -> None:
    assert {deck_id.partition("/")[0] for deck_id in DECKS} == set(CATEGORIES)


@each_deck
def test_a_deck_is_clean(deck_id: str, findings: dict[str, list[str]]) -> None:
    assert findings.get(str(CARDS.resolve() / f"{deck_id}.md"), []) == []


def test_the_lists_beside_the_decks_are_clean(findings: dict[str, list[str]]) -> None:
    decks = {str(path.resolve()) for path in FILES}
    assert {path: told for path, told in findings.items() if path not in decks} == {}


@each_deck
def test_a_deck_has_the_licence_of_the_folder(deck_id: str) -> None:
    front_matter = DECKS[deck_id].front_matter
    assert front_matter is not None
    assert front_matter.licence == "CC-BY-4.0"


@each_deck
def test_every_card_can_be_typeset(deck_id: str) -> None:
    file = read(CARDS / f"{deck_id}.md", ReadOptions(deck=deck_id, media_folder=CARDS))
    assert file.warnings == []
    prompts = {card.id for card in DECKS[deck_id].cards if card.is_long}
    for note in file.notes:
        note_type = file.note_types[note.note_type]
        for key in cards_of(note_type, note.fields):
            card = render_card(note_type, note.fields, key.ordinal, media=lambda name: None)
            html = card.front_html + card.back_html + card.hint_html + card.note_html
            assert card.front_html, note.guid
            assert card.back_html or note.guid in prompts, note.guid
            assert "maths-error" not in html, note.guid


def test_every_track_divides_its_mock_interviews_up_to_a_hundred_per_cent() -> None:
    assert len(TRACKS) == 10
    for name, track in TRACKS.items():
        decks = [deck for depth in (1, 2, 3) for deck in track[f"depth-{depth}"]]
        assert len(decks) == len(set(decks)), name
        assert {deck.partition("/")[0] for deck in decks} == set(CATEGORIES), name
        assert sum(track["mocks"].values()) == 100, name
