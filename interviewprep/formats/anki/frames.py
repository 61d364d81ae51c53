"""What the child process says to its parent: frames of a kind, a length and bytes.

Nothing here can build an object: a frame is JSON, or columns of text. The parent reads what a
process wrote that may have been taken over by the file it read.
"""

from __future__ import annotations

import json
import struct
from typing import Any

HEADER, PROGRESS, NOTES, REVIEWS, END, REFUSED = b"H", b"P", b"N", b"V", b"E", b"R"
LARGEST_FRAME_BYTES = 256 * 1024 * 1024
COLUMN_SEPARATOR = b"\x1e"
_HEAD = struct.Struct(">cI")
_LENGTH = struct.Struct(">I")
HEAD_BYTES = _HEAD.size


def head_of(kind: bytes, payload: bytes) -> bytes:
    """What goes ahead of a payload."""
    return _HEAD.pack(kind, len(payload))


def head(data: bytes | bytearray) -> tuple[bytes, int]:
    """Kind and length of the frame that follows. Raises `ValueError` for what cannot be."""
    kind, length = _HEAD.unpack(data)
    if length > LARGEST_FRAME_BYTES or kind not in (HEADER, PROGRESS, NOTES, REVIEWS, END, REFUSED):
        raise ValueError(f"a frame of kind {kind!r} with {length} bytes")
    return kind, length


def packed(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def join(parts: list[bytes]) -> bytes:
    return b"".join(piece for part in parts for piece in (_LENGTH.pack(len(part)), part))


def split(payload: bytes | bytearray, count: int) -> list[memoryview]:
    """The parts of a joined payload. Raises `ValueError` unless there are `count` of them."""
    parts, at, whole = [], 0, memoryview(payload)
    while at < len(whole):
        if len(whole) - at < _LENGTH.size:
            raise ValueError("a part without its length")
        (length,) = _LENGTH.unpack_from(whole, at)
        at += _LENGTH.size
        parts.append(whole[at : at + length])
        at += length
    if len(parts) != count or at != len(whole):
        raise ValueError(f"{len(parts)} parts instead of {count}")
    return parts


def column(texts: list[bytes]) -> bytes:
    """A column of texts, in UTF-8 whatever they were. The separator within a text becomes a space,
    NUL and what is no UTF-8 a sign of its own."""
    bare = b"".join(texts)
    if b"\0" in bare or COLUMN_SEPARATOR in bare or not is_utf8(COLUMN_SEPARATOR.join(texts)):
        texts = [_mended(text) for text in texts]
    return COLUMN_SEPARATOR.join(texts)


def is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _mended(text: bytes) -> bytes:
    plain = text.replace(COLUMN_SEPARATOR, b" ").decode("utf-8", "replace")
    return plain.replace("\0", "\ufffd").encode()


def items_of(part: memoryview, count: int) -> list[bytes]:
    """The texts of a column, in UTF-8. Raises `ValueError` unless there are `count` of them."""
    whole = bytes(part)
    if not is_utf8(whole):
        raise ValueError("a column that is not UTF-8")
    items = whole.split(COLUMN_SEPARATOR) if count else []
    if len(items) != count:
        raise ValueError(f"{len(items)} texts instead of {count}")
    return items


def texts_of(part: memoryview, count: int) -> list[str]:
    """The texts of a column. Raises `ValueError` unless there are `count` of them."""
    texts = str(part, "utf-8").split(COLUMN_SEPARATOR.decode()) if count else []
    if len(texts) != count:
        raise ValueError(f"{len(texts)} texts instead of {count}")
    return texts
