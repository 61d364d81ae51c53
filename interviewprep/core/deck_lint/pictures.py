"""S09: pictures are there, say what they show, and are small."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from interviewprep.core.deck_lint.findings import Finding
from interviewprep.core.deck_lint.passages import LintedCard

MOST_BYTES = 200_000
_PICTURE = re.compile(
    r"!\[(?P<alt>[^\[\]]{0,1000})\]\(\s*<?(?P<name>[^\s)>]*)|<img\b", re.IGNORECASE
)
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def check_pictures(
    card: LintedCard, picture_bytes: Callable[[str, str], int | None]
) -> Iterator[Finding]:
    """S09. `picture_bytes` takes the path of the file and the name of the picture in it."""
    for passage in card.texts:
        for picture in _PICTURE.finditer(passage.text):
            line, name = passage.line_at(picture.start()), picture["name"]
            if name is None:
                message = "a picture is written as HTML"
                yield card.error("S09", line, message, "write ![what it shows](img/name.svg)")
                continue
            if not picture["alt"].strip():
                message = f"the picture {name} has no alternative text"
                yield card.error("S09", line, message, "say what it shows between the brackets")
            if _REMOTE.match(name):
                message = f"the picture {name} is not in the folder"
                yield card.error("S09", line, message, "put the file beside the deck")
                continue
            size = picture_bytes(card.path, name)
            if size is None:
                message = f"there is no picture {name}"
                yield card.error("S09", line, message, "add the file, relative to this one")
            elif size > MOST_BYTES:
                message = f"the picture {name} has {size // 1000} kB and 200 are allowed"
                yield card.error("S09", line, message, "make it smaller; SVG is preferred")
