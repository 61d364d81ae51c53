"""The wheel holds all that the program needs, and runs far from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LARGEST_WHEEL_BYTES = 12_000_000
"""Python for the browser is 7 MB of it, compressed."""


def run(arguments: list[str], cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        arguments,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    run([*command, "--no-build-isolation", "--wheel-dir", str(folder), "."], ROOT)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_front_end_migrations_decks_and_licences(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for name in (
        "interviewprep/web/static/dist/manifest.json",
        "interviewprep/web/static/dist/licences.json",
        "interviewprep/bundled/migrations/versions/0001_first_schema.py",
        "interviewprep/bundled/cards/tags.yaml",
        "interviewprep/bundled/cards/LICENSE",
        "interviewprep/web/templates/layout.html",
    ):
        assert name in names
    assert sum(name.endswith(".woff2") for name in names) >= 3
    assert sum(name.endswith((".wasm", ".zip")) for name in names) == 2
    assert wheel.stat().st_size < LARGEST_WHEEL_BYTES
    assert [name for name in names if name.startswith("interviewprep/bundled/cards/ml/")]
    assert not [name for name in names if "node_modules" in name or "frontend" in name]
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/"))]


def test_the_wheel_runs_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
    run([*command, "--target", str(installed), str(wheel)], tmp_path)
    environment = {"PYTHONPATH": str(installed), "INTERVIEWPREP_DATA_DIR": str(tmp_path / "data")}
    where = "import interviewprep; print(interviewprep.__file__)"
    assert str(installed) in run([sys.executable, "-c", where], tmp_path, **environment)
    program = [sys.executable, "-m", "interviewprep"]
    assert "Built-in decks" in run([*program, "upgrade"], tmp_path, **environment)
    assert "All is current" in run([*program, "upgrade"], tmp_path, **environment)
    page = (
        "from interviewprep import create_app\n"
        "client = create_app().test_client()\n"
        "page = client.get('/', follow_redirects=True)\n"
        "assert page.status_code == 200, page.status_code\n"
        "style = page.text.split('rel=\"stylesheet\" href=\"')[1].split('\"')[0]\n"
        "print(page.text.count('Welcome'), client.get(style).status_code)\n"
    )
    assert run([sys.executable, "-c", page], tmp_path, **environment).split() == ["1", "200"]
