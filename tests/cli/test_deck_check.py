"""`interviewprep deck check` and `deck release`, as they are called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.core.deck_lint.linting import FILLER, HEAD, deck

from .inside import Run, runner

OK = f"{HEAD}{FILLER}"
WARNED = deck("## a-card\nlevel: 1\n\nQ: Which model does not need scaling?\nA: Trees.\n")
WRONG = deck("## a-card\nlevel: 1\n\nQ: Is bagging parallel?\nA: Mostly.\n")
CHECKED = deck(
    "## a-card\nlevel: 1\n\nQ: Why so?\nA: So.\n\n```python check\nassert 1 + 1 == 3\n```\n"
)
PLAN = "ml/probe:\n  - {topic: Chance, tags: [metrics], plan: [2, 0, 0], roadmaps: [R1]}\n"


@pytest.fixture
def cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one clean deck, named `cards` in the working directory."""
    folder = tmp_path / "cards"
    (folder / "ml").mkdir(parents=True)
    (folder / "tags.yaml").write_text("probability: chance\nmetrics: numbers\n", "utf-8")
    (folder / "ml/probe.md").write_text(OK, "utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner({}, monkeypatch, capsys)


def test_clean_decks_end_well(cards: Path, run: Run) -> None:
    done = run("deck", "check")
    assert (done.code, done.out) == (0, "1 file: 0 errors, 0 warnings, 0 accepted\n")


def test_an_error_has_file_line_rule_and_fix_and_ends_badly(cards: Path, run: Run) -> None:
    (cards / "ml/probe.md").write_text(WRONG, "utf-8")
    done = run("deck", "check", "cards/ml/probe.md")
    assert done.code == 1
    told, counts = done.out.splitlines()
    assert told == (
        "cards/ml/probe.md:15: W04 a yes/no question: it begins with `Is`"
        " (fix: ask which, why, when or how)"
    )
    assert counts == "1 file: 1 error, 0 warnings, 0 accepted"


def test_a_warning_is_told_and_does_not_end_badly(cards: Path, run: Run) -> None:
    (cards / "ml/probe.md").write_text(WARNED, "utf-8")
    done = run("deck", "check")
    assert done.code == 0
    assert "probe.md:15: W11 warning: a negative question" in done.out
    assert done.out.endswith("1 file: 0 errors, 1 warning, 0 accepted\n")


def test_an_accepted_warning_is_counted_and_not_told(cards: Path, run: Run) -> None:
    accepted = WARNED.replace(
        "level: 1\n\nQ: Which model", "level: 1\naccept: W11 so\n\nQ: Which m"
    )
    (cards / "ml/probe.md").write_text(accepted, "utf-8")
    assert run("deck", "check").out == "1 file: 0 errors, 0 warnings, 1 accepted\n"


def test_code_is_run_unless_told_otherwise(cards: Path, run: Run) -> None:
    (cards / "ml/probe.md").write_text(CHECKED, "utf-8")
    done = run("deck", "check", "--jobs", "1")
    assert done.code == 1
    assert ": X01 " in done.out
    assert run("deck", "check", "--no-run").code == 0


def test_json_is_one_value(cards: Path, run: Run) -> None:
    (cards / "ml/probe.md").write_text(WRONG, "utf-8")
    done = run("deck", "check", "--json")
    value = json.loads(done.out)
    assert done.code == 1
    assert value["counts"] == {"files": 1, "errors": 1, "warnings": 0, "accepted": 0}
    [finding] = value["findings"]
    assert {**finding, "message": "", "fix": ""} == {
        "path": "cards/ml/probe.md",
        "line": 15,
        "rule": "W04",
        "level": "error",
        "message": "",
        "fix": "",
        "card": "a-card",
    }


def test_a_path_that_is_not_there_is_wrong_usage(cards: Path, run: Run) -> None:
    done = run("deck", "check", "cards/ml/none.md")
    assert done.code == 2
    assert "cards/ml/none.md" in done.err


def test_a_folder_without_decks_is_refused(cards: Path, run: Run) -> None:
    (cards / "ml/probe.md").unlink()
    done = run("deck", "check")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: There is no deck file to check")


def test_coverage_shows_the_plan_and_changes_no_exit_code(cards: Path, run: Run) -> None:
    (cards / "curriculum.yaml").write_text(PLAN, "utf-8")
    done = run("deck", "check", "--no-run", "--coverage")
    assert done.code == 0
    assert "! Chance" in done.out
    assert "0/2" in done.out
    value = json.loads(run("deck", "check", "--no-run", "--coverage", "--json").out)
    assert value["coverage"][0]["topics"][0]["below_plan"] is True


def test_coverage_without_a_plan_is_refused_in_one_sentence(cards: Path, run: Run) -> None:
    done = run("deck", "check", "--no-run", "--coverage")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    assert "curriculum.yaml is not there" in done.err


def test_a_release_is_compared_with_afterwards(cards: Path, run: Run) -> None:
    done = run("deck", "release")
    assert done.out == "cards/ids.lock: 8 items, 8 new, 0 changed, 0 gone\n"
    assert run("deck", "check", "--no-run").out == "1 file: 0 errors, 0 warnings, 0 accepted\n"

    renamed = OK.replace("## filler-beam", "## filler-boom")
    (cards / "ml/probe.md").write_text(renamed, "utf-8")
    lost = run("deck", "check", "--no-run")
    assert lost.code == 1
    assert "cards/ids.lock:4: S02 `filler-beam` was in the last release and is gone" in lost.out

    refused = run("deck", "release", "--cards", "cards")
    assert refused.code == 1
    assert "error: Nothing was released" in refused.err
    assert "filler-beam" in (cards / "ids.lock").read_text("utf-8")

    kept = renamed.replace("## filler-boom\n", "## filler-boom\nwas: filler-beam\n")
    (cards / "ml/probe.md").write_text(kept, "utf-8")
    assert run("deck", "check", "--no-run").code == 0
    assert run("deck", "release").out == "cards/ids.lock: 8 items, 1 new, 0 changed, 1 gone\n"


def test_a_changed_answer_is_a_warning_until_its_rev_is_raised(cards: Path, run: Run) -> None:
    run("deck", "release")
    changed = OK.replace("A: Because of alpha beta gamma.", "A: For other reasons.", 1)
    (cards / "ml/probe.md").write_text(changed, "utf-8")
    done = run("deck", "check", "--no-run")
    assert (done.code, done.out.count("S02 warning")) == (0, 1)
    raised = changed.replace("## filler-gradient\n", "## filler-gradient\nrev: 2\n")
    (cards / "ml/probe.md").write_text(raised, "utf-8")
    assert "0 warnings" in run("deck", "check", "--no-run").out


def test_a_broken_card_keeps_a_release_back(cards: Path, run: Run) -> None:
    (cards / "ml/probe.md").write_text(OK + "\n## half\n\nQ: Why?\n", "utf-8")
    done = run("deck", "release")
    assert done.code == 1
    assert "S03 `Q:` has no `A:`" in done.err
    assert not (cards / "ids.lock").exists()


def test_signs_that_command_a_terminal_are_not_passed_on(cards: Path, run: Run) -> None:
    text = WRONG.replace("Is bagging", "Is\x1b[2Jbagging")
    (cards / "ml/probe.md").write_text(text, "utf-8")
    assert "\x1b" not in run("deck", "check", "--no-run").out
