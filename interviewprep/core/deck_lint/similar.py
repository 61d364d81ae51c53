"""W08: prompts so alike that a learner would mix them up.

Jaccard similarity of word sets, over all pairs of all decks. Two sets as alike as asked share one
of their rarest words, so that only pairs with such a word are compared at all (prefix filtering).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from interviewprep.core import cloze
from interviewprep.core.deck_lint.accepting import accepted_rules
from interviewprep.core.deck_lint.findings import Finding
from interviewprep.core.deck_lint.markup import tokens
from interviewprep.core.deck_lint.passages import LintedCard
from interviewprep.core.deck_lint.surroundings import Surroundings

NEARLY_EQUAL, SIMILAR = 0.8, 0.6
_GAP = re.compile(f"{cloze.GAP_OPEN}.*?{cloze.GAP_CLOSE}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked by one review item."""

    card: LintedCard
    line: int
    tokens: frozenset[str]


def check_similarity(around: Surroundings) -> Iterator[Finding]:
    """W08 over all decks, once a pair: on the card that accepts it, else that is reported on."""
    pairs: dict[tuple[str, str], tuple[float, Prompt, Prompt]] = {}
    for share, one, other in similar_pairs([p for card in around.cards for p in prompts_of(card)]):
        key = (one.card.card.id, other.card.card.id)
        if key not in pairs or pairs[key][0] < share:
            pairs[key] = (share, one, other)
    for share, one, other in pairs.values():
        here, there = sorted((one, other), key=lambda prompt: _rank(prompt, around))
        message = (
            f"{math.floor(share * 100)} % of the words are those of {there.card.path}:{there.line} "
            f"`{there.card.card.id}`"
        )
        fix = "add to the question what tells the two apart, or drop one"
        add = here.card.error if share >= NEARLY_EQUAL else here.card.warn
        yield add("W08", here.line, message, fix)


def prompts_of(card: LintedCard) -> Iterator[Prompt]:
    """What each review item of a card asks."""
    for label in ("Q", "T", "D", "Prompt"):
        passage = card.passages.get(label)
        if passage is not None:
            code = [fence.code for fence in passage.fences if fence.role != "check"]
            yield Prompt(card, passage.line, tokens(passage.text, *code))
    passage = card.passages.get("C")
    if passage is not None:
        for number in sorted(cloze.numbers(passage.text)):
            gap = re.sub(
                f"[{cloze.MARKS}]", "", _GAP.sub(" ", cloze.with_gap(passage.text, number))
            )
            yield Prompt(card, passage.line, tokens(gap))


def similar_pairs(
    prompts: list[Prompt], least: float = SIMILAR
) -> Iterator[tuple[float, Prompt, Prompt]]:
    """Every pair of prompts of different cards with at least this share of common words."""
    counts = Counter(token for prompt in prompts for token in prompt.tokens)
    index: dict[str, list[int]] = defaultdict(list)
    for number, prompt in enumerate(prompts):
        rare_first = sorted(prompt.tokens, key=lambda token: (counts[token], token))
        size = len(rare_first)
        prefix = rare_first[: size - math.ceil(least * size - 1e-9) + 1]
        candidates = {found for token in prefix for found in index[token]}
        for found in sorted(candidates):
            other = prompts[found]
            if other.card.card.id == prompt.card.card.id:
                continue
            common = len(prompt.tokens & other.tokens)
            share = common / (size + len(other.tokens) - common)
            if share >= least - 1e-9:
                yield share, other, prompt
        for token in prefix:
            index[token].append(number)


def _rank(prompt: Prompt, around: Surroundings) -> tuple[bool, bool, tuple[int, ...], int]:
    """Smaller is where the pair is reported."""
    card = prompt.card
    return (
        "W08" not in accepted_rules(card.card.meta.get("accept", "")),
        card.path not in around.given,
        tuple(-ord(sign) for sign in card.path),
        -prompt.line,
    )
