"""`interviewprep export`: what it writes, what it refuses, what it leaves behind."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest

from interviewprep.storage import Database

from .inside import Run, runner

EMAIL = "learner@example.org"
DECK = """---
name: Metrics
---

## recall-definition

Q: What is recall?
A: =TP / (TP + FN)

## precision-definition

C: Precision is {{c1::TP / (TP + FP)}}.
"""


@pytest.fixture
def learner(
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Commands on an instance where somebody has an account with two decks."""
    environment = {
        "INTERVIEWPREP_DATA_DIR": str(tmp_path / "data"),
        "INTERVIEWPREP_DATABASE_URL": database.url.render_as_string(hide_password=False),
    }
    run = runner(environment, monkeypatch, capsys)
    assert run("user", "add", EMAIL, stdin="a password for the tests\n").code == 0
    for name in ("Metrics", "Other::Metrics"):
        file = tmp_path / "deck.md"
        text = DECK.replace("name: Metrics", f"name: {name}")
        file.write_text(text if name == "Metrics" else text.replace("-definition", "-again"))
        assert run("import", str(file), "--user", EMAIL).code == 0
    return run


def test_one_deck_goes_out_and_the_file_says_what_is_in_it(learner: Run, tmp_path: Path) -> None:
    out = tmp_path / "metrics.csv"
    arguments = ("--user", EMAIL, "--deck", "Metrics", "--format", "csv", "--output", str(out))
    done = learner("export", *arguments)
    assert (done.code, done.err) == (0, "")
    assert done.out == "metrics.csv: 2 notes and 0 media files written.\n"
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == ["recall-definition", "precision-definition"]
    assert rows[0]["back"] == "'=TP / (TP + FN)"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_everything_goes_out_without_a_name(learner: Run, tmp_path: Path) -> None:
    out = tmp_path / "all.json"
    assert learner("export", "--user", EMAIL, "--format", "json", "--output", str(out)).code == 0
    decks = [deck["name"] for deck in json.loads(out.read_text())["decks"]]
    assert decks == ["Metrics", "Other::Metrics"]


def test_several_decks_of_markdown_are_a_zip(learner: Run, tmp_path: Path) -> None:
    out = tmp_path / "all.md"
    refused = learner("export", "--user", EMAIL, "--format", "markdown", "--output", str(out))
    assert refused.code == 1
    assert refused.err == (
        "error: Several decks, or pictures, need a zip; call the file all.zip.\n"
    )
    assert not out.exists()
    out = out.with_suffix(".zip")
    arguments = ("--user", EMAIL, "--format", "markdown", "--output", str(out))
    assert learner("export", *arguments).code == 0
    with zipfile.ZipFile(out) as archive:
        assert sorted(archive.namelist()) == ["Metrics.md", "Other--Metrics.md"]


def test_a_file_that_is_there_stays_unless_forced(learner: Run, tmp_path: Path) -> None:
    out = tmp_path / "x.csv"
    out.write_text("precious")
    arguments = ("--user", EMAIL, "--deck", "Metrics", "--format", "csv", "--output", str(out))
    refused = learner("export", *arguments)
    assert refused.code == 1
    assert refused.err.startswith(f"error: {out} is there already;")
    assert out.read_text() == "precious"
    assert learner("export", *arguments, "--force").code == 0
    assert out.read_text().startswith("id,kind,")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (("--deck", "metrics"), "You have no deck called “metrics”"),
        (("--user", "nobody@example.org"), "no account"),
        (("--output", "/nowhere/at/all.csv"), "There is no folder /nowhere/at; make it first."),
        (("--output", "/"), "/ is a folder; name the file to write in it."),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    learner: Run, tmp_path: Path, changed: tuple[str, str], message: str
) -> None:
    out = tmp_path / "x.csv"
    arguments = ("--user", EMAIL, "--format", "csv", "--output", str(out), *changed)
    refused = learner("export", *arguments)
    assert refused.code == 1
    assert refused.err.startswith("error: ")
    assert message in refused.err
    assert refused.err.count("\n") == 1
    assert not out.exists()


def test_an_unknown_format_is_wrong_usage(learner: Run, tmp_path: Path) -> None:
    arguments = ("--user", EMAIL, "--format", "pdf", "--output", str(tmp_path / "x"))
    assert learner("export", *arguments).code == 2


def test_an_archive_goes_out_and_comes_in_like_any_file(learner: Run, tmp_path: Path) -> None:
    out = tmp_path / "account.zip"
    arguments = ("--user", EMAIL, "--format", "archive", "--output", str(out))
    refused = learner("export", *arguments, "--deck", "Metrics")
    assert refused.err == "error: An archive is of the whole account; leave --deck out.\n"
    assert learner("export", *arguments).code == 0
    other = "other@example.org"
    assert learner("user", "add", other, stdin="a password for the tests\n").code == 0
    done = learner("import", str(out), "--user", other, "--json")
    [report] = json.loads(done.out)
    assert (report["format"], report["notes"]["added"], report["error"]) == ("account", 4, None)
    again = learner("import", str(out), "--user", other, "--json")
    assert json.loads(again.out)[0]["notes"] == {
        "added": 0,
        "updated": 0,
        "unchanged": 4,
        "refused": 0,
    }
