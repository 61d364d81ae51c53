"""S07: a source is named and defined, and its address is one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviewprep.core.deck_lint.findings import ERROR, Finding
from interviewprep.core.deck_lint.passages import LintedCard, LintedFile

_NAMED = re.compile(
    r"\s*+(?P<key>[^(),\s]++)\s*+(?:\([^()]*+(?:\([^()]*+\)[^()]*+)*+\))?\s*+(?:,|$)"
)
_ADDRESS = re.compile(r"\S*(?:https?(?::|//)|://|\bwww\.)\S*", re.IGNORECASE)
_URL = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::\d{2,5})?(?:[/?#]\S*)?", re.I
)
_DOI_MENTION = re.compile(r"\bdoi(?:\.org/|:\s*|\s+)(?P<doi>\S*)", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/\S*[^\s.,;]")


def check_sources(card: LintedCard) -> Iterator[Finding]:
    """S07 of a card: it names sources, and the file defines them."""
    named = card.card.meta.get("source") or card.front_matter.default_source
    line = card.line_of("source")
    if not named:
        yield card.error("S07", line, "no source is named", "add a line `source: key`")
        return
    parts = list(_NAMED.finditer(named))
    if sum(len(part[0]) for part in parts) != len(named):
        message = f"`{named}` cannot be read as sources"
        yield card.error("S07", line, message, "write `key (place), other-key (place)`")
        return
    for part in parts:
        if part["key"] not in card.front_matter.sources:
            message = f"the source `{part['key']}` is not defined"
            fix = f'add `{part["key"]}: "…"` under `sources:` at the top of the file'
            yield card.error("S07", line, message, fix)


def check_citations(file: LintedFile) -> Iterator[Finding]:
    """S07 of a file: each citation says something, its URLs and DOIs are well-formed."""
    if file.front_matter is None:
        return
    for key, citation in file.front_matter.sources.items():
        line = file.line_of(key, "sources")
        if not citation:
            yield _error(
                file, line, f"the source `{key}` cites nothing", "write title, place and year"
            )
        for address in _ADDRESS.findall(citation):
            bare = address.strip("<>().,;")
            if not _URL.fullmatch(bare):
                yield _error(file, line, f"`{bare}` is no web address", "write https://…")
        for mention in _DOI_MENTION.finditer(citation):
            doi = mention["doi"].strip("<>();,")
            if not _DOI.fullmatch(doi):
                yield _error(file, line, f"`{doi}` is no DOI", "write doi:10.NNNN/…")


def _error(file: LintedFile, line: int, message: str, fix: str) -> Finding:
    return Finding(file.path, line, "S07", ERROR, message, fix)
