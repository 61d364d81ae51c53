"""A reader of HTML that has nothing to do with ours, and says what in it could do harm."""

from __future__ import annotations

from html.parser import HTMLParser

_TAGS = frozenset(
    "a abbr audio b blockquote br center cite code dd del details dfn div dl dt em figcaption "  # noqa: SIM905
    "figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span "
    "strong sub summary sup table tbody td tfoot th thead tr tt u ul var video wbr "
    "math menclose mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub "
    "msubsup msup mtable mtd mtext mtr munder munderover mmultiscripts mprescripts".split()
)
_ADDRESSES = frozenset(
    ["href", "src", "srcset", "action", "formaction", "poster", "data", "xlink:href"]
)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.harm: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.harm.append(f"<{tag}>")
        for name, value in attrs:
            text = (value or "").strip().lower()
            if name.startswith("on") or name in ("style", "id", "target", "nonce"):
                self.harm.append(f"<{tag} {name}>")
            if name == "href" and not text.startswith(("http://", "https://", "mailto:")):
                self.harm.append(f"<{tag} href={text}>")
            if name in _ADDRESSES - {"href"} and not text.startswith("/media/"):
                self.harm.append(f"<{tag} {name}={text}>")
        values = dict(attrs)
        if "href" in values and values.get("rel") != "noopener noreferrer nofollow":
            self.harm.append("<a> without rel")

    def handle_comment(self, data: str) -> None:
        self.harm.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.harm.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.harm.append(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self.harm.append(f"<![{data}]>")


def harm_in(html: str) -> list[str]:
    """Everything in `html` that may not stand on a page; empty for safe HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.harm
