"""Markdown as others write it: hashcards files and Obsidian's conventions, told by content."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interviewprep.errors import UnreadableDeck
from interviewprep.formats import ReadOptions, hashcards, obsidian_cards, recognise
from interviewprep.formats.markdown_masks import masked

from ..packages import PICTURE
from .contained import read_as, refusal, told

HASHCARDS = r"""
---
name = "Cell biology"
---

# A heading and

some words on the side

Q: What do vesicles store?
A: Neurotransmitters.

With a second paragraph:

```python
Q: not a card
x = [1]
```
---
C: An [agonist] is a [ligand [1] that binds][].
C: An [agonist] acts; see [this page](https://example.org) and ![a](@/img/a.png).
C: $E[X]$ of `a[i]` is the [mean \[sic\]] of std::[std::vector<T>], and \[this\] stays.

C: [One
or two] lines of [$x^{a_{b}}$].
"""

OBSIDIAN = """\
---
tags: [flashcards/ml/metrics, deep]
sr-due: 2024-08-16
---
# A heading

- What is recall?::The share of positives found <!--SR:!2024-08-16,51,230-->
precision:::the share of finds that are positive #flashcards/other #sure

`std::vector` is code, and $a::b$ is maths.

Which one?
Two lines of it
?
First line
Second `a::b` line

```text
kept

whole ::
```
<!--SR:!2024-08-16,3,250!2024-08-17,4,250-->

term
??
definition

#flashcards #plain

The ==mean== is $a==b$, and the ==median== of ==std::x==, **not this**. ![[my picture.png|100]]

See [[Some note|that note]] :: and ![[Some note]]
"""
OBSIDIAN_CLOZE = (
    "The {{c1::mean}} is $a==b$, and the {{c2::median}} of {{c3::std:\u2060:x}},"
    " **not this**. ![](<my picture.png>)"
)


def written(folder: Path, text: str | bytes, name: str = "notes.md") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_hashcards_file_becomes_notes(tmp_path: Path) -> None:
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "a.png").write_bytes(PICTURE)
    options = ReadOptions(media_folder=tmp_path)
    found, notes = read_as("hashcards", written(tmp_path, HASHCARDS), options)
    assert {n.deck for n in notes} == {"Cell biology"}
    assert [(n.note_type, n.place) for n in notes] == [
        ("basic-markdown", "line 10"),
        ("cloze-markdown", "line 20"),
        ("cloze-markdown", "line 21"),
        ("cloze-markdown", "line 22"),
        ("cloze-markdown", "line 24"),
    ]
    assert notes[0].fields[1].endswith("```python\nQ: not a card\nx = [1]\n```")
    assert notes[2].fields[0] == (
        "An {{c1::agonist}} acts; see [this page](https://example.org) and ![a](img/a.png)."
    )
    assert notes[3].fields[0] == (
        r"$E[X]$ of `a[i]` is the {{c1::mean \[sic\]}} of std::{{c2::std:" + "\u2060"
        r":vector<T>}}, and \[this\] stays."
    )
    assert notes[4].fields[0] == "{{c1::One\nor two}} lines of {{c2::$x^{a_{b} }$}}."
    assert [m.name for m in found.media] == ["img/a.png"]
    assert told(found.warnings) == [("text-outside-cards", "line 8")]


def test_notes_of_obsidian_become_cards(tmp_path: Path) -> None:
    (tmp_path / "my picture.png").write_bytes(PICTURE)
    options = ReadOptions(media_folder=tmp_path, default_deck="notes")
    found, notes = read_as("obsidian", written(tmp_path, OBSIDIAN), options)
    assert [(n.note_type, n.deck, n.fields[:2], n.tags) for n in notes] == [
        (
            "basic-markdown",
            "ml::metrics",
            ("What is recall?", "The share of positives found"),
            ("deep",),
        ),
        (
            "both-ways-markdown",
            "other",
            ("precision", "the share of finds that are positive #sure"),
            ("deep", "sure"),
        ),
        (
            "basic-markdown",
            "ml::metrics",
            ("Which one?\nTwo lines of it", "First line\nSecond `a::b` line"),
            ("deep",),
        ),
        ("both-ways-markdown", "ml::metrics", ("term", "definition"), ("deep",)),
        (
            "cloze-markdown",
            "notes",
            (
                OBSIDIAN_CLOZE,
                "",
            ),
            ("plain",),
        ),
        ("basic-markdown", "notes", ("See that note", "and ![[Some note]]"), ("plain",)),
    ]
    assert [m.name for m in found.media] == ["my picture.png"]
    assert told(found.warnings) == [
        ("schedule", "line 1"),
        ("schedule", "line 7"),
        ("embed", "line 33"),
    ]


def test_a_fence_belongs_to_the_answer_above_it(tmp_path: Path) -> None:
    text = "What?\n?\nThis:\n```text\na\n\nb :: c\n```\n<!--SR:!2024-08-16,3,250-->\n\nx::y\n"
    found, notes = read_as("obsidian", written(tmp_path, text))
    assert notes[0].fields[:2] == ("What?", "This:\n```text\na\n\nb :: c\n```")
    assert notes[1].fields[:2] == ("x", "y")
    assert told(found.warnings) == [("schedule", "line 1")]


@pytest.mark.parametrize(
    ("name", "text", "format_name"),
    [
        ("a.md", "C: An [x] y\n", "hashcards"),
        ("a.txt", "Q: a\nA: b\n---\nQ: c\nA: d\n", "hashcards"),
        ("a.md", '---\nname = "x"\n---\nQ: a\nA: b\n', "hashcards"),
        ("a.md", "Q: a\nA: b [x](y)\n", "markdown"),
        ("a.md", "C: {{c1::x}} and [y]\n", "markdown"),
        ("a.md", "---\nname: x\ncategory: ml\n---\n## an-id\n\nC: {{c1::x}}\n", "markdown"),
        ("a.md", "## an-id\n\nQ: a::b\nA: b\n", "markdown"),
        ("a.md", "a::b\n", "obsidian"),
        ("upload", "#flashcards\n\na::b\n", "obsidian"),
        ("a.txt", "a::b\n", "csv"),
        ("a.md", "words\n\n?\n", "obsidian"),
        ("a.md", "It is ==so==.\n", "obsidian"),
        ("a.md", "`a::b` only\n", "markdown"),
    ],
)
def test_the_convention_is_told_by_content(
    tmp_path: Path, name: str, text: str, format_name: str
) -> None:
    path = written(tmp_path, text, "stored")
    assert recognise(path, name).name == format_name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('---\nname = "x\n---\nQ: a\nA: b\n', "line 1: the front matter is not TOML"),
        ("---\na = 1\n---\nA: b\nQ: x\n", "line 4: `A:` needs a `Q:` before it"),
        ("---\na = 1\n---\nQ: b\n\nQ: x\nA: y\n", "line 4: `Q:` has no `A:`"),
        ("---\na = 1\n---\nC: only $[x]$\n", "The file holds no cards"),
        ("#flashcards\n\nwords\n\n?\n", "The file holds no cards"),
        ("a::b\n\xff", "line 2: this is not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, text: str, message: str) -> None:
    assert message in refusal(written(tmp_path, text.encode("latin-1")))


def test_the_same_card_keeps_its_guid_when_others_come_before_it(tmp_path: Path) -> None:
    for text, more in (("C: An [x] y\n", "Q: a\nA: b\n---\n"), ("x::y\n", "a::b\n\n")):
        path = written(tmp_path, text)
        before = [n.guid for n in recognise(path).read(path, ReadOptions()).notes]
        path = written(tmp_path, more + text + "\n" + text)
        after = [n.guid for n in recognise(path).read(path, ReadOptions()).notes]
        assert after[1:] == [before[0], before[0] + "-2"]


pieces = st.sampled_from(
    [
        *(
            "Q:",
            "A:",
            "C:",
            "[",
            "]",
            "(",
            "==",
            "::",
            ":::",
            "?",
            "??",
            "`",
            "```",
            "$",
            "$$",
            "\n",
        ),
        *("\n\n", "---", "#", "#flashcards/a", "<!--SR:", "-->", "![[", "]]", "a", " ", "=", "\\"),
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(pieces, max_size=30))
def test_nothing_but_a_refusal_is_ever_raised(tmp_path: Path, parts: list[str]) -> None:
    path = written(tmp_path, "".join(parts))
    for known in (hashcards.FORMAT, obsidian_cards.FORMAT):
        known.recognises(path, path.read_bytes())
        try:
            assert all(n.guid and n.fields for n in known.read(path, ReadOptions()).notes)
        except UnreadableDeck as error:
            assert error.message.endswith(".")


@given(st.lists(pieces, max_size=40))
def test_a_mask_is_as_long_as_its_text_and_keeps_its_lines(parts: list[str]) -> None:
    text = "".join(parts)
    assert [len(line) for line in masked(text).split("\n")] == [len(x) for x in text.split("\n")]


@pytest.mark.parametrize(
    "piece",
    ["[", "==a ", "`a ", "``a` ", "$a ", "\n", " \n", " ", "\t", "::", "a?\n", "![[", "[a](",
     "<!--SR:", "#", "%%a ", "```\n", "C: [", "?\n", "#flashcards/", "\\", "]] ", "[[a|"],
)  # fmt: skip
def test_a_text_made_to_keep_a_reader_busy_is_read_in_a_moment(tmp_path: Path, piece: str) -> None:
    """A fifth of this each, at most, where it took minutes before."""
    for start in ("C: ", "a::b "):
        path = written(tmp_path, start + piece * (400_000 // len(piece)))
        begun_s = time.process_time()
        for known in (hashcards.FORMAT, obsidian_cards.FORMAT):
            known.recognises(path, path.read_bytes()[:65536])
            with suppress(UnreadableDeck):
                list(known.read(path, ReadOptions()).notes)
        assert time.process_time() - begun_s < 8
