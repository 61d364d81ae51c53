"""Values out of JSON that may hold anything: each is what it must be, or refused by its place."""

from __future__ import annotations

from typing import Any

from interviewprep.errors import UnreadableDeck


def object_at(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnreadableDeck(f"{place}: an object is missing; export the deck again.")
    return value


def objects_in(whole: dict[str, Any], name: str, place: str) -> list[dict[str, Any]]:
    """The objects of a list, which may be absent."""
    return [
        object_at(each, f"{place}, {name}, entry {number}")
        for number, each in enumerate(list_in(whole, name, place), start=1)
    ]


def list_in(whole: dict[str, Any], name: str, place: str) -> list[Any]:
    found = whole.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise UnreadableDeck(f"{place}: “{name}” is not a list; export the deck again.")
    return found


def text_in(whole: dict[str, Any], name: str, place: str) -> str:
    """A text, which may be absent; numbers are taken as they read."""
    found = whole.get(name)
    if found is None:
        return ""
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise UnreadableDeck(f"{place}: “{name}” is not a text; export the deck again.")
    return str(found)


def whole_number_in(whole: dict[str, Any], name: str) -> int | None:
    """A whole number, or None where there is none."""
    found = whole.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else None
