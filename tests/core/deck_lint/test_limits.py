"""Upper ends of what is allowed, and words that are watched for, beside harmless ones."""

from __future__ import annotations

import pytest

from interviewprep.core.deck_lint.behavioral import PROTECTED_TOPICS
from interviewprep.core.deck_lint.rubrics import says_what_is_done
from tests.core.deck_lint.linting import FILLER, HEAD, Around, deck, found
from tests.core.deck_lint.planted_prompts import BEHAVIORAL, CODING, DESIGN, RUBRIC
from tests.core.deck_lint.planted_texts import asked

SQL = f"""{HEAD}
## query-of-one
kind: sql
title: A query
difficulty: easy
time: 10
pattern: graph
tags: graph
level: 1

### Prompt

Count the rows.

### Starter

```sql schema
CREATE TABLE t (a INTEGER);
```

### Solution

```sql solution
SELECT count(*) FROM t;
```

### Wrong

Counts values:

```sql wrong
SELECT count(a) FROM t;
```

### Tests

```csv expected
0
```

### Hints

- Count.
- Count rows.

### Complexity

time: O(n)
space: O(1)

One pass.

### Follow-ups

- Two tables? — A join first.
- No rows? — Zero comes back.
"""
PRIVATE = {
    "age": ["Tell me how old your team was.", "Tell me about a birthday.", "When do you retire?"],
    "family": [
        "Did a marriage change your plans?",
        "Tell me about your kids.",
        "Who has children?",
    ],
    "religion": ["Tell me of a religious holiday.", "When did you last go to church?"],
    "health": [
        "Tell me about an illness.",
        "Which disability did you plan for?",
        "Is your health up?",
    ],
    "origin": [
        "What is your nationality?",
        "Where are you really from?",
        "Who is a native speaker?",
    ],
    "gender": ["How did gender matter there?"],
}
HARMLESS = [
    "Tell me about stale pages and the age of a cache.",
    "Tell me about a family of models that failed.",
    "Tell me about a health check that lied.",
    "Tell me about a race between two threads.",
    "Tell me about the origin of a bug.",
    "Tell me about a decision on faith in a vendor.",
    "Tell me how you retired a service.",
]


def rules(text: str) -> list[str]:
    return [one.rule for one in found(text)]


def test_an_sql_exercise_is_clean() -> None:
    assert rules(SQL) == []


@pytest.mark.parametrize(
    ("base", "piece", "most", "rule"),
    [
        (CODING, "\n```python wrong\ndef add(a, b):\n    return {n}\n```\n", 3, "S03"),
        (SQL, "\n```sql wrong\nSELECT {n};\n```\n", 3, "S03"),
        (CODING, "- Use plus, step {n}.\n", 4, "X06"),
        (CODING, "- Number {n}? — A running total.\n", 4, "X06"),
        (SQL, "- Table {n}? — A join first.\n", 4, "X06"),
    ],
    ids=["wrong solutions", "wrong queries", "hints", "follow-ups", "follow-ups of a query"],
)
def test_one_more_than_the_most_is_too_many(base: str, piece: str, most: int, rule: str) -> None:
    before = {"`": "### Tests", "U": "\n### Complexity"}.get(piece.strip("\n- ")[0], "")
    place = base.index(before) if before else len(base)
    there = 1 if before == "### Tests" else 2
    pieces = [piece.replace("{n}", str(n)) for n in range(9)]
    as_many = base[:place] + "".join(pieces[: most - there]) + base[place:]
    more = base[:place] + "".join(pieces[: most - there + 1]) + base[place:]
    assert rules(as_many) == []
    assert rules(more) == [rule]


@pytest.mark.parametrize(
    ("base", "rows", "most"), [(DESIGN, 4, 6), (BEHAVIORAL, 4, 5)], ids=["design", "behavioral"]
)
def test_a_rubric_has_so_many_rows_at_most(base: str, rows: int, most: int) -> None:
    def with_rows(count: int) -> str:
        more = "".join(
            f"| Part {n} | 0 | Drops {n} | Adds {n} | Weighs {n} | Names {n} | loss |\n"
            for n in range(count - rows)
        )
        return base.replace("\n### Strong signals", f"{more}\n### Strong signals", 1).replace(
            "graph |\n\n|", "graph |\n|"
        )

    text = with_rows(most).replace("graph |\n\n| Part", "graph |\n| Part")
    assert rules(text) == []
    assert rules(with_rows(most + 1)) == ["P01"]


def test_three_tags_to_revise_are_enough() -> None:
    row = "| loss |"
    assert rules(DESIGN.replace(row, "| loss drift graph |")) == []
    assert rules(DESIGN.replace(row, "| loss drift graph metrics |")) == ["S08"]


def test_a_query_without_a_wrong_one_is_told() -> None:
    start, end = SQL.index("```sql wrong"), SQL.index("### Tests")
    assert rules(SQL[:start] + "\n" + SQL[end:]) == ["S03"]


@pytest.mark.parametrize(
    ("topic", "question"), [(topic, text) for topic, texts in PRIVATE.items() for text in texts]
)
def test_no_question_touches_private_life(topic: str, question: str) -> None:
    text = BEHAVIORAL.replace("Tell me about a release that was late.", question)
    assert topic in PROTECTED_TOPICS
    assert set(rules(text)) == {"P02"}


@pytest.mark.parametrize("question", HARMLESS)
def test_a_question_about_work_may_use_the_same_words(question: str) -> None:
    text = BEHAVIORAL.replace("Tell me about a release that was late.", question)
    assert rules(text) == []


