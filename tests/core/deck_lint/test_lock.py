"""What a release writes down, and what the next check makes of it."""

from __future__ import annotations

import pytest

from interviewprep.core.deck_lint.checking import check_decks
from interviewprep.core.deck_lint.findings import Finding
from interviewprep.core.deck_lint.lock import lock_text, read_lock, read_retired
from interviewprep.core.deck_lint.surroundings import Surroundings
from interviewprep.errors import Invalid
from interviewprep.formats.deck_folder import linted_file
from interviewprep.formats.markdown_deck import parse_deck
from tests.core.deck_lint.linting import FILLER, HEAD, TAGS, TODAY
from tests.core.deck_lint.planted_prompts import CODING

CARDS = """
## a-question
level: 1
rev: 3

Q: Why do trees overfit?
A: They follow noise.

## a-term
level: 1

T: bagging
D: Fitting on resampled rows

## a-cloze
level: 1

C: Bagging lowers {{c1::variance}}, boosting {{c2::bias}}.
"""


def locked(cards: str) -> str:
    return lock_text(parse_deck(HEAD + cards).cards)


def check(cards: str, before: str = CARDS, retired: str = "") -> list[Finding]:
    """What is said of the ids of a whole folder, after a release that held `before`."""
    around = Surroundings(
        files=[linted_file(HEAD + cards + FILLER, "ml/probe.md", "ml/probe")],
        given=frozenset(["ml/probe.md"]),
        today=TODAY,
        tags=TAGS,
        retired=read_retired(retired),
        locked=read_lock(locked(before + FILLER)),
    )
    return [one for one in check_decks(around).findings if one.rule == "S02"]


def test_a_lock_names_every_review_item_with_its_revision_in_order() -> None:
    lines = [line.split() for line in locked(CARDS).splitlines() if not line.startswith("#")]
    assert [(line[0], line[1]) for line in lines] == [
        ("a-cloze#c1", "1"),
        ("a-cloze#c2", "1"),
        ("a-question", "3"),
        ("a-term#dt", "1"),
        ("a-term#td", "1"),
    ]
    assert all(len(line) == 4 and len(line[2]) == len(line[3]) == 16 for line in lines)


def test_a_lock_read_back_and_written_again_is_the_same() -> None:
    assert locked(CARDS) == locked(CARDS)
    assert set(read_lock(locked(CARDS))) == {
        *("a-cloze#c1", "a-cloze#c2", "a-question", "a-term#dt", "a-term#td")
    }


def test_layout_note_and_metadata_change_no_hash() -> None:
    moved = CARDS.replace("A: They follow noise.", "A: They   follow\nnoise.\n\nN: A note.")
    assert locked(moved.replace("level: 1", "level: 2")) == locked(CARDS)


def test_the_prompt_of_an_exercise_is_its_question_and_the_rest_its_answer() -> None:
    def hashes(text: str) -> list[str]:
        [line] = [one for one in lock_text(parse_deck(text).cards).splitlines() if one[0] != "#"]
        return line.split()[2:]

    question, answer = hashes(CODING)
    assert hashes(CODING.replace("Add two numbers", "Sum two numbers")) != [question, answer]
    assert hashes(CODING.replace("Add two numbers", "Sum two numbers"))[1] == answer
    assert hashes(CODING.replace("return a + b", "return b + a"))[0] == question
    assert hashes(CODING.replace("return a + b", "return b + a"))[1] != answer


@pytest.mark.parametrize(
    "line",
    ["a-question 1 xyz", "A-Question 1 0123456789abcdef 0123456789abcdef", "a-question"],
)
def test_a_broken_lock_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(Invalid, match="line 2"):
        read_lock(f"# a heading\n{line}\n")


def test_a_release_that_holds_the_same_has_nothing_to_say() -> None:
    assert check(CARDS) == []


def test_an_id_that_vanished_is_an_error_on_its_line_of_the_lock() -> None:
    [gone] = check(CARDS.replace("## a-question", "## b-question"))
    assert (gone.path, gone.level) == ("ids.lock", "error")
    assert locked(CARDS + FILLER).splitlines()[gone.line - 1].startswith("a-question ")


@pytest.mark.parametrize(
    ("cards", "retired"),
    [
        (CARDS.replace("## a-question\n", "## b-question\nwas: a-question\n"), ""),
        (CARDS.replace("## a-question\n", "## b-question\n"), "a-question  # asked twice\n"),
        (CARDS.replace("## a-term\n", "## b-term\nwas: a-term\n"), ""),
        (CARDS.replace(", boosting {{c2::bias}}", ", boosting bias"), "a-cloze#c2\n"),
        (CARDS.replace("## a-cloze\n", "## b-cloze\n"), "# gone\na-cloze\n"),
    ],
    ids=["renamed", "retired", "a renamed term", "a retired number", "a retired cloze"],
)
def test_what_is_accounted_for_has_not_vanished(cards: str, retired: str) -> None:
    assert check(cards, retired=retired) == []


def test_a_number_that_vanished_is_an_error() -> None:
    [gone] = check(CARDS.replace(", boosting {{c2::bias}}", ", boosting bias"))
    assert "`a-cloze#c2` was in the last release" in gone.message


def test_a_retired_number_makes_room_for_the_next() -> None:
    third = CARDS.replace("{{c2::bias}}", "{{c3::bias}}")
    assert check(third, retired="a-cloze#c2\n") == []


def test_another_kind_of_card_under_an_old_id_has_lost_its_items() -> None:
    turned = CARDS.replace("T: bagging\nD: Fitting on", "Q: Which fitting is on\nA: Bagging")
    assert [one.message.split("`")[1] for one in check(turned)] == ["a-term#dt", "a-term#td"]


def test_an_answer_changed_under_a_new_name_needs_a_new_rev_too() -> None:
    renamed = CARDS.replace("## a-question\n", "## b-question\nwas: a-question\n")
    [changed] = check(renamed.replace("They follow noise", "They follow outliers"))
    assert (changed.level, changed.card) == ("warn", "b-question")
    assert check(renamed.replace("noise", "outliers").replace("rev: 3", "rev: 4")) == []


def test_a_card_that_cannot_be_read_has_not_vanished() -> None:
    broken = CARDS.replace("A: They follow noise.\n", "")
    assert check(broken) == []


def test_what_stands_in_retired_must_be_ids() -> None:
    [wrong] = check(CARDS, retired="a-gone-card\nAn old card\n")
    assert (wrong.path, wrong.line, wrong.level) == ("RETIRED", 2, "error")
