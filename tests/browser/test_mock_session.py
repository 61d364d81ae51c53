"""A mock interview in a real browser: every kind from the first stage to its scores, and what
reloads, second windows and lost servers do to it."""

from __future__ import annotations

import json
import re
import signal
import uuid
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from .conftest import Server, eventually, sign_in, sign_up
from .mock_places import STORY, keep_story
from .mocks import begin, go_on, let_pass, open_round, prompts_of, round_of, stage, text_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

GRAVE = ("serious", "critical")
CLOCK = re.compile(r"Stage\s*(\d+):(\d\d)")
RECORDINGS = """() => new Promise((resolve) => {
    const opening = indexedDB.open('interviewprep-recordings')
    opening.onsuccess = () => {
        const store = opening.result.transaction('recordings').objectStore('recordings')
        const counting = store.count()
        counting.onsuccess = () => resolve(counting.result)
    }
})"""
UNSTORED = "Not stored yet; it stays on this device."


@pytest.fixture
def ada(page: Page, server: Server) -> Page:
    """A page of a learner who has just made the account."""
    sign_up(page)
    return page


def nobody_is_shut_out(page: Page) -> None:
    """Axe finds nothing grave, and a phone need not scroll sideways."""
    grave = [
        f"{stage(page)}: {found['id']}: {[node['html'][:120] for node in found['nodes'][:3]]}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in GRAVE
    ]
    assert not grave, "\n".join(grave)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, stage(page)
    page.set_viewport_size({"width": 1280, "height": 800})


