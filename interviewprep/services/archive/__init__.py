"""The archive of a whole account: `write_archive` makes it, `restore_learning` takes it in."""

from .restoring import restore_learning
from .writing import write_archive

__all__ = ["restore_learning", "write_archive"]
