"""The framed documents: their policies, and that they hold nothing of anybody."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from interviewprep.web.frames import DIAGRAM_POLICY, RUNNER_POLICY

from .conftest import Browser

FRAMES = {"/runner": RUNNER_POLICY, "/diagram": DIAGRAM_POLICY}


@pytest.mark.parametrize("path", FRAMES)
def test_a_frame_is_sealed_and_may_be_framed_by_this_site_alone(path: str, bob: Browser) -> None:
    answer = bob.get(path)
    policy = answer.headers["Content-Security-Policy"]
    (nonce,) = re.findall(r"'nonce-([\w-]{22})'", policy)
    assert policy == FRAMES[path].replace("{nonce}", nonce)
    parts = {part.strip() for part in policy.split(";")}
    assert {
        "default-src 'none'",
        "connect-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox allow-scripts",
    } <= parts
    assert "'self'" not in policy.replace("frame-ancestors 'self'", "")
    assert "'unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")
    assert "http" not in policy
    assert "*" not in policy
    assert answer.headers.getlist("X-Frame-Options") == ["SAMEORIGIN"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] in ("no-store", "no-cache")


@pytest.mark.parametrize("path", FRAMES)
def test_its_one_script_stands_inside_with_the_nonce_of_that_answer(
    path: str, anonymous: Browser, bob: Browser
) -> None:
    assert bob.get(path).status_code == 200
    answer = anonymous.get(path)
    (nonce,) = re.findall(r"'nonce-([\w-]{22})'", answer.headers["Content-Security-Policy"])
    assert re.findall(r"<script\b[^>]*>", answer.text) == [f'<script nonce="{nonce}">']
    assert answer.text.count("</script>") == 1
    assert nonce not in anonymous.get(path).text


@pytest.mark.parametrize("path", FRAMES)
def test_it_says_the_same_to_everybody(path: str, anonymous: Browser, bob: Browser) -> None:
    texts = {
        browser.get(path).text.partition("nonce=")[2].partition(">")[2]
        for browser in (anonymous, bob)
    }
    assert len(texts) == 1


def test_a_page_gets_addresses_that_are_there(bob: Browser) -> None:
    page = bob.get("/about/components").text
    for name, frame, files in (("runner", "/runner", 5), ("diagrams", "/diagram", 1)):
        found = re.search(rf"data-{name}='([^']+)'", page)
        assert found is not None
        addresses = json.loads(unescape(found[1]))
        assert addresses["frame"] == frame
        assert len(addresses["files"]) == files
        for address in addresses["files"].values():
            with bob.client.get(address) as answer:
                assert answer.status_code == 200, address
                assert "max-age=31536000" in answer.headers["Cache-Control"]
