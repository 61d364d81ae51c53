"""Messages on a device, in a real browser: asked for by a click, shown, and leading to the review.

No push service can be reached from here, so the browser's own debugging interface hands the message
to the service worker, as the browser would after decrypting it. The subscription itself is tried up
to the point at which the browser asks its push service.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import PATIENCE_S, Server, sign_up

pytestmark = pytest.mark.browser
SAID = {"title": "Interview Prep", "body": "12 cards wait, about 4 minutes.", "tag": "daily"}
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  const shown = await registration.getNotifications();
  return shown.map((one) => ({ title: one.title, body: one.body, tag: one.tag }));
}"""


def opened(context: BrowserContext, server: Server, path: str) -> Page:
    page = context.new_page()
    page.goto(server.address)
    sign_up(page)
    page.goto(f"{server.address}{path}")
    return page


def deliver(context: BrowserContext, page: Page, origin: str, data: str) -> None:
    """Hand a push message to the service worker of this site."""
    tools = context.new_cdp_session(page)
    found: list[dict[str, Any]] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated", lambda said: found.extend(said["registrations"])
    )
    tools.send("ServiceWorker.enable")
    deadline = time.monotonic() + PATIENCE_S
    while not any(one["scopeURL"].startswith(origin) for one in found):
        assert time.monotonic() < deadline
        page.wait_for_timeout(20)
    [first, *_] = [one for one in found if one["scopeURL"].startswith(origin)]
    tools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": first["registrationId"], "data": data},
    )


def notifications(page: Page, count: int) -> list[dict[str, str]]:
    deadline = time.monotonic() + PATIENCE_S
    while len(shown := page.evaluate(SHOWN)) < count:
        assert time.monotonic() < deadline, shown
        page.wait_for_timeout(50)
    return list(shown)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (json.dumps(SAID), SAID),
        ("not ours", {"title": "Interview Prep", "body": "Reviews are due.", "tag": "reminder"}),
    ],
)
def test_a_message_is_shown_by_the_service_worker(
    server: Server,
    new_context: Callable[..., BrowserContext],
    data: str,
    expected: dict[str, str],
) -> None:
    context = new_context(permissions=["notifications"])
    page = opened(context, server, "/review")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    deliver(context, page, server.address, data)
    assert notifications(page, 1) == [expected]


def test_the_browser_asks_for_permission_only_after_the_click(
    server: Server, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context()
    context.add_init_script(
        "window.asked = 0; Notification.requestPermission ="
        " () => { window.asked += 1; return Promise.resolve('denied'); };"
    )
    page = opened(context, server, "/settings/reminders")
    button = page.get_by_role("button", name="Remind me on this device")
    expect(button).to_be_visible()
    assert page.evaluate("window.asked") == 0
    button.click()
    expect(page.get_by_text("told not to show messages")).to_be_visible()
    assert page.evaluate("window.asked") == 1
    expect(button).to_be_enabled()


def test_a_push_service_that_cannot_be_reached_is_said(
    server: Server, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(permissions=["notifications"])
    page = opened(context, server, "/settings/reminders")
    page.get_by_role("button", name="Remind me on this device").click()
    expect(page.get_by_text("could not reach its push service")).to_be_visible()
