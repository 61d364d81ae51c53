"""Which encoding a text is in, where it does not say: strictly what fits, then what is likely.

UTF-8 and UTF-16 prove themselves. Shift JIS and the Western encodings take nearly any bytes, so
they are judged by what the text would be: Japanese is mostly kana and common kanji.
"""

from __future__ import annotations

import re

CHOICES = {
    "utf-8": ("Unicode (UTF-8)", "utf-8"),
    "utf-16-le": ("Unicode (UTF-16, little-endian)", "utf-16-le"),
    "utf-16-be": ("Unicode (UTF-16, big-endian)", "utf-16-be"),
    "utf-32-le": ("Unicode (UTF-32, little-endian)", "utf-32-le"),
    "utf-32-be": ("Unicode (UTF-32, big-endian)", "utf-32-be"),
    "windows-1252": ("Western (Windows-1252)", "cp1252"),
    "latin-1": ("Western (Latin-1)", "latin-1"),
    "windows-1250": ("Central European (Windows-1250)", "cp1250"),
    "windows-1251": ("Cyrillic (Windows-1251)", "cp1251"),
    "shift-jis": ("Japanese (Shift JIS)", "cp932"),
    "euc-jp": ("Japanese (EUC-JP)", "euc_jp"),
    "gb18030": ("Chinese, simplified (GB 18030)", "gb18030"),
    "big5": ("Chinese, traditional (Big5)", "big5hkscs"),
    "euc-kr": ("Korean (EUC-KR)", "cp949"),
}
"""Those a person may choose, by name: what to show, and what Python calls it."""

_SAMPLE_BYTES = 256 * 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_JAPANESE = re.compile("[\u3000-\u30ff\uff01-\uff5e]")
_COMMON_SHARE = 0.6
_NULS_SHARE = 0.01


def guessed(data: bytes) -> str | None:
    """The name of the likeliest encoding of bytes without a byte order mark; None for no text."""
    wide = _wide(data)
    if wide is not None:
        return wide
    if _reads(data, "utf-8"):
        return "utf-8"
    if _is_broken_utf_8(data):
        return None
    if _is_japanese(data):
        return "shift-jis"
    for name in ("windows-1252", "latin-1"):
        if _reads(data, CHOICES[name][1]):
            text = data[:_SAMPLE_BYTES].decode(CHOICES[name][1])
            return name if _CONTROLS.search(text) is None else None
    return None


def _wide(data: bytes) -> str | None:
    """UTF-16 without its mark: the high bytes of separators and line ends are all on one side."""
    sample = data[: _SAMPLE_BYTES // 2 * 2]
    nuls = sample.count(0)
    if len(data) % 2 or nuls < 2 or nuls < len(sample) * _NULS_SHARE:
        return None
    for name, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        if sample[first::2].count(0) == nuls and _reads(data, name):
            text = sample.decode(name, "ignore")
            return name if _CONTROLS.search(text) is None else None
    return None


def _reads(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _is_broken_utf_8(data: bytes) -> bool:
    """Whether most of what is not ASCII is UTF-8: then the rest is damage."""
    text = data[:_SAMPLE_BYTES].decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(sign > "\x7f" for sign in text) - broken > 2 * broken


def _is_japanese(data: bytes) -> bool:
    if not _reads(data, "cp932"):
        return False
    sample = data[:_SAMPLE_BYTES]
    text = sample.decode("cp932", "ignore")
    if _CONTROLS.search(text):
        return False
    foreign = [sign for sign in text if sign > "\x7f"]
    likely = 0
    for sign in foreign:
        lead = sign.encode("cp932", "ignore")[:1]
        likely += _JAPANESE.match(sign) is not None or b"\x88" <= lead <= b"\x9f"
    return likely >= _COMMON_SHARE * len(foreign)
