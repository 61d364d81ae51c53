"""Just enough of protobuf's wire format to read what Anki stores.

Source: "Encoding" in the Protocol Buffers documentation. Unknown fields are passed over, as newer
versions add them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

Value: TypeAlias = int | bytes
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class Malformed(ValueError):
    """The bytes are not a protobuf message."""


def fields(message: bytes) -> Iterator[tuple[int, Value]]:
    """Yield number and value of each field: whole numbers as `int`, everything else as bytes.

    Raises `Malformed` where the message ends too early or has a wire type nobody uses.
    """
    at, end = 0, len(message)
    while at < end:
        key, at = _varint(message, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            length, at = _varint(message, at)
        elif kind in (_FIXED32, _FIXED64):
            length = 4 if kind == _FIXED32 else 8
        else:
            raise Malformed(f"wire type {kind}")
        if length > end - at:
            raise Malformed("ends too early")
        yield key >> 3, message[at : at + length]
        at += length


def text(value: Value) -> str:
    """A field's text; what is not UTF-8 is replaced, a number is malformed."""
    if isinstance(value, int):
        raise Malformed("a number in the place of a text")
    return value.decode("utf-8", "replace")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(message) or shift > 63:
            raise Malformed("a number that does not end")
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
