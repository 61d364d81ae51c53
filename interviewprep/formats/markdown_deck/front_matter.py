"""The YAML at the top of a deck file, with guards: small, no aliases, known keys, plain values."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from interviewprep.errors import UnreadableDeck
from interviewprep.formats.markdown_deck.grammar import FRONT_MATTER_KEYS, FrontMatter

LONGEST_CHARS = 64 * 1024
MOST_BRACKETS = 500

_TEXTS = ("name", "category", "description", "licence", "default-source", "accept")


def split_front_matter(lines: list[str]) -> tuple[FrontMatter | None, int]:
    """Read the front matter, if any; return it and the index of the first line after it."""
    if not lines or lines[0].rstrip() != "---":
        return None, 0
    for index in range(1, len(lines)):
        if lines[index].rstrip() == "---":
            return _read("\n".join(lines[1:index])), index + 1
    raise UnreadableDeck(
        "line 1: the front matter is never closed; end it with a line of three hyphens."
    )


def _read(text: str) -> FrontMatter:
    values = _load(text)
    if values is None:
        return FrontMatter()
    if not isinstance(values, dict):
        raise UnreadableDeck("line 2: the front matter must be lines of the form `key: value`.")
    for key in values:
        if key not in FRONT_MATTER_KEYS:
            close = get_close_matches(str(key), FRONT_MATTER_KEYS, 1)
            hint = f"did you mean `{close[0]}`" if close else "remove it"
            raise UnreadableDeck(
                f"line {_line_of(text, str(key))}: `{key}` is no key of the front matter; {hint}."
            )
    texts = {key: _text(values, key, text) for key in _TEXTS}
    return FrontMatter(
        name=texts["name"],
        category=texts["category"],
        description=texts["description"],
        licence=texts["licence"],
        tags=_words(values, "tags", text),
        requires=_words(values, "requires", text),
        sources=_sources(values, text),
        default_source=texts["default-source"],
        accept=texts["accept"],
    )


def _load(text: str) -> Any:
    import yaml  # here, because every start of the program loads this module and few read a deck

    if len(text) > LONGEST_CHARS:
        raise UnreadableDeck(
            f"line 1: the front matter may have {LONGEST_CHARS:,} characters; shorten it."
        )
    if text.count("[") + text.count("{") > MOST_BRACKETS:  # each costs as much as those around it
        raise UnreadableDeck(
            f"line 2: the front matter cannot be read (more than {MOST_BRACKETS} brackets); write"
            " lists with a hyphen a line."
        )
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
                raise UnreadableDeck(
                    f"line {token.start_mark.line + 2}: the front matter may not use anchors or "
                    "aliases (& and *); write the value out, or put it in quotes."
                )
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 2 if mark is None else mark.line + 2
        problem = getattr(error, "problem", None) or "this is not YAML"
        raise UnreadableDeck(
            f"line {line}: the front matter cannot be read ({problem}); "
            "put values with a colon or a special sign in quotes."
        ) from None
    except (ValueError, RecursionError, OverflowError):
        raise UnreadableDeck(
            "line 2: the front matter cannot be read; write plain `key: value` lines."
        ) from None


def _text(values: dict[Any, Any], key: str, text: str) -> str:
    value = values.get(key)
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value)
    if not isinstance(value, str):
        raise UnreadableDeck(
            f"line {_line_of(text, key)}: `{key}` must be one text; put it in quotes."
        )
    return value.strip()


def _words(values: dict[Any, Any], key: str, text: str) -> tuple[str, ...]:
    value = values.get(key)
    if value is None:
        return ()
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    if not isinstance(value, list) or not all(isinstance(v, str | int | float) for v in value):
        raise UnreadableDeck(
            f"line {_line_of(text, key)}: `{key}` must be a list of words, like [metrics, loss]."
        )
    return tuple(str(word).strip() for word in value if str(word).strip())


def _sources(values: dict[Any, Any], text: str) -> dict[str, str]:
    value = values.get("sources")
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise UnreadableDeck(
            f"line {_line_of(text, 'sources')}: `sources` must be lines of the form "
            '`key: "citation"`, two spaces in.'
        )
    return {str(key): citation.strip() for key, citation in value.items()}


def _line_of(text: str, key: str) -> int:
    for number, line in enumerate(text.split("\n"), start=2):
        if line.partition(":")[0].strip("\"' ") == key:
            return number
    return 2
