"""Whether a card is complete and speaks of known things only: what a single line cannot tell."""

from __future__ import annotations

from difflib import get_close_matches

from interviewprep.core import cloze
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.markdown_deck.grammar import (
    BODY_LABELS,
    KINDS_BY_BODY,
    LABELS,
    PARTNERS,
    ROLES,
    SECTIONS,
    Block,
)
from interviewprep.formats.markdown_deck.opened import OpenCard
from interviewprep.formats.markdown_deck.refusals import UnusableFence


def has_sections(card: OpenCard | None) -> bool:
    """Whether a card is written in sections, where a capital and a colon are ordinary text."""
    return card is not None and bool(card.sections)


def check_sides(card: OpenCard, sides: dict[str, Block]) -> None:
    """Refuse a card without a body, a partner, a text, or anything hidden."""
    for question, answer in PARTNERS.items():
        if question in sides and answer not in sides:
            raise UnreadableDeck(
                f"line {sides[question].line}: `{question}:` has no `{answer}:`; "
                f"add a line that begins with `{answer}:`."
            )
    if not card.sections and not BODY_LABELS & sides.keys():
        raise UnreadableDeck(
            f"line {card.line}: this card has no body; add Q: and A:, C:, T: and D:, or sections."
        )
    for label, block in sides.items():
        if not block.text and not block.fences:
            raise UnreadableDeck(
                f"line {block.line}: `{label}:` is empty; write the {LABELS[label]} after it."
            )
    if "C" in sides and not cloze.numbers(sides["C"].text):
        raise UnreadableDeck(
            f"line {sides['C'].line}: this `C:` hides nothing; "
            "write what is to be hidden as {{c1::answer}}."
        )


def kind_of(card: OpenCard, sides: dict[str, Block]) -> str:
    """The kind of a card, as given or inferred; refuse one that does not fit its body."""
    given = card.meta.get("kind", "")
    line = card.meta_lines.get("kind", card.line)
    if card.sections:
        if given not in SECTIONS:
            raise UnreadableDeck(
                f"line {line}: a card with sections needs `kind:` with one of "
                f"{', '.join(SECTIONS)}."
            )
        for section in card.sections:
            if section.name not in SECTIONS[given]:
                raise UnreadableDeck(
                    f"line {section.line}: a card of kind {given} has no section "
                    f"`{section.name}`; its sections are {', '.join(SECTIONS[given])}."
                )
        return given
    allowed = next(kinds for label, kinds in KINDS_BY_BODY.items() if label in sides)
    if given and given not in allowed:
        raise UnreadableDeck(
            f"line {line}: `kind: {given}` does not fit this card; "
            f"leave it out, or write one of {', '.join(allowed)}."
        )
    return given or allowed[0]


def check_role(language: str, role: str, number: int) -> None:
    """Refuse a second word after a fence that means nothing for its language."""
    if not role or role in ROLES.get(language, frozenset()):
        return
    roles = sorted(ROLES.get(language, frozenset()))
    known = f"the roles are {', '.join(roles)}" if roles else f"`{language}` has no roles"
    raise UnusableFence(
        f"line {number}: `{role}` is no role of a {language} block; {known}. "
        "Leave the second word out to only show the code."
    )


def suggestion(word: str, known: object) -> str:
    """The known word that is meant, or all of them."""
    names = sorted(set(known)) if isinstance(known, list | frozenset) else []
    close = get_close_matches(word.lower(), names, 1) or get_close_matches(word, names, 1)
    return f"did you mean `{close[0]}`" if close else f"use one of {', '.join(names)}"
