"""`interviewprep schedule`: what a series of answers leads to."""

from __future__ import annotations

import json
import re
from typing import NoReturn

import click

from interviewprep.core.grades import Grade
from interviewprep.core.schedulers import OPTION_NAMES, Options
from interviewprep.core.schedulers.options import LIMITS
from interviewprep.core.schedulers.walk import State, Step, walk, walk_published
from interviewprep.errors import Invalid

_STEP = re.compile(r"(?P<answer>again|hard|good|easy|[0-5])(?P<days_late>[+-][0-9]{1,5})?")
_SWITCHES = dict.fromkeys(("true", "yes", "on", "1"), True) | dict.fromkeys(
    ("false", "no", "off", "0"), False
)
_MOST_DAYS = 1_000_000
_MOST_EASE = 1_000
_COUNTS = ("interval_days", "repetitions", "lapses")
_FLAGS = ("leech", "repeat_today")
_COLUMNS = ("step", "answer", "day", "interval", "ease", "repetitions", "lapses", "")


def read_step(text: str) -> tuple[str, Step]:
    """Return the step written as `text`, a grade or a quality and days late or early, with it."""
    match = _STEP.fullmatch(text)
    if match is None:
        raise click.BadParameter(
            f"“{text}” is not a step; write again, hard, good, easy or a quality 0 to 5,"
            " and behind it +N for N days late or -N for N days early."
        )
    answer = match["answer"]
    quality = int(answer) if answer.isdigit() else Grade.from_name(answer).quality
    return text, Step(quality, int(match["days_late"] or 0))


def read_state(text: str) -> State:
    """Return the state in JSON, with the keys that `--json` prints; none is needed."""
    try:
        return _state(json.loads(text, parse_constant=_no_constant))
    except Invalid as error:
        raise click.BadParameter(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(
            'it is not JSON; write an object such as {"interval_days": 6}.'
        ) from error


def read_option(text: str) -> tuple[str, bool | int | str]:
    """Return name and value from `NAME=VALUE`; what is neither switch nor number stays text."""
    name, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"“{text}” has no value; write NAME=VALUE.")
    if name not in LIMITS and value.lower() in _SWITCHES:
        return name, _SWITCHES[value.lower()]
    return name, int(value) if re.fullmatch(r"-?[0-9]{1,9}", value) else value


@click.command()
@click.argument("steps", metavar="STEP…", nargs=-1, required=True, type=read_step)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, one object a step.")
@click.option(
    "--start",
    metavar="JSON",
    type=read_state,
    default="{}",
    help="The state before the first step, with the keys that --json prints.",
)
@click.option("--published", is_flag=True, help="SM-2 of 1990: no options, every answer on time.")
@click.option(
    "--option",
    "option_pairs",
    metavar="NAME=VALUE",
    type=read_option,
    multiple=True,
    help=f"Set a scheduling option: {', '.join(OPTION_NAMES)}.",
)
def schedule(
    steps: tuple[tuple[str, Step], ...],
    as_json: bool,
    start: State,
    published: bool,
    option_pairs: tuple[tuple[str, bool | int | str], ...],
) -> None:
    """Show what a series of answers leads to, one answer a study day, without spread.

    A STEP is again, hard, good, easy or a quality 0 to 5, with +N for N days late or -N for N days
    early: interviewprep schedule good good good+10 again good
    """
    try:
        options = Options.from_mapping(dict(option_pairs))
        answers = [step for _, step in steps]
        walked = walk_published(start, answers) if published else walk(start, answers, options)
        states = list(walked)
    except Invalid as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(json.dumps([_as_json(state) for state in states]))
    else:
        click.echo(_table([text for text, _ in steps], states))


def _state(values: object) -> State:
    """Return the state in parsed JSON.

    :raise Invalid: with a sentence for an unknown key or a value that cannot be used.
    """
    if not isinstance(values, dict):
        raise Invalid("the state is a JSON object in braces.")
    for name, value in values.items():
        if name in _COUNTS:
            if type(value) is not int or not 0 <= value <= _MOST_DAYS:
                raise Invalid(f"{name} is a whole number from 0 to {_MOST_DAYS}, not {value!r}.")
        elif name in _FLAGS:
            if type(value) is not bool:
                raise Invalid(f"{name} is either true or false, not {value!r}.")
        elif name != "ease":
            known = ", ".join((*_COUNTS, "ease", *_FLAGS))
            raise Invalid(f"there is no key “{name}”; the keys are {known}.")
    state = State(
        ease_hundredths=_ease_hundredths(values.get("ease", 2.5)),
        **{name: values[name] for name in _COUNTS if name in values},
    )
    if state.repetitions and not state.interval_days:
        raise Invalid("a card with repetitions has an interval_days of at least 1.")
    return state


def _ease_hundredths(ease: object) -> int:
    if type(ease) not in (int, float) or not 1.3 <= ease <= _MOST_EASE:  # type: ignore[operator]
        raise Invalid(f"ease is a number from 1.3 to {_MOST_EASE}, not {ease!r}.")
    return round(ease * 100)  # type: ignore[operator]


def _no_constant(name: str) -> NoReturn:
    raise Invalid(f"{name} is not a number that can be used.")


def _as_json(state: State) -> dict[str, object]:
    return {
        "interval_days": state.interval_days,
        "ease": state.ease_hundredths / 100,
        "repetitions": state.repetitions,
        "lapses": state.lapses,
        "leech": state.leech,
        "repeat_today": state.repeat_today,
    }


def _table(answers: list[str], states: list[State]) -> str:
    rows = [_COLUMNS]
    day = 0
    for number, (answer, state) in enumerate(zip(answers, states, strict=True), start=1):
        day += state.elapsed_days
        notes = [("leech", state.leech), ("repeat today", state.repeat_today)]
        rows.append(
            (
                str(number),
                answer,
                str(day),
                f"{state.interval_days} d",
                f"{state.ease_hundredths / 100:.2f}",
                str(state.repetitions),
                str(state.lapses),
                ", ".join(text for text, applies in notes if applies),
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
