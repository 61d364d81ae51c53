"""The allow-list: which HTML of a deck may stay. Everything that is not listed goes.

What comes out is in nh3's own spelling (lower case, double quotes), on which `finishing` relies.
"""

from __future__ import annotations

import re

import nh3

from interviewprep.core.rendering.code import CODE_CLASSES
from interviewprep.core.rendering.foreign import EMPHASIS_CLASSES

_TAG_NAMES = (
    "a abbr b blockquote br center cite code dd del details dfn div dl dt em figcaption "
    "figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span "
    "strong sub summary sup table tbody td tfoot th thead tr tt u ul var wbr"
)
TAGS = frozenset(_TAG_NAMES.split())
_NAMES_DROPPED_WITH_CONTENT = (
    "script style iframe object embed applet template noscript noembed noframes title svg "
    "textarea select button head xmp plaintext frameset"
)
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "details": {"open"},
    "img": {"src", "alt", "title", "width", "height"},
    "li": {"value"},
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_CELL_CLASSES = {"align-left", "align-center", "align-right"}
_CLASSES: dict[str, set[str]] = {
    "code": {"maths-inline", "maths-display", "occlusion"},
    "mark": {"cloze", "cloze-gap"},
    "pre": {"code"},
    "div": {"code"},
    "span": {"template-note", *CODE_CLASSES, *EMPHASIS_CLASSES},
    "td": _CELL_CLASSES,
    "th": _CELL_CLASSES,
}
_SURROGATES = re.compile("[\ud800-\udfff\x00]")

_cleaner = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(_NAMES_DROPPED_WITH_CONTENT.split()),
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer nofollow",
    strip_comments=True,
)


def sanitised(html: str) -> str:
    """Return only what the lists allow."""
    return _cleaner.clean(_SURROGATES.sub("\ufffd", html))
