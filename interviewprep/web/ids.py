"""Ids in addresses: 64-bit numbers, as both databases keep them."""

from __future__ import annotations

from werkzeug.routing import IntegerConverter, Map

GREATEST = 2**63 - 1


class Id(IntegerConverter):
    """`<int:…>` of this site; a greater number is no address here, so it never reaches a query."""

    def __init__(self, url_map: Map, max: int = GREATEST) -> None:
        super().__init__(url_map, max=max)
