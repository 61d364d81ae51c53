"""Planted mistakes in whole files: front matter, ids, prerequisites, sizes."""

from __future__ import annotations

from collections.abc import Callable

from interviewprep.core.deck_lint.lock import LockedItem, items_of
from interviewprep.formats.markdown_deck import parse_deck
from tests.core.deck_lint.linting import FILLER, HEAD, Around
from tests.core.deck_lint.planting import Planted

CARD = "\n## a-card\nlevel: 1\n\nQ: Why do trees overfit?\nA: They follow noise.\n"
OTHER_WORDS = ("Why do trees overfit", "How are forests grown")
LOCKED = {item.key: item for card in parse_deck(CARD).cards for item in items_of(card)}
[_ITEM] = LOCKED.values()


def head(old: str, new: str) -> str:
    """The whole file with one line of its front matter changed."""
    assert old in HEAD
    return HEAD.replace(old, new) + FILLER


def with_card(card: str) -> str:
    return f"{HEAD}\n{card}{FILLER}"


def _locked(key: str, rev: int = 1, answer: str = _ITEM.answer, line: int = 7) -> LockedItem:
    return LockedItem(key, rev, _ITEM.question, answer, line)


def _other(name: str, requires: str) -> str:
    return HEAD.replace("licence:", f"requires: [{requires}]\nlicence:") + FILLER.replace(
        "## filler", f"## {name}"
    ).replace("Why do", f"{name} say").replace("?", f" {name} {name}x {name}y {name}z {name}u?")


def many(count: int, body: Callable[[str], str]) -> str:
    """A file of cards that have no word in common but the first."""
    return HEAD + "".join(
        f"\n## num-{n}\nlevel: 1\n\n{body(f'a{n} b{n} c{n} d{n}')}\n" for n in range(count)
    )


def why(words: str) -> str:
    return f"Q: Why {words}?\nA: Delta."


def what(words: str) -> str:
    return f"Q: What {words}?\nA: Delta."


def gap(words: str) -> str:
    return f"C: Here {words} is {{{{c1::{words[:2]}e}}}}."


