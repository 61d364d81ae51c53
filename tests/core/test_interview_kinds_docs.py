"""The page on kinds of interview names every key and every panel there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interviewprep.core.interviews import kind_files, kinds

DOCS = Path(__file__).parents[2] / "docs" / "mock-interviews.md"


@pytest.mark.parametrize("name", sorted(kind_files._KEYS | kinds.PANELS | set(kinds.FAMILIES)))
def test_everything_a_file_may_say_is_explained(name: str) -> None:
    text = DOCS.read_text(encoding="utf-8")
    section = text[text.index("## Adding a kind of interview") :]
    assert f"`{name}`" in section


def test_the_example_is_a_kind_but_for_what_it_leaves_out() -> None:
    text = DOCS.read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert found is not None
    keys = set(re.findall(r"^(\w+):", found[1], re.MULTILINE))
    assert keys == kind_files._KEYS
