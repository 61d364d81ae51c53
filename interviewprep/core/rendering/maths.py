"""LaTeX becomes MathML that is safe to put into a page with a strict policy.

math-core writes the MathML. What it writes is checked tag by tag before it is trusted, and its
inline styles, which the policy forbids, become classes; `maths_styles` gives the rules for them.
"""

from __future__ import annotations

import re
from html import escape
from threading import Lock

from math_core import LatexError, LatexToMathML

from interviewprep.core import cloze
from interviewprep.errors import Invalid

LONGEST_CHARS = 5_000
DEEPEST_BRACES = 50
"""math-core recurses and would end the process on a very deep formula: seen at 3,000 braces."""

# Two colours nobody is likely to use mark a cloze on its way through math-core, which knows no
# classes. They are only names for the gap and the answer, and never shown as colours.
_GAP_COLOUR, _SHOWN_COLOUR = "Mulberry", "Periwinkle"
_GAP, _SHOWN = rf"\textcolor{{{_GAP_COLOUR}}}", rf"\textcolor{{{_SHOWN_COLOUR}}}"
_SHOWN_END = " \t \t}"
"""White space means nothing in a formula, so that this tells our closing brace from others."""
_CLOZE_GAP = re.compile(f"{cloze.GAP_OPEN}.*?{cloze.GAP_CLOSE}", re.DOTALL)
_MARKS = re.compile(f"[{cloze.MARKS}]")

_DEFINES = re.compile(
    r"\\(?:[egx]?def|let|(?:re|provide)?newcommand|renewcommand|DeclareMath\w*)\b"
)
_TAG = re.compile(r"<(/?)([a-z]+)((?: [a-z:]+=\"[^\"<>]*\")*) ?(/?)>")
_ATTRIBUTE = re.compile(r" ([a-z:]+)=\"([^\"<>]*)\"")
_COLOUR = re.compile(r"color:(#[0-9A-Fa-f]{3,8})")

_TAG_NAMES = (
    "math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot "
    "mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none "
    "a"
)
_TAGS = frozenset(_TAG_NAMES.split())
_ATTRIBUTE_NAMES = (
    "accent accentunder columnspan depth display displaystyle fence form height largeop "
    "linethickness lspace mathvariant maxsize minsize movablelimits notation rowspan rspace "
    "scriptlevel separator stretchy symmetric voffset width"
)
_ATTRIBUTES = frozenset(_ATTRIBUTE_NAMES.split())
_CLASS_OF_STYLE = {
    "text-align:left": "m-left",
    "text-align:right": "m-right",
    "text-align:center": "m-centre",
    "padding-left:0": "m-pl-0",
    "padding-left:1em": "m-pl-1",
    "padding-right:0": "m-pr-0",
    "padding-right:0.1667em": "m-pr-thin",
    "padding-left:0.1667em": "m-pl-thin",
    "padding-top:0.1667em": "m-pt-thin",
    "border-left:0.05em solid currentcolor": "m-bl",
    "border-right:0.05em solid currentcolor": "m-br",
    "border-top:0.05em solid currentcolor": "m-bt",
    "border-bottom:0.05em solid currentcolor": "m-bb",
    "border-left:0.05em dashed currentcolor": "m-bl-dashed",
    "border-right:0.05em dashed currentcolor": "m-br-dashed",
    "border-top:0.05em dashed currentcolor": "m-bt-dashed",
    "border-bottom:0.05em dashed currentcolor": "m-bb-dashed",
    "width:50%": "m-w-half",
    "width:100%": "m-w-full",
    "width:7.5%": "m-w-number",
    "font-variant-caps:small-caps": "m-small-caps",
}
_CLASSES = frozenset({"menclose-updiagonalstrike", "menclose-downdiagonalstrike"})


class UnreadableMaths(Invalid):
    """A formula that cannot be typeset; the message says why and at which character."""

    code = "unreadable-maths"


_converter = LatexToMathML(fancy_error=False, max_expansions=500)
_converting = Lock()


def render_maths(latex: str, display: bool) -> str:
    """Return `latex` as a MathML element, `display` on a line of its own.

    Cloze marks (`core.cloze`) may stand inside: a gap is shown as a marked `[ ? ]`, an answer with
    the class `cloze`. Raises `UnreadableMaths`.
    """
    marked = mark_clozes(latex)
    try:
        return _render(marked, display)
    except UnreadableMaths:
        # A deletion may cut across groups or table cells, where a colour cannot.
        if _SHOWN not in marked:
            raise
        return _render(_unmarked(marked), display)


def maths_or_source(latex: str, display: bool) -> str:
    """Return the MathML or, where there is none, the source as `<code class="maths-error">`."""
    try:
        return render_maths(latex, display)
    except UnreadableMaths as error:
        source = _unmarked(mark_clozes(latex)).replace(_GAP, "")
        return f'<code class="maths-error" title="{escape(error.message)}">{escape(source)}</code>'