@pytest.mark.parametrize("key", ["Own", "own_text", "own text"])
def test_the_key_of_a_source_is_a_word(key: str) -> None:
    assert rules(HEAD.replace("  own:", f'  {key}: "Text"\n  own:') + FILLER) == ["S01"]


@pytest.mark.parametrize("word", ["latest", "Currently", "state-of-the-art", "recently", "today"])
def test_words_that_age_need_a_month(word: str) -> None:
    assert rules(asked("Why so?", f"They follow {word} noise.")) == ["W13"]
    assert rules(asked("Why so?", f"They follow {word} noise.", "expires: 2030-01\n")) == []


@pytest.mark.parametrize(
    "stem", ["Explain", "Describe", "Discuss", "List", "Tell me about", "What do you know about"]
)
def test_open_stems_are_told(stem: str) -> None:
    assert rules(asked(f"{stem} the bagging of trees.")) == ["W06"]


@pytest.mark.parametrize("word", ["not", "never", "except", "least", "doesn't"])
def test_negative_questions_are_told(word: str) -> None:
    assert rules(asked(f"Which model {word} scales?")) == ["W11"]


@pytest.mark.parametrize("question", ["Does it scale?", "Can trees scale?", "Aren't trees deep?"])
def test_questions_for_yes_or_no_are_told(question: str) -> None:
    assert "W04" in rules(asked(question))


@pytest.mark.parametrize("answer", ["Yes.", "no, never", "True", "**False**: it scales"])
def test_answers_of_yes_or_no_are_told(answer: str) -> None:
    assert rules(asked("How about scaling?", answer)) == ["W04"]


@pytest.mark.parametrize(
    "question",
    [
        "Which loss, e.g. is convex?",
        "Which net has fewer weights, i.e. is smaller?",
        "Why is `a.b is c` slow?",
        "Which trees may overfit?",
    ],
)
def test_an_auxiliary_verb_inside_is_harmless(question: str) -> None:
    assert rules(asked(question)) == []


def test_a_list_of_four_or_five_is_a_warning_and_of_six_an_error() -> None:
    levels = []
    for count in (3, 4, 5, 6):
        answer = "Because of\n\n" + "".join(f"- part{n}\n" for n in range(count))
        levels.append([one.level for one in found(asked("Why so?", answer))])
    assert levels == [[], ["warn"], ["warn"], ["error"]]


def test_what_stands_below_an_item_belongs_to_it() -> None:
    answer = "Because of\n\n- one\n  - inner\n  - inner too\n- two\n  more of it\n- three"
    assert rules(asked("Why so?", answer)) == []


def test_a_class_is_compared_by_its_methods() -> None:
    starter = "class add:\n    def put(self, a):\n        raise NotImplementedError\n"
    solution = (
        "class add:\n    def __init__(self):\n        self.n = 0\n\n"
        "    def put(self, b):\n        self.n += b\n"
    )
    text = CODING.replace(
        'def add(a: int, b: int) -> int:\n    """The sum."""\n    raise NotImplementedError\n',
        starter,
    ).replace("def add(a: int, b: int) -> int:\n    return a + b\n", solution)
    assert rules(text) == ["X05"]
    same = text.replace("put(self, b):\n        self.n += b", "put(self, a):\n        self.n += a")
    init = starter.replace("class add:\n", "class add:\n    def __init__(self):\n        pass\n\n")
    assert rules(same.replace(starter, init)) == []


def test_a_term_may_be_given_with_its_abbreviation() -> None:
    card = "## a-card\nlevel: 1\n\nT: area under curve (AUC)\nD: {}\n"
    assert rules(deck(card.format("Share of pairs in order"))) == []
    assert rules(deck(card.format("The AUC of pairs"))) == ["W15"]


def test_lines_of_the_front_matter_are_looked_for_above_the_cards_only() -> None:
    text = HEAD.replace("tags: [probability]\n", "")
    text += FILLER.replace("level: 1", "tags: metrics\nlevel: 1")
    assert [(one.rule, one.line) for one in found(text, Around(tags=None))] == [("S08", 1)]


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("Names a metric", True),
        ("Measured twice", True),
        ("Wrote it down", True),
        ("No metric", True),
        ('"Be more careful"', True),
        ("Jargon even in the interview", True),
        ("Very good", False),
        ("Excellent", False),
        ("Real but harmless", False),
        ("A very solid and deep understanding of it all", False),
    ],
)
def test_a_cell_says_what_somebody_does(cell: str, says: bool) -> None:
    assert says_what_is_done(cell) is says


def test_findings_come_in_the_order_of_lines() -> None:
    text = asked("Does bagging not scale?", "Yes.").replace("level: 1\n\n\nQ", "level: 7\n\nQ")
    lines = [one.line for one in found(text.replace("name: Probe\n", f"name: {50 * 'n'}\n"))]
    assert lines == sorted(lines)
    assert len(lines) >= 3


@pytest.mark.parametrize(("rows", "told"), [(2, ["P01"]), (3, [])])
def test_a_behavioral_rubric_has_three_rows_at_least(rows: int, told: list[str]) -> None:
    table = RUBRIC.splitlines()
    weights = {2: (50, 50), 3: (50, 25, 25)}[rows]
    kept = [
        row.replace("| 25 |", f"| {weight} |", 1)
        for row, weight in zip(table[2 : 2 + rows], weights, strict=True)
    ]
    rubric = "\n".join([*table[:2], *kept]) + "\n"
    assert rules(BEHAVIORAL.replace(RUBRIC, rubric)) == told
