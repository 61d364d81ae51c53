"""Ctrl-C while `interviewprep import` works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from interviewprep.storage import Note

from ..packages import large_package
from .ready import Ready

NOTES, PICTURES = 80_000, 10
DEADLINE_S = 60.0


def import_(ready: Ready, path: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "interviewprep", "import", str(path)]
    return subprocess.Popen(
        [*command, "--user", "alice@example.org"],
        env=ready.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a job's may be ignored
    )


def test_ctrl_c_leaves_nothing_of_the_file_and_says_so(ready: Ready, tmp_path: Path) -> None:
    ready.add_learner(1)
    path = large_package(tmp_path / "big.apkg", NOTES, PICTURES)
    process = import_(ready, path)
    deadline = time.monotonic() + DEADLINE_S
    while not any(
        name.startswith("intake-")
        for _, folders, files in os.walk(ready.folder / "media")  # which minds no folder that goes
        for name in (*folders, *files)
    ):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
    time.sleep(0.3)  # somewhere among the notes; any moment will do
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=DEADLINE_S)
    assert (process.returncode, out) == (1, "")
    assert err == "error: big.apkg: Stopped; nothing of this file was stored.\n"
    database = ready.database()
    with database.reading() as session:
        own = select(func.count()).where(Note.owner_id.is_not(None))
        notes = session.execute(own).scalar_one()
    database.close()
    left = [path for path in (ready.folder / "media").rglob("*") if path.is_file()]
    assert (notes, left) == (1, [])
