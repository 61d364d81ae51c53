"""P03: a rubric describes behaviour that somebody could watch, and tells its levels apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviewprep.core.deck_lint.findings import Finding
from interviewprep.core.deck_lint.passages import LintedCard
from interviewprep.core.deck_lint.prompts import level_cells

_BASE_FORMS = """
add admit agree aim answer apply argue ask assume audit avoid balance base batch begin blame bound
bring build call catch change check choose claim close come compare compute concede connect contain
correct cost count cover cut decide define deny depend deploy derive describe design do drop end
escalate estimate evaluate explain explore fail fall find fit fix follow forget frame gain get give
go guess handle have hear help hide hold jump justify keep know lack launch lead learn leave let
limit link list listen log lose make mean measure mention miss model monitor move name need note
notice offer omit order own persuade pick plan point prefer present prevent propose prove push put
raise rank reach read reason recall refuse repeat report require respond return roll run say scale
score see separate set shadow share shift show simplify size skip slice solve sort speak split stall
start state stay stop store study suggest support take talk tell test think time trade train treat
trust try turn understand update use validate verify wait want watch weigh win work write
admits asked becomes began blew bought brought built came caught chose cut did does drew drove fell
felt fixes found gave goes got grew had has held is kept knew known laid led left lent lost made
means meant met owns paid put ran rose said sat saw seen sent set shown sold spent spoke stood taken
taught told took understood was went were won wrote written
"""
_VERBS = frozenset(_BASE_FORMS.split())
_VERB_ENDING = re.compile(r"[a-z]{2,}(?:ed|ing|es|ates?|ifies|ises?|izes?)|[a-z]{2,}[^su\W]s")
_MOST_BARE_WORDS = 4
_GRADES = frozenset(
    [
        *("good", "better", "best", "great", "excellent", "strong", "stronger", "weak", "weaker"),
        *("poor", "bad", "basic", "solid", "adequate", "average", "outstanding", "sufficient"),
        *("insufficient", "satisfactory", "understanding", "knowledge", "skill", "skills"),
        *("competence", "expertise"),
    ]
)
_ABSENCE = frozenset(["no", "none", "nothing", "never", "not", "without", "only"])


def check_rubric_cells(card: LintedCard) -> Iterator[Finding]:
    """P03."""
    passage = card.passages.get("Rubric")
    if passage is None:
        return
    seen: set[str] = set()
    for line, cell in level_cells(passage):
        plain = " ".join(re.findall(r"\w+", cell.casefold()))
        if plain and plain in seen:
            message = f"the cell `{_short(cell)}` is there twice"
            yield card.warn("P03", line, message, "say what tells the two levels apart")
        elif cell and not says_what_is_done(cell):
            message = f"the cell `{_short(cell)}` names no behaviour"
            yield card.warn("P03", line, message, "say with a verb what an interviewer would see")
        seen.add(plain)


def says_what_is_done(cell: str) -> bool:
    """Whether a cell has a verb in any of its forms, or names what is left undone.

    English does not tell a verb from a noun by its look, so this lets doubtful cells pass: it is
    there to find "good understanding" and "very strong". A quotation is something said.
    """
    words = re.findall(r"[a-z]+", cell.casefold())
    if '"' in cell or "“" in cell or (len(words) > _MOST_BARE_WORDS and not _GRADES & set(words)):
        return True
    return any(
        word in _VERBS or word in _ABSENCE or _VERB_ENDING.fullmatch(word)
        for word in words
        if word not in _GRADES
    )


def _short(cell: str) -> str:
    return cell if len(cell) <= 50 else f"{cell[:49]}…"
