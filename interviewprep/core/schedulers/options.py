"""What a learner may change about scheduling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from interviewprep.errors import Invalid

LIMITS = {"longest_interval_days": (1, 36_500), "leech_at": (1, 1_000)}
"""The least and the greatest value of each option that is a number."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of scheduling, by the names under which they are stored.

    `late_credit`: a pass after a longer gap than planned counts for more.
    `repeat_every_hard`: Hard is repeated on the same day for known cards too.
    `longest_interval_days`: no pass plans further ahead, unless the card was already there.
    `leech_at`: the number of lapses that marks a leech.
    """

    late_credit: bool = True
    repeat_every_hard: bool = False
    longest_interval_days: int = 365
    leech_at: int = 8

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> Options:
        """Return the options in `values`; a missing one has its default.

        :raise Invalid: for an unknown name or a value that cannot be used.
        """
        chosen: dict[str, bool | int] = {}
        for name, value in values.items():
            if name not in OPTION_NAMES:
                known = ", ".join(OPTION_NAMES)
                raise Invalid(
                    f"There is no scheduling option “{name}”; the options are {known}.",
                    field=str(name),
                )
            chosen[name] = _number(name, value) if name in LIMITS else _switch(name, value)
        return cls(**chosen)  # type: ignore[arg-type]  # each checked against its field above

    def as_dict(self) -> dict[str, bool | int]:
        """Return all options by name, as `from_mapping` takes them."""
        return asdict(self)


OPTION_NAMES = tuple(field.name for field in fields(Options))


def _switch(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise Invalid(f"The option {name} is either true or false, not {value!r}.", field=name)
    return value


def _number(name: str, value: object) -> int:
    least, greatest = LIMITS[name]
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= greatest:
        raise Invalid(
            f"The option {name} is a whole number from {least} to {greatest}, not {value!r}.",
            field=name,
        )
    return value
