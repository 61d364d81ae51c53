"""S08: tags from the controlled list, and a level."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from interviewprep.core.deck_lint.findings import ERROR, Finding
from interviewprep.core.deck_lint.passages import LintedCard, LintedFile

MOST_TAGS = 5
LEVELS = ("1", "2", "3")


def own_tags(card: LintedCard) -> tuple[str, ...]:
    """The tags a card gives itself, in order."""
    return tuple(card.card.meta.get("tags", "").replace(",", " ").split())


def check_labels(card: LintedCard, known: frozenset[str] | None) -> Iterator[Finding]:
    """S08 of a card; the file's own tags are told once, by `check_shared_tags`."""
    own, line = own_tags(card), card.line_of("tags")
    every = [*card.front_matter.tags, *own]
    if not 1 <= len(set(every)) <= MOST_TAGS:
        message = f"{len(set(every))} tags and 1 to {MOST_TAGS} are allowed"
        yield card.error("S08", line, message, "keep those a learner would search for")
    for tag in dict.fromkeys(tag for tag in own if every.count(tag) > 1):
        yield card.error("S08", line, f"the tag `{tag}` is there twice", "name it once")
    for tag in dict.fromkeys(own):
        if known is not None and tag not in known:
            yield card.error("S08", line, f"`{tag}` is not in tags.yaml", _nearest(tag, known))
    if "level" not in card.card.meta:
        message = "the card has no level"
        yield card.error("S08", card.card.line, message, "add `level: 1`, 2 or 3")
    elif card.card.meta["level"] not in LEVELS:
        message = f"`{card.card.meta['level']}` is no level"
        yield card.error("S08", card.line_of("level"), message, "write 1, 2 or 3")
    pattern = card.card.meta.get("pattern", "")
    if pattern and known is not None and pattern not in known:
        message = f"the pattern `{pattern}` is not in tags.yaml"
        yield card.error("S08", card.line_of("pattern"), message, _nearest(pattern, known))
    if known is not None:
        yield from _revise(card, known)


def check_shared_tags(file: LintedFile, known: frozenset[str] | None) -> Iterator[Finding]:
    """S08 of the front matter."""
    if file.front_matter is None:
        return
    line = file.line_of("tags")
    if known is None:
        message = "there is no tags.yaml in the folder of the decks, so no tag is known"
        yield Finding(file.path, line, "S08", ERROR, message, "list the tags in cards/tags.yaml")
        return
    for tag in dict.fromkeys(file.front_matter.tags):
        if tag not in known:
            message = f"`{tag}` is not in tags.yaml"
            yield Finding(file.path, line, "S08", ERROR, message, _nearest(tag, known))


def _revise(card: LintedCard, known: frozenset[str]) -> Iterator[Finding]:
    """The last column of a rubric names cards to bring back."""
    passage = card.passages.get("Rubric")
    rows = passage.table() if passage is not None else ()
    if not rows or rows[0][1][-1:] != ("Revise",):
        return
    for line, cells in rows[1:]:
        named = cells[-1].replace(",", " ").replace("`", " ").split()
        if not 1 <= len(named) <= 3 or len(named) != len(set(named)):
            message = f"{len(named)} tags under `Revise`"
            yield card.error("S08", line, message, "name one to three different tags")
        for tag in named:
            if tag not in known:
                message = f"`{tag}` under `Revise` is not in tags.yaml"
                yield card.error("S08", line, message, _nearest(tag, known))


def _nearest(tag: str, known: frozenset[str]) -> str:
    close = get_close_matches(tag, sorted(known), 2)
    return f"did you mean {' or '.join(close)}" if close else "choose one that is there, or add it"
