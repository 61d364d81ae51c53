from __future__ import annotations

from .conftest import Browser


def test_health_answers_when_the_database_does(anonymous: Browser) -> None:
    answer = anonymous.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
