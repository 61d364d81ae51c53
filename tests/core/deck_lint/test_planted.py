"""Every rule: a planted mistake trips it and nothing else, on its line; a neighbour does not."""

from __future__ import annotations

import pytest

from interviewprep.core.deck_lint.findings import RULES
from tests.core.deck_lint.linting import Found, expected_line, found
from tests.core.deck_lint.planted_cards import PLANTED as CARDS
from tests.core.deck_lint.planted_files import PLANTED as FILES
from tests.core.deck_lint.planted_prompts import PLANTED as PROMPTS
from tests.core.deck_lint.planted_wording import PLANTED as WORDING
from tests.core.deck_lint.planting import Planted

ALL = [*FILES, *CARDS, *WORDING, *PROMPTS]
BY_RUNNING = {"X01", "X03", "X04", "X07"}
each = pytest.mark.parametrize("planted", ALL, ids=lambda one: f"{one.rule}: {one.name}")


@each
def test_a_planted_mistake_trips_its_rule_alone_and_on_its_line(planted: Planted) -> None:
    told = found(planted.text, planted.around, planted.path)
    rest = [one for one in told if one.rule not in planted.skip]
    assert rest == [Found(planted.rule, planted.level, expected_line(planted.text))]


@each
def test_a_clean_neighbour_trips_nothing(planted: Planted) -> None:
    if planted.clean:
        assert found(planted.clean, planted.around, planted.path) == []


def test_every_rule_at_each_of_its_levels_has_a_planted_mistake() -> None:
    planted = {(one.rule, one.level) for one in ALL}
    rules = {(rule.id, level) for rule in RULES.values() for level in rule.levels}
    assert {one for one in rules if one[0] not in BY_RUNNING} == planted
