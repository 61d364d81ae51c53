"""Where a mock is, in the browser."""

from __future__ import annotations

from uuid import UUID

from flask import Response, make_response, redirect, url_for


def mock_path(mock_id: UUID) -> str:
    """Return the address that leads on to whatever page the mock stands at."""
    return url_for("mocks.session", mock_id=mock_id)


def go_to_mock(mock_id: UUID) -> Response:
    return make_response(redirect(mock_path(mock_id), 303))
