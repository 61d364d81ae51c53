"""A friend as interviewer: the candidate's link, the one click that opens it, the live page."""

from . import inviting, leading, opening
from .blueprint import blueprint

__all__ = ["blueprint", "inviting", "leading", "opening"]
