"""Just enough of protobuf's wire format to write what Anki stores; the other half of `protobuf`."""

from __future__ import annotations

import struct
from collections.abc import Sequence


def number(field: int, value: int) -> bytes:
    """A whole number, not negative; nothing for zero, as protobuf leaves defaults out."""
    return _varint(field << 3) + _varint(value) if value else b""


def text(field: int, value: str) -> bytes:
    return block(field, value.encode()) if value else b""


def block(field: int, value: bytes) -> bytes:
    """Bytes, or a message within a message."""
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def decimals(field: int, values: Sequence[float]) -> bytes:
    """Several floating-point numbers, packed."""
    return block(field, struct.pack(f"<{len(values)}f", *values))


def decimal(field: int, value: float) -> bytes:
    return _varint(field << 3 | 5) + struct.pack("<f", value)


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
