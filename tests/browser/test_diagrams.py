"""Diagrams from text: drawn in a frame of their own, shown as images, inert whatever they hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Server, eventually, sign_up
from .recorder import Recorder

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

DRAWN = "[data-trial=drawn]"


@pytest.fixture(scope="module")
def page(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    server = Server(Path(tmp_path_factory.mktemp("diagrams")) / "data")
    server.start()
    with closing(chromium.new_context()) as context:
        page = context.new_page()
        page.goto(server.address)
        sign_up(page)
        page.goto(f"{server.address}/about/components")
        yield page
    server.stop()


def draw(page: Page, text: str) -> None:
    page.evaluate(f"document.querySelector('{DRAWN}').replaceChildren()")
    page.get_by_label("Diagram").fill(text)
    page.get_by_role("button", name="Draw").click()
    answered = f"document.querySelector('{DRAWN}').childNodes.length > 0"
    eventually(lambda: bool(page.evaluate(answered)), "a picture or a sentence has come")


KINDS = {
    "flowchart": "flowchart LR\n  Client[Web client] --> Cache{Cached} -->|no| Store[(Store)]",
    "sequence": "sequenceDiagram\n  Client->>API: place order\n  API-->>Client: accepted",
    "state": "stateDiagram-v2\n  [*] --> Open\n  Open --> Closed",
    "entities": "erDiagram\n  USER ||--o{ ORDER : places",
    "classes": "classDiagram\n  Store <|-- Cache",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_becomes_a_picture_with_a_size(kind: str, page: Page) -> None:
    draw(page, KINDS[kind])
    image = page.locator(f"{DRAWN} img")
    expect(image).to_have_count(1)
    assert (image.get_attribute("src") or "").startswith("blob:")
    natural = image.evaluate(
        "async image => { await image.decode(); return [image.naturalWidth, image.naturalHeight] }"
    )
    assert natural == [int(image.get_attribute(side) or 0) for side in ("width", "height")]
    assert min(natural) > 20


def test_what_cannot_be_read_is_said_with_its_line_and_the_next_is_drawn(page: Page) -> None:
    draw(page, "flowchart LR\n  Client -->")
    expect(page.locator(DRAWN)).to_contain_text("Parse error on line")
    draw(page, "nonsense")
    expect(page.locator(DRAWN)).to_contain_text("No diagram type detected")
    draw(page, "  \n")
    expect(page.locator(DRAWN)).to_have_text("There is nothing to draw yet.")
    draw(page, "x" * 50_001)
    expect(page.locator(DRAWN)).to_have_text("A diagram has at most 50000 characters.")
    draw(page, KINDS["flowchart"])
    expect(page.locator(f"{DRAWN} img")).to_have_count(1)


HOSTILE = {
    "markup in a label": 'flowchart LR\n  A["<img src=URL onerror=parent.hit=1>"] --> B',
    "a script in a label": "flowchart LR\n  A[\"<script src='URL'></script>x\"] --> B",
    "a link that runs": 'flowchart LR\n  A --> B\n  click A href "javascript:parent.hit=1"',
    "a callback": "flowchart LR\n  A --> B\n  click A call alert()",
    "a loose level": (
        '%%{init: {"securityLevel": "loose", "htmlLabels": true}}%%\n'
        "flowchart LR\n  A[\"<iframe src='URL'></iframe>x\"] --> B"
    ),
    "a style sheet": (
        '%%{init: {"themeCSS": "@import url(URL); * {background: url(URL)}"}}%%\n'
        "flowchart LR\n  A --> B"
    ),
    "a font": '%%{init: {"fontFamily": "x; background: url(URL)"}}%%\nflowchart LR\n  A --> B',
    "a style": "flowchart LR\n  A --> B\n  style A fill:url(URL)",
    "a picture": 'flowchart LR\n  A@{ img: "URL", label: "x", h: 60, w: 60 } --> B',
    "a foreign object": 'flowchart LR\n  A["<foreignObject><body onload=parent.hit=1>"] --> B',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_reaches_nobody_and_runs_nothing(name: str, page: Page) -> None:
    with Recorder() as canary:
        draw(page, HOSTILE[name].replace("URL", f"{canary.address}/reached"))
        image = page.locator(f"{DRAWN} img")
        if image.count():
            # Some browsers refuse to show it, which is as good.
            image.evaluate("image => image.decode().catch(() => {})")
        draw(page, KINDS["flowchart"])
        expect(page.locator(f"{DRAWN} img")).to_have_count(1)
        assert canary.sent == []
    assert page.evaluate("window.hit") is None
    assert page.locator(f"{DRAWN} > *:not(img)").count() == 0


def test_the_frame_of_the_diagrams_reaches_nothing(page: Page) -> None:
    draw(page, KINDS["flowchart"])
    (frame,) = [one for one in page.frames if one.url.endswith("/diagram")]
    with Recorder() as canary:
        said = frame.evaluate(
            """async url => {
              const said = [];
              const attempt = async (name, act) => {
                try { said.push(name + ' ' + await act()) } catch { said.push(name + ' refused') }
              };
              await attempt('fetch', () => fetch(url, {mode: 'no-cors'}).then(() => 'REACHED'));
              await attempt('cookie', () => document.cookie + 'REACHED');
              await attempt('parent', () => parent.document.title);
              await attempt('top', () => { top.location.href = url; return 'REACHED' });
              await attempt('picture', () => new Promise((yes, no) => {
                const image = new Image();
                image.onload = () => yes('REACHED');
                image.onerror = no;
                image.src = url;
              }));
              return said;
            }""",
            canary.address,
        )
        assert canary.sent == []
    assert said == [f"{name} refused" for name in ("fetch", "cookie", "parent", "top", "picture")]
    assert page.url.endswith("/about/components")
