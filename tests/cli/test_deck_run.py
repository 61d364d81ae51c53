"""`interviewprep deck run`: what it prints, its exit code, and the files it takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..formats.deck_running import decks
from .inside import Run, runner


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner({}, monkeypatch, capsys)


def test_a_clean_deck_is_summed_up_in_one_line(run: Run, tmp_path: Path) -> None:
    path = decks.write(tmp_path, decks.exercise(), decks.sql_exercise())
    done = run("deck", "run", str(path))
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("1 file: 6 blocks run, 6 passed, in ")


def test_a_failure_is_one_line_with_its_place_and_the_exit_code_says_so(
    run: Run, tmp_path: Path
) -> None:
    path = decks.write(tmp_path, decks.exercise(wrong=decks.ALT), decks.sql_exercise())
    done = run("deck", "run", str(path))
    line = decks.line_of(tmp_path, "```python wrong")
    first, summary = done.out.splitlines()
    assert done.code == 1
    assert first == (
        f"{path}:{line}: X03 the wrong solution passes every test"
        " (fix: add a test that this mistake fails)"
    )
    assert summary.startswith("1 file: 6 blocks run, 5 passed, in ")
    assert done.err == "error: 1 finding; see above.\n"


def test_json_is_one_value_and_nothing_else(run: Run, tmp_path: Path) -> None:
    path = decks.write(tmp_path, decks.check_card("assert 1 == 2\n"))
    done = run("deck", "run", "--json", str(path))
    said = json.loads(done.out)
    assert done.code == 1
    assert (said["files"], said["blocks"], said["passed"]) == (1, 1, 0)
    assert said["findings"] == [
        {
            "path": str(path),
            "line": decks.line_of(tmp_path, "assert 1"),
            "rule": "X01",
            "level": "error",
            "message": "the check raises AssertionError",
            "fix": "correct the number on the card, or the check",
            "card": "a-number",
        }
    ]


def test_what_a_block_says_cannot_command_the_terminal(run: Run, tmp_path: Path) -> None:
    path = decks.write(tmp_path, decks.check_card("raise ValueError('\\x1b[2J')\n"))
    assert "\x1b" not in run("deck", "run", str(path)).out


def test_a_terminal_is_shown_how_far_it_is(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = decks.write(tmp_path, decks.exercise())
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert "\rRunning 1 of 4\rRunning 2 of 4" in run("deck", "run", str(path)).err


def test_a_folder_stands_for_its_decks_and_those_of_its_folders(run: Run, tmp_path: Path) -> None:
    for name in ("ml", "coding"):
        (tmp_path / name).mkdir()
        decks.write(tmp_path / name, decks.check_card("assert True\n"))
    assert run("deck", "run", str(tmp_path)).out.startswith("2 files: 2 blocks run, 2 passed")
    assert run("deck", "run", str(tmp_path / "ml")).out.startswith("1 file: 1 block run, 1 passed")


def test_a_folder_without_a_deck_is_refused_and_an_absent_path_is_wrong_usage(
    run: Run, tmp_path: Path
) -> None:
    empty = run("deck", "run", str(tmp_path))
    assert (empty.code, empty.out) == (1, "")
    assert empty.err == f"error: There is no deck file (*.md) in {tmp_path}.\n"
    assert run("deck", "run", str(tmp_path / "absent.md")).code == 2


BLIND = "".join(f"def test_{name}():\n    largest([3, 9, 4])\n\n" for name in "abcd")


def test_weak_tests_fail_the_run_of_mutants_with_each_survivor(run: Run, tmp_path: Path) -> None:
    strong = decks.exercise()
    weak = decks.exercise(card_id="weak-one", tests=BLIND, hidden=decks.HIDDEN)
    path = decks.write(tmp_path, strong, weak)
    done = run("deck", "run", "--mutants", str(path))
    line = decks.line_of(tmp_path, "best = number", after="## weak-one")
    assert done.code == 1
    assert "largest-number: 7 of 9 mutants killed (78%)\n" in done.out
    assert f"{path}:{line}: survived: " in done.out
    assert done.out.splitlines()[-1].endswith(" mutants killed (61%)")
    assert done.err == "error: The tests of weak-one let too many mutants live.\n"


def test_the_share_of_all_must_be_high_even_where_each_is_enough(run: Run, tmp_path: Path) -> None:
    path = decks.write(tmp_path, decks.exercise())
    done = run("deck", "run", "--mutants", "--json", str(path))
    said = json.loads(done.out)
    assert done.code == 1
    assert done.err == "error: 78% of the mutants are killed, not 90%.\n"
    assert said["share"] == said["exercises"][0]["share"] == pytest.approx(7 / 9, abs=1e-4)
    assert [each["change"] for each in said["exercises"][0]["survivors"]] == [
        "`1` became `0`",
        "`number > best` became `number >= best`",
    ]


def test_tests_that_kill_them_all_pass(run: Run, tmp_path: Path) -> None:
    path = decks.write(tmp_path, decks.exercise(solution=decks.ALT))
    done = run("deck", "run", "--mutants", str(path))
    assert (done.code, done.err) == (0, ""), done.out
    assert done.out.endswith("mutants killed (100%)\n")
