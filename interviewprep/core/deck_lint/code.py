"""S04: Python compiles, YAML and CSV can be read."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterator

from interviewprep.core.deck_lint.findings import Finding
from interviewprep.core.deck_lint.passages import LintedCard
from interviewprep.formats.markdown_deck.grammar import Fence

_PYTHON = frozenset(["python", "py", "python3"])


def check_code(card: LintedCard) -> Iterator[Finding]:
    """S04, beyond what the parser refuses."""
    for passage in card.texts:
        for fence in passage.fences:
            problem = _problem(fence)
            if problem is not None:
                line, message = problem
                yield card.error("S04", line, message, "mend the block")


def _problem(fence: Fence) -> tuple[int, str] | None:
    """The line in the file and what is wrong, or None."""
    if fence.language in _PYTHON:
        return _python(fence)
    if fence.language in ("yaml", "yml"):
        return _yaml(fence)
    if fence.language == "csv":
        return _csv(fence)
    return None


def _python(fence: Fence) -> tuple[int, str] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compile(fence.code, "block", "exec", dont_inherit=True)
    except SyntaxError as error:
        line = min(error.lineno or 1, fence.code.count("\n") or 1)
        return fence.line + line, f"this Python does not compile: {error.msg}"
    except (Warning, ValueError, RecursionError, MemoryError) as error:
        return fence.line, f"this Python does not compile: {str(error) or type(error).__name__}"
    return None


def _yaml(fence: Fence) -> tuple[int, str] | None:
    import yaml  # here, because hardly any card shows YAML

    try:
        for _ in yaml.safe_load_all(fence.code):
            pass
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 1 if mark is None else mark.line + 1
        return fence.line + line, f"this is not YAML: {getattr(error, 'problem', None) or error}"
    except (ValueError, RecursionError) as error:
        return fence.line, f"this is not YAML: {error}"
    return None


def _csv(fence: Fence) -> tuple[int, str] | None:
    reader = csv.reader(io.StringIO(fence.code), strict=True)
    try:
        widths = [(reader.line_num, len(row)) for row in reader]
    except csv.Error as error:
        return fence.line + max(1, reader.line_num), f"this is not CSV: {error}"
    for line, width in widths:
        if width != widths[0][1]:
            return fence.line + line, f"{width} columns here and {widths[0][1]} in the first row"
    return None
