"""The exercises and mock prompts in `cards/`: complete, and arithmetically sound.

The rules are those of `docs/deck-format.md`, sections 7 to 9. What can be executed is executed by
`test_deck_runs.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from interviewprep.core.deck_lint.markup import count_words
from interviewprep.core.notes import Markup, NoteKind
from interviewprep.core.own_types import own_type
from interviewprep.core.rendering.cards import render_card
from interviewprep.formats.markdown_deck import parse_deck, read
from interviewprep.formats.markdown_deck.grammar import SECTIONS, Block
from interviewprep.formats.markdown_deck.prompt_text import read_prompt
from interviewprep.formats.reading import ReadOptions
from tests.exercise_code import code_of, fences
from tests.test_built_in_decks import CARDS, TAGS

LONG = {
    card.id: card
    for path in sorted(CARDS.glob("*/*.md"))
    for card in parse_deck(path.read_text("utf-8")).cards
    if card.is_long
}
PLAIN = own_type(NoteKind.BASIC, Markup.MARKDOWN)
NOTES = {
    note.guid: note
    for path in sorted(CARDS.glob("*/*.md"))
    for note in read(path, ReadOptions(deck=path.stem, media_folder=CARDS)).notes
    if note.guid in LONG
}
_EXERCISE = ("opening", "solutions", "wrong", "hints", "complexity", "follow_ups")
_INTERVIEW = ("opening", "rubric", "strong_signals", "weak_signals", "follow_ups")
PARTS = {
    "coding": (*_EXERCISE, "starter", "tests", "hidden_tests", "entry", "pattern"),
    "sql": (*_EXERCISE, "schema", "expected", "pattern"),
    "design": (*_INTERVIEW, "facts", "stages", "numbers", "outline"),
    "concepts": (*_INTERVIEW, "ladder"),
    "behavioral": (*_INTERVIEW, "star", "competency"),
}
OPTIONAL_SECTIONS = {"Pitfalls", "Example"}
STEPS = ["define", "intuition", "when", "trade-offs"]
COMPETENCIES = {
    *("motivation", "ownership", "learning", "teamwork", "communication"),
    *("ambiguity", "delivery", "integrity", "leadership"),
}
LEVELS = ["1", "2", "3", "4"]
RUBRIC_ROWS = {"design": (4, 6), "concepts": (4, 6), "behavioral": (3, 5)}
SIGNALS = {"design": 4, "concepts": 4, "behavioral": 3}
FOLLOW_UPS = {"coding": (2, 4), "sql": (2, 4)}
MOST_WORDS = {
    ("coding", "Prompt"): 150,
    ("sql", "Prompt"): 150,
    ("design", "Prompt"): 80,
    ("design", "Outline"): 350,
    ("behavioral", "Prompt"): 40,
    ("behavioral", "Example"): 220,
}
PROTECTED = re.compile(
    r"\b(?:your|their) (?:age|family|religion|faith|health|origin|nationality|marriage|children)\b",
    re.IGNORECASE,
)


def of_kinds(*kinds: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "card_id", [card_id for card_id, card in LONG.items() if card.kind in kinds]
    )


def section(card_id: str, name: str) -> Block:
    return next(block for block in LONG[card_id].sections if block.name == name)


def table(block: Block) -> tuple[list[str], list[dict[str, str]]]:
    """Return the header and the rows of the only table of a section."""
    lines = [line for line in block.text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    header, _, *rows = cells
    assert all(len(row) == len(header) for row in rows), block.name
    return header, [dict(zip(header, row, strict=True)) for row in rows]


def bullets(block: Block) -> list[str]:
    return [line[2:].strip() for line in block.text.splitlines() if line.startswith("- ")]


def labelled_tests(code: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the label of every test in a block."""
    pattern = r'^def (test_\w+)\(\):\n    (?:"{1,3}(.*?)"{1,3})?'
    for match in re.finditer(pattern, code, re.MULTILINE):
        yield match[1], match[2] or ""


