"""Planted mistakes in exercises and interview prompts."""

from __future__ import annotations

from tests.core.deck_lint.linting import HEAD
from tests.core.deck_lint.planting import Planted

CODING = (
    HEAD
    + '''
## sum-of-two
kind: coding
title: Sum of two
difficulty: easy
time: 10
pattern: graph
tags: graph
level: 1
entry: add

### Prompt

Add two numbers.

### Starter

```python starter
def add(a: int, b: int) -> int:
    """The sum."""
    raise NotImplementedError
```

### Solution

```python solution
def add(a: int, b: int) -> int:
    return a + b
```

### Wrong

Subtracts:

```python wrong
def add(a, b):
    return a - b
```

### Tests

```python tests
def test_one():
    "one"
    assert add(1, 2) == 3
```

```python hidden
def test_two():
    "two"
    assert add(2, 2) == 4
```

### Hints

- Think of plus.
- Use plus.

### Complexity

time: O(1)
space: O(1)

One step.

### Follow-ups

- Three numbers? — The same twice.
- Many numbers? — A running total.
'''
)
RUBRIC = """\
| Dimension | Weight | 1 | 2 | 3 | 4 | Revise |
| --- | --- | --- | --- | --- | --- | --- |
| Framing | 25 | Jumps ahead | Asks once | Asks about load | Asks about load and growth | metrics |
| Data | 25 | Names no data | Lists tables | Explains keys | Explains keys and skew | loss |
| Scale | 25 | Ignores load | Adds servers | Computes load | Computes peak load too | drift |
| Care | 25 | Stops early | Mentions tests | Plans tests | Plans tests and alarms | graph |
"""
_SIGNALS = """\
### Strong signals

- Asks first.
- Counts.
- Names a limit.
- Listens.

### Weak signals

- Guesses.
- Hides.
- Argues.
- Hurries.
"""
_FOLLOW_UPS = """\
### Follow-ups

- Now there is no budget. — Cuts the second copy.
- Who pays? — The team that asks.
- What breaks first? — The disk does.
"""
DESIGN = f"""{HEAD}
## design-queue
kind: design
title: A queue
difficulty: hard
time: 45
tags: drift
level: 1

### Prompt

Design a queue.

### Clarifications

| If asked | Answer |
| --- | --- |
| Load? | Ten a second. |
| Size? | 1 kB. |
| Loss? | None. |
| Order? | By key. |

### Stages

| Stage | Minutes | Covers |
| --- | --- | --- |
| Framing | 20 | load |
| Design | 25 | parts |

### Numbers

Ten a second.

```python check
assert 10 > 1
```

### Rubric

{RUBRIC}
{_SIGNALS}
{_FOLLOW_UPS}
### Outline

A log and readers.
"""
LADDER_HEAD = """\
| Question | Step | A good answer contains |
| --- | --- | --- |
"""
LADDER = f"""{HEAD}
## ladder-of-loss
kind: concepts
title: A ladder
difficulty: medium
time: 20
tags: loss
level: 1

### Prompt

Losses, please.

### Ladder

| Question | Step | A good answer contains |
| --- | --- | --- |
| What is it? | define | a number |
| Why so? | intuition | a picture |
| When so? | when | a case |
| When else? | when | a case |
| At what price? | trade-offs | a cost |

### Rubric

{RUBRIC}
{_SIGNALS}
{_FOLLOW_UPS}"""
BEHAVIORAL = f"""{HEAD}
## behavioral-late
kind: behavioral
title: Late
competency: delivery
time: 8
tags: interviews
level: 1

### Prompt

Tell me about a release that was late.

### STAR

- **Situation** (15 %): what was due.
- **Task** (10 %): your part.
- **Action** (50 %): what you cut.
- **Result** (25 %): when it came.

### Rubric

{RUBRIC}
{_SIGNALS}
{_FOLLOW_UPS}"""


def _made(base: str, old: str, new: str) -> str:
    assert base.count(old) == 1, old
    return base.replace(old, new)


def planted(name: str, rule: str, base: str, old: str, new: str, level: str = "error") -> Planted:
    return Planted(name, rule, level, _made(base, old, new), base)


