"""How long a story takes to tell, and which stories serve which prompt."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interviewprep.bundled_files import bundled
from interviewprep.core.interviews.competencies import (
    COMPETENCY_KEYS,
    QUESTIONS,
    fit,
    known_competencies,
    known_questions,
)
from interviewprep.core.interviews.spoken_length import count_words, spoken_length


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (0, "0 words, 0:00 spoken. Nothing to tell yet"),
        (1, "1 word, 0:00 spoken. Short of"),
        (140, "140 words, 1:00 spoken. Short of"),
        (259, "259 words, 1:51 spoken. A little under"),
        (260, "260 words, 1:51 spoken. About two minutes"),
        (300, "300 words, 2:09 spoken. About two minutes"),
        (301, "301 words, 2:09 spoken. A little over"),
        (700, "700 words, 5:00 spoken. Too long"),
    ],
)
def test_two_minutes_are_260_to_300_words(words: int, said: str) -> None:
    assert spoken_length(words).startswith(said)


def test_what_is_counted_are_words_and_not_signs() -> None:
    assert count_words(["It fell from 33 % to 12 %: a lot.", "", " — ", "Überraschung\nzwei"]) == 10


def test_the_nine_are_those_that_the_curriculum_lists() -> None:
    text = Path(__file__).parents[2].joinpath("docs/curriculum.md").read_text(encoding="utf-8")
    table = text.split("behavioral prompts, by competency")[1].split("###")[0]
    assert tuple(re.findall(r"^\| \| \*\*(\w+)\*\*", table, re.M)) == COMPETENCY_KEYS


def test_every_prompt_names_one_of_the_nine_and_each_common_question_is_asked() -> None:
    texts = [path.read_text(encoding="utf-8") for path in bundled("cards").rglob("*.md")]
    named = {key for text in texts for key in re.findall(r"^competency: *(\S+)", text, re.M)}
    assert named and named <= set(COMPETENCY_KEYS)
    tags = {
        tag
        for text in texts
        for line in re.findall(r"^tags: (.*)$", text, re.M)
        for tag in line.split()
    }
    assert {one.tag for one in QUESTIONS} <= tags


def test_unknown_keys_are_dropped_and_the_rest_stands_in_the_order_of_the_list() -> None:
    assert known_competencies(["leadership", "luck", "learning", "leadership"]) == [
        "learning",
        "leadership",
    ]
    assert known_questions(["conflict", "salary", "about-yourself"]) == [
        "about-yourself",
        "conflict",
    ]


@pytest.mark.parametrize(
    ("competencies", "questions", "points"),
    [
        ([], [], 0),
        (["delivery"], [], 0),
        (["communication"], [], 1),
        (["teamwork"], [], 4),
        (["teamwork", "communication"], [], 5),
        ([], ["conflict"], 2),
        ([], ["about-yourself"], 0),
        (["teamwork"], ["conflict"], 6),
    ],
)
def test_a_story_serves_a_prompt_by_its_competency_its_topics_and_its_question(
    competencies: list[str], questions: list[str], points: int
) -> None:
    assert fit(competencies, questions, "teamwork", ["teamwork", "communication"]) == points
