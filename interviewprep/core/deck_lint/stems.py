"""Words that carry meaning, and words that are forms of one another, roughly."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LITTLE_WORDS = """
a about after again against all also always an and any are as at be because been before being
between both but by can could did do does doing done down during each either else ever every few for
from further get gets give gives given goes had has have having he her here hers him his how i if in
instead into is it its itself just less let like made make makes many may me might more most much
must my neither no nor not of off often on once one only or other our out over own per rather same
shall she should since so some still such take takes than that the their them then there therefore
these they this those though through thus to too under until up upon us very was we were what when
where whether which while who whose why will with within without would yes yet you your
"""
LITTLE_WORDS = frozenset(_LITTLE_WORDS.split())
_ENDINGS = (
    *("isations", "izations", "isation", "ization", "ations", "ation", "ising", "izing", "ised"),
    *("ized", "ises", "izes", "ise", "ize", "ities", "ity", "ments", "ment", "ness", "ings", "ing"),
    *("ions", "ion", "ance", "ence", "ives", "ive", "able", "ible", "ally", "ly", "ers", "er"),
    *("ors", "or", "ent", "ant", "ies", "ied", "ed", "es", "al", "ic", "s", "e", "y"),
)
_SHORTEST_STEM = 4


def stem(word: str) -> str:
    """A word without its commonest endings, in lower case: `clusters` and `clustering` are one."""
    plain = re.sub(r"['’]s?$", "", word.casefold()).strip("-'’%")
    while True:
        rest = _without_ending(plain)
        if rest == plain:
            break
        plain = rest
    if len(plain) > _SHORTEST_STEM and plain[-1] == plain[-2]:
        plain = plain[:-1]  # clipp(ing) is clip
    return plain


def _without_ending(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def content_stems(words: Iterable[str]) -> frozenset[str]:
    """The stems of the words that carry meaning."""
    return frozenset(stem(word) for word in words if word.casefold() not in LITTLE_WORDS)
