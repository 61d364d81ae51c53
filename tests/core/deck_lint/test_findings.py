"""The catalogue of rules is the table of the deck format, and a finding reads as it promises."""

from __future__ import annotations

import re
from pathlib import Path

from interviewprep.core.deck_lint.findings import ERROR, RULES, WARN, Finding

DOCS = Path(__file__).parents[3] / "docs"
ROW = re.compile(r"^\| (?P<id>[A-Z]\d\d) \| (?P<levels>[a-z /]+) \|", re.MULTILINE)


def test_the_rules_are_those_of_the_documentation_with_their_levels() -> None:
    text = (DOCS / "deck-format.md").read_text("utf-8")
    rows = {row["id"]: set(row["levels"].split(" / ")) for row in ROW.finditer(text)}
    assert rows.pop("D02") == {"report"}
    assert {rule.id: set(rule.levels) for rule in RULES.values()} == rows


def test_a_finding_reads_as_file_line_rule_message_and_fix() -> None:
    finding = Finding("ml/a.md", 12, "S05", ERROR, "a `$` stands alone", r"write \$", "a-card")
    assert str(finding) == r"ml/a.md:12: S05 a `$` stands alone (fix: write \$)"


def test_a_warning_says_so_behind_its_rule() -> None:
    finding = Finding("ml/a.md", 1, "D01", WARN, "3 review items", "write more")
    assert str(finding) == "ml/a.md:1: D01 warning: 3 review items (fix: write more)"
