"""`interviewprep schedule`, from outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interviewprep.cli.schedule import schedule

GOLDEN = Path(__file__).parent.parent / "data" / "golden"
PUBLISHED = json.loads((GOLDEN / "sm2_published.json").read_text())["vectors"]
# The command answers each day once: the vector of a second answer on one day is not for it.
TRANSITIONS = [
    vector
    for vector in json.loads((GOLDEN / "sm2_default.json").read_text())["transitions"]
    if vector["day"] != vector["start"]["last_day"]
]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(schedule, arguments)


def states(*arguments: str) -> list[dict]:
    result = run("--json", *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def intervals(*arguments: str) -> list[int]:
    return [state["interval_days"] for state in states(*arguments)]


@pytest.mark.parametrize("vector", PUBLISHED, ids=lambda vector: vector["name"])
def test_the_published_vectors_from_outside(vector: dict) -> None:
    found = states("--published", *map(str, vector["qualities"]))

    keys = ("interval_days", "ease", "repetitions", "repeat_today")
    assert [{key: state[key] for key in keys} for state in found] == vector["after"]


@pytest.mark.parametrize("vector", TRANSITIONS, ids=lambda vector: vector["name"])
def test_the_golden_transitions_from_outside(vector: dict) -> None:
    start, after = vector["start"], vector["after"]
    days_late = vector["day"] - start["due_day"] if start["due_day"] is not None else 0
    keys = ("interval_days", "ease", "repetitions", "lapses", "repeat_today")
    options = [f"--option={name}={value}" for name, value in vector["options"].items()]

    [found] = states(
        *options,
        "--start",
        json.dumps({key: start[key] for key in keys}),
        f"{vector['grade']}{days_late:+d}",
    )

    assert found == {key: after[key] for key in keys} | {"leech": vector["leech_now"]}


def test_the_example_of_the_manual() -> None:
    assert states("good", "good", "good+10", "again", "good")[2:4] == [
        {
            "interval_days": 28,
            "ease": 2.5,
            "repetitions": 3,
            "lapses": 0,
            "leech": False,
            "repeat_today": False,
        },
        {
            "interval_days": 1,
            "ease": 2.5,
            "repetitions": 0,
            "lapses": 1,
            "leech": False,
            "repeat_today": True,
        },
    ]


def test_the_table_shows_answers_days_and_marks() -> None:
    result = run("--start", '{"lapses": 7, "interval_days": 15}', "hard+2", "0", "5")

    assert result.exit_code == 0
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["step", "answer", "day", "interval", "ease", "repetitions", "lapses"],
        ["1", "hard+2", "17", "15", "d", "2.36", "1", "7"],
        ["2", "0", "32", "1", "d", "2.36", "0", "8", "leech,", "repeat", "today"],
        ["3", "5", "33", "1", "d", "2.46", "1", "8"],
    ]


def test_grades_and_their_qualities_are_the_same_steps() -> None:
    assert states("again", "hard", "good", "easy") == states("2", "3", "4", "5")
    assert states("good", "0", "1+3") == states("good", "again", "again+3")


def test_a_missing_key_of_the_start_is_a_new_cards() -> None:
    assert states("--start", "{}", "easy") == states("easy")
    assert states("--start", '{"interval_days": 0, "lapses": 7}', "again")[0]["lapses"] == 7
    assert intervals("--start", '{"interval_days": 6, "repetitions": 2}', "good") == [15]


def test_a_printed_state_can_be_the_start_of_the_rest() -> None:
    steps = ["good", "good", "hard", "again", "good", "easy+3", "good-1", "hard"]
    whole = states(*steps)

    for cut in range(1, len(steps)):
        assert states("--start", json.dumps(whole[cut - 1]), *steps[cut:]) == whole[cut:]


def test_options_are_set_by_name() -> None:
    start = ["--start", '{"interval_days": 15, "repetitions": 3}']

    assert intervals(*start, "--option", "late_credit=false", "good+10") == [38]
    assert intervals(*start, "--option", "longest_interval_days=20", "good") == [20]
    assert states(*start, "--option", "leech_at=1", "again")[0]["leech"]
    assert states(*start, "--option", "repeat_every_hard=true", "hard")[0]["repeat_today"]


def test_the_published_text_ignores_days_options_and_limits() -> None:
    start = ["--start", '{"interval_days": 300, "repetitions": 3, "lapses": 7}']

    found = states(*start, "--published", "--option", "leech_at=8", "hard+50", "2-999")

    assert [state["interval_days"] for state in found] == [750, 1]
    assert [state["repeat_today"] for state in found] == [True, True]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument"),
        (["perfect"], "not a step"),
        (["6"], "not a step"),
        (["good+"], "not a step"),
        (["good\n"], "not a step"),
        (["good+٣"], "not a step"),
        (["good", "good-1"], "Step 2 is too early"),
        (["good", "good", "good-6"], "Step 3 is too early"),
        (["good", "good", "good-99999"], "Step 3 is too early"),
        (["good-1"], "a new card has no due day"),
        (["--start", "{", "good"], "not JSON"),
        (["--start", "[" * 100_000, "good"], "not JSON"),
        (["--start", "[]", "good"], "JSON object"),
        (["--start", '{"interval": 3}', "good"], "no key “interval”"),
        (["--start", '{"interval_days": -1}', "good"], "interval_days is a whole number"),
        (["--start", '{"interval_days": 1.5}', "good"], "interval_days is a whole number"),
        (["--start", '{"lapses": true}', "good"], "lapses is a whole number"),
        (["--start", '{"repetitions": null}', "good"], "repetitions is a whole number"),
        (["--start", '{"repetitions": 2}', "good"], "interval_days of at least 1"),
        (["--start", '{"ease": 1.29}', "good"], "ease is a number"),
        (["--start", '{"ease": "2.5"}', "good"], "ease is a number"),
        (["--start", '{"ease": NaN}', "good"], "NaN is not a number"),
        (["--start", '{"ease": 1e999}', "good"], "ease is a number"),
        (["--start", '{"leech": 1}', "good"], "leech is either true or false"),
        (["--option", "leech_at", "good"], "write NAME=VALUE"),
        (["--option", "leech_at=0", "good"], "leech_at is a whole number"),
        (["--option", "late_credit=maybe", "good"], "late_credit is either true or false"),
        (["--option", "speed=3", "good"], "no scheduling option “speed”"),
        (["--published", *["easy"] * 3000], "too long to print"),
    ],
)
def test_wrong_usage_is_refused_with_a_sentence(arguments: list[str], said: str) -> None:
    result = run("--json", *arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_far_days_stay_within_the_calendar() -> None:
    start = ["--start", '{"interval_days": 1000000, "repetitions": 3}']

    assert intervals(*start, *["easy+99999"] * 30) == [1_000_000] * 30
