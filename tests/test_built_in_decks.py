"""The decks in `cards/`: they parse, they typeset, and what they say of themselves is complete."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from interviewprep.core.cards import cards_of
from interviewprep.core.rendering.cards import render_card
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
CATEGORIES = {"coding", "ml", "system-design", "behavioral"}
MOST_ANSWER_WORDS = 40

each_deck = pytest.mark.parametrize("deck_id", sorted(DECKS))


def count_words(markdown: str) -> int:
    """Return the number of words; a formula is one, code is none."""
    text = re.sub(r"```.*?```|`[^`]*`", " ", markdown, flags=re.DOTALL)
    text = re.sub(r"\$\$.*?\$\$|\$[^$]+\$", " formula ", text, flags=re.DOTALL)
    return len(re.findall(r"[\w%'’-]*\w[\w%'’-]*", text))


def test_every_category_has_a_deck() -> None:
    assert {deck_id.partition("/")[0] for deck_id in DECKS} == CATEGORIES


def test_an_id_stands_for_one_card_in_all_decks_and_is_not_retired() -> None:
    counts = Counter(card.id for deck in DECKS.values() for card in deck.cards)
    lines = (CARDS / "RETIRED").read_text("utf-8").splitlines()
    retired = {line.partition("#")[0].strip() for line in lines} - {""}
    assert [card_id for card_id, count in counts.items() if count > 1] == []
    assert retired.isdisjoint(counts)


@each_deck
def test_the_front_matter_is_complete(deck_id: str) -> None:
    front_matter = DECKS[deck_id].front_matter
    assert front_matter is not None
    assert front_matter.category == deck_id.partition("/")[0]
    assert front_matter.licence == "CC-BY-4.0"
    assert 0 < len(front_matter.name) <= 40
    assert 0 < len(front_matter.description) <= 140
    assert set(front_matter.requires) <= DECKS.keys()


@each_deck
def test_every_card_has_a_level_known_tags_and_a_source(deck_id: str) -> None:
    deck = DECKS[deck_id]
    assert deck.front_matter is not None
    for card in deck.cards:
        tags = [*deck.front_matter.tags, *card.meta.get("tags", "").split()]
        named = card.meta.get("source", deck.front_matter.default_source)
        sources = [key.strip() for key in re.sub(r"\([^)]*\)", "", named).split(",")]
        assert card.meta.get("level") in {"1", "2", "3"}, card.id
        assert 1 <= len(tags) == len(set(tags)) <= 5, card.id
        assert set(tags) <= TAGS.keys(), card.id
        assert set(sources) <= deck.front_matter.sources.keys(), card.id


@each_deck
def test_a_short_answer_stays_short(deck_id: str) -> None:
    for card in DECKS[deck_id].cards:
        for label in "AD":
            if label in card.sides:
                assert count_words(card.sides[label].text) <= MOST_ANSWER_WORDS, card.id


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


@each_deck
def test_an_estimate_is_derived(deck_id: str) -> None:
    for card in DECKS[deck_id].cards:
        if card.kind == "estimate":
            assert card.checks, card.id
            assert re.search(r"\d", card.sides["A"].text), card.id


def test_every_track_divides_its_mock_interviews_up_to_a_hundred_per_cent() -> None:
    assert len(TRACKS) == 10
    for name, track in TRACKS.items():
        decks = [deck for depth in (1, 2, 3) for deck in track[f"depth-{depth}"]]
        assert len(decks) == len(set(decks)), name
        assert {deck.partition("/")[0] for deck in decks} == CATEGORIES, name
        assert sum(track["mocks"].values()) == 100, name
