"""JSON without blanks, as it is stored and sent."""

from __future__ import annotations

import json


def compact_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
