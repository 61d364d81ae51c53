"""Texts: tables, Markdown, YAML, JSON and XML that nest, refer, load, or never end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ...packages import collection
from ..test_crowdanki import deck as crowdanki_deck
from ..test_crowdanki import note
from .case import Cases, Make, sized
from .made import CSV, GOOD, account_archive, account_header, apkg, deck_json, old, text


def _tables() -> Cases:
    cases = Cases("CSV", "cards.csv")
    cases.refused("a quote that is never closed", text('q,a\n"never,closed\nx,y\n'), "line 2")
    cases.refused("a quote at the end", text("q,a\n" + "x,y\n" * 5 + 'z,"'), "line 7")
    cases.refused("only quotes", text('"' * 100_001), "No separator")
    cases.reported("ragged rows", text("q,a\none\na,b,c,d\nx,y\nz,w\n"), "ragged-row")
    columns = sized(100_000, 20_000)
    said, whole = "10,000 columns", ",".join(f"c{n}" for n in range(columns)) + "\n"
    cases.refused("very many columns", text(whole), f"line 1: only {said}")
    rows = (",".join("x" * columns) + "\n") * sized(100, 3)
    cases.refused("many rows of very many columns", text(rows), f"line 1: only {said}")
    one = text("a,b\nc,d\ne,f\n" + "x," * columns)
    cases.refused("one row of very many columns", one, f"line 4: only {said}")
    cases.harmless("as many columns as may be", text(",".join("x" * 10_000) + "\n"))
    few = text("a,b\nc,d\ne,f\n" + "x," * 9_999)
    cases.reported("one row of nearly as many", few, "ragged-row")
    cases.harmless("formulas", text("q,a\n=cmd|' /C calc'!A0,@SUM(1)\n+1,-1\n\"\t=1\",x\n"))
    cases.refused("a NUL", text(b"q,a\nx,\0y\n"), "line 2")
    cases.refused("only NULs", text(b"\0" * 1000), "")
    cases.refused("a cell without an end", _cells, "line 2: a cell")
    cases.reported("half a letter", text(b"q,a\n\xed\xa0\x80,x\n\xff\xfe,y\n"), "encoding-guessed")
    cases.harmless("turned around", text("q,a\n\u202egnp.exe\u202c,\u2066x\n"))
    cases.harmless("only marks", text("\ufeff\ufeffq,a\nx,y\n"))
    many = sized(200_000, 4_000)
    cases.harmless("very many notes", text("".join(f"q{n},a{n}\n" for n in range(many))))
    cases.refused(
        "more notes than may be", text("".join(f"q{n},a\n" for n in range(250_002))), "250,000"
    )
    cases.reported("the same row very often", text("q,a\n" * many), "duplicate-row")
    cases.reported(
        "one question very often",
        text("".join(f"q,a{n}\n" for n in range(many))),
        "duplicate-front",
    )
    cases.refused("a header that is none", text("#separator:abc\nq,a\n"), "line 1")
    cases.refused("a column that is none", text("#tags column:0\nq,a\n"), "line 1")
    cases.either("a column far away", text("#tags column:9999\nq,a\n"))
    cases.either("headers without end", text("#separator:comma\n" + "#x:y\n" * many + "q,a\n"))
    cases.refused(
        "larger than may be", lambda folder: b"q,a\n" * 17_000_000, "67,108,864 are allowed"
    )
    cases.either("UTF-16 with half a letter", text(b"\xff\xfeq\0,\0a\0\n\0\x00\xd8"))
    cases.either("UTF-7", text(b"+ADw-script+AD4-,a\n"))
    cases.either("UTF-32", text("q,a\n".encode("utf-32")))
    cases.harmless(
        "tags by the thousand", text("#tags column:3\n#separator:comma\nq,a," + "t " * 50_000)
    )
    return cases


def _cells(folder: Path) -> bytes:
    return b"q,a\n" + b"x" * 1_000_001 + b",y\n"


def _markdown() -> Cases:
    cases = Cases("Markdown and YAML", "deck.md")
    front = "---\nname: x\n{}\n---\n## one-id\nQ: a\nA: b\n"
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    for what, yaml, said in (
        ("aliases upon aliases", bomb, "anchors or aliases"),
        ("an alias of itself", "tags: &a [*a]", "anchors or aliases"),
        ("an object", "tags: !!python/object/apply:os.system ['true']", "front matter"),
        ("a module", "tags: !!python/module:os ''", "front matter"),
        ("a name", "tags: !!python/name:os.system ''", "front matter"),
        ("an object of its own", "tags: !evil {a: 1}", "front matter"),
        ("lists in lists", "tags: " + "[" * 20_000, "front matter"),
        ("maps in maps", "tags: " + "{a: " * 20_000, "front matter"),
        ("lists in lists by lines", "tags:\n" + "- " * 20_000, "front matter"),
        ("questions in questions", "? " * 20_000, "front matter"),
        ("a tab", "\ttags: x", "front matter"),
        ("a key that stands for others", "<<: {evil: y}", "no key"),
        ("a key that is none", "evil: 1", "no key"),
        ("a date that is none", "description: 2026-99-99", "front matter"),
        ("a number without end", "description: " + "9" * 5_000, ""),
        ("much text", "description: " + "x" * 70_000, "65,536"),
        ("bytes", "description: !!binary aGVsbG8=", "must be one text"),
        ("two documents", "--- x", "front matter"),
        ("sets", "tags: !!set {a, b}", ""),
    ):
        make = text(front.format(yaml))
        cases.refused(f"YAML with {what}", make, said) if said else cases.either(
            f"YAML with {what}", make
        )
    cases.refused(
        "front matter that is never closed", text("---\n" + "name: x\n" * 900), "never closed"
    )
    cases.either(
        "TOML of hashcards",
        text('---\nname = "' + "x" * 99_999 + '"\n---\nQ: a\nA: b\n---\nC: [x]\n'),
    )
    deep = sized(20_000, 3_000)
    for what, opening in {
        "quotes": "> ",
        "lists": "- ",
        "numbers": "1. ",
        "headings": "# ",
        "brackets": "[",
        "pictures": "![",
        "stars": "**a ",
        "ticks": "`",
        "tags": "<div>",
        "formulas": "$a^{",
        "tables": "|",
        "clozes": "{{c1::",
        "footnotes": "[^1]: ",
        "entities": "&amp;",
        "spaces": " ",
        "strikes": "~~",
        "links": "](",
        "comments": "<!--",
    }.items():
        nested = "## one-id\nQ: a\nA: b " + opening * deep + "\n"
        cases.either(f"nested {what}", text(nested))
        cases.either(f"nested {what} of others", text("q " + opening * deep + "::a\n"))
    cases.either(
        "a fence that is never closed", text("## one-id\nQ: a\nA: b\n```\n" + "x\n" * deep)
    )
    cases.either("a reference to itself", text("## one-id\nQ: [a][a]\nA: b\n\n[a]: [a][a]\n"))
    cases.refused("a NUL", text(b"Q: a\0\nA: b\n"), "line 1")
    cases.either("no line ends", text("Q: a A: b " * deep))
    return cases


def _json() -> Cases:
    cases = Cases("JSON and XML", "deck.json")
    cases.refused("lists in lists", text('{"__type__": "Deck", "a": ' + "[" * 300_000), "nests")
    deep = {"name": "x", "notes": [], "children": []}
    for _ in range(400):
        deep = {"name": "x", "notes": [], "children": [deep]}
    cases.either("decks in decks", _json_text({**crowdanki_deck(), "children": [deep]}))
    cases.either("numbers without end", text('{"__type__": "Deck", "name": ' + "9" * 9_999 + "}"))
    cases.either("NaN", text(json.dumps(crowdanki_deck()).replace('"About"', "NaN")))
    cases.either("half a letter", text(json.dumps(crowdanki_deck(name="\ud800\0x"))))
    cases.refused("cut off", text(json.dumps(crowdanki_deck())[:-20]), "not JSON")
    cases.either("notes that are a number", _json_text(crowdanki_deck(notes=7)))
    cases.either("note types that are a map", _json_text(crowdanki_deck(note_models={"a": 1})))
    cases.either("notes that are text", _json_text(crowdanki_deck(notes=["x", None, 3, []])))
    cases.either("fields that are maps", _json_text(crowdanki_deck(notes=[note("g", {"a": 1})])))
    cases.either(
        "media above", _json_text(crowdanki_deck(media_files=["../../etc/passwd", 7, None]))
    )
    for name, value in {
        "decks": [{"name": 7}],
        "note_types": [{}],
        "notes": [7],
        "media": {"a": 1},
        "version": 99,
        "format": "interviewprep-deck",
    }.items():
        cases.either(f"our JSON with odd {name}", _own(**{name: value}))
    cases.either("our JSON with details that are no number", _details("NaN"))
    cases.either("our JSON with details without end", _details("1e999"))
    cases.either("our JSON with a number of 4,000 digits", _details("9" * 4_000))
    cases.either("our JSON with details that nest", _details("[" * 900 + "]" * 900))
    cases.either("our JSON with half a letter", _details('"\\ud800\\u0000"'))
    cases.either("an account with details that are no number", _account_details("NaN"), "a.zip")
    cases.either(
        "an account with details that nest", _account_details("[" * 9_000 + "]" * 9_000), "a.zip"
    )
    many = "[" + ",".join(["[]"] * 1_300_000) + "]"
    cases.either("an account with a line of lists", _account_details(many), "a.zip")
    cases.refused("an account from the future", _account_header(version=99), "version 99", "a.zip")
    cases.refused("an account that is a list", _account_raw(b"[]"), "line 1", "a.zip")
    cases.refused("an account of bytes", _account_raw(b"\xff\xfe"), "line 1", "a.zip")
    for name in ("memory", "review", "card_mark", "story", "mock", "enrolment", "nonsense"):
        table = f"learning/tables/{name}.jsonl"
        cases.either(f"an account with odd rows of {name}", _account_rows(table), "a.zip")
    entity = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "{}">{}]>'
        '<mnemosyne><item id="1"><Q>&{};</Q><A>a</A></item></mnemosyne>'
    )
    laughs = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    for what, whole in {
        "a billion laughs": entity.format("ha" * 99, laughs, "m"),
        "a quadratic one": entity.format("x" * 100_000, "", "a;&a" * 1).replace(
            "&a;&a;", "&a;" * 5_000
        ),
        "a file of the server": entity.replace('"{}"', 'SYSTEM "file:///etc/passwd"').format(
            "", "a"
        ),
        "an address": entity.replace('"{}"', 'SYSTEM "http://127.0.0.1:9/x"').format("", "a"),
        "a document type elsewhere": '<!DOCTYPE mnemosyne SYSTEM "http://127.0.0.1:9/x"><mnemosyne/>',
    }.items():
        cases.refused(f"XML with {what}", text(whole), "", "deck.xml")
    nested = "<mnemosyne>" + "<item>" * sized(200_000, 20_000)
    cases.refused("XML that nests", text(nested), "", "deck.xml")
    attributes = "<mnemosyne " + " ".join(f"a{n}='x'" for n in range(50_000)) + "/>"
    cases.refused("XML of attributes", text(attributes), "", "deck.xml")
    cases.refused("XML that is cut off", text("<mnemosyne><item id='1'><Q>q</Q>"), "", "deck.xml")
    return cases


def _json_text(whole: Any) -> Make:
    return text(json.dumps(whole))


def _own(**changed: Any) -> Make:
    return lambda folder: deck_json(folder, **changed)


def _details(value: str) -> Make:
    def make(folder: Path) -> bytes:
        whole = json.loads(deck_json(folder))
        whole["notes"][0]["details"] = {"x": "VALUE"}
        return json.dumps(whole).replace('"VALUE"', value).encode()

    return make


def _account_details(value: str) -> Make:
    def make(folder: Path) -> bytes:
        noted = json.loads(deck_json(folder))["notes"][0]
        line = json.dumps({**noted, "details": {"x": "VALUE"}}).replace('"VALUE"', value)
        return account_archive(folder, **{"content/notes.jsonl": line.encode() + b"\n"})

    return make


def _account_header(**changed: Any) -> Make:
    return _account_raw(account_header(**changed))


def _account_raw(data: bytes) -> Make:
    return lambda folder: account_archive(folder, **{"interviewprep-archive.json": data})


def _account_rows(name: str) -> Make:
    rows = b'{"card_id": -1}\n{"card_id": 1e999}\n{"id": "x", "at": "never", "card_id": [1]}\n{}\n'
    return lambda folder: account_archive(folder, **{name: rows})


def _large() -> Cases:
    cases = Cases("NULs, overrides, huge fields, very many notes")
    many = sized(200_000, 3_000)
    notes = [(n, f"g{n}", 1, " t ", f"Q{n}\x1fA{n}") for n in range(1, many + 1)]
    cases.harmless("very many notes", lambda folder: old(folder, notes))
    cases.refused("more notes than may be", _too_many, "more than 250,000 notes")
    ten = "x" * (10 * 1024 * 1024)
    cases.reported("a field of 10 MB", _field(ten), "refused-note")
    cases.reported("twenty fields of 10 MB", _fields(ten, sized(20, 2)), "refused-note")
    near = sized(90, 5)
    cases.harmless("many fields of nearly a million", _fields("x" * 999_000, near))
    cases.harmless("a field of half a million tags", _field("<b>" * 160_000))
    cases.harmless("a field of openings", _field("<" * 500_000))
    cases.harmless("a field of pictures", _field('<img src="a.png">' * 40_000))
    cases.harmless("a field of clozes", _field("{{c1::" * 80_000))
    cases.harmless("a field of formulas", _field("\\(" * 200_000))
    cases.harmless("a field of long formula", _field("\\(" + "\\frac{" * 50_000 + "\\)"))
    cases.harmless("a field of sounds", _field("[sound:" * 70_000))
    cases.harmless("a field of entities", _field("&#x202e;" * 60_000))
    cases.harmless("a NUL in a field", _field("a\0b\x01\x02\x7f"))
    cases.harmless("separators in a field", _field("a\x1eb\x1e\x1e"))
    cases.harmless("what is turned around", _field("\u202egnp.exe\u2066\u200f"))
    cases.harmless("half a letter", _bytes_field(b"a\xed\xa0\x80b\xff"))
    cases.harmless("a tag of a million letters", _tags("x" * 1_000_000))
    cases.harmless("a hundred thousand tags", _tags(" ".join(f"t{n}" for n in range(100_000))))
    cases.harmless("tags that are markup", _tags('<script>alert(1)</script> a\'b "c" \u202ed'))
    cases.harmless("a tag with a NUL", _tags("a\0b"))
    cases.harmless("templates within templates", _template("{{#Front}}" * 20_000))
    cases.harmless("a template of fields", _template("{{Front}}" * 50_000))
    cases.harmless("a template of a million letters", _template("x" * 1_000_000))
    cases.harmless("a template of filters", _template("{{" + "text:" * 50_000 + "Front}}"))
    cases.harmless("fields that multiply", _multiplied)
    cases.refused(
        "a table of it", lambda folder: b"q,a\n" + b"x" * 10_485_760 + b",y\n", "line 2", "x.csv"
    )
    cases.either("a question of it", text(b"Q: a\nA: " + b"x" * 10_485_760 + b"\n"), "x.md")
    return cases


def _too_many(folder: Path) -> bytes:
    notes = ((n, f"g{n}", 1, "", "Q\x1fA") for n in range(1, 250_600))
    return apkg(collection(folder / "c", notes))


def _field(value: str) -> Make:
    return lambda folder: old(folder, [(1, "a", 1, "", f"Q\x1f{value}"), *GOOD[5:8]])


def _fields(value: str, count: int) -> Make:
    def make(folder: Path) -> bytes:
        return old(folder, [(n, f"f{n}", 1, "", f"Q{n}\x1f{value}") for n in range(1, count + 1)])

    return make


def _bytes_field(value: bytes) -> Make:
    return lambda folder: old(
        folder, script=f"UPDATE notes SET flds = CAST(x'{value.hex()}' AS TEXT) WHERE id = 3"
    )


def _tags(tags: str) -> Make:
    return lambda folder: old(folder, [(1, "a", 1, tags, "Q\x1fA")])


def _template(question: str) -> Make:
    kind = {
        "name": "T",
        "type": 0,
        "flds": [{"name": "Front", "ord": 0}, {"name": "Back", "ord": 1}],
        "tmpls": [{"name": "C", "ord": 0, "qfmt": question, "afmt": "{{FrontSide}}{{Back}}"}],
    }
    return lambda folder: old(folder, models={"1": kind})


def _multiplied(folder: Path) -> bytes:
    """A field of a million letters that its template shows very often."""
    kind = {
        "name": "T",
        "type": 0,
        "flds": [{"name": "Front", "ord": 0}, {"name": "Back", "ord": 1}],
        "tmpls": [
            {"name": "C", "ord": 0, "qfmt": "{{Front}}" * 5_000, "afmt": "{{FrontSide}}" * 99}
        ],
    }
    return old(folder, [(1, "a", 1, "", "x" * 500_000 + "\x1fA")], models={"1": kind})


CASES = [each for cases in (_tables(), _markdown(), _json(), _large()) for each in cases.all]

__all__ = ["CASES", "CSV"]
