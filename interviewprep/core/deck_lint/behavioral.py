"""P02: STAR guidance is complete, the competency is one of ours, private life stays private."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from interviewprep.core.deck_lint.findings import Finding
from interviewprep.core.deck_lint.markup import masked
from interviewprep.core.deck_lint.passages import LintedCard, Passage
from interviewprep.core.interviews.competencies import COMPETENCY_KEYS

PARTS = ("Situation", "Task", "Action", "Result")
_PART = re.compile(r"\*\*(?P<name>\w+)\*\*\s*\((?P<share>\d{1,3})\s?%\):\s+\S")

PROTECTED_TOPICS = {
    "age": (
        r"how old|\bold enough|\btoo (?:old|young)\b|year of birth|date of birth|\bbirthday"
        r"|\bretirement\b|\byou retire\b"
    ),
    "family": (
        r"\bmarri(?:ed|age)|\bmarital|\bspouse|\bhusband|\bwife\b|\bwives\b|\bchildren\b|\bchildcare"
        r"|\bpregnan|\bmaternity|\bpaternity|\bparental leave|\bdivorce|\bsiblings?\b"
        r"|\b(?:boy|girl)friend"
    ),
    "religion": (
        r"\breligio|\bchurch\b|\bmosque\b|\bsynagogue\b|\bpray(?:er)?\b|\bsabbath\b"
        r"|\bramadan\b"
    ),
    "health": (
        r"\bdisab(?:ility|ilities|led person)|\billness|\bdisease|\bsick leave|\bmedical condition"
        r"|\bdiagnos(?:is|ed with)\b|\bmental health|\bmedication|\btherapist"
    ),
    "origin": (
        r"\bnationalit|\bcitizenship|\bethnic|\bskin colou?r|\bcountry of birth"
        r"|\bwhere were you born|\bwhere are you (?:really |originally )?from\b|\bmother tongue"
        r"|\bnative (?:language|speaker)|\bimmigra|\bvisa status"
    ),
    "gender": r"\bsexual|\bgender\b|\btransgender",
}
_MENTIONS = {topic: re.compile(text, re.IGNORECASE) for topic, text in PROTECTED_TOPICS.items()}
_PERSONAL = re.compile(
    r"\b(?:your|their|his|her)(?: own)? (?P<what>age|family|parents|kids|partner|religion|faith"
    r"|beliefs|health|origins?|race|accent|politics|home country)\b",
    re.IGNORECASE,
)


def check_behavioral(card: LintedCard) -> Iterator[Finding]:
    """P02."""
    if card.card.kind != "behavioral":
        return
    competency = card.card.meta.get("competency", "")
    if competency and competency not in COMPETENCY_KEYS:
        close = get_close_matches(competency, COMPETENCY_KEYS, 1)
        fix = f"did you mean {close[0]}" if close else f"one of {', '.join(COMPETENCY_KEYS)}"
        message = f"`{competency}` is no competency"
        yield card.error("P02", card.line_of("competency"), message, fix)
    if "STAR" in card.passages:
        yield from _star(card, card.passages["STAR"])
    for name in ("Prompt", "Follow-ups"):
        passage = card.passages.get(name)
        if passage is not None:
            yield from _private(card, passage)


def _star(card: LintedCard, passage: Passage) -> Iterator[Finding]:
    items = passage.items()
    found = [(line, _PART.match(item)) for line, item in items]
    names = [match["name"] if match else "" for _, match in found]
    for line, match in found:
        if match is None:
            fix = "write `**Situation** (15 %): what belongs there`"
            yield card.error("P02", line, "a part without its name, share or text", fix)
            return
    if names != list(PARTS):
        message = f"STAR has {', '.join(names) or 'no parts'}"
        yield card.error("P02", passage.line, message, f"write {', '.join(PARTS)}, in this order")
        return
    total = sum(int(match["share"]) for _, match in found if match)
    if total != 100:
        message = f"the shares of the time add up to {total} %"
        yield card.error("P02", passage.line, message, "make it 100 %")


def _private(card: LintedCard, passage: Passage) -> Iterator[Finding]:
    prose = masked(passage.text)
    found = [(topic, mention.search(prose)) for topic, mention in _MENTIONS.items()]
    personal = _PERSONAL.search(prose)
    found.append((personal["what"].lower() if personal else "", personal))
    for topic, match in found:
        if match is not None:
            message = f"`{match[0]}` touches {topic}, which no interviewer may ask about"
            line = passage.line_at(match.start())
            yield card.error("P02", line, message, "ask about work alone")
