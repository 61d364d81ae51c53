"""A candidate asks in their own words; which of the interviewer's facts is meant?

Words are compared without case, accents and endings. A word of the row's question counts in full,
a near one (`NEAR`) for less, a word of its answer for least, and each the less the more rows have
it. A question that names nothing of any row is open: the candidate has to assume something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from interviewprep.core.prompts import Fact
from interviewprep.core.searchable import words

OF_QUESTION, OF_NEAR, OF_ANSWER = 1.0, 0.6, 0.4
LEAST_SCORE = 0.39
LEAST_SHARE = 0.12
"""What has to be found for each word asked: long questions that touch a row by chance are open."""
MOST_WORDS = 60
OPEN_QUESTION = "That is open; assume something sensible and say so."

_SAY_NOTHING = """
a about all also am an and any are as at back be been being but by can come could did do does doing
for from get gets had happen happens has have having how i if in into is it its just know let like
long many may me might more most much must my need no not of on one or other our out over please
say shall should so some such take takes tell than that the their them then there these they thing
this those to under up us use used want was we were what when where which who whom why will with
would you your
"""
_STOP_WORDS = frozenset(_SAY_NOTHING.split())
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ed", "es", "s", "ly", "y", "e")
_SHORTEST_STEM = 3
NEAR = (
    "traffic volume load scale throughput qps rps requests users daily size big",
    "latency delay fast slow quick speed deadline millisecond budget time response p99",
    "exact accurate accuracy precise precision error tolerance strict",
    "region country geography location global datacenter where",
    "consistent consistency fresh freshness stale staleness realtime immediate",
    "available availability uptime outage fail failure down crash",
    "cost money price budget expensive cheap",
    "label feedback ground truth outcome annotation",
    "privacy personal consent legal law gdpr regulation compliance",
    "data history log record past dataset",
    "rare base rate prevalence imbalance share fraction",
    "device mobile phone browser client platform",
    "keep store storage retention retain",
)


def best_fact(asked: str, facts: Sequence[Fact]) -> int | None:
    """Return the row that answers a question best, the first of equals, or None if it is open.

    It depends on nothing but the words, so that asking the same again gives the same.
    """
    wanted = _stems(asked)
    questions = [_stems(fact.asked) for fact in facts]
    answers = [_stems(fact.answer) for fact in facts]
    rows_with = Counter(
        stem for pair in zip(questions, answers, strict=True) for stem in pair[0] | pair[1]
    )
    scores = [
        sum(_weight(stem, question, answer, rows_with) for stem in wanted)
        for question, answer in zip(questions, answers, strict=True)
    ]
    best = max(range(len(scores)), key=lambda row: scores[row], default=None)
    if best is None or scores[best] < max(LEAST_SCORE, LEAST_SHARE * len(wanted)):
        return None
    return best


def _weight(
    stem: str, question: frozenset[str], answer: frozenset[str], rows_with: Counter[str]
) -> float:
    if stem in question:
        return OF_QUESTION / rows_with[stem]
    found = 0.0
    if any(stem in group and group & question for group in _NEAR_STEMS):
        found = OF_NEAR
    if stem in answer:
        found = max(found, OF_ANSWER / rows_with[stem])
    return found


def _stems(text: str) -> frozenset[str]:
    plain = [word for word in words(text)[:MOST_WORDS] if word not in _STOP_WORDS]
    return frozenset(_stem(word) for word in plain)


def _stem(word: str) -> str:
    """Cut one common ending, if enough is left: `regions` and `regional` need not meet, `limits`
    and `limited` do."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


_NEAR_STEMS = tuple(_stems(group) for group in NEAR)