PLANTED = [
    Planted(
        "a section is missing",
        "S03",
        "error",
        _made(CODING, "### Hints\n\n- Think of plus.\n- Use plus.\n\n", "").replace(
            "## sum-of-two", "## sum-of-two@@"
        ),
        CODING,
    ),
    planted("an unknown section", "S03", CODING, "### Hints", "### Tips@@"),
    Planted(
        "a section out of order",
        "S03",
        "error",
        _made(LADDER, "### Prompt\n\nLosses, please.\n\n", "").replace(
            "### Rubric", "### Prompt@@\n\nLosses, please.\n\n### Rubric"
        ),
        LADDER,
    ),
    planted(
        "a title is missing",
        "S03",
        CODING,
        "## sum-of-two\nkind: coding\ntitle: Sum of two\n",
        "## sum-of-two@@\nkind: coding\n",
    ),
    planted("a difficulty of our own", "S03", CODING, "difficulty: easy", "difficulty: fair@@"),
    planted(
        "two starters",
        "S03",
        CODING,
        "### Starter\n",
        "### Starter@@\n\n```python starter\ndef add(a, b):\n    pass\n```\n",
    ),
    planted("an unknown tag to revise", "S08", DESIGN, "| metrics |", "| metric |@@"),
    planted("no tag to revise", "S08", DESIGN, "| metrics |", "| loss loss |@@"),
    planted("an unknown pattern", "S08", CODING, "pattern: graph", "pattern: graphs@@"),
    planted(
        "a solution without the entry",
        "X05",
        CODING,
        "```python solution\ndef add(",
        "```python solution @@\ndef sum_up(",
    ),
    planted(
        "other names of parameters",
        "X05",
        CODING,
        "def add(a: int, b: int) -> int:\n    return",
        "def add(a: int, c: int) -> int:@@\n    return",
    ),
    planted(
        "no space",
        "X06",
        CODING,
        "### Complexity\n\ntime: O(1)\nspace: O(1)\n",
        "### Complexity@@\n\ntime: O(1)\n",
    ),
    planted("no bound", "X06", CODING, "time: O(1)\n", "time: linear@@\n"),
    planted(
        "no reason",
        "X06",
        CODING,
        "### Complexity\n\ntime: O(1)\nspace: O(1)\n\nOne step.\n",
        "### Complexity@@\n\ntime: O(1)\nspace: O(1)\n",
    ),
    planted("one hint", "X06", CODING, "### Hints\n\n- Think of plus.\n", "### Hints@@\n\n"),
    planted(
        "one follow-up",
        "X06",
        CODING,
        "### Follow-ups\n\n- Three numbers? — The same twice.\n",
        "### Follow-ups@@\n\n",
    ),
    planted(
        "two follow-ups of a design",
        "X06",
        DESIGN,
        "### Follow-ups\n\n- Now there is no budget. — Cuts the second copy.\n",
        "### Follow-ups@@\n\n",
    ),
    planted(
        "a follow-up without an answer",
        "X06",
        CODING,
        "- Many numbers? — A running total.",
        "- Many numbers? A running total.@@",
    ),
    planted(
        "minutes that do not add up",
        "P01",
        DESIGN,
        "| Framing | 20 | load |",
        "| Framing | 21 | load |@@",
    ),
    planted(
        "minutes that are no number",
        "P01",
        DESIGN,
        "| Design | 25 | parts |",
        "| Design | many | parts |@@",
    ),
    planted(
        "weights that do not add up",
        "P01",
        DESIGN,
        "| Framing | 25 | Jumps ahead |",
        "| Framing | 20 |@@ Jumps ahead |",
    ),
    planted("an empty cell", "P01", DESIGN, "| Lists tables |", "|  |@@"),
    Planted(
        "a cell too many", "P01", "error", _made(DESIGN, "| By key. |", "| By | key. |@@"), DESIGN
    ),
    planted(
        "three clarifications",
        "P01",
        DESIGN,
        "### Clarifications\n\n| If asked | Answer |\n| --- | --- |\n| Load? | Ten a second. |\n",
        "### Clarifications@@\n\n| If asked | Answer |\n| --- | --- |\n",
    ),
    planted("other columns", "P01", DESIGN, "| If asked | Answer |", "| Question | Answer |@@"),
    Planted(
        "a rubric of three rows",
        "P01",
        "error",
        _made(LADDER, f"{RUBRIC.splitlines()[4]}\n", "")
        .replace("| Data | 25 |", "| Data | 50 |")
        .replace("### Rubric", "### Rubric@@"),
        LADDER,
    ),
    planted(
        "four rungs",
        "P01",
        LADDER,
        f"### Ladder\n\n{LADDER_HEAD}| What is it? | define | a number |\n",
        f"### Ladder@@\n\n{LADDER_HEAD}",
    ),
    planted(
        "a rung that goes back",
        "P01",
        LADDER,
        "| When so? | when | a case |\n| When else? | when | a case |",
        "| When so? | when | a case |\n| When else? | define | a case |@@",
    ),
    planted(
        "a step of our own", "P01", LADDER, "| When else? | when |", "| When else? | where |@@"
    ),
    planted(
        "three strong signals",
        "P01",
        DESIGN,
        "### Strong signals\n\n- Asks first.\n",
        "### Strong signals@@\n\n",
    ),
    planted(
        "a prompt that is too long",
        "P01",
        DESIGN,
        "### Prompt\n\nDesign a queue.",
        "### Prompt@@\n\n" + 81 * "word ",
    ),
    planted(
        "no check of the numbers",
        "P01",
        DESIGN,
        "### Numbers\n\nTen a second.\n\n```python check\nassert 10 > 1\n```\n",
        "### Numbers@@\n\nTen a second.\n",
    ),
    planted(
        "an unknown competency",
        "P02",
        BEHAVIORAL,
        "competency: delivery",
        "competency: deliverance@@",
    ),
    Planted(
        "no task",
        "P02",
        "error",
        _made(BEHAVIORAL, "- **Task** (10 %): your part.\n", "").replace("### STAR", "### STAR@@"),
        BEHAVIORAL,
    ),
    planted(
        "a part without its share",
        "P02",
        BEHAVIORAL,
        "- **Task** (10 %): your part.",
        "- **Task**: your part.@@",
    ),
    planted(
        "shares that do not add up",
        "P02",
        BEHAVIORAL,
        "### STAR\n\n- **Situation** (15 %)",
        "### STAR@@\n\n- **Situation** (25 %)",
    ),
    planted(
        "a question about age",
        "P02",
        BEHAVIORAL,
        "Tell me about a release that was late.",
        "Tell me how old the team was.@@",
    ),
    planted(
        "a follow-up about family",
        "P02",
        BEHAVIORAL,
        "- Who pays? — The team that asks.",
        "- What did your family say? — The support at home.@@",
    ),
    planted(
        "two questions at once",
        "W03",
        BEHAVIORAL,
        "Tell me about a release that was late.",
        "Which release was late? What did you do?@@",
    ),
    planted(
        "a cell without a verb",
        "P03",
        DESIGN,
        "| Lists tables |",
        "| Good understanding |@@",
        "warn",
    ),
    planted(
        "a cell that is there twice",
        "P03",
        DESIGN,
        "| Plans tests and alarms |",
        "| Plans tests |@@",
        "warn",
    ),
]
