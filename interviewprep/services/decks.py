"""Decks of one's own: made, renamed with their subdecks, described, shared, retired."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

from ..core.levels import DEEP
from ..core.study_settings import DeckOptions
from ..errors import Invalid
from ..storage import Card, Deck, Enrolment, Note, NoteType, Rendering
from .enrolling import enrol
from .locking import lock_user
from .originals import return_originals
from .search_index import unindex_notes
from .studied_decks import look_again
from .visibility import deck_tree, get_deck, get_own_deck

LONGEST_NAME = 400
LONGEST_DESCRIPTION = 2_000
JOINERS = "\u200c\u200d"
"""Not printable by themselves, but part of words in some scripts, and of pictographs."""


def clean_deck_name(text: str) -> str:
    """Return the full name with each level trimmed.

    :raise Invalid: for a name that is empty, too long, or has an empty level.
    """
    levels = [" ".join(level.split()) for level in text.split("::")]
    name = "::".join(levels)
    if not name:
        raise Invalid("Give the deck a name.", field="name")
    if not all(levels):
        raise Invalid("A level of the name is empty; write it like ML::Metrics.", field="name")
    if not all(sign.isprintable() or sign in JOINERS for sign in name):
        raise Invalid("The name holds a sign that cannot be shown; take it out.", field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid(
            f"A deck's name takes at most {LONGEST_NAME} characters; shorten it.", field="name"
        )
    return name


def own_deck_named(session: Session, user_id: int, name: str) -> Deck | None:
    """Return the user's deck of this full name, a retired one included."""
    return session.scalars(
        select(Deck).where(Deck.owner_id == user_id, Deck.name == name)
    ).one_or_none()


def create_deck(
    session: Session, user_id: int, name: str, now: datetime, *, description: str = ""
) -> Deck:
    """Make a deck of one's own and enrol in it. A retired one of that name comes back empty.

    :raise Invalid: for a name that cannot be used or is taken.
    """
    name = clean_deck_name(name)
    lock_user(session.connection(), user_id)
    found = own_deck_named(session, user_id, name)
    if found is not None and found.retired_at is None:
        raise Invalid(f"You already have a deck called “{name}”.", field="name")
    return _new_or_revived(session, user_id, name, found, now, description)


def ensure_deck(session: Session, user_id: int, name: str, now: datetime) -> Deck:
    """Return the user's deck of this name, made if need be.

    :raise Invalid: for a name that cannot be used.
    """
    name = clean_deck_name(name)
    lock_user(session.connection(), user_id)
    found = own_deck_named(session, user_id, name)
    if found is not None and found.retired_at is None:
        return found
    return _new_or_revived(session, user_id, name, found, now, "")


def rename_deck(session: Session, user_id: int, deck_id: int, name: str) -> Deck:
    """Give a deck another name; its subdecks move along.

    :raise Invalid: where that would give two of the user's decks one name.
    """
    lock_user(session.connection(), user_id)
    deck = get_own_deck(session, user_id, deck_id)
    name = clean_deck_name(name)
    tree = session.scalars(select(Deck).where(deck_tree(deck))).all()
    old = deck.name
    names = {each: name + each.name[len(old) :] for each in tree}
    if max(map(len, names.values())) > LONGEST_NAME:
        raise Invalid("With that name a subdeck's would be too long; shorten it.", field="name")
    _make_room(session, user_id, set(names.values()), {each.id for each in tree})
    for each in tree:  # first out of each other's way: names are unique at every moment
        each.name = f"renaming {each.id}"
    session.flush()
    for each, new in names.items():
        each.name = new
    session.flush()
    _forget_renderings(session, [each.id for each in tree])
    return deck


def describe_deck(session: Session, user_id: int, deck_id: int, description: str) -> Deck:
    """Set the deck's description, a few sentences in Markdown."""
    deck = get_own_deck(session, user_id, deck_id)
    deck.description = _description(description)
    session.flush()
    return deck


def share_deck(session: Session, user_id: int, deck_id: int, *, is_shared: bool) -> Deck:
    """Share a deck and its subdecks, read only, with everyone on the server, or stop sharing.

    When sharing stops, nobody else sees the deck any more and their enrolments end; what they know
    of its cards is kept for the day it is shared again.
    """
    deck = get_own_deck(session, user_id, deck_id)
    ids = _tree_ids(session, deck)
    session.execute(update(Deck).where(Deck.id.in_(ids)).values(is_shared=is_shared))
    if not is_shared:
        session.execute(
            delete(Enrolment).where(Enrolment.deck_id.in_(ids), Enrolment.user_id != user_id)
        )
    session.refresh(deck)
    return deck


