"""Notes become safe HTML: Markdown or HTML in, sanitised, with formulas as MathML.

Everything in a note is untrusted. The order is always the same: markup to HTML, the sanitiser,
then what we write ourselves (MathML, addresses of media). Nothing here raises because of what a
note says.
"""

from interviewprep.core.rendering.cards import RENDERER_VERSION, render_card, render_markdown
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
