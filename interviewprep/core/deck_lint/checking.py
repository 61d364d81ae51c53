"""All rules that need no code to be run, over all decks of a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from interviewprep.core.deck_lint.accepting import apply_accepts
from interviewprep.core.deck_lint.answers import check_answer, check_clauses, check_term
from interviewprep.core.deck_lint.behavioral import check_behavioral
from interviewprep.core.deck_lint.clozes import check_clozes, check_hidden_share
from interviewprep.core.deck_lint.code import check_code
from interviewprep.core.deck_lint.dated import check_dates
from interviewprep.core.deck_lint.decks import check_deck
from interviewprep.core.deck_lint.exercises import check_derivations, check_entry, check_forms
from interviewprep.core.deck_lint.findings import ERROR, WARN, Finding
from interviewprep.core.deck_lint.front_matter import check_front_matter
from interviewprep.core.deck_lint.identity import check_identities
from interviewprep.core.deck_lint.labels import check_labels, check_shared_tags
from interviewprep.core.deck_lint.lengths import check_lengths
from interviewprep.core.deck_lint.maths import check_maths
from interviewprep.core.deck_lint.passages import LintedCard, LintedFile
from interviewprep.core.deck_lint.pictures import check_pictures
from interviewprep.core.deck_lint.prerequisites import check_prerequisites
from interviewprep.core.deck_lint.prompts import check_prompt
from interviewprep.core.deck_lint.questions import check_question
from interviewprep.core.deck_lint.rubrics import check_rubric_cells
from interviewprep.core.deck_lint.similar import check_similarity
from interviewprep.core.deck_lint.sources import check_citations, check_sources
from interviewprep.core.deck_lint.structure import check_presence, check_structure
from interviewprep.core.deck_lint.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Checked:
    """What there is to say, in the order of files and lines, and how many warnings were waived."""

    findings: tuple[Finding, ...]
    accepted: int

    def count(self, level: str) -> int:
        return sum(finding.level == level for finding in self.findings)

    @property
    def errors(self) -> int:
        return self.count(ERROR)

    @property
    def warnings(self) -> int:
        return self.count(WARN)


def check_decks(around: Surroundings, more: Iterable[Finding] = ()) -> Checked:
    """Check the files that are given in `around`; `more` are findings from elsewhere on them."""
    given = [file for file in around.files if file.path in around.given]
    found: list[Finding] = []
    for file in given:
        found += check_file(file, around)
    shared = [*check_identities(around), *check_similarity(around), *check_prerequisites(around)]
    of_folder = {around.retired_path, around.lock_path} if around.has_whole_folder else set()
    reported = around.given | of_folder
    found += [finding for finding in shared if finding.path in reported]
    left, accepted = apply_accepts([*found, *more], given)
    unique = dict.fromkeys(left)
    return Checked(tuple(sorted(unique, key=lambda f: (f.path, f.line, f.rule))), accepted)


def check_file(file: LintedFile, around: Surroundings) -> Iterator[Finding]:
    """Check what can be said of one file by itself."""
    yield from file.problems
    yield from check_front_matter(file)
    yield from check_presence(file)
    yield from check_citations(file)
    yield from check_shared_tags(file, around.tags)
    if not file.broken_ids:
        yield from check_deck(file)
    for card in file.cards:
        yield from _card(card, file, around)


def _card(card: LintedCard, file: LintedFile, around: Surroundings) -> Iterator[Finding]:
    yield from check_structure(card)
    yield from check_code(card)
    yield from check_maths(card)
    yield from check_clozes(card, around.retired)
    if file.front_matter is not None:
        yield from check_sources(card)
        yield from check_labels(card, around.tags)
    yield from check_pictures(card, around.picture_bytes)
    if not card.card.is_long:
        yield from check_lengths(card)
        yield from check_answer(card)
        yield from check_clauses(card)
        yield from check_term(card)
        yield from check_hidden_share(card)
    yield from check_question(card)
    yield from check_dates(card, around.today)
    yield from check_derivations(card)
    yield from check_entry(card)
    yield from check_forms(card)
    yield from check_prompt(card)
    yield from check_behavioral(card)
    yield from check_rubric_cells(card)
