"""Deck files read for checking: every card by itself, every file by itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from interviewprep.core.deck_lint.checking import check_decks
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.deck_folder import linted_file, read_folders, root_of
from interviewprep.formats.markdown_deck import parse_deck
from interviewprep.formats.markdown_deck.tolerant import parse_tolerantly
from tests.core.deck_lint.linting import FILLER, HEAD

CARDS = Path(__file__).parents[2] / "cards"
TODAY = date(2026, 11, 20)
BROKEN = """
## one
Q: Why?

## two
level: 1

Q: Why so?
A: So.

```python
## no-card = 1
```

## Three
Q: Why?
A: So.

## four

Q: Why?
X: So.
"""


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    folder = tmp_path / "decks"
    (folder / "ml").mkdir(parents=True)
    (folder / "tags.yaml").write_text("probability: chance\n", "utf-8")
    (folder / "ml/probe.md").write_text(HEAD + FILLER, "utf-8")
    return folder


@pytest.mark.parametrize("path", sorted(CARDS.glob("*/*.md")), ids=lambda path: path.stem)
def test_card_by_card_a_sound_file_is_the_same_deck(path: Path) -> None:
    text = path.read_text("utf-8")
    assert parse_tolerantly(text) == (parse_deck(text), ())


def test_one_broken_card_hides_neither_another_nor_the_sound_ones() -> None:
    file = linted_file(HEAD + BROKEN, "ml/probe.md", "ml/probe")
    assert [card.card.id for card in file.cards] == ["two"]
    assert [(one.line, one.rule) for one in file.problems] == [
        (13, "S03"),
        (25, "S02"),
        (32, "S03"),
    ]
    assert file.broken_ids == {"one", "Three", "four"}
    assert file.problems[0].message == "`Q:` has no `A:`"
    assert file.problems[0].fix == "add a line that begins with `A:`"


def test_broken_front_matter_hides_no_card() -> None:
    file = linted_file(HEAD.replace("tags: [", "tags: [[") + BROKEN, "ml/probe.md", "ml/probe")
    assert [card.card.id for card in file.cards] == ["two"]
    assert file.problems[0].rule == "S01"


def test_what_is_no_text_is_a_finding_and_the_other_files_go_on(cards: Path) -> None:
    (cards / "ml/broken.md").write_bytes(HEAD.encode() + b"\n## \xff\n")
    [around] = read_folders([cards], TODAY)
    [finding] = check_decks(around).findings
    assert (Path(finding.path).name, finding.line, finding.rule) == ("broken.md", 12, "S01")
    assert len(around.given) == 2


def test_the_folder_of_a_file_is_the_nearest_with_tags(cards: Path) -> None:
    assert root_of(cards / "ml/probe.md") == root_of(cards / "ml") == root_of(cards) == cards


def test_a_file_without_tags_belongs_to_the_folder_above_its_category(tmp_path: Path) -> None:
    (tmp_path / "ml").mkdir()
    path = tmp_path / "ml/probe.md"
    path.write_text(HEAD + FILLER, "utf-8")
    [around] = read_folders([path], TODAY)
    assert root_of(path) == tmp_path
    assert [(one.rule, one.level) for one in check_decks(around).findings] == [("S08", "error")]


def test_other_decks_are_looked_at_and_not_reported_on(cards: Path) -> None:
    (cards / "ml/twin.md").write_text(HEAD + FILLER.replace("filler-", "twin-"), "utf-8")
    [around] = read_folders([cards / "ml/twin.md"], TODAY)
    findings = check_decks(around).findings
    assert {finding.path for finding in findings} == {str(cards / "ml/twin.md")}
    assert {finding.rule for finding in findings} == {"W08"}


def test_pictures_are_looked_for_beside_the_file_and_not_outside(cards: Path) -> None:
    (cards / "ml/img").mkdir()
    (cards / "ml/img/a.svg").write_bytes(b"x" * 300)
    (cards.parent / "b.svg").write_bytes(b"x")
    [around] = read_folders([cards], TODAY)
    name = str(cards / "ml/probe.md")
    assert around.picture_bytes(name, "img/a.svg") == 300
    assert around.picture_bytes(name, "../../b.svg") is None
    assert around.picture_bytes(name, "img/none.svg") is None


@pytest.mark.parametrize(
    ("name", "text"),
    [("tags.yaml", "{: ["), ("tags.yaml", "- a\n"), ("ids.lock", "nonsense\n")],
)
def test_a_broken_list_is_refused_by_name(cards: Path, name: str, text: str) -> None:
    (cards / name).write_text(text, "utf-8")
    with pytest.raises(UnreadableDeck, match=name):
        read_folders([cards], TODAY)
