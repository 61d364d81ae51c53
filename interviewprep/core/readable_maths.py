"""LaTeX in one line of plain text, for lists: `$\\frac{TP}{TP + FP}$` reads `TP/(TP + FP)`.

What is not known here is left as its bare name: a list is for finding a card, not for learning it.
"""

from __future__ import annotations

import re
import unicodedata

_MATHS = re.compile(
    r"\$\$(.+?)\$\$|(?<![\\$\w])\$(?!\s)([^$\n]+?)(?<![\s\\])\$(?![\w$])|\\\((.+?)\\\)|\\\[(.+?)\\\]",
    re.S,
)
_GROUP = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
_ARGUMENT = rf"(?:{_GROUP}|\s*(\\[a-zA-Z]+|[^\s\\{{}}]))"
_FRACTION = re.compile(rf"\\[dt]?frac\s*{_ARGUMENT}\s*{_ARGUMENT}")
_ROOT = re.compile(rf"\\sqrt\s*{_ARGUMENT}")
_ACCENT = re.compile(
    rf"\\(bar|overline|hat|widehat|tilde|widetilde|dot|vec)(?![a-zA-Z])\s*{_ARGUMENT}"
)
_STYLE = re.compile(
    r"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mathbb|mathcal|mathit|mathsf|boldsymbol|bm"
    rf"|operatorname\*?|underline|boxed)\s*{_GROUP}"
)
_SCRIPT = re.compile(rf"([_^])\s*{_ARGUMENT}")
_SPACING = re.compile(
    r"\\(?:left|right|[bB]igg?[lr]?|displaystyle|limits|nolimits)(?![a-zA-Z])|\\[,;:!>]"
)
_NAME = re.compile(r"\\([a-zA-Z]+)\s?")
_DEEPEST = 6

_ACCENTS = {
    "bar": "\u0304",
    "overline": "\u0304",
    "hat": "\u0302",
    "widehat": "\u0302",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "dot": "\u0307",
    "vec": "\u20d7",
}
_UP = str.maketrans("0123456789+-=()niT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀ")
_DOWN = str.maketrans("0123456789+-=()aeijkmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₖₘₙₒₚᵣₛₜᵤᵥₓ")
_SIGNS = {
    "cdot": "·", "times": "×", "div": "÷", "pm": "±", "mp": "∓", "ast": "∗", "star": "⋆",
    "circ": "∘", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠",
    "approx": "≈", "sim": "∼", "equiv": "≡", "propto": "∝", "ll": "≪", "gg": "≫", "in": "∈",
    "notin": "∉", "subset": "⊂", "subseteq": "⊆", "cup": "∪", "cap": "∩", "setminus": "∖",
    "emptyset": "∅", "forall": "∀", "exists": "∃", "neg": "¬", "land": "∧", "lor": "∨",
    "to": "→", "rightarrow": "→", "leftarrow": "←", "mapsto": "↦", "Rightarrow": "⇒",
    "implies": "⇒", "iff": "⇔", "mid": "|", "vert": "|", "lvert": "|", "rvert": "|", "Vert": "‖",
    "lVert": "‖", "rVert": "‖", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋",
    "lceil": "⌈", "rceil": "⌉", "sum": "∑", "prod": "∏", "int": "∫", "partial": "∂",
    "nabla": "∇", "infty": "∞", "top": "⊤", "perp": "⊥", "odot": "⊙", "oplus": "⊕",
    "otimes": "⊗", "dots": "…", "ldots": "…", "cdots": "⋯", "prime": "′", "ell": "ℓ",
    "quad": " ", "qquad": " ", "epsilon": "ε", "varepsilon": "ε", "phi": "φ", "varphi": "φ",
}  # fmt: skip
_WORD_SIGNS = frozenset("≤≥≠≈∼≡∝≪≫∈∉→←↦⇒⇔")


def with_readable_maths(text: str) -> str:
    """Return the text with its maths, by any of the four pairs of marks, as plain words."""
    return _MATHS.sub(lambda match: readable(next(filter(None, match.groups()))), text)


def readable(latex: str) -> str:
    """Return LaTeX as it might be typed in a message."""
    text = _SPACING.sub("", latex)
    for _ in range(_DEEPEST):  # from the inside out, as far as groups are nested
        before = text
        text = _STYLE.sub(r"\1", text)
        text = _ACCENT.sub(_accented, text)
        text = _ROOT.sub(lambda match: "√" + _whole(_argument(match)), text)
        text = _FRACTION.sub(
            lambda match: f"{_whole(_argument(match))}/{_whole(_argument(match, 3))}", text
        )
        if text == before:
            break
    text = _SCRIPT.sub(_script, text)
    text = _NAME.sub(_named, text)
    text = re.sub(r"[{}]", "", re.sub(r"\\([^a-zA-Z])", r"\1", text))
    return " ".join(text.split())


def _argument(match: re.Match[str], first: int = 1) -> str:
    return (match[first] if match[first] is not None else match[first + 1]).strip()


def _whole(text: str) -> str:
    """Put brackets around what would fall apart beside a slash."""
    return (
        text
        if len(text) == 1 or re.fullmatch(r"\\?[\w.]+|\[[^\]]*\]|\([^()]*\)", text)
        else f"({text})"
    )


def _accented(match: re.Match[str]) -> str:
    text = match[2] if match[2] is not None else match[3]
    if len(text) != 1:
        return text
    return unicodedata.normalize("NFC", text + _ACCENTS[match[1]])


def _script(match: re.Match[str]) -> str:
    text = _NAME.sub(_named, _argument(match, 2)).strip()
    if match[1] == "^" and text == "⊤":
        return "ᵀ"
    small = text.translate(_UP if match[1] == "^" else _DOWN)
    if not any(sign == after for sign, after in zip(text, small, strict=True)):
        return small
    return match[1] + _whole(text)


def _named(match: re.Match[str]) -> str:
    name = match[1]
    if sign := _SIGNS.get(name):
        return f" {sign} " if sign in _WORD_SIGNS else sign
    case = "CAPITAL" if name[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {name.replace('lambda', 'lamda').upper()}")
    except KeyError:
        return f"{name} "
