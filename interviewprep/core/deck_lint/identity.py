"""S02: an id stands for one card for ever."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from interviewprep.core.deck_lint.findings import ERROR, Finding
from interviewprep.core.deck_lint.lock import LockedItem, is_key, items_of, was_of
from interviewprep.core.deck_lint.passages import LintedCard
from interviewprep.core.deck_lint.surroundings import Surroundings


def check_identities(around: Surroundings) -> Iterator[Finding]:
    """S02 over all decks."""
    by_id: dict[str, list[LintedCard]] = defaultdict(list)
    for card in around.cards:
        by_id[card.card.id].append(card)
    yield from _twice(by_id)
    for card in around.cards:
        yield from _card(card, around)
    yield from _earlier_ids(by_id, around)
    if around.has_whole_folder:
        yield from _retired_forms(around)
        yield from _vanished(by_id, around)


def _twice(by_id: dict[str, list[LintedCard]]) -> Iterator[Finding]:
    for card_id, cards in by_id.items():
        for card in cards[1:]:
            first = cards[0]
            message = f"the id `{card_id}` stands in {first.path}:{first.card.line} already"
            yield card.error(
                "S02", card.card.line, message, f"choose another, such as `{card_id}-2`"
            )


def _card(card: LintedCard, around: Surroundings) -> Iterator[Finding]:
    line, card_id = card.card.line, card.card.id
    if not card.card.has_own_id:
        yield card.error("S02", line, "this card has no id", f"write `## {card_id}` above it")
        return
    if card_id in around.retired:
        message = f"the id `{card_id}` is retired"
        yield card.error("S02", line, message, "a retired id is never used again; choose another")
    for item in items_of(card.card):
        if item.key != card_id and item.key in around.retired:
            message = f"`{item.key}` is retired"
            yield card.error("S02", line, message, "take the next free number")
        before = _before(card, item, around)
        if before is None:
            continue
        if item.rev < before.rev:
            message = f"`rev` was {before.rev} in the last release and is {item.rev}"
            yield card.error(
                "S02", card.line_of("rev"), message, f"write `rev: {before.rev}` or more"
            )
        elif item.rev == before.rev and item.answer != before.answer:
            message = f"the answer of `{item.key}` has changed and `rev` has not"
            fix = f"write `rev: {item.rev + 1}` if its meaning changed, else accept: S02 and why"
            yield card.warn("S02", line, message, fix)


def _before(card: LintedCard, item: LockedItem, around: Surroundings) -> LockedItem | None:
    """The item as released, under this id or an earlier one."""
    ending = item.key[len(card.card.id) :]
    for key in (item.key, *(f"{earlier}{ending}" for earlier in was_of(card.card))):
        if key in around.locked:
            return around.locked[key]
    return None


def _earlier_ids(by_id: dict[str, list[LintedCard]], around: Surroundings) -> Iterator[Finding]:
    heirs: dict[str, LintedCard] = {}
    for card in around.cards:
        line = card.line_of("was")
        for earlier in was_of(card.card):
            if not is_key(earlier) or "#" in earlier:
                yield card.error("S02", line, f"`{earlier}` is no id", "write the card's old id")
            elif earlier in by_id:
                message = f"`was: {earlier}`, and there is a card with this id"
                yield card.error("S02", line, message, "rename that card, or take the line out")
            elif earlier in around.retired:
                message = f"`{earlier}` is retired and named in `was:`"
                yield card.error("S02", line, message, "take it out of RETIRED or out of `was:`")
            elif earlier in heirs:
                message = f"`{heirs[earlier].card.id}` was `{earlier}` too"
                yield card.error("S02", line, message, "only one card can carry on its history")
            else:
                heirs[earlier] = card


def _retired_forms(around: Surroundings) -> Iterator[Finding]:
    for key, line in around.retired.items():
        if not is_key(key):
            message = f"`{key}` is neither an id nor an item such as an-id#c2"
            yield _of_folder(around.retired_path, line, message, "write one id a line")


def _vanished(by_id: dict[str, list[LintedCard]], around: Surroundings) -> Iterator[Finding]:
    """What the last release had and neither a card, nor `was:`, nor RETIRED accounts for."""
    live = {item.key for card in around.cards for item in items_of(card.card)}
    for card in around.cards:
        for earlier in was_of(card.card):
            live.update(f"{earlier}{item.key[len(card.card.id) :]}" for item in items_of(card.card))
    broken = {card_id for file in around.files for card_id in file.broken_ids}
    for key, item in around.locked.items():
        if key in live or item.card_id in broken:
            continue
        if key in around.retired or item.card_id in around.retired:
            continue
        message = f"`{key}` was in the last release and is gone"
        fix = f"list `{key}` in RETIRED, or write `was: {item.card_id}` on the card that follows it"
        yield _of_folder(around.lock_path, item.line, message, fix)


def _of_folder(path: str, line: int, message: str, fix: str) -> Finding:
    return Finding(path, line, "S02", ERROR, message, fix)
