"""Notes become safe HTML: Markdown or HTML in, sanitised, with formulas as MathML.

Everything in a note is untrusted. The order is always the same: markup to HTML, the sanitiser,
then what we write ourselves (MathML, addresses of media). Nothing here raises because of what a
note says.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from interviewprep.core.rendering.version import RENDERER_VERSION

if TYPE_CHECKING:
    from interviewprep.core.rendering.cards import render_card, render_markdown
    from interviewprep.core.rendering.code import code_styles
    from interviewprep.core.rendering.finishing import MediaAddress
    from interviewprep.core.rendering.maths import UnreadableMaths, maths_styles, render_maths

__all__ = [
    "RENDERER_VERSION",
    "MediaAddress",
    "UnreadableMaths",
    "code_styles",
    "maths_styles",
    "render_card",
    "render_markdown",
    "render_maths",
]

_HOMES = {
    "MediaAddress": "finishing",
    "UnreadableMaths": "maths",
    "code_styles": "code",
    "maths_styles": "maths",
    "render_card": "cards",
    "render_markdown": "cards",
    "render_maths": "maths",
}


def __getattr__(name: str) -> Any:
    """Load a part when it is first asked for: Markdown and Pygments would slow every start."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