@of_kinds(*SECTIONS)
def test_the_sections_are_complete_and_in_order(card_id: str) -> None:
    card = LONG[card_id]
    names = [block.name for block in card.sections]
    assert names == [name for name in SECTIONS[card.kind] if name in names]
    assert set(SECTIONS[card.kind]) - set(names) <= OPTIONAL_SECTIONS
    assert all(block.text.strip() for block in card.sections)


@of_kinds(*SECTIONS)
def test_every_section_can_be_typeset(card_id: str) -> None:
    for block in LONG[card_id].sections:
        page = render_card(PLAIN, (block.text, "-"), 0, media=lambda name: None)
        assert page.front_html
        assert "maths-error" not in page.front_html, block.name


@of_kinds(*SECTIONS)
def test_the_app_reads_every_part_of_a_prompt(card_id: str) -> None:
    note = NOTES[card_id]
    prompt = read_prompt(note.fields[0], note.fields[1], note.details)
    given = {name for name in PARTS[prompt.kind] if getattr(prompt, name)}
    assert given == set(PARTS[prompt.kind])
    assert prompt.title == LONG[card_id].meta["title"]
    assert prompt.minutes == int(LONG[card_id].meta["time"])
    assert all(wrong.reason.endswith(":") for wrong in prompt.wrong)
    assert len(prompt.follow_ups) == len(bullets(section(card_id, "Follow-ups")))
    if "Rubric" in SECTIONS[prompt.kind]:
        assert len(prompt.rubric) == len(table(section(card_id, "Rubric"))[1])


@of_kinds(*SECTIONS)
def test_the_details_are_complete(card_id: str) -> None:
    card = LONG[card_id]
    assert 0 < len(card.meta["title"]) <= 60
    assert 5 <= int(card.meta["time"]) <= 60
    if card.kind == "behavioral":
        assert card.meta["competency"] in COMPETENCIES
        assert card_id.startswith("behavioral-")
    else:
        assert card.meta["difficulty"] in {"easy", "medium", "hard"}
    if card.kind == "design":
        assert card_id.startswith("design-")
    if card.kind in {"coding", "sql"}:
        assert card.meta["pattern"] in TAGS


@of_kinds(*SECTIONS)
def test_texts_keep_to_their_length(card_id: str) -> None:
    card = LONG[card_id]
    for block in card.sections:
        most = MOST_WORDS.get((card.kind, block.name), 10_000)
        assert count_words(block.text) <= most, block.name


@of_kinds(*SECTIONS)
def test_every_follow_up_says_what_a_good_answer_says(card_id: str) -> None:
    items = bullets(section(card_id, "Follow-ups"))
    fewest, most = FOLLOW_UPS.get(LONG[card_id].kind, (3, 8))
    assert fewest <= len(items) <= most
    for item in items:
        question, dash, answer = item.partition(" — ")
        assert question and dash and len(answer.split()) >= 2, item


@of_kinds("coding", "sql")
def test_there_are_at_most_three_wrong_solutions(card_id: str) -> None:
    assert 1 <= len(fences(LONG[card_id], "wrong")) <= 3


@of_kinds("coding")
def test_every_test_has_a_name_of_its_own_and_a_label(card_id: str) -> None:
    card = LONG[card_id]
    visible = list(labelled_tests(code_of(card, "tests")))
    hidden = list(labelled_tests(code_of(card, "hidden")))
    names = [name for name, _ in [*visible, *hidden]]
    assert len(names) == len(set(names))
    assert len(visible) >= 2
    assert all(label for _, label in [*visible, *hidden])


