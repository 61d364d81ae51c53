"""The roles people prepare for, as `cards/tracks.yaml` has them, and what each asks of mocks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from ...bundled_files import bundled
from ...core.interviews.shares import kind_shares
from .kinds import interview_kinds

FILE = "tracks.yaml"


@cache
def mock_shares(folder: Path | None = None) -> Mapping[str, Mapping[str, float]]:
    """Return the shares of mocks by track; empty where the decks bring no tracks."""
    path = (folder or bundled("cards")) / FILE
    if not path.is_file():
        return {}
    tracks = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        name: {share: float(weight) for share, weight in track.get("mocks", {}).items()}
        for name, track in tracks.items()
    }


@cache
def shares_of_kinds(track: str = "") -> Mapping[str, float]:
    """Return each kind's part of all mocks, for one track or, without one, over all of them."""
    tracks = mock_shares()
    chosen = [tracks[track]] if track in tracks else list(tracks.values())
    return kind_shares(chosen, interview_kinds().values())
