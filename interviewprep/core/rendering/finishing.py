"""From sanitised HTML to what a page shows: pictures, sound, links, formulas.

It reads the spelling of nh3 only. Every address written here comes from `media` or has passed the
sanitiser's list of schemes, and every value is escaped where it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from interviewprep.core.occlusion import drawn_texts, masks_svg
from interviewprep.core.rendering.maths import maths_or_source
from interviewprep.core.rendering.sanitising import TAGS

MediaAddress: TypeAlias = Callable[[str], str | None]
"""From the name of a file, as the note writes it, to its address, or None where it is missing."""

TAG = r"<(?:/?[a-z][a-z0-9]*(?: [^\s\"=<>/]+=\"[^\"]*\")*)>"
_PIECE = re.compile(
    r"<code class=\"maths-(?P<kind>inline|display)\">(?P<latex>[^<]*)</code>"
    r"|<code class=\"sound\">(?P<sound>[^<]*)</code>"
    r"|<code class=\"occlusion\">(?P<masks>[^<]*)</code>"
    rf"|(?P<tag>{TAG})"
    r"|(?P<stray>[<>])"
)
_NAME = re.compile(r"<(/?)([a-z0-9]+)")
_ATTRIBUTE = re.compile(r" ([^\s\"=<>/]+)=\"([^\"]*)\"")
_REMOTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}|[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_LINKED = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_SIZE = re.compile(r"[1-9][0-9]{0,3}")
_VIDEO_SUFFIXES = (".mp4", ".webm", ".mov", ".mkv", ".avi", ".ogv", ".mpg", ".mpeg")


def finished(html: str, media: MediaAddress) -> str:
    """Turn sanitised HTML into the final HTML."""
    return _Finisher(media).run(html)


class _Finisher:
    """One pass over the tags, which knows whether it stands inside a link."""

    def __init__(self, media: MediaAddress) -> None:
        self._media = media
        self._open_links = 0
        self._masks = ""

    def run(self, html: str) -> str:
        return _PIECE.sub(self._piece, html)

    def _piece(self, match: re.Match[str]) -> str:
        if match["kind"]:
            return maths_or_source(unescape(match["latex"]), match["kind"] == "display")
        if match["sound"] is not None:
            return self._sound(unescape(match["sound"]))
        if match["masks"] is not None:
            self._masks = unescape(match["masks"])  # for the picture that comes next
            return ""
        if match["stray"]:
            return escape(match["stray"])
        tag = match["tag"]
        name = _NAME.match(tag)
        if name is None or name[2] not in TAGS:
            return escape(tag)
        if name[1]:
            self._open_links -= name[2] == "a"
            return tag
        match name[2]:
            case "img":
                return self._picture(_attributes(tag))
            case "a":
                self._open_links += 1
                return _link(_attributes(tag))
            case "pre":
                return tag[:-1] + ' tabindex="0">'
        return tag

    def _picture(self, attributes: dict[str, str]) -> str:
        source = attributes.get("src", "").strip()
        alt = attributes.get("alt", "")
        address = None if not source or _REMOTE.match(source) else self._address(source)
        if address is not None:
            sizes = "".join(
                f' {name}="{attributes[name]}"'
                for name in ("width", "height")
                if _SIZE.fullmatch(attributes.get(name, ""))
            )
            title = f' title="{escape(attributes["title"])}"' if "title" in attributes else ""
            picture = (
                f'<img src="{escape(address)}" alt="{escape(alt)}"{title}{sizes}'
                ' loading="lazy" decoding="async">'
            )
            return self._masked(picture) if self._masks else picture
        if _REMOTE.match(source):
            return self._remote_picture(source, alt)
        missing = f"missing picture: {source}" if source else "missing picture"
        text = f"{alt} ({missing})" if alt else missing
        return f'<span class="missing-media">{escape(text)}</span>'

    def _masked(self, picture: str) -> str:
        said, self._masks = self._masks, ""
        return f'<span class="occlusion">{picture}{masks_svg(said)}</span>{drawn_texts(said)}'

    def _remote_picture(self, source: str, alt: str) -> str:
        host = _host(source)
        text = f"picture at {host}" if host else "picture elsewhere"
        if alt:
            text = f"{alt} ({text})"
        if self._open_links or not host:
            return f'<span class="remote-media">{escape(text)}</span>'
        address = f"https:{source}" if source.startswith("//") else source
        return (
            f'<a class="remote-media" href="{escape(address)}"'
            f' rel="noopener noreferrer nofollow">{escape(text)}</a>'
        )

    def _address(self, name: str) -> str | None:
        return self._media(name) or self._media(unquote(name))

    def _sound(self, name: str) -> str:
        """A player for a sound or film, or a note where it is missing."""
        address = self._address(name)
        if address is None:
            return f'<span class="missing-media">{escape(f"missing sound: {name}")}</span>'
        element = "video" if name.lower().endswith(_VIDEO_SUFFIXES) else "audio"
        return f'<{element} controls preload="none" src="{escape(address)}"></{element}>'


def _attributes(tag: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}


def _link(attributes: dict[str, str]) -> str:
    address = attributes.get("href", "")
    title = f' title="{escape(attributes["title"])}"' if "title" in attributes else ""
    if not _LINKED.match(address):
        return f"<a{title}>"
    return f'<a href="{escape(address)}"{title} rel="noopener noreferrer nofollow">'


def _host(address: str) -> str:
    """The host of a web address that may be linked to, else an empty text."""
    if address.startswith("//"):
        address = f"https:{address}"
    try:
        parts = urlsplit(address)
        return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""
