"""Tracebacks as the learner should see them: their own lines, and of visible tests theirs."""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Collection

OWN = "your_code.py"
VISIBLE = "tests.py"
HIDDEN = "hidden_tests.py"
LONGEST_CHARACTERS = 6_000


def remember_source(file: str, source: str) -> None:
    """Let tracebacks quote lines of a file that is on no disk."""
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)


def line_in(error: BaseException, file: str) -> int | None:
    """Return the innermost line of `file` that the error passed through, None if there is none."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return error.lineno
    found = None
    place = error.__traceback__
    while place is not None:
        if place.tb_frame.f_code.co_filename == file:
            found = place.tb_lineno
        place = place.tb_next
    return found


def shown_trace(error: BaseException, files: Collection[str]) -> str:
    """Return the traceback with the frames of `files` alone, the middle left out of a long one."""
    told = traceback.TracebackException.from_exception(error, compact=True)
    _keep_frames(told, files)
    text = "".join(told.format())
    if len(text) > LONGEST_CHARACTERS:
        half = LONGEST_CHARACTERS // 2
        text = f"{text[:half]}\n  …\n{text[-half:]}"
    return text


def summary(error: BaseException) -> str:
    """Return the error's type and message in one line, such as `KeyError: 'a'`."""
    lines = traceback.format_exception_only(error)
    return lines[-1].strip()[:500]


def _keep_frames(told: traceback.TracebackException | None, files: Collection[str]) -> None:
    while told is not None:
        kept = [frame for frame in told.stack if frame.filename in files]
        told.stack = traceback.StackSummary.from_list(kept)
        _keep_frames(told.__cause__, files)
        told = told.__context__
