"""Press keys in a review and note, inside the page, what each press had done when it returned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

PROBE = """() => {
    const card = () => document.querySelector('#card').dataset.cardId ?? ''
    const words = () => document.querySelector('#question').textContent.trim()
    let begun = 0, press = null, changes = 0
    window.presses = []
    new MutationObserver(() => { changes += 1; if (press) press.inTask = true })
        .observe(document.querySelector('#question'), {childList: true, subtree: true})
    addEventListener('keydown', event => {
        press = /^[1-4]$/.test(event.key) ? {} : null
        begun = performance.now()
    }, {capture: true})
    addEventListener('keydown', () => {
        if (!press) return
        const done = press
        done.handler_ms = performance.now() - begun
        done.card = card()
        done.hasWords = words() !== ''
        done.isQuestion = document.querySelector('#answer').hidden
        requestAnimationFrame(() => {
            done.beforeFrame = done.inTask === true && card() === done.card
            window.presses.push(done)
        })
    })
}"""


@dataclass(frozen=True, slots=True)
class Press:
    """One grade by key. `handler_ms` is all that listeners did; `is_there` says that the next
    question stood in the document when they returned, and until the frame that painted it."""

    handler_ms: float
    is_there: bool


def press_keys(page: Page, presses: int) -> list[Press]:
    """Grade so many cards by keyboard, nine in ten with Again, so that cards never run out."""
    page.evaluate(PROBE)
    for number in range(presses):
        page.keyboard.press("Space")
        page.keyboard.press("3" if number % 10 == 9 else "1")
        # A frame for each press, or two of them would share one.
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => done()))")
    found = page.evaluate("() => window.presses")
    assert len(found) == presses, f"{presses} keys pressed, {len(found)} frames painted"
    return [
        Press(each["handler_ms"], each["hasWords"] and each["isQuestion"] and each["beforeFrame"])
        for each in found
    ]


def measured_ms(page: Page) -> list[float]:
    """Return what the review itself says each grade took, until the next card stood there."""
    found = page.evaluate(
        "() => performance.getEntriesByName('interviewprep:next-card').map(one => one.duration)"
    )
    return [float(each) for each in found]


def delay_network(page: Page, latency_ms: int) -> Callable[[], None]:
    """Let every answer of the network come so much later; returns what ends it."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def emulate(latency: int) -> None:
        session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": latency,
                "downloadThroughput": -1,
                "uploadThroughput": -1,
            },
        )

    emulate(latency_ms)
    return lambda: emulate(0)