def panel(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def notes(page: Page) -> Locator:
    return page.get_by_label("Your notes")


def seconds(page: Page) -> int:
    found = CLOCK.search(page.locator("#clock-stage").inner_text())
    assert found is not None
    return int(found[1]) * 60 + int(found[2])


def finish(page: Page, server: Server, mock_id: uuid.UUID, position: int = 0) -> None:
    """End the round from its last stage, and come to its scores."""
    page.get_by_role("button", name="Finish and score").click()
    page.get_by_role("dialog").get_by_role("button", name="End the round").click()
    page.wait_for_url(f"**/mocks/{mock_id}/rounds/{position}/score")
    assert round_of(server, mock_id, position)["state"] == "scoring"


@pytest.mark.parametrize(
    ("kind", "title", "editor"),
    [
        ("coding", "Longest shift with few products", "Your solution, Python"),
        ("sql", "", "Your query, SQL"),
    ],
)
def test_a_coding_round_goes_from_the_introduction_to_its_scores(
    ada: Page, server: Server, kind: str, title: str, editor: str
) -> None:
    mock_id = begin(server, kind, title=title)
    (prompt,) = prompts_of(server, mock_id)
    labels = [one["label"] for one in round_of(server, mock_id)["stages"]]
    open_round(ada, server, mock_id)
    assert stage(ada) == "Introduction"
    expect(panel(ada, "Prompt")).to_be_hidden()
    nobody_is_shut_out(ada)
    go_on(ada, labels[1])
    expect(panel(ada, "Prompt")).to_contain_text(prompt.title)
    nobody_is_shut_out(ada)
    go_on(ada, labels[2])
    ada.keyboard.press("Alt+h")
    expect(panel(ada, "Hints").get_by_role("listitem")).to_have_count(1)
    nobody_is_shut_out(ada)
    go_on(ada, labels[3])
    nobody_is_shut_out(ada)
    ada.get_by_label(editor).click()
    ada.keyboard.press("Control+a")
    ada.keyboard.insert_text(prompt.solutions[0])
    ada.keyboard.press("Control+Enter")
    expect(ada.locator('.code-test[data-state="passed"]').first).to_be_visible()
    assert ada.get_by_text("Now that it is submitted").count() == 0
    go_on(ada, labels[4])
    eventually(lambda: text_of(server, mock_id, "code") != "", "the code is stored")
    ada.get_by_role("button", name="Submit").click()
    expect(ada.get_by_text("Now that it is submitted")).to_be_visible()
    eventually(lambda: bool(round_of(server, mock_id)["outcomes"]), "the outcomes are stored")
    ada.get_by_text("A solution", exact=True).click()
    nobody_is_shut_out(ada)
    go_on(ada, labels[5])
    ada.get_by_role("button", name="First follow-up").click()
    ada.get_by_role("button", name="Answered").click()
    expect(ada.get_by_role("button", name="Answered")).to_have_attribute("aria-pressed", "true")
    nobody_is_shut_out(ada)
    go_on(ada, labels[6])
    kept = round_of(server, mock_id)
    assert kept["hints"] == 1
    assert kept["follow_ups"][0]["answered"] is True
    assert kept["outcomes"]
    assert all(one["passed"] for one in kept["outcomes"])
    finish(ada, server, mock_id)


def test_a_ladder_is_asked_question_by_question_by_keyboard(ada: Page, server: Server) -> None:
    mock_id = begin(server, "concepts")
    open_round(ada, server, mock_id)
    nobody_is_shut_out(ada)
    go_on(ada, "Questions")
    asked = len(round_of(server, mock_id)["questions"])
    assert 5 <= asked <= 8
    question = panel(ada, "Question")
    for number in range(1, asked + 1):
        expect(question).to_contain_text(f"{number} of {asked}")
        expect(question.get_by_role("button", name="Good")).to_be_hidden()
        ada.keyboard.press("Space")
        expect(question.get_by_role("button", name="Good")).to_be_visible()
        if number == 1:
            nobody_is_shut_out(ada)
        ada.keyboard.press("2" if number == 1 else "3")
        expect(question.get_by_text("Graded")).to_have_count(number)
    expect(question).to_contain_text("That was the last question")
    assert [one["grade"] for one in round_of(server, mock_id)["questions"]] == [
        "hard",
        *["good"] * (asked - 1),
    ]
    go_on(ada, "Project deep dive")
    nobody_is_shut_out(ada)
    go_on(ada, "Your questions")
    finish(ada, server, mock_id)


@pytest.mark.parametrize("kind", ["system-design", "ml-system-design"])
def test_a_design_gives_facts_to_who_asks_and_changes_half_way(
    ada: Page, server: Server, kind: str
) -> None:
    mock_id = begin(server, kind)
    (prompt,) = prompts_of(server, mock_id)
    stages = round_of(server, mock_id)["stages"]
    open_round(ada, server, mock_id)
    facts = panel(ada, "Ask the interviewer")
    expect(facts).to_be_visible()
    fact = prompt.facts[0]
    ada.get_by_label("Your question").fill(fact.asked)
    ada.keyboard.press("Enter")
    expect(facts.get_by_role("definition")).to_have_count(1)
    ada.get_by_label("Your question").fill("Does it come in lilac?")
    ada.keyboard.press("Enter")
    expect(facts).to_contain_text("That is open")
    assert round_of(server, mock_id)["facts"] == [0]
    drawn = reckoned = heard = False
    for number, one in enumerate(stages):
        if number:
            go_on(ada, one["label"])
        nobody_is_shut_out(ada)
        if "diagram" in one["panels"] and not drawn:
            ada.get_by_role("button", name="Parts", exact=True).click()
            expect(ada.get_by_role("img", name="Your diagram")).to_be_visible()
            drawn = True
        if "calculator" in one["panels"] and not reckoned:
            ada.get_by_label("Lines to reckon").fill("users = 20 M\nusers * 1 KB in GB")
            expect(panel(ada, "Capacity calculator").get_by_role("status")).to_contain_text("20 GB")
            reckoned = True
        if "change" in one["panels"] and not heard:
            let_pass(server, mock_id, timedelta(minutes=25))
            ada.get_by_role("button", name="Hear it").click()
            expect(panel(ada, "Something has changed").locator(".prose")).to_be_visible()
            nobody_is_shut_out(ada)
            heard = True
    assert drawn
    assert reckoned
    assert heard
    assert round_of(server, mock_id)["change_shown_at"] is not None
    eventually(lambda: "flowchart" in text_of(server, mock_id, "diagram"), "the diagram is stored")
    eventually(lambda: "20 M" in text_of(server, mock_id, "calculator"), "the lines are stored")
    finish(ada, server, mock_id)


def test_a_behavioral_round_asks_one_question_after_the_other(ada: Page, server: Server) -> None:
    mock_id = begin(server, "behavioral")
    prompts = prompts_of(server, mock_id)
    open_round(ada, server, mock_id)
    nobody_is_shut_out(ada)
    for number, prompt in enumerate(prompts, start=1):
        go_on(ada, f"Question {number}")
        expect(panel(ada, "Prompt")).to_contain_text(prompt.title)
        expect(panel(ada, "Your story")).to_contain_text("You have written no stories yet")
        expect(panel(ada, "Recording")).to_contain_text("not sent anywhere")
    nobody_is_shut_out(ada)
    go_on(ada, "Close")
    finish(ada, server, mock_id)


def test_a_loop_breaks_between_its_rounds(ada: Page, server: Server) -> None:
    mock_id = begin(server, "loop", rounds=(("concepts", 30), ("behavioral", 30)))
    open_round(ada, server, mock_id)
    ada.get_by_role("button", name="Your questions").click()
    finish(ada, server, mock_id)
    ada.goto(f"{server.address}/mocks/{mock_id}/rounds/1")
    expect(ada.get_by_role("heading", name="Break")).to_be_visible()
    expect(ada.locator("#break-left")).to_have_text(re.compile(r"^(10:00|9:5\d)$"))
    embedded = json.loads(ada.locator("#mock-data").text_content() or "")
    assert embedded["state"]["items"] == []  # the prompt is not to be seen in the break
    nobody_is_shut_out(ada)
    ada.get_by_role("button", name="Begin the next round").click()
    expect(ada.get_by_role("heading", level=1, name="Introduction")).to_be_visible()
    assert round_of(server, mock_id, 1)["state"] == "running"


def test_a_reload_in_the_middle_loses_nothing(ada: Page, server: Server) -> None:
    mock_id = begin(server, "coding")
    open_round(ada, server, mock_id)
    for label in ("Clarify", "Approaches and complexity", "Code"):
        go_on(ada, label)
    ada.keyboard.press("Alt+h")
    expect(panel(ada, "Hints").get_by_role("listitem")).to_have_count(1)
    let_pass(server, mock_id, timedelta(minutes=4))
    ada.get_by_label("Your solution, Python").click()
    ada.keyboard.press("Control+a")
    ada.keyboard.insert_text("half = 'an idea'")
    notes(ada).fill("two pointers")
    ada.reload()  # at once, before what was typed can have been stored
    expect(ada.get_by_role("heading", level=1, name="Code")).to_be_visible()
    expect(notes(ada)).to_have_value("two pointers")
    expect(ada.get_by_label("Your solution, Python")).to_contain_text("half = 'an idea'")
    expect(panel(ada, "Hints").get_by_role("listitem")).to_have_count(1)
    assert seconds(ada) >= 4 * 60
    eventually(lambda: text_of(server, mock_id) == "two pointers", "the notes are stored")
    eventually(lambda: "an idea" in text_of(server, mock_id, "code"), "the code is stored")


def test_the_clock_stands_in_a_pause_and_survives_everything_else(
    ada: Page, server: Server
) -> None:
    mock_id = begin(server, "coding")
    open_round(ada, server, mock_id)
    let_pass(server, mock_id, timedelta(minutes=1))
    server.stop(signal.SIGKILL)
    server.start()
    ada.reload()
    assert 60 <= seconds(ada) < 115
    ada.keyboard.press("Alt+p")
    expect(ada.get_by_role("heading", name="Paused")).to_be_visible()
    expect(notes(ada)).to_be_hidden()
    nobody_is_shut_out(ada)
    stood = ada.locator("#clock-stage").inner_text()
    ada.reload()
    expect(ada.get_by_role("heading", name="Paused")).to_be_visible()
    assert ada.locator("#clock-stage").inner_text() == stood
    ada.get_by_role("button", name="Go on").click()
    expect(ada.get_by_role("heading", name="Introduction")).to_be_visible()
    expect(ada.locator("#clock-stage")).not_to_have_text(stood)


def test_a_stage_that_takes_longer_says_so_once_and_goes_on(ada: Page, server: Server) -> None:
    mock_id = begin(server, "coding")
    open_round(ada, server, mock_id)
    expect(ada.get_by_text("Over its time")).to_have_count(0)
    let_pass(server, mock_id, timedelta(seconds=119))
    expect(
        ada.get_by_role("status").get_by_text("Introduction has taken its 2 minutes.")
    ).to_be_visible()
    expect(ada.get_by_text("Over its time by")).to_be_visible()
    nobody_is_shut_out(ada)
    notes(ada).fill("still writing")
    eventually(lambda: text_of(server, mock_id) == "still writing", "the notes are stored")
    assert round_of(server, mock_id)["stage"] == 0


def test_two_windows_of_one_round_keep_what_both_write(ada: Page, server: Server) -> None:
    mock_id = begin(server, "system-design")
    open_round(ada, server, mock_id)
    other = ada.context.new_page()
    open_round(other, server, mock_id)
    # Neither hears of the other before both have written.
    for window in (ada, other):
        window.route("**/rounds/0?since=*", lambda route: route.fulfill(status=304))
    notes(ada).fill("first window")
    eventually(lambda: text_of(server, mock_id) == "first window", "the first is stored")
    notes(other).fill("second window")
    both = "first window\nsecond window"
    eventually(lambda: text_of(server, mock_id) == both, "the second is stored below the first")
    expect(notes(other)).to_have_value(both)
    ada.unroute("**/rounds/0?since=*")
    expect(notes(ada)).to_have_value(both)
    other.unroute("**/rounds/0?since=*")
    go_on(ada, round_of(server, mock_id)["stages"][1]["label"])
    expect(other.get_by_role("heading", level=1)).to_have_text(stage(ada))


def test_a_lost_server_loses_no_notes(ada: Page, server: Server) -> None:
    mock_id = begin(server, "behavioral")
    open_round(ada, server, mock_id)
    notes(ada).fill("before")
    eventually(lambda: text_of(server, mock_id) == "before", "the notes are stored")
    server.stop(signal.SIGKILL)
    notes(ada).fill("before and during")
    expect(ada.get_by_text(UNSTORED)).to_be_visible()
    ada.keyboard.press("Alt+n")  # to be seen at once, and sent when it can be
    expect(ada.get_by_role("heading", level=1, name="Question 1")).to_be_visible()
    server.start()
    expect(ada.get_by_text(UNSTORED)).to_be_hidden()
    eventually(lambda: text_of(server, mock_id) == "before and during", "the notes are stored")
    eventually(lambda: round_of(server, mock_id)["stage"] == 1, "the stage is stored")


def test_notes_of_a_window_that_died_without_a_server_come_back(ada: Page, server: Server) -> None:
    mock_id = begin(server, "behavioral")
    open_round(ada, server, mock_id)
    server.stop(signal.SIGKILL)
    notes(ada).fill("only on this device")
    expect(ada.get_by_text(UNSTORED)).to_be_visible()
    ada.close()
    server.start()
    again = ada.context.new_page()
    # A window that may still be alive is left alone for a few seconds.
    again.add_init_script("const real = Date.now; Date.now = () => real() + 60_000")
    open_round(again, server, mock_id)
    expect(notes(again)).to_have_value("only on this device")
    eventually(lambda: text_of(server, mock_id) == "only on this device", "the notes are stored")


def test_whoever_is_signed_out_loses_nothing_and_goes_on_after_signing_in(
    ada: Page, server: Server
) -> None:
    mock_id = begin(server, "behavioral")
    open_round(ada, server, mock_id)
    ada.context.clear_cookies()
    notes(ada).fill("written while signed out")
    expect(ada.get_by_text(f"You are signed out. {UNSTORED}")).to_be_visible()
    nobody_is_shut_out(ada)
    sign_in(ada.context.new_page(), server)
    expect(ada.get_by_text("You are signed out.")).to_be_hidden()
    stored = "written while signed out"
    eventually(lambda: text_of(server, mock_id) == stored, "the notes are stored")


def test_a_story_written_in_another_tab_can_be_told_at_once(ada: Page, server: Server) -> None:
    mock_id = begin(server, "behavioral")
    open_round(ada, server, mock_id)
    go_on(ada, "Question 1")
    expect(panel(ada, "Your story")).to_contain_text("You have written no stories yet")
    keep_story(server)
    # As coming back from the other tab is told to a page.
    ada.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    ada.get_by_label("Which one do you tell?").select_option(label=STORY.title)
    expect(panel(ada, "Your story")).to_contain_text(STORY.action)
    eventually(lambda: round_of(server, mock_id)["story_id"] is not None, "the choice is stored")
    ada.reload()
    expect(panel(ada, "Your story")).to_contain_text(STORY.action)


def test_as_on_the_day_there_is_neither_a_hint_nor_a_pause(ada: Page, server: Server) -> None:
    mock_id = begin(server, "coding", is_bare=True, hides_difficulty=True)
    open_round(ada, server, mock_id)
    for label in ("Clarify", "Approaches and complexity"):
        go_on(ada, label)
    expect(panel(ada, "Prompt")).to_be_visible()
    expect(panel(ada, "Hints")).to_be_hidden()
    expect(ada.get_by_role("button", name="Pause")).to_be_hidden()
    expect(ada.locator(".panel-prompt .badge")).to_have_count(0)
    ada.keyboard.press("Alt+p")
    ada.keyboard.press("Alt+h")
    go_on(ada, "Code")
    kept = round_of(server, mock_id)
    assert (kept["state"], kept["hints"]) == ("running", 0)


def test_an_answer_is_recorded_played_back_and_deleted_on_this_device_alone(
    ada: Page, server: Server
) -> None:
    ada.add_init_script(
        """navigator.mediaDevices.getUserMedia = async () => {
            const context = new AudioContext()
            const tone = context.createOscillator()
            const end = context.createMediaStreamDestination()
            tone.connect(end)
            tone.start()
            return end.stream
        }"""
    )
    sent: list[str] = []
    ada.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    mock_id = begin(server, "behavioral")
    open_round(ada, server, mock_id)
    go_on(ada, "Question 1")
    recording = panel(ada, "Recording")
    ada.get_by_role("button", name="Record", exact=True).click()
    expect(recording.locator(".recorder-clock")).to_have_text("0:01")
    ada.get_by_role("button", name="Stop").click()
    expect(recording).to_contain_text("Recorded 0:0")
    ada.reload()
    expect(recording.get_by_label("Your recording")).to_be_visible()
    go_on(ada, "Question 2")
    expect(recording.get_by_label("Your recording")).to_be_hidden()
    ada.keyboard.press("Alt+b")
    expect(recording.get_by_label("Your recording")).to_be_visible()
    ada.get_by_role("button", name="Delete …").click()
    ada.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(recording.get_by_label("Your recording")).to_be_hidden()
    # Whoever goes on while it records keeps it.
    ada.get_by_role("button", name="Record", exact=True).click()
    expect(recording.locator(".recorder-clock")).to_have_text("0:01")
    ada.locator("#stages").get_by_role("button", name="Close").click()
    expect(ada.get_by_role("heading", level=1, name="Close")).to_be_visible()
    ada.locator("#stages").get_by_role("button", name="Question 1").click()
    expect(recording.get_by_label("Your recording")).to_be_visible()
    assert ada.evaluate(RECORDINGS) == 1
    ada.goto(server.address)
    ada.get_by_label("Account", exact=True).click()
    ada.get_by_role("button", name="Sign out").click()
    ada.wait_for_url("**/sign-in*")
    assert ada.evaluate(RECORDINGS) == 0
    quiet = ("/stage", "/sign-out")
    writes = [line for line in sent if line.startswith(("POST", "PUT"))]
    assert not [line for line in writes if not line.endswith(quiet)]


def test_without_a_microphone_the_round_goes_on_with_a_sentence(ada: Page, server: Server) -> None:
    mock_id = begin(server, "behavioral")
    open_round(ada, server, mock_id)
    go_on(ada, "Question 1")
    ada.get_by_role("button", name="Record", exact=True).click()
    expect(panel(ada, "Recording").get_by_role("status")).to_contain_text(
        "Tell the answer aloud all the same."
    )
