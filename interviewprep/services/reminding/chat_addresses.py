"""The addresses of chat services that a learner's reminders go to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...core.chat_addresses import ChatAddress
from ...errors import Invalid, NotFound
from ...storage import ChatAddress as ChatAddressRow
from .places import destination_of

MOST_ADDRESSES = 5


@dataclass(frozen=True, slots=True)
class ShownAddress:
    """An address as its owner sees it: what it is, without the secrets in it."""

    id: int
    masked: str
    created_at: datetime
    destination: str


def list_addresses(session: Session, user_id: int) -> list[ShownAddress]:
    """Return the learner's addresses, the newest first."""
    rows = session.scalars(
        select(ChatAddressRow)
        .where(ChatAddressRow.user_id == user_id)
        .order_by(ChatAddressRow.id.desc())
    )
    return [ShownAddress(row.id, row.label, row.created_at, row.url_hash) for row in rows]


def add_address(session: Session, user_id: int, address: ChatAddress, now: datetime) -> None:
    """Store an address whose host the caller has looked at.

    :raise Invalid: with the field `url`, for one that is there already, or one too many.
    """
    hashed = destination_of(address.url)
    found = list_addresses(session, user_id)
    if any(each.destination == hashed for each in found):
        raise Invalid("This address is among yours already.", field="url")
    if len(found) >= MOST_ADDRESSES:
        raise Invalid(
            f"There are {MOST_ADDRESSES} addresses already; remove one first.", field="url"
        )
    session.add(
        ChatAddressRow(
            user_id=user_id,
            url=address.url,
            url_hash=hashed,
            label=address.masked,
            created_at=now,
        )
    )
    session.flush()


def remove_address(session: Session, user_id: int, address_id: int) -> None:
    """:raise NotFound: where it is not one of this learner's."""
    row = session.scalar(
        select(ChatAddressRow).where(
            ChatAddressRow.id == address_id, ChatAddressRow.user_id == user_id
        )
    )
    if row is None:
        raise NotFound("There is no such address, or it is removed already.")
    session.delete(row)
    session.flush()