PLANTED = [
    Planted("no cards", "S03", "error", "@@" + HEAD, HEAD + FILLER),
    Planted("no front matter", "S01", "error", "@@" + FILLER, HEAD + FILLER),
    Planted("front matter never closed", "S01", "error", "@@" + HEAD[:-4] + FILLER, HEAD + FILLER),
    Planted(
        "an unknown key",
        "S01",
        "error",
        head("licence: CC-BY-4.0", "license: CC-BY-4.0@@"),
        HEAD + FILLER,
    ),
    Planted(
        "a key is missing", "S01", "error", "@@" + head("licence: CC-BY-4.0\n", ""), HEAD + FILLER
    ),
    Planted(
        "another category than the folder",
        "S01",
        "error",
        head("category: ml", "category: coding@@"),
        HEAD + FILLER,
    ),
    Planted(
        "no category of ours",
        "S01",
        "error",
        head("category: ml", "category: cooking@@"),
        HEAD + FILLER,
    ),
    Planted(
        "a name that is too long",
        "S01",
        "error",
        head("name: Probe", "name: " + 41 * "n" + "@@"),
        head("name: Probe", "name: " + 40 * "n"),
    ),
    Planted(
        "a description that is too long",
        "S01",
        "error",
        head("description: Cards for testing the linter.", "description: " + 141 * "d" + "@@"),
        head("description: Cards for testing the linter.", "description: " + 140 * "d"),
    ),
    Planted(
        "a licence that is no SPDX id",
        "S01",
        "error",
        head("licence: CC-BY-4.0", "licence: free (for all)@@"),
        head("licence: CC-BY-4.0", "licence: MIT OR Apache-2.0"),
    ),
    Planted(
        "Windows line ends",
        "S01",
        "error",
        (HEAD + FILLER).replace("category: ml\n", "category: ml@@\r\n"),
        HEAD + FILLER,
    ),
    Planted("a byte order mark", "S01", "error", "\ufeff@@" + HEAD + FILLER, HEAD + FILLER),
    Planted(
        "an id in capitals",
        "S02",
        "error",
        with_card(CARD.replace("## a-card", "## A_Card@@")),
        with_card(CARD),
    ),
    Planted(
        "no id at all",
        "S02",
        "error",
        "Q: Why?@@\nA: So.\n",
        HEAD + FILLER,
        skip=("S01", "D01", "S08", "S07"),
    ),
    Planted(
        "an id twice in a file",
        "S02",
        "error",
        with_card(CARD + CARD.replace("## a-card", "## a-card@@").replace(*OTHER_WORDS)),
        with_card(CARD + CARD.replace("## a-card", "## b-card").replace(*OTHER_WORDS)),
    ),
    Planted(
        "an id of another deck",
        "S02",
        "error",
        with_card(CARD.replace("## a-card", "## a-card@@")),
        with_card(CARD.replace("## a-card", "## b-card")),
        Around(others={"ml/a-first.md": HEAD + CARD.replace(*OTHER_WORDS)}),
    ),
    Planted(
        "a retired id",
        "S02",
        "error",
        with_card(CARD.replace("## a-card", "## a-card@@")),
        with_card(CARD.replace("## a-card", "## another-card")),
        Around(retired={"a-card": 3}),
    ),
    Planted(
        "a retired number",
        "S02",
        "error",
        with_card(
            "## a-cloze@@\nlevel: 1\n\nC: Bagging lowers {{c1::variance}}, boosting {{c2::bias}}.\n"
        ),
        with_card(
            "## a-cloze\nlevel: 1\n\nC: Bagging lowers {{c1::variance}}, boosting {{c3::bias}}.\n"
        ),
        Around(retired={"a-cloze#c2": 3}),
    ),
    Planted(
        "an answer changed without rev",
        "S02",
        "warn",
        with_card(CARD.replace("## a-card", "## a-card@@")),
        with_card(CARD.replace("level: 1", "level: 1\nrev: 2")),
        Around(locked={"a-card": _locked("a-card", answer="0" * 16)}),
    ),
    Planted(
        "a lower rev than released",
        "S02",
        "error",
        with_card(CARD.replace("level: 1", "rev: 2@@\nlevel: 1")),
        with_card(CARD.replace("level: 1", "rev: 3\nlevel: 1")),
        Around(locked={"a-card": _locked("a-card", rev=3)}),
    ),
    Planted(
        "an old id that is in use",
        "S02",
        "error",
        with_card(CARD.replace("level: 1", "was: filler-beam@@\nlevel: 1")),
        with_card(CARD.replace("level: 1", "was: filler-boom\nlevel: 1")),
    ),
    Planted(
        "an old id that is retired",
        "S02",
        "error",
        with_card(CARD.replace("level: 1", "was: an-old-one@@\nlevel: 1")),
        with_card(CARD.replace("level: 1", "was: another-old-one\nlevel: 1")),
        Around(retired={"an-old-one": 3}),
    ),
    Planted(
        "an old id that is none",
        "S02",
        "error",
        with_card(CARD.replace("level: 1", "was: Old_One@@\nlevel: 1")),
        with_card(CARD.replace("level: 1", "was: old-one\nlevel: 1")),
    ),
    Planted(
        "an old id that two cards claim",
        "S02",
        "error",
        with_card(CARD.replace("level: 1", "was: old-one\nlevel: 1")).replace(
            "## filler-beam\n", "## filler-beam\nwas: old-one@@\n"
        ),
        with_card(CARD.replace("level: 1", "was: old-one other-old-one\nlevel: 1")),
    ),
    Planted(
        "a requirement that is not there",
        "S10",
        "error",
        head("licence:", "requires: [ml/nothing]@@\nlicence:"),
        head("licence:", "requires: [ml/another]\nlicence:"),
        Around(others={"ml/another.md": _other("alpha", "")}),
    ),
    Planted(
        "a deck that requires itself in the end",
        "S10",
        "error",
        head("licence:", "requires: [ml/another]@@\nlicence:"),
        HEAD + FILLER,
        Around(
            others={
                "ml/another.md": _other("alpha", "ml/third"),
                "ml/third.md": _other("beta", "ml/probe"),
            }
        ),
    ),
    Planted(
        "a source without text",
        "S07",
        "error",
        head('  own: "Own text"', '  own: ""@@'),
        HEAD + FILLER,
    ),
    Planted(
        "a web address that is none",
        "S07",
        "error",
        head('  own: "Own text"', '  own: "Own text"\n  web: "Site, https//example.org/a"@@'),
        head('  own: "Own text"', '  own: "Own text, https://example.org/a_(b)?c=d#e."'),
    ),
    Planted(
        "a DOI that is none",
        "S07",
        "error",
        head('  own: "Own text"', '  own: "Own text, doi:11.1016/j.patrec"@@'),
        head('  own: "Own text"', '  own: "Own text, doi:10.1016/j.patrec.2005.10.010"'),
    ),
    Planted(
        "a shared tag that is unknown",
        "S08",
        "error",
        head("tags: [probability]", "tags: [probabilities]@@"),
        HEAD + FILLER,
    ),
    Planted(
        "no list of tags",
        "S08",
        "error",
        head("tags: [probability]", "tags: [probability]@@"),
        "",
        Around(tags=None),
    ),
    Planted(
        "too few items",
        "D01",
        "warn",
        "@@" + HEAD + FILLER[: FILLER.index("\n## filler-index")],
        HEAD + FILLER,
    ),
    Planted("too many items", "D01", "warn", "@@" + many(121, why), many(120, why)),
    Planted(
        "too many deletions", "D01", "warn", "@@" + many(6, gap) + FILLER, many(5, gap) + FILLER
    ),
    Planted(
        "too few reasons", "D01", "warn", "@@" + many(25, what) + FILLER, many(24, what) + FILLER
    ),
    Planted(
        "an accept that waives nothing",
        "A01",
        "warn",
        head("licence:", "accept: D01 a small deck on purpose@@\nlicence:"),
        head("licence:", "accept: D01 a small deck on purpose\nlicence:")[: -len(FILLER)]
        + FILLER[: FILLER.index("\n## filler-index")],
    ),
]
