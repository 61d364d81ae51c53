"""Decks of markup that wants to run, as files to be imported: in every text and every name."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

from ..formats.hostile.payloads import ELSEWHERE, PAYLOADS
from ..packages import PICTURE, collection, package

FORMAT_EXAMPLES = Path(__file__).parents[1] / "data" / "formats" / "deck-format"
PROMPTS = {
    "coding": FORMAT_EXAMPLES / "coding" / "exercises-intervals-and-metrics.md",
    "behavioral": FORMAT_EXAMPLES / "behavioral" / "prompts-examples.md",
    "design": FORMAT_EXAMPLES / "system-design" / "prompts-examples.md",
}
TOGETHER = 12
MARK = "poisoned"


def in_names(name: str) -> str:
    """Markup that ends attributes and elements, and says where it ran."""
    return f"\"'></title></textarea></script><img src=x onerror=HIT('{name}')>"


def joined(at: int) -> str:
    """Some of the payloads in one field, each in an element of its own."""
    some = list(PAYLOADS.values())[at : at + TOGETHER]
    return "".join(f"<div>{text}</div>\n" for text in some)


def write_package(path: Path) -> Path:
    """One note for each payload, one for each dozen, clozes, and names in every place for one."""
    fields = [{"name": in_names("field"), "ord": 0}, {"name": "Back", "ord": 1}]
    front = f"{{{{{in_names('field')}}}}}"
    question = f"{PAYLOADS['script']}{{{{#Back}}}}<p>{front}</p>{{{{/Back}}}}{{{{hint:Back}}}}"
    answer = f"{{{{FrontSide}}}}<hr id=answer>{{{{Back}}}}{in_names('template')}{{{{Tags}}}}"
    templates = [{"name": in_names("template-name"), "ord": 0, "qfmt": question, "afmt": answer}]
    plain = {"name": in_names("type"), "type": 0, "flds": fields, "tmpls": templates}
    cloze_fields = [{"name": "Text", "ord": 0}, {"name": "Back Extra", "ord": 1}]
    question = "{{cloze:Text}}<div>{{Back Extra}}</div>"
    cloze_templates = [{"name": "C", "ord": 0, "qfmt": question, "afmt": question}]
    cloze = {
        "name": "Cloze",
        "type": 1,
        "css": f"@import url({ELSEWHERE}/deck.css); body {{ background: url({ELSEWHERE}/b.png) }}",
        "flds": cloze_fields,
        "tmpls": cloze_templates,
    }
    tag = in_names("tag").replace(" ", "/")
    picture = in_names("media") + ".png"
    shown = picture.replace('"', "&quot;")
    notes = [(1, "media", 1, f" {tag} ", f'{MARK} <img src="{shown}">[sound:{picture}]\x1fx')]
    for name, text in PAYLOADS.items():
        number = len(notes) + 1
        notes.append((number, f"one {name}", 1, f" {tag} ", f"{MARK} {name} {text}\x1f{text}"))
    for at in range(0, len(PAYLOADS), TOGETHER):
        notes.append((len(notes) + 1, f"from {at}", 1, "", f"{MARK} {joined(at)}\x1f{joined(at)}"))
    for name, text in PAYLOADS.items():
        if "{{" not in text and "\n" not in text and "::" not in text:
            hidden = f"{MARK} {{{{c1::{name}::{text}}}}} {text}"
            notes.append((len(notes) + 1, f"hint {name}", 2, "", f"{hidden}\x1f{text}"))
    for name in ("masks", "masks-text", "masks-fill", "masks-points"):
        masked = f'{MARK} {PAYLOADS[name]}\x1f<img src="{shown}">'
        notes.append((len(notes) + 1, f"from {name}", 2, "", masked))
    cards = [(number, 1, 0) for number, *_ in notes]
    data = collection(
        path.with_suffix(".c"),
        notes,
        cards=cards,
        models={"1": plain, "2": cloze},
        decks={"1": {"name": f"{in_names('deck')}::{MARK}"}},
    )
    media = json.dumps({"0": picture}).encode()
    return package(path, data, media=media, **{"0": PICTURE})


def write_table(path: Path) -> Path:
    """The same in Markdown, by way of our own table, with a source and a hint."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["id", "kind", "front", "back", "hint", "note", "tags", "source"])
    for name, text in PAYLOADS.items():
        rows.writerow([f"md-{name}", "basic", f"{MARK} {text}", text, text, text, "t", text])
    path.write_text(out.getvalue().replace("\0", ""), encoding="utf-8")
    return path


def write_prompts(path: Path, kind: str) -> Path:
    """A file of prompts, each of whose sentences ends in a payload; code is left alone."""
    texts = [text for text in PAYLOADS.values() if not re.search(r"[\n\0|#]", text)]
    lines, number, is_code, is_body = [], 0, False, False
    for line in PROMPTS[kind].read_text(encoding="utf-8").splitlines():
        is_code ^= line.lstrip().startswith(("```", "~~~"))
        is_body = (is_body or line.startswith("###")) and not line.startswith("## ")
        if line.startswith("## "):
            line = f"## own-{line[3:]}"
        elif line.startswith("title:"):
            line = f"{line} {in_names('title')}"
        elif is_body and not is_code and re.search(r"[a-z][.?]$", line):
            line += f" {texts[number % len(texts)]}"
            number += 1
        lines.append(line)
    assert number >= 10
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
