"""Which kind the plan draws next."""

from __future__ import annotations

from collections import Counter

import pytest

from interviewprep.core.interviews.shares import kind_shares, next_kind
from interviewprep.services.interviews.kinds import interview_kinds

MLE = {"dsa": 20, "mlc": 10, "sql": 5, "breadth": 15, "mlsd": 20, "sd": 10, "project": 10}
KINDS = interview_kinds().values()


def test_the_shares_of_a_track_map_onto_the_kinds() -> None:
    found = kind_shares([MLE | {"behav": 10}], KINDS)
    assert {name: round(100 * share) for name, share in found.items()} == {
        "coding": 30,
        "sql": 5,
        "concepts": 15,
        "ml-system-design": 20,
        "system-design": 10,
        "behavioral": 20,
    }


def test_of_several_tracks_each_counts_the_same_whatever_its_numbers_add_up_to() -> None:
    found = kind_shares([{"sql": 1}, {"dsa": 50, "case": 50, "chess": 900}], KINDS)
    assert found["sql"] == 0.5 and found["coding"] == 0.25 and found["concepts"] == 0.25
    assert sum(found.values()) == pytest.approx(1)
    assert set(kind_shares([], KINDS).values()) == {0.0}
    assert set(kind_shares([{}], KINDS).values()) == {0.0}


@pytest.mark.parametrize(
    ("lately", "expected"),
    [
        ([], "a"),
        (["a"], "b"),
        (["a", "b"], "c"),
        (["c", "b", "a"], "a"),
        (["b", "b"], "a"),
        (["a", "other", "other"], "b"),
    ],
)
def test_the_kind_furthest_behind_comes_next(lately: list[str], expected: str) -> None:
    shares = {"a": 0.5, "b": 0.3, "c": 0.2, "none": 0.0}
    assert next_kind(shares, lately) == expected


def test_in_the_long_run_every_kind_gets_its_share() -> None:
    shares = {"a": 0.5, "b": 0.3, "c": 0.2}
    done: list[str] = []
    for _ in range(100):
        done.insert(0, next_kind(shares, done))
    assert Counter(done) == {"a": 50, "b": 30, "c": 20}


def test_where_nothing_has_a_share_nothing_is_next() -> None:
    assert next_kind({}, ["a"]) == "" and next_kind({"a": 0.0}, []) == ""
