"""The plan of the decks beside what is there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from interviewprep.core.deck_lint.coverage import (
    FIRST_EDITION,
    FIRST_EDITION_PROMPTS,
    coverage,
    coverage_lines,
    coverage_values,
    read_plan,
)
from interviewprep.errors import Invalid
from interviewprep.formats.deck_folder import linted_file
from tests.core.deck_lint.linting import HEAD
from tests.core.deck_lint.planted_prompts import CODING

ROOT = Path(__file__).parents[3]
PLAN = read_plan(
    yaml.safe_load(
        """
ml/probe:
  - {topic: Loss and gradients, tags: [loss, graph], plan: [3, 1, 0], roadmaps: [R1, R4]}
  - {topic: Drift, tags: [drift], plan: [1, 0, 0], roadmaps: []}
"""
    )
)
CARDS = """
## one
tags: loss drift
level: 1

C: In {{c1::alpha}} there is {{c2::beta}}, and more of it follows.

## two
tags: graph
level: 2

T: gamma
D: Something else

## three
tags: metrics drift
level: 1

Q: Why?
A: So.

## four
level: 1

Q: Why not?
A: So.
"""
FILES = [
    linted_file(HEAD + CARDS, "ml/probe.md", "ml/probe"),
    linted_file(CODING, "coding/exercises.md", "coding/exercises"),
]


def test_a_card_counts_its_items_for_the_topic_of_its_first_own_tag() -> None:
    found = coverage(FILES, PLAN)
    assert [(one.topic.topic, one.there) for one in found.topics] == [
        ("Loss and gradients", (2, 2, 0)),
        ("Drift", (0, 0, 0)),
    ]
    assert [one.is_below_plan for one in found.topics] == [True, True]
    assert found.strays == (("ml/probe", "three", "metrics"), ("ml/probe", "four", ""))


def test_the_first_edition_counts_items_of_level_one_and_long_cards() -> None:
    found = coverage(FILES, PLAN)
    assert found.totals["ml"] == (4, FIRST_EDITION["ml"])
    assert found.totals["coding"] == (0, FIRST_EDITION["coding"])
    assert found.prompts["exercises"] == (1, FIRST_EDITION_PROMPTS["exercises"])
    assert found.prompts["designs"] == (0, FIRST_EDITION_PROMPTS["designs"])


def test_the_map_marks_what_is_below_plan() -> None:
    lines = list(coverage_lines(coverage(FILES, PLAN)))
    assert lines[1] == "ml/probe"
    assert lines[2].split() == ["!", "Loss", "and", "gradients", "2/3", "2/1", "0/0", "R1", "R4"]
    assert "topics below plan at level 1: 2 of 2, 1 of them empty" in lines
    assert "on no topic: ml/probe three (its first tag is `metrics`)" in lines


def test_what_is_there_in_full_is_not_marked() -> None:
    [only] = coverage(FILES, PLAN[:1]).topics
    full = coverage(FILES, [type(PLAN[0])("ml/probe", "Loss", ("loss", "graph"), (2, 2, 0))])
    assert only.is_below_plan
    assert [line for line in coverage_lines(full) if line.startswith("  !")][:1] != [
        "  ! Loss"
    ] and not full.topics[0].is_below_plan


def test_the_map_as_json_says_the_same() -> None:
    values = coverage_values(coverage(FILES, PLAN))
    assert values["short_items"]["ml"] == {"there": 4, "plan": 370}  # type: ignore[index]
    assert values["topics"][0]["there"] == [2, 2, 0]  # type: ignore[index]


@pytest.mark.parametrize(
    "values",
    [
        ["ml/probe"],
        {"ml/probe": ["Loss"]},
        {"ml/probe": [{"topic": "Loss", "tags": ["loss"], "plan": [1, 2]}]},
        {"ml/probe": [{"topic": "Loss", "tags": "loss", "plan": [1, 2, 3]}]},
    ],
)
def test_a_plan_that_is_none_is_refused(values: object) -> None:
    with pytest.raises(Invalid):
        read_plan(values)


def test_the_plan_of_our_decks_adds_up_to_the_first_edition() -> None:
    plan = read_plan(yaml.safe_load((ROOT / "cards/curriculum.yaml").read_text("utf-8")))
    planned: Counter[str] = Counter()
    for topic in plan:
        planned[topic.deck.partition("/")[0]] += topic.plan[0]
    assert planned == FIRST_EDITION
    places = Counter((topic.deck, tag) for topic in plan for tag in topic.tags)
    assert [place for place, count in places.items() if count > 1] == []
