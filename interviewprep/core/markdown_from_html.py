"""HTML of a note as our Markdown: for every element that the sanitiser keeps.

Formulas become `$…$`, cloze deletions stay as they are. What Markdown has no way to say (colours,
cells that span several) is named beside the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from interviewprep.core.html_tree import Element, Node, tree_of
from interviewprep.core.plain_markdown import escaped, fenced
from interviewprep.core.rendering.html import with_formulas_and_sounds
from interviewprep.core.rendering.sanitising import sanitised

_LOST = (
    (re.compile(r"\bstyle\s*=|<font\b", re.IGNORECASE), "colours and sizes"),
    (re.compile(r"\b(?:col|row)span\s*=\s*[\"']?(?!1\b)\d", re.IGNORECASE), "joined cells"),
    (re.compile(r"<ruby\b", re.IGNORECASE), "ruby text above the line"),
    (re.compile(r"<(?:audio|video|svg|iframe|object|input|canvas)\b", re.IGNORECASE), "a player"),
)
_BLOCK_NAMES = (
    "blockquote center dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre "
    "summary table tbody td tfoot th thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_STRONG, _EMPHASIS = frozenset(["b", "strong"]), frozenset(["i", "em", "cite", "dfn"])
_KEPT_NAMES = "sub sup u mark small ins kbd samp q abbr var"
_KEPT_TAGS = frozenset(_KEPT_NAMES.split())
_CODE = frozenset(["code", "tt"])
_EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)
_LABEL = re.compile(r"^([A-Z]):(?=[\s]|$)", re.MULTILINE)
_BREAK = "\\\n"
_LONGEST_INLINE_FORMULA = 900
_INDENT = "    "
_SPACES = re.compile(r"[ \t\n\r\f]+")


def markdown_of(html: str) -> tuple[str, tuple[str, ...]]:
    """Return the Markdown of a field, and what of it Markdown cannot say, in words."""
    lost = tuple(words for pattern, words in _LOST if pattern.search(html))
    tree = tree_of(with_formulas_and_sounds(sanitised(html)))
    return "\n\n".join(_blocks(tree.children)), lost


def _blocks(nodes: Iterable[Node]) -> list[str]:
    """The blocks of mixed content; text between blocks is a paragraph."""
    found: list[str] = []
    line: list[Node] = []

    def close() -> None:
        text = _paragraph(line)
        if text:
            found.append(text)
        line.clear()

    for node in nodes:
        if isinstance(node, Element) and (node.name in _BLOCKS or _is_display(node)):
            close()
            found += _block(node)
        elif isinstance(node, Element) and _has_blocks(node):
            close()
            found += _blocks(node.children)
        else:
            line.append(node)
    close()
    return found


def _has_blocks(element: Element) -> bool:
    return any(
        isinstance(child, Element) and (child.name in _BLOCKS or _has_blocks(child))
        for child in element.children
    )


def _block(element: Element) -> list[str]:
    writer = _WRITERS.get(element.name)
    if writer is not None:
        return writer(element)
    if _is_display(element):
        return [f"$$\n{element.text().strip()}\n$$"]
    return _blocks(element.children)


def _heading(element: Element) -> list[str]:
    written = _inline(element.children, frozenset(["strong"])).replace(_BREAK, " ")
    text = " ".join(written.split())
    return [f"**{text}**"] if text else []


def _rule(element: Element) -> list[str]:
    return ["* * *"]


def _quote(element: Element) -> list[str]:
    text = "\n\n".join(_blocks(element.children))
    return ["\n".join(f"> {line}".rstrip() for line in text.split("\n"))] if text else []


def _code_block(element: Element) -> list[str]:
    return [fenced(element.text().strip("\n"))]


def _list(element: Element) -> list[str]:
    _flatten_quotes(element)
    lines: list[str] = []
    start = element.attributes.get("start", "")
    number = int(start) if start.isdecimal() and len(start) < 9 else 1
    for child in element.children:
        if isinstance(child, str):
            if not child.strip():
                continue
            child = Element("li", {}, [child])
        blocks = _blocks([child]) if child.name in ("ul", "ol") else _blocks(child.children)
        mark = f"{number}. " if element.name == "ol" else "- "
        number += 1
        is_loose = len(blocks) > 1 and not blocks[1].lstrip().startswith(("- ", "1. "))
        text = ("\n\n" if is_loose else "\n").join(blocks) or "&nbsp;"
        first, *rest = text.split("\n")
        lines.append(mark + first)
        lines += [_INDENT + line if line else "" for line in rest]
    return ["\n".join(lines)] if lines else []


def _flatten_quotes(element: Element) -> None:
    """Within a list a quote is a paragraph: the two kinds of indent do not go together."""
    waiting = [element]
    while waiting:
        each = waiting.pop()
        if each.name == "blockquote":
            each.name = "div"
        waiting += [child for child in each.children if isinstance(child, Element)]


def _table(element: Element) -> list[str]:
    rows = [[_cell(cell) for cell in row] for row in _rows(element)]
    width = max(map(len, rows), default=0)
    if not width:
        return []
    filled = [[*row, *[""] * (width - len(row))] for row in rows]
    head, *body = filled
    return ["\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * width, *body])]


def _rows(element: Element) -> list[list[Element]]:
    found: list[list[Element]] = []
    for child in element.children:
        if isinstance(child, Element):
            if child.name == "tr":
                cells = [c for c in child.children if isinstance(c, Element)]
                if cells:
                    found.append(cells)
            else:
                found += _rows(child)
    return found


def _cell(cell: Element) -> str:
    text = "<br>".join(_blocks(cell.children)).replace(_BREAK, "<br>")
    text = " ".join(text.replace("\n", "<br>").split()) if "\n" in text else text
    return re.sub(r"(?<!\\)\|", r"\\|", text)


_WRITERS: dict[str, Callable[[Element], list[str]]] = {
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt"], _heading),
    "hr": _rule,
    "blockquote": _quote,
    "pre": _code_block,
    "ul": _list,
    "ol": _list,
    "table": _table,
}


def _paragraph(nodes: Iterable[Node]) -> str:
    text = _inline(nodes, frozenset()).strip(" \n")
    while text.startswith(_BREAK):
        text = text[len(_BREAK) :].lstrip(" \n")
    while (len(text) - len(text.rstrip("\\"))) % 2:  # a break at the end breaks nothing
        text = text[:-1].rstrip(" \n")
    lines = [_line(line) for line in text.split("\n")]
    return _LABEL.sub(r"\1\:", "\n".join(line for line in lines if line not in ("", "\\")))


def _line(line: str) -> str:
    """A line of a paragraph that begins nothing else: no list, quote, heading or rule."""
    line = line.strip(" ")
    if line.startswith(("**", "*", "$", "`", "[", "!", "<", "\\", "~~")):
        return line
    start = re.match(r"[#>+=-]|\d+(?=[.)])", line)
    if start is None:
        return line
    at = start.end() if start[0].isdigit() else start.start()
    return line[:at] + "\\" + line[at:]


def _inline(nodes: Iterable[Node], within: frozenset[str]) -> str:
    written = ""
    for node in nodes:
        piece = _plain(node) if isinstance(node, str) else _span(node, within)
        if written.endswith("$") and piece[:1].isdigit():
            piece = f"<span></span>{piece}"  # `$x$5` would be a price
        if written.endswith(" ") and piece.startswith(" "):
            piece = piece[1:]
        written += piece
    return written


def _plain(text: str) -> str:
    """Text with what Markdown would read taken for itself; white space becomes single blanks."""
    text = _SPACES.sub(" ", text)
    bare = text.strip(" ")
    if not bare:
        return text
    before, after = text.startswith(" "), text.endswith(" ")
    # A letter before it keeps `escaped` from seeing the beginning of a line, which it may not be.
    parts = [escaped(f"a{part}")[1:] for part in bare.split("\xa0")]
    return " " * before + "\xa0".join(parts) + " " * after


def _span(element: Element, within: frozenset[str]) -> str:
    name, attributes = element.name, element.attributes
    if name == "br":
        return _BREAK
    if name == "img":
        return _picture(attributes)
    if name in _CODE:
        return _code(element)
    if name == "a":
        return _link(element, within)
    inside = within | {"strong" if name in _STRONG else "em" if name in _EMPHASIS else name}
    text = _inline(element.children, inside)
    if name in _STRONG or name in _EMPHASIS:
        mark, tag = ("**", "b") if name in _STRONG else ("*", "i")
        if inside == within:
            return text
        return _marked(text, mark, tag, is_nested=bool(within & {"strong", "em"}))
    if name in ("del", "s"):
        return _marked(text, "~~", "s", is_nested="~" in text or "\n" in text)
    if name in _KEPT_TAGS and text.strip():
        return f"<{name}>{text}</{name}>"
    if name == "rt":
        return f" ({text.strip()})"
    return text


def _marked(text: str, mark: str, tag: str, *, is_nested: bool) -> str:
    """Text between marks, which must touch it; within others, or around them, as an element."""
    edges = _EDGES.fullmatch(text)
    assert edges is not None
    before, inside, after = edges.groups()
    if not inside:
        return text
    if is_nested or "*" in inside or inside.endswith("\\"):
        return f"{before}<{tag}>{inside}</{tag}>{after}"
    return f"{before}{mark}{inside}{mark}{after}"


def _is_display(element: Element) -> bool:
    return element.name == "code" and "maths-display" in element.attributes.get("class", "")


def _code(element: Element) -> str:
    kind = element.attributes.get("class", "")
    text = element.text()
    if "maths" in kind:
        return _formula(" ".join(text.split()), "$$" if "display" in kind else "$")
    if kind == "sound":
        return f"[sound:{text}]"
    text = " ".join(text.split("\n"))
    if not text.strip():
        return text
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    marks = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{marks}{pad}{text}{pad}{marks}"


def _formula(latex: str, mark: str) -> str:
    if not latex:
        return ""
    latex = re.sub(r"(?<!\\)\$", r"\\$", latex)
    if mark == "$" and len(latex) > _LONGEST_INLINE_FORMULA:
        mark = "$$"
    return f"{mark}{latex}{mark}"


def _picture(attributes: dict[str, str]) -> str:
    name = attributes.get("src", "").strip()
    alt = " ".join(re.sub(r"[\[\]\\`*_$]", " ", attributes.get("alt", "")).split())
    return f"![{alt}]({_address(name)})" if name else alt


def _link(element: Element, within: frozenset[str]) -> str:
    text = _inline(element.children, within)
    address = element.attributes.get("href", "").strip()
    if not address or not text.strip():
        return text
    if "[" in text or "]" in text or "\n" in text:
        return f"{text} ({_plain(address)})"
    return f"[{text}]({_address(address)})"


def _address(address: str) -> str:
    bare = address.replace("<", "%3C").replace(">", "%3E").replace("\n", "")
    return f"<{bare}>" if re.search(r"[\s()]", bare) else bare
