"""The text of a prompt into its parts and back; whatever is missing gives nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewprep.bundled_files import bundled
from interviewprep.core.prompts import LadderQuestion, WrongSolution, named_tests, opening
from interviewprep.formats.markdown_deck import parse_deck
from interviewprep.formats.markdown_deck.prompt_text import (
    list_items,
    read_prompt,
    sections_text,
    table_rows,
)

LONG_CARDS = [
    (path.name, card)
    for path in sorted(bundled("cards").glob("*/*.md"))
    for card in parse_deck(path.read_text("utf-8")).cards
    if card.is_long
]


def test_there_are_long_cards_of_every_kind() -> None:
    kinds = {card.kind for _, card in LONG_CARDS}
    assert kinds == {"coding", "sql", "design", "concepts", "behavioral"}


@pytest.mark.parametrize("card", [c for _, c in LONG_CARDS], ids=[c.id for _, c in LONG_CARDS])
def test_what_is_stored_reads_back_with_every_section_and_fence(card) -> None:  # type: ignore[no-untyped-def]
    text = sections_text(card.sections)
    [again] = parse_deck(f"## {card.id}\nkind: {card.kind}\n\n{text}\n").cards
    assert [(s.name, s.text) for s in again.sections] == [(s.name, s.text) for s in card.sections]
    for one, two in zip(again.sections, card.sections, strict=True):
        assert sorted((f.language, f.role, f.code) for f in one.fences) == sorted(
            (f.language, f.role, f.code) for f in two.fences
        )
    prompt = read_prompt("Title", text, {"kind": card.kind, "time": 20})
    assert prompt.opening and "###" not in prompt.opening
    assert prompt.follow_ups and all(one.good_answer for one in prompt.follow_ups)
    if prompt.language:
        assert prompt.hints and prompt.complexity and prompt.solutions
        assert all(wrong.code and wrong.reason for wrong in prompt.wrong) and prompt.wrong
    else:
        assert len(prompt.rubric) >= 3 and sum(row.weight for row in prompt.rubric) == 100
        assert all(all(row.levels) for row in prompt.rubric)
        assert len(prompt.strong_signals) >= 3 and len(prompt.weak_signals) >= 3


def test_a_coding_prompt_gives_its_tests_by_name_and_a_sql_prompt_its_tables() -> None:
    cards = {card.id: card for _, card in LONG_CARDS}
    coding, sql = cards["total-covered-time"], cards["days-to-second-order"]
    prompt = read_prompt("T", sections_text(coding.sections), {"kind": "coding"})
    names = [case.name for case in named_tests(prompt.tests + "\n" + prompt.hidden_tests)]
    assert len(names) >= 6 and len(named_tests(prompt.hidden_tests)) >= 2
    assert all(name.startswith("test_") for name in names)
    assert prompt.language == "python" and len(prompt.solutions) == 2
    query = read_prompt("T", sections_text(sql.sections), {"kind": "sql"})
    assert query.language == "sql" and "CREATE TABLE" in query.schema.upper() and query.expected
    assert query.schema not in query.opening


def test_a_label_is_the_first_line_of_the_docstring_or_the_name_in_words() -> None:
    code = (
        'def test_empty():\n    """No input.\n\n    More."""\n\ndef test_two_items(): ...\nx = 1\n'
    )
    assert [(case.name, case.label) for case in named_tests(code)] == [
        ("test_empty", "No input."),
        ("test_two_items", "Two items"),
    ]
    assert named_tests("def test_(:") == ()


def test_only_the_prompt_section_is_open_to_everyone() -> None:
    text = "### Prompt\n\nDo it.\n\n### Hints\n\n- secret\n"
    assert opening(text) == "Do it."
    assert opening("### Hints\n\n- secret\n") == ""


def test_items_keep_what_is_indented_below_them() -> None:
    markdown = "Intro\n\n- one\n  more of one\n\n  still one\n- two\n1. three\n"
    assert list_items(markdown) == ("one\nmore of one\n\nstill one", "two", "three")


def test_a_table_may_hold_escaped_bars_and_lack_cells() -> None:
    markdown = "| A | B | C |\n|---|:-:|--:|\n| a \\| b | c |\n| | x | y |\n"
    assert table_rows(markdown, 3) == (("a | b", "c", ""), ("", "x", "y"))
    assert table_rows("| A |\n| no rule |\n| x |", 1) == ()


def test_a_reason_may_stand_above_or_below_its_wrong_solution() -> None:
    def wrong(section: str) -> tuple[WrongSolution, ...]:
        return read_prompt("T", f"### Wrong\n\n{section}\n", {"kind": "coding"}).wrong

    one, two = "```python wrong\na\n```", "```python wrong\nb\n```"
    below = wrong(f"{one}\n\nFirst.\n\n{two}\n\nSecond.")
    above = wrong(f"First.\n\n{one}\n\nSecond.\n\n{two}")
    assert below == above == (WrongSolution("a\n", "First."), WrongSolution("b\n", "Second."))


def test_a_rung_of_a_ladder_has_question_step_and_answer() -> None:
    rows = "| Question | Step | Contains |\n|-|-|-|\n| Why? | intuition | Because |\n"
    text = f"### Ladder\n\n{rows}"
    assert read_prompt("T", text, {"kind": "concepts"}).ladder == (
        LadderQuestion("Why?", "intuition", "Because"),
    )


@given(st.text(max_size=300), st.sampled_from(["coding", "sql", "design", "concepts", "x", ""]))
def test_reading_never_fails(text: str, kind: str) -> None:
    prompt = read_prompt("T", text, {"kind": kind})
    assert prompt.title == "T"


@given(st.text(alphabet="|-:\\ a\n`#", max_size=80))
def test_reading_a_broken_section_never_fails(text: str) -> None:
    body = "".join(f"### {n}\n\n{text}\n\n" for n in ("Prompt", "Rubric", "Stages", "Wrong"))
    assert read_prompt("T", body, {"kind": "design"}).title == "T"


def test_of_a_text_that_cannot_be_read_only_the_opening_is_left() -> None:
    text = "### Prompt\n\nDo it.\n\n### Outline\n\nsecret\n\n### Nonsense\n\nmore\n"
    prompt = read_prompt("T", text, {"kind": "design"})
    assert (prompt.opening, prompt.outline) == ("Do it.", "")
