"""The four grades a learner gives, and the SM-2 quality each stands for."""

from __future__ import annotations

from enum import IntEnum

from interviewprep.errors import Invalid


class Grade(IntEnum):
    """How well a card was recalled. The value is the key on the keyboard."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4

    @property
    def quality(self) -> int:
        """The SM-2 quality: Again 2, Hard 3, Good 4, Easy 5."""
        return self.value + 1

    @property
    def label(self) -> str:
        """The lower-case name, as the API and the command line spell it."""
        return self.name.lower()

    @classmethod
    def from_name(cls, name: str) -> Grade:
        """Return the grade spelt `name` (lower case).

        :raise Invalid: for any other name.
        """
        grade = _BY_LABEL.get(name)
        if grade is None:
            raise Invalid(f"“{name}” is not a grade; use again, hard, good or easy.", field="grade")
        return grade

    @classmethod
    def from_quality(cls, quality: int) -> Grade:
        """Return the grade for an SM-2 quality from 0 to 5.

        The failures 0, 1 and 2 lead to the same state, so all three are Again.

        :raise Invalid: for any other quality.
        """
        if not 0 <= quality <= 5:
            raise Invalid(f"{quality} is not a quality; use 0 to 5.", field="grade")
        return cls(max(quality, 2) - 1)


_BY_LABEL = {grade.label: grade for grade in Grade}
