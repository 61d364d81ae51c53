"""Prompts that somebody wrote carelessly, or with bad intent: every page answers all the same.

Each is gone through from the lists to the undo, by candidate and interviewer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from interviewprep.services.marks import add_personal_tags
from interviewprep.storage import Database

from ..services.interviews import mocks as prompts
from .conftest import Browser, add_user, signed_in

OPENING = "### Prompt\n\nBegin.\n\n"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1)) \"><b x='"
NUMBER = "9" * 5_000
TAGS = " ".join(f"tag{n}" for n in range(3_000))
INTERVIEWS = {"design": "system-design"}


def rubric(*rows: str) -> str:
    return "### Rubric\n\n| Dimension | Weight | 1 | 2 | 3 | 4 | Revise |\n" + table(7, rows)


def table(columns: int, rows: tuple[str, ...]) -> str:
    return "\n".join(["|" + " --- |" * columns, *rows]) + "\n\n"


def row(weight: object = 1, tags: str = "caching", name: str = "Scope") -> str:
    return f"| {name} | {weight} | a | b | c | d | {tags} |"


@dataclass(frozen=True)
class Bad:
    kind: str
    text: str
    details: dict[str, Any] = field(default_factory=dict)


LADDER = f"{OPENING}### Ladder\n\n| Question | Step | A good answer contains |\n"
STAGES = f"{OPENING}### Stages\n\n| Stage | Minutes | Covers |\n"
BAD = {
    "no section at all": Bad("design", "### Outline\n\nx\n"),
    "not Markdown of ours": Bad("design", "\x0b### \n### ###\n```\n"),
    "no weight": Bad("design", OPENING + rubric(row(0), row(0, name="Depth"))),
    "a weight too long": Bad("design", OPENING + rubric(row(NUMBER), row(10**8))),
    "thousands of rows": Bad("design", OPENING + rubric(*[row()] * 2_000)),
    "thousands of tags": Bad(
        "design", OPENING + rubric(row(tags="x ".join(map(str, range(3000)))))
    ),
    "tags of signs": Bad("design", OPENING + rubric(row(1, "*, **, ::, a::, \"x', NOT, OR"))),
    "minutes too long": Bad(
        "design", STAGES + table(3, (f"| A | {NUMBER} | x |", "| B | 0 | x |"))
    ),
    "thousands of stages": Bad("design", STAGES + table(3, ("| A | 9 | x |",) * 2_000)),
    "details of no sense": Bad("coding", OPENING, {"level": None, "time": "soon", "entry": 5}),
    "tests that are none": Bad(
        "coding", OPENING + "### Tests\n\n```python tests\ndef test_a(:\n```\n"
    ),
    "a label no page can hold": Bad(
        "coding",
        OPENING + "### Tests\n\n```python tests\ndef test_a():\n    '''\\x00\\ud800 it'''\n```\n",
    ),
    "a query without tables": Bad("sql", OPENING),
    "an empty ladder": Bad("concepts", LADDER + table(3, ("|  |  |  |", "| |"))),
    "a ladder of steps": Bad(
        "concepts", LADDER + table(3, tuple(f"| q{n} | s{n} | a |" for n in range(900)))
    ),
    "a follow-up too long": Bad(
        "design", f"{OPENING}### Follow-ups\n\n- a — b\n- {'q' * 150_000} — {'a' * 150_000}\n"
    ),
    "scripts everywhere": Bad(
        "design",
        prompts.DESIGN_TEXT.replace("Two million", SCRIPT)
        .replace("guesses", SCRIPT)
        .replace("one table", SCRIPT)
        .replace("Names the first", SCRIPT)
        .replace("How would you test it?", SCRIPT),
        {"competency": SCRIPT, "pattern": SCRIPT, "difficulty": SCRIPT},
    ),
}


class Walk:
    """A candidate whose every answer is looked at."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.pages = 0

    def get(self, path: str) -> str:
        return self.seen(self.browser.get(path))

    def post(self, path: str, **sent: Any) -> str:
        return self.seen(self.browser.post(path, **sent))

    def seen(self, answer: TestResponse) -> str:
        said = f"{answer.request.method} {answer.request.path}: {answer.status_code}"
        assert answer.status_code in (200, 303, 409), said
        body = answer.get_data(as_text=True)
        if answer.mimetype == "text/html":
            assert "<script>alert" not in body and "<img src=x" not in body, said
            assert 'href="javascript' not in body, said
        self.pages += 1
        return body


@pytest.mark.parametrize("name", BAD)
def test_a_prompt_that_makes_no_sense_is_gone_through(
    app: Flask, database: Database, name: str
) -> None:
    bad = BAD[name]
    user_id = add_user(database, "alice@example.org")
    walk, friend = Walk(signed_in(app, user_id)), Walk(Browser(app.test_client()))
    with database.writing() as session:
        title = f'{name} <b>"]; A-->B["`'
        card_id = prompts.add_prompt(
            session,
            user_id,
            datetime.now(UTC),
            kind=bad.kind,
            text=bad.text,
            title=title,
            tags=" ".join(f"t{n}" for n in range(1_200)),
            **bad.details,
        )
        add_personal_tags(session, user_id, [card_id], ["mine"])
    interview = INTERVIEWS.get(bad.kind, bad.kind)
    for path in ("/", f"/mocks/new?kind={interview}", "/exercises", f"/cards/{card_id}"):
        walk.get(path)
    if bad.kind in ("coding", "sql"):
        walk.get(f"/exercises/{card_id}")
        walk.post(f"/api/v1/exercises/{card_id}/give-up", json={"code": "x"})
    form = {"kind": interview, "prompt": str(card_id)}
    started = walk.browser.post("/mocks", data=form)
    assert started.status_code == 303
    mock = started.headers["Location"]
    walk.get(f"{mock}/rounds/0")
    api = f"/api/v1{mock}/rounds/0"
    asked = re.search(r"/interviewer/([\w-]{20,})", walk.post(f"{mock}/interviewer"))
    assert asked is not None
    friend.post(f"/interviewer/{asked[1]}")
    for n in range(2):
        walk.post(f"{api}/hint", json={"item": 0})
        walk.post(f"{api}/facts", json={"item": 0, "asked": "How many people?"})
        walk.post(f"{api}/follow-up", json={"item": 0})
        walk.post(f"{api}/question", json={"item": 0, "n": n, "grade": "again"})
    if bad.kind in ("coding", "sql"):
        walk.post(f"{api}/submit", json={"item": 0, "code": "x"})
        walk.post(f"{api}/outcomes", json={"item": 0, "outcomes": []})
    friend.get("/interviewing")
    friend.get("/interviewing/state")
    walk.post(f"{api}/finish")
    page = walk.get(f"{mock}/rounds/0/score")
    rows = re.findall(r'name="evidence-(\d+-\d+)"', page)
    assert 0 < len(rows) <= 40
    scores = {f"level-{place}": "1" for place in rows}
    scores |= {f"evidence-{place}": "Said it." for place in rows}
    walk.post(f"{mock}/rounds/0/score", data={**scores, "do": "save"})
    walk.get(f"{mock}/rounds/0/score")
    walk.post(f"{mock}/rounds/0/score", data={**scores, "do": "done"})
    drafts = re.findall(r'value="(follow-up-[0-9a-f]+)"', walk.get(f"{mock}/end"))
    assert walk.browser.post(f"{mock}/end", data={"drafts": drafts}).location == f"{mock}/report"
    for path in (f"{mock}/report", f"{mock}/report.md", "/mocks", "/"):
        walk.get(path)
    walk.post(f"{mock}/undo")
    assert walk.pages > 20
