"""The tools that read the code are part of the tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMMANDS = {
    "ruff check": ["-m", "ruff", "check", "--output-format", "concise", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_tools_find_nothing(name: str) -> None:
    done = subprocess.run(
        [sys.executable, *COMMANDS[name]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout, so there is no list of files to read")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def holding(words: list[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} holds {word}"
        for path in paths
        if path.suffix not in (".png", ".woff2", ".apkg", ".colpkg")
        for word in words
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]


def test_the_repository_names_no_place_on_a_machine_and_no_registry() -> None:
    assert (
        holding(["/" + "work" + "/", "registry." + "npmjs", "pythonhosted" + ".org"], tracked())
        == []
    )


def test_nothing_is_left_unfinished() -> None:
    words = ["TO" + "DO", "FIX" + "ME", "raise NotImplemented" + "Error"]
    assert holding(words, tracked("interviewprep", "migrations", "hatch_build.py")) == []


def test_pages_load_nothing_from_another_host() -> None:
    pages = tracked("interviewprep/web/templates/*.html", "interviewprep/frontend/src/*.css")
    loaded = [
        f"{path.name}: {line.strip()}"
        for path in pages
        for line in path.read_text(encoding="utf-8").splitlines()
        if "http" in line and ("src=" in line or "url(" in line or "<link" in line)
    ]
    assert pages and loaded == []
