"""The number of the renderer, apart from it: looking into the cache needs no renderer."""

from __future__ import annotations

RENDERER_VERSION = 3
"""Raise with every change of what comes out; stored renderings of another version are made anew."""
