"""D02: what the decks hold against the plan in `curriculum.yaml`. A report, never a finding.

A short card counts for the topic of its deck that the first of its own tags names, once for each of
its review items.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from interviewprep.core.deck_lint.decks import count_items
from interviewprep.core.deck_lint.front_matter import CATEGORIES
from interviewprep.core.deck_lint.labels import LEVELS, own_tags
from interviewprep.core.deck_lint.passages import LintedFile
from interviewprep.errors import Invalid

FIRST_EDITION: Mapping[str, int] = {
    "coding": 122,
    "ml": 370,
    "system-design": 106,
    "behavioral": 35,
}
"""Short review items of level 1, by category; `docs/curriculum.md`, section 1."""
FIRST_EDITION_PROMPTS: Mapping[str, int] = {
    "exercises": 25,
    "designs": 12,
    "ladders": 8,
    "behavioral prompts": 20,
}
_PROMPT_KINDS = {
    "coding": "exercises",
    "sql": "exercises",
    "design": "designs",
    "concepts": "ladders",
    "behavioral": "behavioral prompts",
}
_WIDTH = 66


@dataclass(frozen=True, slots=True)
class Topic:
    """One line of the plan. `plan` counts review items of level 1, 2 and 3."""

    deck: str
    topic: str
    tags: tuple[str, ...]
    plan: tuple[int, int, int]
    roadmaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CoveredTopic:
    """A topic with the review items that are there, by level."""

    topic: Topic
    there: tuple[int, int, int]

    @property
    def is_below_plan(self) -> bool:
        """Whether items of level 1 are missing."""
        return self.there[0] < self.topic.plan[0]


@dataclass(frozen=True, slots=True)
class Coverage:
    """`totals` and `prompts` are what is there and what the first edition needs, by name.

    `strays` are the cards that count for no topic: deck, id, and the tag that should name one.
    """

    topics: tuple[CoveredTopic, ...]
    totals: Mapping[str, tuple[int, int]]
    prompts: Mapping[str, tuple[int, int]]
    strays: tuple[tuple[str, str, str], ...]


def read_plan(values: object) -> tuple[Topic, ...]:
    """The topics that a loaded `curriculum.yaml` lists. Raises `Invalid`, which names the deck."""
    if not isinstance(values, dict):
        raise Invalid("The curriculum must be lines of the form `deck:` with topics below.")
    return tuple(_topic(str(deck), one) for deck, topics in values.items() for one in topics or ())


def coverage(files: Sequence[LintedFile], plan: Sequence[Topic]) -> Coverage:
    """Count what the files hold."""
    place = {(topic.deck, tag): number for number, topic in enumerate(plan) for tag in topic.tags}
    there = [[0, 0, 0] for _ in plan]
    totals = dict.fromkeys(CATEGORIES, 0)
    prompts = dict.fromkeys(FIRST_EDITION_PROMPTS, 0)
    strays: list[tuple[str, str, str]] = []
    for card in (card for file in files for card in file.cards):
        if card.card.is_long:
            prompts[_PROMPT_KINDS[card.card.kind]] += 1
            continue
        level = card.card.meta.get("level", "")
        category = card.deck_id.partition("/")[0]
        if level == "1" and category in totals:
            totals[category] += count_items(card)
        first = next(iter(own_tags(card)), "")
        number = place.get((card.deck_id, first))
        if number is None or level not in LEVELS:
            strays.append((card.deck_id, card.card.id, first))
        else:
            there[number][int(level) - 1] += count_items(card)
    return Coverage(
        tuple(
            CoveredTopic(topic, (counts[0], counts[1], counts[2]))
            for topic, counts in zip(plan, there, strict=True)
        ),
        {name: (count, FIRST_EDITION[name]) for name, count in totals.items()},
        {name: (count, FIRST_EDITION_PROMPTS[name]) for name, count in prompts.items()},
        tuple(strays),
    )


def coverage_lines(found: Coverage) -> Iterator[str]:
    """The map as a person reads it; `!` marks a topic with too few items of level 1."""
    yield f"{'deck and topic':{_WIDTH}}  level 1  level 2  level 3"
    deck = ""
    for one in found.topics:
        if one.topic.deck != deck:
            deck = one.topic.deck
            yield deck
        counts = "".join(
            f"  {f'{there}/{planned}':>7}"
            for there, planned in zip(one.there, one.topic.plan, strict=True)
        )
        name = _shortened(one.topic.topic)
        mark = "!" if one.is_below_plan else " "
        yield f"  {mark} {name:{_WIDTH - 4}}{counts}  {' '.join(one.topic.roadmaps)}".rstrip()
    missing = [one for one in found.topics if one.is_below_plan]
    empty = sum(one.there[0] == 0 for one in missing)
    yield ""
    below = f"{len(missing)} of {len(found.topics)}, {empty} of them empty"
    yield f"topics below plan at level 1: {below}"
    for deck_id, card, tag in found.strays:
        why = f"its first tag is `{tag}`" if tag else "it has no tag of its own"
        yield f"on no topic: {deck_id} {card} ({why})"
    yield ""
    yield "first edition"
    for name, (count, wanted) in {**found.totals, **found.prompts}.items():
        what = f"{name}, short items of level 1" if name in found.totals else name
        yield f"  {'!' if count < wanted else ' '} {what:{_WIDTH - 4}}  {f'{count}/{wanted}':>7}"


def coverage_values(found: Coverage) -> dict[str, object]:
    """The map as JSON."""

    def parts(counts: Mapping[str, tuple[int, int]]) -> dict[str, dict[str, int]]:
        return {name: {"there": count, "plan": plan} for name, (count, plan) in counts.items()}

    return {
        "topics": [
            {
                "deck": one.topic.deck,
                "topic": one.topic.topic,
                "tags": list(one.topic.tags),
                "roadmaps": list(one.topic.roadmaps),
                "plan": list(one.topic.plan),
                "there": list(one.there),
                "below_plan": one.is_below_plan,
            }
            for one in found.topics
        ],
        "short_items": parts(found.totals),
        "prompts": parts(found.prompts),
        "strays": [{"deck": d, "card": card, "tag": tag} for d, card, tag in found.strays],
    }


def _topic(deck: str, values: object) -> Topic:
    if isinstance(values, dict):
        plan, tags = values.get("plan"), values.get("tags")
        whole = isinstance(plan, list) and len(plan) == len(LEVELS)
        if whole and all(isinstance(n, int) for n in plan or ()) and isinstance(tags, list):
            first, second, third = plan or (0, 0, 0)
            roadmaps = tuple(map(str, values.get("roadmaps") or ()))
            name = str(values.get("topic", ""))
            return Topic(deck, name, tuple(map(str, tags)), (first, second, third), roadmaps)
    raise Invalid(f"{deck}: a topic needs `topic`, `tags` and a `plan` of three numbers.")


def _shortened(text: str) -> str:
    return text if len(text) <= _WIDTH - 4 else f"{text[: _WIDTH - 5]}…"
