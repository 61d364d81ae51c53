"""Whatever class the renderer writes, the stylesheet knows: inline styles are forbidden."""

from __future__ import annotations

import re
from pathlib import Path

from interviewprep.core.rendering import code_styles, maths_styles

STYLES = Path(__file__).parents[2] / "interviewprep" / "frontend" / "src" / "styles"
CLASS = re.compile(r"\.([A-Za-z][\w-]*)")


def sheet() -> set[str]:
    return {
        name
        for path in STYLES.glob("*.css")
        for name in CLASS.findall(re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL))
    }


def test_every_class_of_typeset_maths_has_a_rule() -> None:
    needed = set(CLASS.findall(maths_styles()))
    assert len(needed) > 3
    assert needed - sheet() == set()


def test_every_common_class_of_highlighted_code_has_a_rule() -> None:
    needed = {"k", "kn", "kc", "s1", "s2", "sd", "c1", "mi", "mf", "nf", "nc", "nb", "o", "p"}
    assert needed <= set(CLASS.findall(code_styles()))
    quiet = {"p", "n", "o"}  # punctuation, names and operators keep the colour of the text
    assert needed - sheet() <= quiet


def test_what_the_renderer_marks_has_a_rule() -> None:
    names = {"cloze", "cloze-gap", "maths-error", "missing-media", "remote-media", "align-right"}
    assert names - sheet() == set()
