"""Role tracks: which built-in decks a role studies, how deep, in which order, and its mocks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Any

from interviewprep.errors import Invalid

from .levels import LEVELS


@dataclass(frozen=True, slots=True)
class Track:
    """One role. `depths` is the highest level it studies, by the key of the deck; `mocks` the
    shares of its mock interviews in percent; `stresses` what it asks for above all."""

    code: str
    name: str
    stresses: str
    depths: Mapping[str, int]
    mocks: Mapping[str, float]


def parse_tracks(given: object) -> dict[str, Track]:
    """Return the tracks of a file by their codes, in its order.

    :raise Invalid: where it has another form, or names a deck twice in one track.
    """
    if not isinstance(given, Mapping):
        raise Invalid("The tracks cannot be read: the file is no mapping.")
    return {str(code): _track(str(code), one) for code, one in given.items()}


def _track(code: str, given: object) -> Track:
    if not isinstance(given, Mapping) or not isinstance(given.get("mocks", {}), Mapping):
        raise Invalid(f"The track {code} cannot be read: it is no mapping.")
    depths: dict[str, int] = {}
    for level in LEVELS:
        for deck in map(str, given.get(f"depth-{level}") or ()):
            if deck in depths:
                raise Invalid(f"The track {code} names {deck} twice; keep one depth.")
            depths[deck] = level
    return Track(
        code=code,
        name=str(given.get("name") or code),
        stresses=str(given.get("stresses") or ""),
        depths=depths,
        mocks={str(share): _weight(code, of) for share, of in given.get("mocks", {}).items()},
    )


def _weight(code: str, given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or given < 0:
        raise Invalid(f"The track {code} gives a mock a share that is no number: {given}.")
    return float(given)


def study_order(
    requires: Mapping[str, Collection[str]],
    phases: Sequence[Collection[str]],
    depths: Mapping[str, int],
) -> list[str]:
    """Return the decks of `requires`, each after those it requires.

    Where that leaves a choice, the earlier of the curriculum's `phases` comes first, within a phase
    what is studied deepest, and then the phase's own order. What a deck requires and is not among
    them is no obstacle; decks in a circle come last.
    """
    place = {deck: (n, m) for n, phase in enumerate(phases) for m, deck in enumerate(phase)}

    def rank(deck: str) -> tuple[int, int, int, str]:
        phase, within = place.get(deck, (len(phases), 0))
        return (phase, -depths.get(deck, 0), within, deck)

    left = {deck: {one for one in needs if one in requires} for deck, needs in requires.items()}
    open_ = [rank(deck) for deck, needs in left.items() if not needs]
    heapify(open_)
    order: list[str] = []
    while open_:
        deck = heappop(open_)[-1]
        order.append(deck)
        del left[deck]
        for other, needs in left.items():
            if deck in needs:
                needs.remove(deck)
                if not needs:
                    heappush(open_, rank(other))
    return [*order, *sorted(left, key=rank)]


def missing_prerequisites(
    decks: Iterable[str], requires: Mapping[str, Collection[str]]
) -> dict[str, set[str]]:
    """Return, for each of these decks, what it requires and is not among them."""
    held = set(decks)
    found = {deck: set(requires.get(deck, ())) - held for deck in held}
    return {deck: missing for deck, missing in found.items() if missing}
