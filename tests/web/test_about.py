"""The page that says whose work this carries, and the script at the root."""

from __future__ import annotations

from interviewprep.web.assets import licences

from .conftest import Browser


def test_every_licence_of_the_front_end_is_shown_in_full(
    alice: Browser, anonymous: Browser
) -> None:
    page = anonymous.get("/about").get_data(as_text=True)
    assert len(licences()) >= 4
    for one in licences():
        assert one["name"] in page
        assert "Copyright" in one["text"] or "copyright" in one["text"]
    assert "SQLAlchemy" in page and "Flask" in page


def test_the_service_worker_is_served_from_the_root_and_never_kept(anonymous: Browser) -> None:
    answer = anonymous.get("/sw.js")
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"


def test_every_component_is_on_one_page(alice: Browser, anonymous: Browser) -> None:
    page = anonymous.get("/about/components").get_data(as_text=True)
    assert "A heading of the first rank" in page
