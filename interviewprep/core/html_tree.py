"""Sanitised HTML as a tree, for who wants to write it as something else."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TypeAlias

VOID = frozenset(["br", "hr", "img", "wbr"])
_DEEPEST = 200


@dataclass(slots=True)
class Element:
    """One element; the root has no name."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)

    def text(self) -> str:
        """All text within, in order, line breaks as `\\n`."""
        parts: list[str] = []
        waiting: list[Node] = [self]
        while waiting:
            node = waiting.pop()
            if isinstance(node, str):
                parts.append(node)
            elif node.name == "br":
                parts.append("\n")
            else:
                waiting.extend(reversed(node.children))
        return "".join(parts)


Node: TypeAlias = str | Element


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]
        self._too_deep: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(self._open) >= _DEEPEST and tag not in VOID:
            self._too_deep.append(tag)
            return
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if self._too_deep and self._too_deep[-1] == tag:
            self._too_deep.pop()
        elif len(self._open) > 1 and self._open[-1].name == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def tree_of(html: str) -> Element:
    """The tree of HTML as the sanitiser writes it. What is nested too deeply is flattened."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root