def mark_clozes(latex: str) -> str:
    """Turn cloze marks into what math-core can carry: two agreed colours."""
    latex = _CLOZE_GAP.sub(lambda _: _GAP + r"{[\,?\,]}", latex)
    latex = latex.replace(cloze.SHOWN_OPEN, _SHOWN + "{").replace(cloze.SHOWN_CLOSE, _SHOWN_END)
    return _MARKS.sub("", latex)


def _unmarked(marked: str) -> str:
    return marked.replace(_SHOWN + "{", "").replace(_SHOWN_END, "")


def maths_styles() -> str:
    """The style sheet that stands in for the inline styles of math-core."""
    rules = [f".{name} {{ {style}; }}" for style, name in _CLASS_OF_STYLE.items()]
    rules.append('menclose[notation~="box"] { border: 1px solid; padding: 0.15em 0.3em; }')
    rules.append('menclose[notation~="updiagonalstrike"] { text-decoration: line-through; }')
    rules.append('menclose[notation~="downdiagonalstrike"] { text-decoration: line-through; }')
    return "\n".join(rules) + "\n"


def _render(latex: str, display: bool) -> str:
    _check(latex)
    try:
        with _converting:
            mathml = _converter.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        raise UnreadableMaths(f"This formula cannot be typeset: {_reason(error)}") from None
    return checked_mathml(mathml)


def _check(latex: str) -> None:
    if len(latex) > LONGEST_CHARS:
        raise UnreadableMaths(f"A formula may have {LONGEST_CHARS} characters; shorten this one.")
    depth = deepest = 0
    for character in latex:
        if character == "{":
            depth += 1
            deepest = max(deepest, depth)
        elif character == "}":
            depth -= 1
    if deepest > DEEPEST_BRACES:
        raise UnreadableMaths(f"Braces nest deeper than {DEEPEST_BRACES}; simplify the formula.")
    if _DEFINES.search(latex):
        raise UnreadableMaths("A formula cannot define commands; write them out.")


def _reason(error: LatexError) -> str:
    column, _, reason = str(error).partition(": ")
    if column.isdigit():
        return f"{reason.rstrip('.')} (at character {int(column) + 1})."
    return str(error)


def checked_mathml(mathml: str) -> str:
    """Keep known tags and attributes only; anything unforeseen makes the formula unreadable."""
    parts: list[str] = []
    at = 0
    for match in _TAG.finditer(mathml):
        parts.append(_text(mathml[at : match.start()]))
        at = match.end()
        parts.append(_tag(match))
    parts.append(_text(mathml[at:]))
    return "".join(parts)


def _text(text: str) -> str:
    if "<" in text or ">" in text:
        raise UnreadableMaths("This formula cannot be typeset safely; write it in another way.")
    return text


def _tag(match: re.Match[str]) -> str:
    closing, name, attributes, alone = match.groups()
    if name not in _TAGS:
        raise UnreadableMaths(f"This formula cannot be typeset safely: it makes <{name}>.")
    if name == "a":  # references between formulas lead nowhere on a card
        name = "mrow"
    if closing:
        return f"</{name}>"
    kept = "".join(_attribute(*pair) for pair in _ATTRIBUTE.findall(attributes))
    return f"<{name}{kept}{'/' if alone else ''}>"


def _attribute(name: str, value: str) -> str:
    if name in _ATTRIBUTES:
        return f' {name}="{value}"'
    if name == "class":
        kept = [word for word in value.split() if word in _CLASSES]
        return f' class="{" ".join(kept)}"' if kept else ""
    if name == "style":
        return _style(value)
    return ""


def _style(style: str) -> str:
    classes: list[str] = []
    colour = ""
    for declaration in style.split(";"):
        declaration = re.sub(r"\s*:\s*", ":", declaration.strip())
        if declaration in _CLASS_OF_STYLE:
            classes.append(_CLASS_OF_STYLE[declaration])
        elif (found := _COLOUR.fullmatch(declaration)) is not None:
            marked = _CLASS_OF_COLOUR.get(found[1].upper())
            if marked is not None:
                classes.append(marked)
            else:
                colour = f' mathcolor="{found[1]}"'
    return (f' class="{" ".join(classes)}"' if classes else "") + colour


def _colour_of(name: str) -> str:
    mathml = _converter.convert_with_local_state(rf"\textcolor{{{name}}}{{x}}", displaystyle=False)
    found = _COLOUR.search(mathml)
    return found[1].upper() if found else ""


_CLASS_OF_COLOUR = {_colour_of(_GAP_COLOUR): "cloze-gap", _colour_of(_SHOWN_COLOUR): "cloze"}
