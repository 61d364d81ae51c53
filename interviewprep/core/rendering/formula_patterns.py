"""How a formula is told from dollars, for whoever typesets formulas and whoever checks them."""

from __future__ import annotations

_LONGEST = 1_000
DISPLAY_FORMULA = rf"\$\$(?!\$)(?P<latex>(?:\\[\s\S]|[^$\\]){{1,{_LONGEST}}})\$\$"
FORMULA = rf"\$(?![\s$])(?P<latex>(?:\\[\s\S]|[^$\\]){{1,{_LONGEST}}})(?<!\s)\$(?![\d$])"
"""No space inside the dollars and no digit after the second, by Pandoc's rule."""
