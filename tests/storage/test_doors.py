"""Answers go in before the next turn of an import, in whichever process either of them is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from interviewprep.storage import doors
from interviewprep.storage.doors import Door

ELSEWHERE = """
import sys
from interviewprep.storage.doors import Door
door = Door(sys.argv[1])
print("here", flush=True)
with door:
    print("inside", flush=True)
    sys.stdin.read()
"""


def until(is_so: object) -> None:
    deadline = time.monotonic() + 20
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "some.db")


def test_who_waits_goes_in_before_the_next_turn(file: str) -> None:
    door = Door(file)
    turn = door.for_import()
    assert not turn.enter()
    order: list[str] = []

    def answer() -> None:
        with door:
            order.append("answer")

    threads = [threading.Thread(target=answer) for _ in range(5)]
    for thread in threads:
        thread.start()
    until(lambda: door._inside == len(threads))
    assert order == []
    turn.leave()
    until(lambda: order)
    turn.enter()
    order.append("import")
    turn.leave()
    for thread in threads:
        thread.join()
    assert order == ["answer"] * 5 + ["import"]
    turn.close()
    door.close()


def test_an_answer_in_another_process_is_waited_for(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "PATIENCE_S", 60.0)
    turn = Door(file).for_import()
    turn.enter()
    command = [sys.executable, "-c", ELSEWHERE, file]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "here\n"
        turn.leave()
        assert other.stdout.readline() == "inside\n"
        threading.Timer(0.1, other.stdin.close).start()
        assert turn.enter()
        assert other.stdin.closed
    turn.close()


def test_an_import_gets_its_turn_though_somebody_never_leaves(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own lock decides then."""
    monkeypatch.setattr(doors, "PATIENCE_S", 0.05)
    other = Door(file)
    with other:
        turn = Door(file).for_import()
        assert turn.enter()
        turn.leave()
    turn.close()
    other.close()


def test_who_dies_inside_holds_nobody_up(file: str) -> None:
    command = [sys.executable, "-c", ELSEWHERE, file]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert [other.stdout.readline(), other.stdout.readline()] == ["here\n", "inside\n"]
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
    turn = Door(file).for_import()
    assert not turn.enter()
    turn.leave()
    turn.close()


def test_an_import_that_was_stopped_in_its_turn_holds_nobody_up_for_ever(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "LONGEST_WAIT_S", 0.05)
    turn = Door(file).for_import()
    turn.enter()
    door = Door(file)
    with door:
        assert door._inside == 1
    with door:
        pass
    turn.leave()
    with door:
        assert door._is_open
    assert not door._is_open
    turn.close()
    door.close()
