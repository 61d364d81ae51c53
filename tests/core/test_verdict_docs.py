"""The rule that people read is the rule that runs: each number in the docs is that of the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviewprep.core.interviews import effects, verdicts

DOCS = (Path(__file__).parents[2] / "docs" / "mock-interviews.md").read_text(encoding="utf-8")
POOR, WEAK, STRONG = (
    f"{float(mark):.2f}" for mark in (verdicts.POOR, verdicts.WEAK, verdicts.STRONG)
)


@pytest.mark.parametrize(
    "line",
    [
        f"| strong no hire | the score is below {POOR} |",
        f"| leaning no hire | it is below {WEAK}, or a row of weight {verdicts.HEAVY_WEIGHT} or",
        f"or more was scored {verdicts.LOWEST_LEVEL} |",
        f"| strong hire | it is {STRONG} or more, and no row is below {verdicts.GOOD_LEVEL} |",
        f"or the mean of the rounds is below {POOR} |",
        f"or the mean is below {WEAK} |",
        f"the mean is {STRONG} or more, no round is below leaning hire",
        f"below {POOR} Again, below {WEAK} Hard, below {STRONG} Good, else Easy",
        f"At most {effects.MOST_BROUGHT_BACK} cards come back from one mock",
    ],
)
def test_the_docs_say_what_the_code_does(line: str) -> None:
    assert line in DOCS
