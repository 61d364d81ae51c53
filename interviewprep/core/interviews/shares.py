"""Which kind of interview comes next: what a track asks for, less what was done lately."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from interviewprep.core.interviews.kinds import InterviewKind


def kind_shares(
    tracks: Collection[Mapping[str, float]], kinds: Iterable[InterviewKind]
) -> dict[str, float]:
    """Return the part of all mocks that each kind should have, by its name; they add up to 1.

    `tracks` are mappings from a share's name to its weight. Of several the mean counts, each track
    as much as any other. A share that several kinds serve is divided among them; one that none
    serves is left out.
    """
    served = {kind.name: kind.mock_shares for kind in kinds}
    servers = Counter(share for shares in served.values() for share in shares)
    found = dict.fromkeys(served, 0.0)
    for track in tracks:
        known = {share: weight for share, weight in track.items() if servers[share]}
        total = sum(known.values())
        for name, shares in served.items():
            part = sum(known.get(share, 0.0) / servers[share] for share in shares)
            found[name] += part / (total * len(tracks)) if total else 0.0
    return found


def next_kind(shares: Mapping[str, float], lately: Sequence[str]) -> str:
    """Return the kind that is furthest behind its share after the mocks of `lately`.

    With n mocks done, a kind is behind by its share of n + 1 less the times it came. Among equals
    the greater share comes first, then the name; empty where nothing has a share.
    """
    done = Counter(lately)
    wanted = {name: share for name, share in shares.items() if share > 0}
    counted = sum(done[name] for name in wanted)

    def key(name: str) -> tuple[float, float, str]:
        behind = wanted[name] * (counted + 1) - done[name]
        return (-round(behind, 9), -round(wanted[name], 9), name)

    return min(wanted, key=key, default="")
