"""The complete examples of the deck format pass the checks that stand above them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.core.deck_lint.linting import Around, findings

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs/deck-format.md").read_text("utf-8")
EXAMPLES = dict(
    re.findall(
        r"^### 16\.\d [^\n]*`cards/([^\n`]+\.md)`\n\n````markdown\n(.*?)^````$", TEXT, re.M | re.S
    )
)
TAGS = frozenset(yaml.safe_load((ROOT / "cards/tags.yaml").read_text("utf-8"))) | {"examples"}
OTHER_FILES = {"S10", "D01"}
"""What an example cannot have: the decks it requires, and a usual number of cards."""


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 5


@pytest.mark.parametrize("path", sorted(EXAMPLES))
def test_an_example_passes_every_check(path: str) -> None:
    told = findings(EXAMPLES[path], Around(tags=TAGS), path)
    assert [str(one) for one in told if one.rule not in OTHER_FILES] == []
