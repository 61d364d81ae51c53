"""Finer names for what the parser refuses, for those who tell mistakes apart."""

from __future__ import annotations

from interviewprep.errors import UnreadableDeck


class UnusableFence(UnreadableDeck):
    """A fenced block is never closed, or its second word means nothing."""


class UnusableId(UnreadableDeck):
    """A card's id is not of the right form, or is there twice in a file."""
