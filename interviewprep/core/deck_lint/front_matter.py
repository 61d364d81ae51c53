"""S01: the front matter is there and complete. S03, S07: its values are of the right form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviewprep.core.deck_lint.findings import ERROR, Finding
from interviewprep.core.deck_lint.passages import LintedFile

CATEGORIES = ("coding", "ml", "system-design", "behavioral")
LONGEST_NAME_CHARS = 40
LONGEST_DESCRIPTION_CHARS = 140
_LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*")
_SOURCE_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_REQUIRED = {
    "name": "the title that learners see",
    "category": "one of " + ", ".join(CATEGORIES),
    "description": "one sentence",
    "licence": "an SPDX id such as CC-BY-4.0",
}


def check_front_matter(file: LintedFile) -> Iterator[Finding]:
    """S01."""
    given = file.front_matter
    if given is None:
        if not any(problem.rule == "S01" for problem in file.problems):
            yield _error(file, 1, "the file has no front matter", "begin it with --- and name: …")
        return
    for key, what in _REQUIRED.items():
        if not getattr(given, key):
            yield _error(file, 1, f"`{key}` is missing", f"add a line `{key}:` with {what}")
    folder = file.deck_id.partition("/")[0] if "/" in file.deck_id else ""
    line = file.line_of("category")
    if given.category and given.category not in CATEGORIES:
        fix = f"write one of {', '.join(CATEGORIES)}"
        yield _error(file, line, f"`{given.category}` is no category", fix)
    elif given.category and folder and given.category != folder:
        message = f"the category is `{given.category}` and the folder is `{folder}`"
        yield _error(file, line, message, "move the file or change the category")
    for key, most in (("name", LONGEST_NAME_CHARS), ("description", LONGEST_DESCRIPTION_CHARS)):
        length = len(getattr(given, key))
        if length > most:
            message = f"`{key}` has {length} characters and {most} are allowed"
            yield _error(file, file.line_of(key), message, "shorten it")
    if given.licence and not _LICENCE.fullmatch(given.licence):
        message = f"`{given.licence}` is no SPDX id"
        yield _error(file, file.line_of("licence"), message, "write one such as CC-BY-4.0")
    for key in given.sources:
        if not _SOURCE_KEY.fullmatch(key):
            line = file.line_of(key, "sources")
            message = f"`{key}` cannot be the key of a source"
            yield _error(file, line, message, "use lower-case words joined by hyphens")


def _error(file: LintedFile, line: int, message: str, fix: str) -> Finding:
    return Finding(file.path, line, "S01", ERROR, message, fix)
