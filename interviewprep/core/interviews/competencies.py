"""The nine competencies that behavioral questions test, and three questions everyone is asked.

The keys are the closed list that prompts name in `competency:`; see `docs/curriculum.md`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Competency:
    """`meaning` is what an interviewer listens for, in one line."""

    key: str
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class CommonQuestion:
    """A question to have a story for in any case. `tag` is one that prompts asking it carry."""

    key: str
    label: str
    asked: str
    tag: str


COMPETENCIES = (
    Competency("motivation", "Motivation", "Why this field and this role, shown by what you did."),
    Competency("ownership", "Ownership", "You saw it through, also where it was nobody's job."),
    Competency("learning", "Learning", "A mistake, criticism or new ground, and what it changed."),
    Competency("teamwork", "Teamwork", "Working with others, also where you disagreed."),
    Competency("communication", "Communication", "You made something clear to whoever needed it."),
    Competency("ambiguity", "Ambiguity", "From a vague wish or too little data to a decision."),
    Competency("delivery", "Delivery", "What mattered was on time, and you said what was cut."),
    Competency("integrity", "Integrity", "The honest or fair thing, though it cost something."),
    Competency("leadership", "Leadership", "You moved or grew people, with or without a title."),
)
QUESTIONS = (
    CommonQuestion("about-yourself", "About yourself", "Tell me about yourself.", "preparation"),
    CommonQuestion(
        "proudest-project",
        "Proudest project",
        "Which project are you proudest of, and what of it was yours?",
        "projects",
    ),
    CommonQuestion(
        "conflict", "A conflict", "Tell me about a conflict with somebody at work.", "teamwork"
    ),
)
COMPETENCY_KEYS = tuple(one.key for one in COMPETENCIES)
QUESTION_KEYS = tuple(one.key for one in QUESTIONS)


def known_competencies(keys: Iterable[str]) -> list[str]:
    """Those of the nine among `keys`, each once, in the order of the list."""
    given = set(keys)
    return [key for key in COMPETENCY_KEYS if key in given]


def known_questions(keys: Iterable[str]) -> list[str]:
    """Those of the three among `keys`, each once, in the order of the list."""
    given = set(keys)
    return [key for key in QUESTION_KEYS if key in given]


def fit(
    competencies: Iterable[str], questions: Iterable[str], asked: str, tags: Iterable[str]
) -> int:
    """How well a story serves a prompt: 0 for not at all.

    The competency that the prompt names counts four, a common question that the prompt seems to
    ask two, and each further competency among the prompt's tags one.
    """
    story, topics = set(competencies), set(tags)
    served = set(questions)
    points = 4 if asked in story else 0
    points += 2 * sum(one.key in served and one.tag in topics for one in QUESTIONS)
    return points + len((story & topics) - {asked})