@of_kinds("coding", "sql")
def test_hints_and_complexity_have_their_form(card_id: str) -> None:
    complexity = section(card_id, "Complexity").text
    assert 2 <= len(bullets(section(card_id, "Hints"))) <= 4
    assert re.match(r"time: O\(.+\)\nspace: O\(.+\)\n\n\S", complexity)
    wrong = re.sub(r"```\w+ wrong.*?```", "@", section(card_id, "Wrong").text, flags=re.DOTALL)
    assert re.fullmatch(r"(?:\w[^@]+:\n\n@\s*)+", wrong), "say above each what is wrong with it"


@of_kinds("design")
def test_facts_stages_and_numbers_of_a_design(card_id: str) -> None:
    header, facts = table(section(card_id, "Clarifications"))
    assert header == ["If asked", "Answer"]
    assert len(facts) >= 4
    assert all(value for row in facts for value in row.values())
    header, stages = table(section(card_id, "Stages"))
    assert header == ["Stage", "Minutes", "Covers"]
    assert sum(int(row["Minutes"]) for row in stages) == int(LONG[card_id].meta["time"])
    assert [fence.role for fence in section(card_id, "Numbers").fences].count("check") == 1


@of_kinds("design")
def test_the_first_follow_up_of_a_design_changes_a_requirement(card_id: str) -> None:
    first, *_ = bullets(section(card_id, "Follow-ups"))
    assert first.startswith("Now ")


@of_kinds("concepts")
def test_a_ladder_grows_in_depth(card_id: str) -> None:
    header, rungs = table(section(card_id, "Ladder"))
    assert header == ["Question", "Step", "A good answer contains"]
    assert 5 <= len(rungs) <= 8
    places = [STEPS.index(row["Step"]) for row in rungs]
    assert places == sorted(places)
    assert set(places) == {0, 1, 2, 3}
    assert all(value for row in rungs for value in row.values())


@of_kinds("design", "concepts", "behavioral")
def test_a_rubric_adds_up_and_describes_every_level(card_id: str) -> None:
    kind = LONG[card_id].kind
    header, rows = table(section(card_id, "Rubric"))
    assert header == ["Dimension", "Weight", *LEVELS, "Revise"]
    fewest, most = RUBRIC_ROWS[kind]
    assert fewest <= len(rows) <= most
    assert sum(int(row["Weight"]) for row in rows) == 100
    described = [row[level] for row in rows for level in LEVELS]
    assert all(described)
    assert len(described) == len(set(described))
    for row in rows:
        tags = row["Revise"].split()
        assert 1 <= len(tags) == len(set(tags)) <= 3, row["Dimension"]
        assert set(tags) <= TAGS.keys(), row["Dimension"]


@of_kinds("design", "concepts", "behavioral")
def test_there_are_enough_signals_to_compare_with(card_id: str) -> None:
    for name in ("Strong signals", "Weak signals"):
        assert len(bullets(section(card_id, name))) >= SIGNALS[LONG[card_id].kind], name


@of_kinds("behavioral")
def test_star_guidance_divides_the_whole_time(card_id: str) -> None:
    items = bullets(section(card_id, "STAR"))
    parts = [re.match(r"\*\*(\w+)\*\* \((\d+) %\): \S", item) for item in items]
    assert [part and part[1] for part in parts] == ["Situation", "Task", "Action", "Result"]
    assert sum(int(part[2]) for part in parts if part) == 100


@of_kinds("behavioral")
def test_a_question_leaves_private_life_alone(card_id: str) -> None:
    for name in ("Prompt", "Follow-ups"):
        assert PROTECTED.search(section(card_id, name).text) is None


def test_there_is_enough_for_every_kind_of_mock() -> None:
    kinds = [card.kind for card in LONG.values()]
    assert {kind: kinds.count(kind) for kind in SECTIONS}.keys() == set(kinds)
    assert kinds.count("behavioral") >= 6
    design_tags = [card.meta["tags"].split() for card in LONG.values() if card.kind == "design"]
    assert any("ml-system-design" in tags for tags in design_tags)
    assert any("ml-system-design" not in tags for tags in design_tags)
