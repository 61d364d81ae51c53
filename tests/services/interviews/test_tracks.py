"""What the tracks that are shipped ask of mocks."""

from __future__ import annotations

import pytest

from interviewprep.services.interviews.kinds import interview_kinds
from interviewprep.services.interviews.tracks import shares_of_kinds


def test_every_kind_has_a_share_over_all_tracks() -> None:
    shares = shares_of_kinds()
    assert shares.keys() == interview_kinds().keys()
    assert all(share > 0 for share in shares.values())
    assert sum(shares.values()) == pytest.approx(1)


def test_a_track_has_shares_of_its_own_and_an_unknown_one_those_of_all() -> None:
    assert shares_of_kinds("de")["sql"] == pytest.approx(0.25)
    assert shares_of_kinds("rs")["sql"] == 0
    assert shares_of_kinds("nothing like it") == shares_of_kinds()
