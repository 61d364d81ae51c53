"""Similar prompts: the index finds what comparing every pair finds, and quickly."""

from __future__ import annotations

import random
import time
from itertools import combinations

from interviewprep.core.deck_lint.passages import LintedCard
from interviewprep.core.deck_lint.similar import SIMILAR, Prompt, similar_pairs
from interviewprep.formats.deck_folder import linted_file
from tests.core.deck_lint.linting import FILLER, HEAD, deck, findings

CARD = linted_file(HEAD + FILLER, "ml/probe.md", "ml/probe").cards[0]


def prompts(count: int, words: int, vocabulary: int, seed: int) -> list[Prompt]:
    rng = random.Random(seed)
    names = [f"w{int(rng.paretovariate(0.7)) % vocabulary}" for _ in range(count * words)]
    found = []
    for number in range(count):
        tokens = frozenset(names[number * words : (number + 1) * words])
        found.append(Prompt(_another(number), number, tokens))
    return found


def _another(number: int) -> LintedCard:
    return linted_file(f"{HEAD}\n## num-{number}\n\nQ: Why?\nA: So.\n", "a.md", "a").cards[0]


def test_the_index_finds_every_pair_that_comparing_all_finds() -> None:
    given = prompts(120, 8, 30, seed=7)
    every = {
        (one.line, other.line)
        for one, other in combinations(given, 2)
        if len(one.tokens & other.tokens) / len(one.tokens | other.tokens) >= SIMILAR
    }
    assert {(one.line, other.line) for _, one, other in similar_pairs(given)} == every
    assert len(every) > 20


def test_fifteen_hundred_prompts_are_compared_in_a_moment() -> None:
    given = prompts(1_500, 14, 4_000, seed=3)
    began = time.process_time()
    list(similar_pairs(given))
    assert time.process_time() - began < 2


def test_a_pair_is_told_once_and_names_its_neighbour() -> None:
    text = deck("## one\nlevel: 1\n\nQ: Why do deep trees overfit small data?\nA: Noise.\n")
    twin = "\n## two\nlevel: 1\n\nQ: Why do deep trees overfit noisy data?\nA: Freedom.\n"
    [finding] = findings(text + twin)
    assert finding.card == "two"
    assert "ml/probe.md:15 `one`" in finding.message
    assert finding.message.startswith("75 %")


def test_output_cards_with_one_wording_are_told_apart_by_their_code() -> None:
    def output(name: str, code: str) -> str:
        return (
            f"\n## {name}\nkind: output\nlevel: 1\n\nQ: Which number does the code print?\n\n"
            f"```python run\n{code}\n```\n\nA:\n\n```text\n3\n```\n"
        )

    one = output("one", "total = 0\nfor row in grid:\n    total += row[1]\nprint(total)")
    two = output("two", "print(len({x % 3 for x in (4, 7, 8, 9)}))")
    assert findings(HEAD + one + two + FILLER) == ()
