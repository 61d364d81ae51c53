"""Strategies of hypothesis for collections that Anki is to make: see `anki_worker.make`."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize

from hypothesis import strategies as st

from .anki_judge import FIRST_MS

_ALPHABET = st.one_of(
    st.sampled_from("abcXYZ 019.,;:!?-_'\"<>&\\/=+@#%|[](){}~^*`$\n\t"),
    st.sampled_from("äßøŁΩжשעبةकก数学語🙂👩🏽‍💻"),
    st.sampled_from("\u0301\u0308\u200d\u200f\u202e\u00a0\u2028\ufeff\u00ad\u3000"),
    st.characters(exclude_categories=("Cs", "Cc")),
)
_PIECES = st.one_of(
    st.text(_ALPHABET, min_size=1, max_size=20),
    st.sampled_from(
        [
            *("<b>bold</b>", "<br>", "a &lt; b &amp; c", "&nbsp;", "<div>one</div><div>two</div>"),
            *("\\(x^2\\)", "\\[\\frac{1}{2}\\]", "[latex]$x$[/latex]", "[$]y[/$]", "{{Front}}"),
            *("=1+1", "@SUM(1)", "{{c1::not a cloze here}}", "<!-- hidden -->", "}}", "::"),
            *("<ul><li>one</li></ul>", '<span style="color: red">red</span>', "<code>a</code>"),
            *("⟦0⟧", "⟦1⟧", "⟦2⟧"),
        ]
    ),
)
texts = st.lists(_PIECES, max_size=4).map("".join)
_filled = st.builds(
    lambda word, text: f"{word} {text}", st.sampled_from(["What", "数", "م"]), texts
)
_words = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8)
_MEDIA_NAMES = st.one_of(
    st.sampled_from(
        [
            *("plain.png", "two words.png", "ü.png", "u\u0308.gif", "a&b.jpg", "c%20d.png"),
            *("it's.png", "x#1.png", "(paren).png", "数学.png", "עברית.png", "🙂.png", "no ending"),
            *("_under.png", "a+b.mp3", "UPPER.PNG", "semi;colon.ogg", "q=1&amp;.png", "-dash.png"),
        ]
    ),
    _words.map(lambda word: f"{word}.png"),
)
media = st.lists(
    st.fixed_dictionaries(
        {
            "name": _MEDIA_NAMES,
            "data": st.binary(max_size=40).map(list),
            "is_sound": st.booleans(),
        }
    ),
    max_size=3,
    unique_by=lambda file: normalize("NFC", file["name"]).casefold(),
)


@st.composite
def _note_types(draw: st.DrawFn, number: int) -> dict[str, Any]:
    names = draw(
        st.lists(
            st.builds(lambda *parts: " ".join(parts), _words, _words),
            min_size=2,
            max_size=4,
            unique_by=lambda name: normalize("NFKC", name).casefold(),
        )
    )
    names = [normalize("NFC", name) for name in names]
    first, last = names[0], names[-1]
    if draw(st.booleans()):
        sides = [f"{{{{cloze:{first}}}}} {{{{hint:{last}}}}}", f"{{{{cloze:{first}}}}}<br>{last}"]
        templates = [sides]
    else:
        backs = st.sampled_from(
            [
                f"{{{{FrontSide}}}}<hr id=answer>{{{{{last}}}}}",
                f"{{{{{last}}}}} {{{{Tags}}}} {{{{Deck}}}}",
                f"{{{{type:{last}}}}}",
                f"{{{{#{last}}}}}{{{{{last}}}}}{{{{^{first}}}}}none{{{{/{first}}}}}{{{{/{last}}}}}",
            ]
        )
        fronts = [
            f"Q {{{{{first}}}}}",
            f"{{{{#{last}}}}}R {{{{hint:{last}}}}}{{{{/{last}}}}}",
            f"{{{{^{last}}}}}S {{{{text:{first}}}}}{{{{/{last}}}}}",
        ]
        templates = [[front, draw(backs)] for front in fronts[: draw(st.integers(1, 3))]]
    return {
        "name": f"{draw(_words)} {number}",
        "is_cloze": "cloze:" in templates[0][0],
        "fields": names,
        "templates": templates,
    }


@st.composite
def _clozes(draw: st.DrawFn) -> str:
    """A text with clozes of any numbers, with gaps, hints, and one within another."""
    parts = [draw(_filled)]
    for number in draw(st.lists(st.integers(1, 12), min_size=1, max_size=4)):
        inner, hint = draw(_words), draw(st.one_of(st.just(""), _words.map(lambda w: f"::{w}")))
        if draw(st.integers(0, 4)) == 0:
            inner = f"{inner} {{{{c{number + 1}::inner}}}}"
        parts.append(f"{{{{c{number}::{inner}{hint}}}}}")
    return " ".join(parts)


_reviews = st.lists(
    st.tuples(
        st.integers(1, 10**9),
        st.integers(0, 4),
        st.integers(-86_400, 40_000),
        st.integers(-86_400, 40_000),
        st.one_of(st.just(0), st.integers(1300, 9_000)),
        st.integers(0, 3_600_000),
        st.integers(0, 5),
    ).map(list),
    max_size=4,
)
_cards = st.fixed_dictionaries(
    {
        "state": st.sampled_from(
            ["new", "review", "learning", "learning by day", "relearning", "relearning by day"]
        ),
        "due": st.integers(-3_000, 3_000),
        "ivl": st.integers(1, 36_000),
        "factor": st.integers(1_300, 9_990),
        "reps": st.integers(1, 9_000),
        "lapses": st.integers(0, 900),
        "left": st.sampled_from([1001, 2002, 1002, 3001]),
        "flag": st.integers(0, 7),
        "is_suspended": st.integers(0, 5).map(lambda n: n == 0),
        "is_buried": st.integers(0, 5).map(lambda n: n == 0),
        "deck": st.sampled_from(["", "", "", "Elsewhere", "Elsewhere::Deep"]),
        "reviews": _reviews,
    }
)
_deck_names = st.one_of(
    st.sampled_from(["Default", "Top", "Top::Sub", "Top::Sub::Ünder", "ürgh", "学", "a b::c d"]),
    st.lists(_words, min_size=1, max_size=4).map("::".join),
)
_guid_ends = st.text(st.sampled_from("aZ09!#$%&()*+,-./:;<=>?@[]^_`{|}~"), max_size=9)
_tags = st.lists(
    st.one_of(st.sampled_from(["one", "Two", "three::four", "ü", "#x", "a-b_c"]), _words),
    max_size=4,
    unique_by=lambda tag: normalize("NFKC", tag).casefold(),
)


@st.composite
def collections(draw: st.DrawFn) -> dict[str, Any]:
    """A collection: types of its own beside Anki's, notes of all of them, media, progress."""
    types = [draw(_note_types(number)) for number in range(draw(st.integers(0, 2)))]
    shapes = {"Basic": 2, "Basic (and reversed card)": 2, "Basic (optional reversed card)": 3}
    shapes |= {kind["name"]: len(kind["fields"]) for kind in types if not kind["is_cloze"]}
    clozes = {"Cloze": 2} | {
        kind["name"]: len(kind["fields"]) for kind in types if kind["is_cloze"]
    }
    # As Anki gives them: the cards of a note share a place, and no other note has it.
    places = draw(st.lists(st.integers(0, 200_000), min_size=1, max_size=8, unique=True))
    notes = []
    for number, place in enumerate(places):
        name = draw(st.sampled_from([*shapes, *clozes]))
        first = draw(_clozes() if name in clozes else _filled)
        count = (shapes | clozes)[name]
        notes.append(
            {
                "type": name,
                "guid": f"{number}{draw(_guid_ends)}",
                "fields": [first, *(draw(texts) for _ in range(count - 1))],
                "tags": draw(_tags),
                "deck": draw(_deck_names),
                "place": place,
                "cards": draw(st.lists(_cards, min_size=1, max_size=4)),
            }
        )
    return {"first_ms": FIRST_MS, "media": draw(media), "types": types, "notes": notes}