def retire_deck(session: Session, user_id: int, deck_id: int, now: datetime) -> None:
    """Take a deck with its subdecks and their cards out of everyone's sight.

    Nothing is deleted: the log of answers keeps what it refers to.
    """
    deck = get_own_deck(session, user_id, deck_id)
    ids = _tree_ids(session, deck)
    in_tree = select(Card.note_id).where(Card.deck_id.in_(ids))
    session.execute(
        update(Card).where(Card.deck_id.in_(ids), Card.retired_at.is_(None)).values(retired_at=now)
    )
    left = exists().where(Card.note_id == Note.id, Card.retired_at.is_(None))
    gone = session.execute(
        update(Note)
        .where(
            Note.owner_id == user_id,
            Note.retired_at.is_(None),
            or_(Note.deck_id.in_(ids), Note.id.in_(in_tree)),
            ~left,
        )
        .values(retired_at=now)
        .returning(Note.id)
        .execution_options(synchronize_session=False)
    ).scalars()
    unindex_notes(session.connection(), gone.all())
    session.execute(update(Deck).where(Deck.id.in_(ids)).values(retired_at=now, is_shared=False))
    session.execute(delete(Enrolment).where(Enrolment.deck_id.in_(ids)))
    return_originals(session, user_id)
    session.expire_all()


def set_deck_options(
    session: Session, user_id: int, deck_id: int, options: DeckOptions
) -> Enrolment:
    """Set how this learner studies the deck.

    Only a built-in deck has levels, so only there a depth counts. One that differs from the stored
    one is the learner's own from now on: no track changes it any more.

    :raise NotFound: for a deck the user may not see; :raise Invalid: for one they do not study.
    """
    deck = get_deck(session, user_id, deck_id)
    enrolment = session.get(Enrolment, (user_id, deck_id))
    if enrolment is None:
        raise Invalid("You do not study this deck; add it to your decks first.")
    before = DeckOptions.from_mapping(enrolment.options)
    is_whole = before.depth is None and options.depth in (None, DEEP)
    if deck.owner_id is not None or is_whole:
        options = replace(options, depth=None)
    elif options.depth is None:
        options = replace(options, depth=before.depth)
    track = before.track if options.depth == before.depth else ""
    enrolment.options = replace(options, track=track).as_dict()
    if options.without != before.without:
        session.flush()
        look_again(session.connection(), [deck_id], user_id=user_id)
        session.refresh(enrolment)
    session.flush()
    return enrolment


def other_learners(session: Session, user_id: int, deck_id: int) -> int:
    """Return how many others study a deck."""
    rows = select(Enrolment.user_id).where(
        Enrolment.deck_id == deck_id, Enrolment.user_id != user_id
    )
    return len(session.execute(rows.limit(1_000)).all())


def _tree_ids(session: Session, deck: Deck) -> list[int]:
    return list(session.scalars(select(Deck.id).where(deck_tree(deck))))


def _new_or_revived(
    session: Session, user_id: int, name: str, retired: Deck | None, now: datetime, description: str
) -> Deck:
    deck = retired or Deck(owner_id=user_id, name=name, created_at=now)
    deck.retired_at = None
    deck.is_shared = False
    deck.description = _description(description)
    session.add(deck)
    session.flush()
    enrol(session, user_id, deck.id, now, is_own=True)
    return deck


def _description(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > LONGEST_DESCRIPTION:
        raise Invalid(
            f"A description takes at most {LONGEST_DESCRIPTION:,} characters; shorten it.",
            field="description",
        )
    return text


def _make_room(session: Session, user_id: int, names: set[str], moving: set[int]) -> None:
    """Refuse names of living decks; retired ones step aside."""
    taken = session.scalars(
        select(Deck).where(
            Deck.owner_id == user_id, Deck.name.in_(sorted(names)), Deck.id.not_in(moving)
        )
    ).all()
    for other in taken:
        if other.retired_at is None:
            raise Invalid(
                f"You already have a deck called “{other.name}”; choose another name, or move the"
                " cards there.",
                field="name",
            )
        other.name = f"retired {other.id}"
    session.flush()


def _forget_renderings(session: Session, deck_ids: list[int]) -> None:
    """A template of Anki's may show the deck's name."""
    cards = (
        select(Card.id)
        .join(Note, Note.id == Card.note_id)
        .join(NoteType, NoteType.id == Note.note_type_id)
        .where(Card.deck_id.in_(deck_ids), NoteType.kind == "templates")
    )
    session.execute(
        delete(Rendering)
        .where(Rendering.card_id.in_(cards))
        .execution_options(synchronize_session=False)
    )
