"""What stands around the cards of a note: front matter, schedules, tags, embedded files."""

from __future__ import annotations

import re
from dataclasses import dataclass

from interviewprep.formats.markdown_masks import fences, masked

_SCHEDULE = re.compile(r"<!--SR:[^<>]*-->")
_HIDDEN = re.compile(r"%%[^%\n]*%%")
_PICTURE = re.compile(
    r"!\[\[(?P<name>[^\[\]|#\n]+\.(?:png|jpe?g|gif|webp|svg|avif|bmp))[^\[\]\n]*\]\]", re.IGNORECASE
)
_WIKI_LINK = re.compile(r"(?<!!)\[\[(?:[^\[\]|\n]*\|)?(?P<text>[^\[\]|\n]+)\]\]")
_TAGS_KEY = re.compile(r"tags?:(?P<rest>.*)")
_SCHEDULE_KEY = re.compile(r"sr-(?:due|interval|ease):")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A note made ready: lines and their masks, lines within fences, lines that had a schedule.

    `first` is the index of the first line below the front matter, which names `tags` and may have a
    schedule of the whole note.
    """

    lines: list[str]
    masks: list[str]
    fenced: frozenset[int]
    scheduled: frozenset[int]
    first: int
    tags: tuple[str, ...]
    has_schedule: bool


def prepare(text: str) -> Prepared:
    """Take out what is for the plugin only; line numbers stay as they are."""
    lines = text.split("\n")
    first, tags, has_schedule = _front_matter(lines)
    scheduled, fenced = set[int](), set[int]()
    at = line_number = 0
    for start, end in fences(text):
        begins = line_number + text.count("\n", at, start)
        line_number, at = begins + text.count("\n", start, end), end
        fenced.update(range(begins, line_number + 1))
    for number in range(first, len(lines)):
        if number in fenced:
            continue
        line = lines[number]
        if "<!--SR:" in line:
            line = _SCHEDULE.sub("", line).rstrip()
            scheduled.add(number)
        line = _PICTURE.sub(lambda found: f"![](<{found['name'].strip()}>)", line)
        lines[number] = _HIDDEN.sub("", _WIKI_LINK.sub(lambda found: found["text"], line))
    masks = masked("\n".join(lines)).split("\n")
    return Prepared(
        lines, masks, frozenset(fenced), frozenset(scheduled), first, tags, has_schedule
    )


def _front_matter(lines: list[str]) -> tuple[int, tuple[str, ...], bool]:
    """The index of the first line below, the tags, and whether the note has a schedule."""
    if lines[0].rstrip() != "---":
        return 0, (), False
    end = next((n for n in range(1, len(lines)) if lines[n].rstrip() == "---"), None)
    if end is None:
        return 0, (), False
    tags: list[str] = []
    in_tags = has_schedule = False
    for line in lines[1:end]:
        key = _TAGS_KEY.match(line)
        if key is not None:
            in_tags = True
            tags += _words(key["rest"])
        elif in_tags and line.lstrip().startswith("- "):
            tags += _words(line.lstrip()[2:])
        else:
            in_tags = False
            has_schedule = has_schedule or _SCHEDULE_KEY.match(line) is not None
    return end + 1, tuple(tags), has_schedule


def _words(text: str) -> list[str]:
    return [word.strip("#\"'") for word in re.split(r"[\s,\[\]]+", text) if word.strip("#\"'")]
