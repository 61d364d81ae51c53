"""Tags as learners type them and as notes keep them: words, with `::` between levels.

Kept separated by spaces with a space at both ends (` ml::metrics hard `), or empty, so that a whole
tag can be looked for as text.
"""

from __future__ import annotations

from collections.abc import Iterable

from interviewprep.errors import Invalid

LONGEST_TAG = 100
MOST_TAGS = 60


def parse_tags(text: str) -> list[str]:
    """Read tags separated by spaces or commas; what differs only in case counts once.

    :raise Invalid: for a tag that is too long, or too many of them.
    """
    found: dict[str, str] = {}
    for word in text.replace("\x00", " ").split():
        levels = [level for level in word.strip(",#").split("::") if level]
        tag = "::".join(levels)
        if not tag:
            continue
        if len(tag) > LONGEST_TAG:
            raise Invalid(
                f"A tag takes at most {LONGEST_TAG} characters; “{tag[:20]}…” is longer.",
                field="tags",
            )
        found.setdefault(tag.casefold(), tag)
    if len(found) > MOST_TAGS:
        raise Invalid(f"A card takes at most {MOST_TAGS} tags; leave some out.", field="tags")
    return list(found.values())


def kept_tags(tags: Iterable[str]) -> str:
    """The tags as a note keeps them."""
    joined = " ".join(tags)
    return f" {joined} " if joined else ""


def merged_tags(kept: str, added: Iterable[str]) -> str:
    """What is kept once `added` have come to it; those it has stay as they are."""
    held = kept.split()
    known = {tag.casefold() for tag in held}
    return kept_tags([*held, *(tag for tag in added if tag.casefold() not in known)])


def without_tags(kept: str, removed: Iterable[str]) -> str:
    """What is kept once `removed` are gone, whatever their case; tags below them stay."""
    gone = {tag.casefold() for tag in removed}
    return kept_tags(tag for tag in kept.split() if tag.casefold() not in gone)
