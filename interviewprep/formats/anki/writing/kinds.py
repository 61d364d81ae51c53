"""Note types as Anki has them: those with templates as they are, our own kinds with our fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from interviewprep.core.notes import Markup, NoteKind, NoteType, Template

_FIRST_ID = 1_400_000_000_000
_IDS = 200_000_000_000
_HINT = "{{#Hint}}<p>{{hint:Hint}}</p>{{/Hint}}"
_NOTE = '{{#Note}}<div class="note">{{Note}}</div>{{/Note}}'
_LINE = "<hr id=answer>"
_FRONT = Template("Card 1", f"{{{{Front}}}}{_HINT}", f"{{{{Front}}}}{_LINE}{{{{Back}}}}{_NOTE}")
_BACK = Template("Card 2", f"{{{{Back}}}}{_HINT}", f"{{{{Back}}}}{_LINE}{{{{Front}}}}{_NOTE}")
_TEXT = Template(
    "Cloze", f"{{{{cloze:Text}}}}{_HINT}", f"{{{{cloze:Text}}}}<br>{{{{Extra}}}}{_NOTE}"
)
_PROMPT = Template("Prompt", "{{Title}}", f"{{{{Title}}}}{_LINE}{{{{Text}}}}")
_OWN_TEMPLATES = {
    NoteKind.BASIC: (_FRONT,),
    NoteKind.BOTH_WAYS: (_FRONT, _BACK),
    NoteKind.CLOZE: (_TEXT,),
    NoteKind.PROMPT: (_PROMPT,),
}
CSS = """.card { font-family: sans-serif; font-size: 20px; line-height: 1.5; max-width: 40em;
  margin: 0 auto; text-align: left; color: black; background-color: white; }
.note { margin-top: 1em; font-size: 85%; opacity: 0.8; }
.cloze { font-weight: bold; color: #1a5fb4; }
.nightMode .cloze { color: #8ab4f8; }
table { border-collapse: collapse; }
td, th { border: 1px solid gray; padding: 0.2em 0.6em; }
pre { text-align: left; overflow-x: auto; }
"""
LATEX_BEFORE = (
    "\\documentclass[12pt]{article}\n\\usepackage[utf8]{inputenc}\n"
    "\\usepackage{amssymb,amsmath}\n\\pagestyle{empty}\n\\setlength{\\parindent}{0in}\n"
    "\\begin{document}\n"
)
LATEX_AFTER = "\\end{document}"


@dataclass(frozen=True, slots=True)
class AnkiKind:
    """A note type with the id and the name it has in the package. `from_markdown` says that fields
    have to become HTML."""

    id: int
    name: str
    is_cloze: bool
    fields: tuple[str, ...]
    templates: tuple[Template, ...]
    css: str
    from_markdown: bool


def kinds_of(note_types: Iterable[NoteType]) -> dict[str, AnkiKind]:
    """The kinds by the keys of our types. Ids come from what a type is, so that a second export is
    the same type to Anki; names are made different, types with templates keep theirs first."""
    found: dict[str, AnkiKind] = {}
    ids: dict[int, str] = {}
    names: set[str] = set()
    for kind in sorted(note_types, key=lambda kind: not kind.templates):
        fields, templates = _distinct(kind.fields), kind.templates or _OWN_TEMPLATES[kind.kind]
        what = repr((kind.name, kind.kind, kind.markup, fields, templates))
        kind_id = _FIRST_ID + stable_number(what) % _IDS
        while ids.setdefault(kind_id, kind.key) != kind.key:
            kind_id += 1
        name, number = kind.name.replace('"', "") or "Notes", 2
        while name.casefold() in names:
            name, number = f"{kind.name} {number}", number + 1
        names.add(name.casefold())
        is_cloze = kind.kind is NoteKind.CLOZE
        from_markdown = kind.markup is Markup.MARKDOWN
        css = CSS + _code_styles() if from_markdown else CSS
        found[kind.key] = AnkiKind(kind_id, name, is_cloze, fields, templates, css, from_markdown)
    return found


def stable_number(text: str) -> int:
    """A number of 63 bits that a text always gives."""
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()) >> 1


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Field names, which Anki wants to be different and not empty."""
    found: dict[str, None] = {}
    for name in names:
        unique, number = name or "Field", 2
        while unique.casefold() in (other.casefold() for other in found):
            unique, number = f"{name or 'Field'} {number}", number + 1
        found[unique] = None
    return tuple(found)


def _code_styles() -> str:
    from interviewprep.core.rendering.code import code_styles

    return code_styles()
