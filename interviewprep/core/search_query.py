"""What a learner types into the search box, read into conditions.

Words and "phrases" are looked for in the text; `deck:`, `tag:`, `is:` and `flag:` narrow it; `-`
turns a condition round; `OR` between two conditions wants either; brackets group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from interviewprep.core.searchable import words
from interviewprep.errors import Invalid

STATES = ("due", "new", "learning", "suspended", "leech", "flagged")
PREFIXES = ("deck", "tag", "is", "flag")
LONGEST_QUERY = 500
MOST_CONDITIONS = 40
DEEPEST_GROUP = 8


@dataclass(frozen=True, slots=True)
class Words:
    """Words that follow each other; `is_start` lets the last one be the start of a longer word."""

    words: tuple[str, ...]
    is_start: bool


@dataclass(frozen=True, slots=True)
class InDeck:
    """The deck and its subdecks; `*` in the name stands for anything."""

    name: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """The tag and those below it; `*` in the name stands for anything."""

    name: str


@dataclass(frozen=True, slots=True)
class IsState:
    """One of `STATES`, for the learner who asks."""

    state: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """A flag from 1 to 7; 0 is none."""

    flag: int


@dataclass(frozen=True, slots=True)
class Not:
    condition: Condition


@dataclass(frozen=True, slots=True)
class AllOf:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    conditions: tuple[Condition, ...]


Condition: TypeAlias = Words | InDeck | Tagged | IsState | Flagged | Not | AllOf | AnyOf

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<open>-?\()
    | (?P<close>\))
    | (?P<empty>-?(?:deck|tag|is|flag):(?=[\s)]|$))
    | (?P<not>-)?(?:(?P<prefix>[A-Za-z]+):(?!:))?
      (?:"(?P<quoted>[^"]*)(?P<end>"?)|(?P<bare>[^\s()"]+))
    | (?P<rest>\S)
    )""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # "open", "not-open", "close", "or", "condition"
    condition: Condition | None = None


def parse(query: str) -> Condition:
    """Read a query; one without conditions finds everything (`AllOf` of nothing).

    :raise Invalid: with a sentence that names what cannot be read.
    """
    query = query.replace("\x00", " ").replace("“", '"').replace("”", '"').replace("„", '"')
    if len(query) > LONGEST_QUERY:
        raise _refused(f"A search takes at most {LONGEST_QUERY} characters; shorten it.")
    tokens = _tokens(query)
    if sum(token.condition is not None for token in tokens) > MOST_CONDITIONS:
        raise _refused(f"A search takes at most {MOST_CONDITIONS} conditions; leave some out.")
    condition, at = _either(tokens, 0, 0)
    if at < len(tokens):
        raise _refused("There is a closing bracket without an opening one.")
    return condition


def _refused(message: str) -> Invalid:
    return Invalid(message, field="q")


def _tokens(query: str) -> list[_Token]:
    found: list[_Token] = []
    for match in _TOKEN.finditer(query):
        if match["open"]:
            found.append(_Token("not-open" if match["open"][0] == "-" else "open"))
        elif match["close"]:
            found.append(_Token("close"))
        elif match["bare"] == "OR" and not match["prefix"] and not match["not"]:
            found.append(_Token("or"))
        elif match["empty"]:
            name = match["empty"].strip("-:")
            raise _refused(f"After “{name}:” there must be a value, without a space between.")
        elif match["rest"]:
            raise _refused(f"“{match['rest']}” has nothing to belong to; put a word after it.")
        else:
            found.append(_Token("condition", _condition(match)))
    return found


def _condition(match: re.Match[str]) -> Condition:
    quoted = match["quoted"]
    if quoted is not None and not match["end"]:
        raise _refused("A quotation mark is not closed; add one at the end of the phrase.")
    value = quoted if quoted is not None else match["bare"]
    prefix = (match["prefix"] or "").lower()
    condition = _prefixed(prefix, value) if prefix else _words(value, quoted is not None)
    return Not(condition) if match["not"] else condition


def _words(value: str, is_quoted: bool) -> Words:
    found = tuple(words(value))
    if not found:
        raise _refused(f"“{value}” holds no letter or digit to look for.")
    long_enough = len(found[-1]) > 2 or value.endswith("*")
    return Words(found, is_start=not is_quoted and long_enough)


def _prefixed(prefix: str, value: str) -> Condition:
    match prefix:
        case "deck" | "tag" if not value.strip():
            raise _refused(f"After “{prefix}:” there must be a name.")
        case "deck":
            return InDeck(value.strip())
        case "tag":
            return Tagged(value.strip().lstrip("#"))
        case "is":
            return IsState(_known_state(value))
        case "flag":
            if value not in tuple("01234567"):
                raise _refused(f"“flag:{value}” is not known; flags are numbered from 1 to 7.")
            return Flagged(int(value))
    known = ", ".join(f"{name}:" for name in PREFIXES)
    raise _refused(
        f"“{prefix}:” is not known; known are {known}. To look for the text, put it in quotes."
    )


def _known_state(value: str) -> str:
    if value.lower() not in STATES:
        known = ", ".join(f"is:{state}" for state in STATES)
        raise _refused(f"“is:{value}” is not known; known are {known}.")
    return value.lower()


def _either(tokens: list[_Token], at: int, depth: int) -> tuple[Condition, int]:
    choices = []
    while True:
        choice, at = _all(tokens, at, depth)
        choices.append(choice)
        if at >= len(tokens) or tokens[at].kind != "or":
            break
        at += 1
    if len(choices) == 1:
        return choices[0], at
    if any(choice == AllOf(()) for choice in choices):
        raise _refused("“OR” stands between two conditions; one of them is missing.")
    return AnyOf(tuple(choices)), at


def _all(tokens: list[_Token], at: int, depth: int) -> tuple[Condition, int]:
    conditions: list[Condition] = []
    while at < len(tokens) and tokens[at].kind not in ("or", "close"):
        token = tokens[at]
        at += 1
        if token.condition is not None:
            conditions.append(token.condition)
            continue
        if depth >= DEEPEST_GROUP:
            raise _refused(f"Brackets go at most {DEEPEST_GROUP} deep.")
        inner, at = _either(tokens, at, depth + 1)
        if at >= len(tokens):
            raise _refused("An opening bracket is not closed.")
        if inner == AllOf(()):
            raise _refused("There is nothing between two brackets.")
        at += 1
        conditions.append(Not(inner) if token.kind == "not-open" else inner)
    return (conditions[0] if len(conditions) == 1 else AllOf(tuple(conditions))), at
