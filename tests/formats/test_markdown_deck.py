"""Markdown decks are read by their grammar, and refused with the line and a way out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewprep.core.cards import PROMPT_KEY, cards_of
from interviewprep.core.notes import DeckFile, Note
from interviewprep.core.rendering import render_card
from interviewprep.errors import UnreadableDeck
from interviewprep.formats import ReadOptions
from interviewprep.formats.markdown_deck import parse_deck, read
from interviewprep.formats.markdown_deck.prompt_text import read_prompt

EXAMPLES = Path(__file__).parent.parent / "data" / "formats" / "deck-format"


def read_text(folder: Path, text: str, options: ReadOptions | None = None) -> DeckFile:
    path = folder / "my deck.md"
    path.write_text(text, encoding="utf-8")
    return read(path, options or ReadOptions())


def only_note(deck: DeckFile) -> Note:
    (note,) = deck.notes
    return note


@pytest.mark.parametrize(
    ("file", "name", "notes", "cards", "long_cards"),
    [
        ("glance.md", "Model evaluation", 2, 3, 0),
        ("ml/evaluation.md", "Model evaluation", 2, 2, 0),
        ("ml/deep-learning.md", "Deep learning core", 2, 3, 0),
        ("ml/mixed-examples.md", "Small kinds", 8, 10, 0),
        ("coding/exercises-intervals-and-metrics.md", "Intervals and metrics", 2, 0, 2),
        ("coding/sql-exercises.md", "SQL exercises", 2, 0, 2),
        ("system-design/prompts-examples.md", "Design prompts", 2, 0, 2),
        ("behavioral/prompts-examples.md", "Behavioral prompts", 2, 0, 2),
    ],
)
def test_every_example_of_the_format_is_read(
    file: str, name: str, notes: int, cards: int, long_cards: int
) -> None:
    deck = read(EXAMPLES / file, ReadOptions())
    found = list(deck.notes)
    assert (deck.decks[0].name, len(found), deck.note_count) == (name, notes, notes)
    made = [
        (note, card)
        for note in found
        for card in cards_of(deck.note_types[note.note_type], note.fields)
    ]
    prompts = [note for note, card in made if card.key == PROMPT_KEY]
    assert (len(made) - len(prompts), len(prompts)) == (cards, long_cards)
    assert deck.warnings == []
    for note in prompts:
        prompt = read_prompt(note.fields[0], note.fields[1], note.details)
        assert prompt.opening and prompt.title and prompt.minutes == note.details["time"]
        assert prompt.tests or prompt.schema or sum(row.weight for row in prompt.rubric) == 100
    for note, card in made:
        if card.key == PROMPT_KEY:
            continue
        shown = render_card(
            deck.note_types[note.note_type], note.fields, card.ordinal, media=lambda name: None
        )
        assert shown.front_html and shown.back_html
        assert "maths-error" not in shown.front_html + shown.back_html + shown.note_html
        assert "assert" not in shown.note_html


def test_the_examples_are_those_of_the_document() -> None:
    document = (Path(__file__).parents[2] / "docs" / "deck-format.md").read_text(encoding="utf-8")
    files = sorted(EXAMPLES.rglob("*.md"))
    assert len(files) == 8
    assert all(file.read_text(encoding="utf-8") in document for file in files)


def test_a_card_carries_all_that_the_file_says_about_it() -> None:
    deck = read(EXAMPLES / "ml" / "deep-learning.md", ReadOptions(deck="ml/deep-learning"))
    _, note = deck.notes
    assert note.guid == "attention-scaling-factor"
    assert (note.note_type, note.deck, note.place) == (
        "cloze-markdown",
        "ml/deep-learning",
        "line 36",
    )
    assert note.tags == ("deep-learning", "attention")
    assert note.details == {
        "kind": "cloze",
        "level": 1,
        "source": "Attention Is All You Need, 2017, https://arxiv.org/abs/1706.03762 (§3.2.1)",
    }
    assert note.fields[0].startswith("Scaled dot-product attention is $")
    assert note.fields[3].startswith("Without it, large $d_k$")
    assert "python check" not in "".join(note.fields)


def test_long_cards_are_parsed_into_sections_with_their_fences() -> None:
    file = EXAMPLES / "coding" / "exercises-intervals-and-metrics.md"
    deck = parse_deck(file.read_text(encoding="utf-8"))
    card = deck.cards[0]
    assert (card.id, card.kind, card.is_long, card.meta["entry"]) == (
        "total-covered-time",
        "coding",
        True,
        "covered",
    )
    assert [section.name for section in card.sections][:3] == ["Prompt", "Starter", "Solution"]
    solution = card.sections[2]
    assert [(f.language, f.role) for f in solution.fences] == [
        ("python", "solution"),
        ("python", "alt"),
    ]
    lines = file.read_text(encoding="utf-8").split("\n")
    assert lines[solution.fences[0].line - 1] == "```python solution"
    assert solution.fences[0].code.startswith("def covered(")


def test_checks_and_groups_are_kept_for_the_linter() -> None:
    file = EXAMPLES / "ml" / "mixed-examples.md"
    deck = parse_deck(file.read_text(encoding="utf-8"))
    card = next(card for card in deck.cards if card.id == "kv-cache-bytes-per-token")
    assert card.group == "Estimate"
    assert "per_token = 2 * 32" in card.checks[0].code


def test_a_file_written_by_hand_needs_neither_front_matter_nor_ids(tmp_path: Path) -> None:
    text = (
        "Q: What is a\nqueue?\nA: First in, first out.\n\nQ: And a stack?\nA: Last in.\nH: tray\n"
    )
    deck = read_text(tmp_path, text)
    first, second = deck.notes
    assert deck.decks[0].name == "my deck"
    assert [w.code for w in deck.warnings] == ["no-front-matter"]
    assert first.fields == ("What is a\nqueue?", "First in, first out.", "", "")
    assert second.fields == ("And a stack?", "Last in.", "tray", "")
    assert first.guid.startswith("what-is-a-queue-")


def test_ids_made_from_the_question_outlast_a_new_answer(tmp_path: Path) -> None:
    before = only_note(read_text(tmp_path, "Q: Why?\nA: so"))
    after = only_note(read_text(tmp_path, "Q: Why?\nA: otherwise"))
    other = only_note(read_text(tmp_path, "Q: How?\nA: so"))
    assert before.guid == after.guid != other.guid


def test_labels_and_headings_within_a_fence_are_code() -> None:
    deck = parse_deck("## abc\n\nQ: x\n\n~~~~python\n## no\nA: no\n```\n~~~~\nA: y\n")
    assert deck.cards[0].sides["Q"].text == "x\n\n~~~~python\n## no\nA: no\n```\n~~~~"


def test_metadata_becomes_details(tmp_path: Path) -> None:
    text = (
        "---\nname: N\ntags: [t1]\ndefault-source: own\nsources:\n  own: Mine\n---\n\n"
        "## new-id\nwas: old-id older-id\nrev: 2\nlevel: 3\nexpires: 2027-01\ntags: t1 t2\n\n"
        "T: a\nD: b\n"
    )
    note = only_note(read_text(tmp_path, text))
    assert note.tags == ("t1", "t2")
    assert note.details == {
        "kind": "term",
        "level": 3,
        "rev": 2,
        "was": ["old-id", "older-id"],
        "expires": "2027-01",
        "source": "Mine",
    }


def test_pictures_are_taken_from_the_folder_and_nowhere_else(tmp_path: Path) -> None:
    folder = tmp_path / "deck"
    folder.mkdir()
    (folder / "a.svg").write_bytes(b"<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.svg").symlink_to(tmp_path / "secret.txt")
    text = (
        "## abc\n\nQ: ![a](a.svg) ![b](b.svg) ![s](../secret.txt) ![l](link.svg)"
        " ![r](https://x.example/r.png)\nA: y\n"
    )
    deck = read_text(tmp_path, text, ReadOptions(media_folder=folder))
    assert [(m.name, m.read()) for m in deck.media] == [("a.svg", b"<svg/>")]
    missing = [w.message for w in deck.warnings if w.code == "missing-media"]
    assert [message.split()[2] for message in missing] == ["b.svg", "../secret.txt", "link.svg"]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("hello", 1, "before the first card"),
        ("A: y", 1, "`A:` stands outside a card"),
        ("## A b\n\nQ: x\nA: y", 1, "write `## a-b`"),
        ("## ab\n\nQ: x\nA: y", 1, "3 to 60"),
        ("## abc\nQ: x", 2, "`Q:` has no `A:`"),
        ("## abc\n\nT: x", 3, "`T:` has no `D:`"),
        ("## abc\n\nA: y", 3, "`A:` needs a `Q:`"),
        ("## abc\n\nH: y", 1, "this card has no body"),
        ("## abc\n\nQ:\nA: y", 3, "`Q:` is empty"),
        ("## abc\n\nQ: a\nA: b\nQ: c", 5, "has a `Q:` already"),
        ("## abc\n\nQ: a\nA: b\nC: {{c1::x}}", 5, "has a `Q:` already"),
        ("## abc\n\nC: nothing", 3, "hides nothing"),
        ("## abc\nlevell: 1\n\nQ: x\nA: y", 2, "did you mean `level`"),
        ("## abc\nlevel: 1\nlevel: 2\n\nQ: x\nA: y", 3, "given twice"),
        ("## abc\nkind: coding\n\nQ: x\nA: y", 2, "`kind: coding` does not fit"),
        ("## abc\n\nlevel: 1\n\nQ: x\nA: y", 3, "belongs to no side"),
        ("## abc\n\nQ: a\nA: b\n#### x", 5, "at most three #"),
        ("## abc\n\nQ: a\nA: b\n### Prompt", 5, "never both"),
        ("## abc\nkind: coding\n\n### Promt", 4, "did you mean `Prompt`"),
        ("## abc\n\n### Prompt\nx", 1, "needs `kind:`"),
        ("## abc\nkind: design\n\n### Starter\nx", 4, "has no section `Starter`"),
        ("## abc\nkind: design\n\n### Prompt\nx\n### Prompt", 6, "already"),
        ("## abc\nkind: design\n\n### Prompt\nQ: x", 5, "cannot stand in a card with sections"),
        ("### Prompt\n", 1, "a section needs a card"),
        ("## abc\n\nQ: x\nE: y", 4, "`E:` is no label"),
        ("## abc\n\nQ: x\n```python\ny", 4, "never closed"),
        ("## abc\n\nQ: x\n```python foo\n```\nA: y", 4, "`foo` is no role"),
        ("## abc\n\nQ: x\nA: y\n\n## abc\n\nQ: x\nA: y", 6, "stands on line 1 already"),
        ("Q: x\nA: y\n\n## abc\n\nQ: x\nA: y", 4, "the cards above have no heading"),
        ("---\nname: x\n", 1, "never closed"),
        ("---\nname: x\nnam: x\n---\n", 3, "did you mean `name`"),
        ("---\nname: [x\n---\n", 2, "cannot be read"),
        ("---\nname: a: b\n---\n", 2, "in quotes"),
        ("---\nname: x\ntags: &a [x]\nrequires: *a\n---\n", 3, "anchors or aliases"),
        ("---\n" + "[" * 3000 + "\n---\n", 2, "cannot be read"),
        ("---\nname: [1]\n---\n", 2, "must be one text"),
        ("---\ntags: {a: 1}\n---\n", 2, "a list of words"),
        ("---\nsources: x\n---\n", 2, "must be lines of the form"),
        ("---\n- a\n---\n", 2, "lines of the form"),
        ("---\nname: !!python/object:os.system x\n---\n", 2, "cannot be read"),
    ],
)
def test_what_the_grammar_does_not_allow_is_refused_with_its_line(
    text: str, line: int, says: str
) -> None:
    with pytest.raises(UnreadableDeck) as refused:
        parse_deck(text, "my.md")
    assert refused.value.message.startswith(f"my.md, line {line}: ")
    assert says in refused.value.message


@pytest.mark.parametrize("key", ["level", "rev"])
def test_a_number_that_is_none_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(UnreadableDeck, match=f"line 2: `{key}` must be a whole number"):
        read_text(tmp_path, f"## abc\n{key}: high\n\nQ: x\nA: y")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xff\xfeQ\x00", "line 1: this is not UTF-8|before the first card"),
        (b"Q: caf\xe9\nA: b", "line 1: this is not UTF-8"),
        (b"Q: a\nA: \x00", "line 2: the file holds a NUL byte"),
        (b"---\nname: x\n---\n", "holds no cards"),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "x.md"
    path.write_bytes(data)
    with pytest.raises(UnreadableDeck, match=says):
        read(path, ReadOptions())


def test_limits_are_kept(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDeck, match="2 cards and 1 are allowed"):
        read_text(tmp_path, "Q: a\nA: b\nQ: c\nA: d", ReadOptions(most_notes=1))
    with pytest.raises(UnreadableDeck, match="10 are allowed"):
        read_text(tmp_path, "Q: a\nA: b\nQ: c\nA: d", ReadOptions(most_bytes=10))


_LINES = st.sampled_from(
    [
        *(
            "---",
            "name: x",
            "tags: [a",
            "## abc",
            "## x y",
            "# G",
            "### Prompt",
            "#### y",
            "",
            "Q: a",
        ),
        *("A: b", "C: {{c1::x}}", "C: x", "T: t", "D: d", "H: h", "N:", "Z: z"),
        *(
            "kind: coding",
            "level: 1",
            "```python check",
            "```",
            "~~~",
            "text",
            "\x0c",
            "\ud800",
            "  - x",
            ":",
        ),
    ]
)


@given(st.lists(st.one_of(_LINES, st.text(max_size=20)), max_size=25).map("\n".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        deck = parse_deck(text)
    except UnreadableDeck as refused:
        assert "line " in refused.message
    else:
        assert len({card.id for card in deck.cards}) == len(deck.cards)
