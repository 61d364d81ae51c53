"""Single cards: looked at, marked, begun again; written and edited with a preview beside."""

from . import editing, looking, writing
from .blueprint import blueprint

__all__ = ["blueprint", "editing", "looking", "writing"]
