"""`accept: W09 reason`: warnings that a reviewer said yes to, and accepts that are none (A01)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from interviewprep.core.deck_lint.findings import ERROR, RULES, WARN, Finding, Level
from interviewprep.core.deck_lint.passages import LintedFile

_RULE_ID = r"[A-Z]\d\d"
_PART = re.compile(rf"(?:^|[;,]\s*)(?={_RULE_ID}\b)")
_ACCEPT = re.compile(rf"(?P<rule>{_RULE_ID})\b[\s:–—-]*(?P<reason>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Accept:
    """One waived warning: where it is written, for which card (None: the file), and why."""

    path: str
    line: int
    card: str | None
    rule: str
    reason: str

    def waives(self, finding: Finding) -> bool:
        return (
            finding.level == WARN
            and finding.rule == self.rule
            and finding.path == self.path
            and finding.card == self.card
        )


def accepted_rules(text: str) -> dict[str, str]:
    """Rule and reason of each part of an `accept` value: `W09 reason; W11 another`."""
    found: dict[str, str] = {}
    for part in _PART.split(text):
        match = _ACCEPT.fullmatch(part.strip())
        if match is not None:
            found[match["rule"]] = match["reason"].strip()
    return found


def accepts_of(file: LintedFile) -> Iterator[Accept]:
    """Every accept of a file, well-formed or not: a part without a rule has an empty one."""
    places: list[tuple[str, int, str | None]] = []
    if file.front_matter is not None and file.front_matter.accept:
        places.append((file.front_matter.accept, file.line_of("accept"), None))
    places += [
        (card.card.meta["accept"], card.line_of("accept"), card.card.id)
        for card in file.cards
        if "accept" in card.card.meta
    ]
    for text, line, card_id in places:
        rules = accepted_rules(text)
        for rule, reason in rules.items() or {"": text}.items():
            yield Accept(file.path, line, card_id, rule, reason)


def apply_accepts(
    findings: Iterable[Finding], files: Iterable[LintedFile]
) -> tuple[list[Finding], int]:
    """The findings without those that were accepted, with A01 for accepts that do nothing.

    Returns them with the number of accepted warnings.
    """
    left = list(findings)
    told: list[Finding] = []
    accepted = 0
    for file in files:
        for accept in accepts_of(file):
            problem = _problem(accept)
            if problem is not None:
                told.append(problem)
                continue
            rest = [finding for finding in left if not accept.waives(finding)]
            if len(rest) == len(left) and not file.broken_ids:
                message = f"`accept: {accept.rule}` waives nothing"
                told.append(_finding(accept, WARN, message, "take it out"))
            accepted += len(left) - len(rest)
            left = rest
    return [*left, *told], accepted


def _problem(accept: Accept) -> Finding | None:
    rule = RULES.get(accept.rule)
    if rule is None or rule.id == "A01":
        message = f"`accept` names no rule: {accept.rule or accept.reason}"
        return _finding(accept, ERROR, message, "write `accept: W09 why this card may`")
    if not rule.can_be_accepted:
        message = f"{rule.id} is an error and cannot be accepted"
        return _finding(accept, ERROR, message, "mend what it says")
    if not accept.reason:
        message = f"`accept: {rule.id}` gives no reason"
        return _finding(accept, ERROR, message, "write the reason behind it")
    return None


def _finding(accept: Accept, level: Level, message: str, fix: str) -> Finding:
    return Finding(accept.path, accept.line, "A01", level, message, fix, accept.card)
