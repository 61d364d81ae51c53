"""How long a story takes to tell, from its words.

Prepared speech runs at 130 to 150 words a minute, so the two minutes of a STAR answer hold 260 to
300 words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

WORDS_PER_MINUTE = 140
# From so many words on, this is what to say of the length.
BANDS = (
    (0, "Nothing to tell yet: two minutes are about 260 to 300 words."),
    (1, "Short of two minutes, which are about 260 to 300 words."),
    (220, "A little under two minutes."),
    (260, "About two minutes, as it should be."),
    (301, "A little over two minutes."),
    (341, "Too long for two minutes: 260 to 300 words leave room for questions."),
)
_WORD = re.compile(r"\S*\w\S*")


def count_words(texts: Iterable[str]) -> int:
    return sum(len(_WORD.findall(text)) for text in texts)


def spoken_length(words: int) -> str:
    """Say how long so many words take, as `280 words, 2:00 spoken. About two minutes, …`."""
    seconds = round(words * 60 / WORDS_PER_MINUTE)
    said = next(text for least, text in reversed(BANDS) if words >= least)
    unit = "word" if words == 1 else "words"
    return f"{words} {unit}, {seconds // 60}:{seconds % 60:02d} spoken. {said}"
