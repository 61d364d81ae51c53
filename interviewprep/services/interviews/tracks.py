"""What the roles people prepare for ask of mocks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ...core.interviews.shares import kind_shares
from ..tracks import known_tracks
from .kinds import interview_kinds


@cache
def shares_of_kinds(track: str = "") -> Mapping[str, float]:
    """Return each kind's part of all mocks, for one track or, without one, over all of them."""
    tracks = known_tracks()
    chosen = [tracks[track]] if track in tracks else list(tracks.values())
    return kind_shares([one.mocks for one in chosen], interview_kinds().values())
