"""Exercises practised in a real browser: what passes, what fails, what is kept, and the grade."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlalchemy import select

from interviewprep.core.prompts import Prompt
from interviewprep.services.interviews.prompts import EXERCISE_KINDS, list_prompts, load_prompt
from interviewprep.storage import CodeAttempt, Database, Memory, Practice, Review

from .conftest import Server, eventually, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

ISLANDS, TIES = "Count the islands", "Best sellers with ties"
WHOLE = os.environ.get("TORTURE") == "1"
LOADING_S, RUN_MS = 60, 60_000
OVER = re.compile(r"pass|Stopped|does not|returns|Row|row|memory|SQLite|column")


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    opened = server.database()
    yield opened
    opened.close()


@pytest.fixture
def learner(page: Page) -> Page:
    """A page of somebody who has just signed up; what the console says is an error."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda one: one.type in ("error", "warning") and said.append(one.text))
    sign_up(page)
    page.said = said  # type: ignore[attr-defined]
    return page


def user_id(database: Database) -> int:
    with database.reading_core() as connection:
        return connection.exec_driver_sql("SELECT id FROM user").scalar_one()


def exercises(database: Database) -> dict[str, tuple[int, Prompt]]:
    """Return each exercise of the built-in decks by its title."""
    owner = user_id(database)
    with database.reading_core() as connection:
        return {
            one.title: (one.card_id, load_prompt(connection, owner, one.card_id)[1])
            for one in list_prompts(connection, owner)
            if one.kind in EXERCISE_KINDS
        }


def open_exercise(page: Page, server: Server, card_id: int) -> None:
    page.goto(f"{server.address}/exercises/{card_id}")
    page.wait_for_selector("html[data-ready=yes]")
    page.wait_for_selector("#panel[data-runner=ready]", timeout=LOADING_S * 1000)


def write(page: Page, code: str) -> None:
    page.locator(".cm-content").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(code)


def status(page: Page) -> str:
    return page.locator(".code-status").inner_text()


def finish(page: Page, button: str) -> str:
    """Press a button of the panel, wait until the run is over, and return what is said of it."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("button", name="Run the tests")).to_be_visible(timeout=RUN_MS)
    expect(page.locator(".code-status")).to_have_text(OVER)
    return status(page)


def rows(database: Database, table: Any) -> list[Any]:
    with database.reading() as session:
        return list(session.scalars(select(table)))


def attempts(database: Database) -> list[CodeAttempt]:
    return sorted(rows(database, CodeAttempt), key=lambda one: one.at)


@pytest.mark.torture
def test_every_solution_passes_and_everything_else_fails(
    learner: Page, server: Server, database: Database
) -> None:
    """Through the page with every exercise where TORTURE=1, else with one of each language."""
    found = exercises(database)
    assert len(found) >= 9
    chosen = found if WHOLE else {title: found[title] for title in ("Total covered time", TIES)}
    for title, (card_id, prompt) in chosen.items():
        open_exercise(learner, server, card_id)
        expect(learner.get_by_role("heading", level=1)).to_have_text(title)
        assert prompt.solutions and prompt.wrong
        wrong = [prompt.starter or "SELECT 1", *(one.code for one in prompt.wrong)]
        for code in wrong:
            write(learner, code)
            said = finish(learner, "Submit")
            assert not said.startswith(("All", "The query returns the expected")), (title, code)
            expect(learner.locator("#grading-why")).to_contain_text("Not every test passed")
            assert attempts(database)[-1].code == code.rstrip("\n") or (
                attempts(database)[-1].code == code
            )
            assert not all(one["passed"] for one in attempts(database)[-1].outcomes)
        for place, code in enumerate(prompt.solutions):
            if place:
                learner.get_by_role("button", name="Begin again").click()
                learner.get_by_role("dialog").get_by_role("button", name="Begin again").click()
                learner.wait_for_selector("#begin-again", state="hidden")
                learner.wait_for_selector("#panel[data-runner=ready]")
            write(learner, code)
            said = finish(learner, "Submit")
            assert said.startswith(("All", "The query returns the expected")), (title, said)
            expect(learner.locator("#revealed")).to_be_visible()
            assert all(one["passed"] for one in attempts(database)[-1].outcomes)
            expect(learner.locator("[data-state=passed]")).to_have_count(
                learner.locator(".code-test").count()
            )
    assert not learner.said  # type: ignore[attr-defined]


def test_an_endless_loop_ends_with_a_sentence_and_the_next_run_works(
    learner: Page, server: Server, database: Database
) -> None:
    card_id, prompt = exercises(database)[ISLANDS]
    open_exercise(learner, server, card_id)
    write(learner, "print('before')\nwhile True:\n    pass\n")
    said = finish(learner, "Run the tests")
    assert said.startswith("Stopped after 10 seconds") and "loop" in said
    expect(learner.get_by_role("region", name="Output")).to_contain_text("before")
    write(learner, prompt.solutions[0])
    assert finish(learner, "Run the tests").startswith("All")
    write(learner, "while True:\n    pass\n")
    learner.keyboard.press("ControlOrMeta+Enter")
    learner.get_by_role("button", name="Stop", exact=True).click()
    expect(learner.locator(".code-status")).to_contain_text("You stopped the run")
    expect(learner.get_by_role("button", name="Run the tests")).to_be_visible()
    assert [one.kind for one in attempts(database)] == ["run"] * 3
    assert not attempts(database)[0].outcomes[0]["passed"]


def test_hints_time_and_submissions_propose_a_grade_that_is_stored_and_taken_back(
    learner: Page, server: Server, database: Database
) -> None:
    card_id, prompt = exercises(database)[ISLANDS]
    open_exercise(learner, server, card_id)
    learner.get_by_role("button", name=re.compile("hint")).click()
    expect(learner.locator("#hints-taken li")).to_have_count(1)
    write(learner, prompt.solutions[0])
    learner.keyboard.press("ControlOrMeta+Shift+Enter")
    expect(learner.locator("#grading-why")).to_contain_text(
        "Passed with the first submission, with a hint. Proposed: Hard."
    )
    hard = learner.locator("[data-grade=hard]")
    expect(hard).to_have_attribute("data-proposed", "yes")
    expect(hard).to_contain_text(re.compile(r"\d+ (min|d)"))
    expect(learner.locator("[data-proposed=yes]")).to_have_count(1)
    learner.locator("#grading-why").click()
    learner.locator("body").press("3")  # the learner decides: Good
    expect(learner.locator("#graded-said")).to_contain_text("Graded Good")
    (review,) = rows(database, Review)
    assert (review.kind, review.grade, review.card_id) == ("answer", 3, card_id)
    (memory,) = rows(database, Memory)
    assert memory.due_day is not None and not rows(database, Practice)
    learner.locator("body").press("u")
    expect(learner.locator("#grading")).to_be_visible()
    expect(learner.locator("#grading-why")).to_contain_text("Proposed: Hard.")
    expect(learner.locator("#hints-taken li")).to_have_count(1)
    (memory,) = rows(database, Memory)
    assert memory.due_day is None
    assert [one.kind for one in sorted(rows(database, Review), key=lambda one: one.version)] == [
        "answer",
        "undo",
    ]
    learner.locator("[data-grade=easy]").click()
    expect(learner.locator("#graded-said")).to_contain_text("Graded Easy")
    learner.get_by_role("link", name="More exercises").click()
    row = learner.get_by_role("listitem").filter(has_text=ISLANDS)
    expect(row).to_contain_text("due")


def test_giving_up_shows_the_solutions_and_attempts_bring_their_code_back(
    learner: Page, server: Server, database: Database
) -> None:
    card_id, prompt = exercises(database)[TIES]
    open_exercise(learner, server, card_id)
    write(learner, "SELECT category FROM sales")
    said = finish(learner, "Run the tests")
    assert "column" in said
    expect(learner.get_by_role("region", name="Rows")).to_contain_text("toys")
    expect(learner.locator("#revealed")).to_be_hidden()
    learner.get_by_role("button", name="Give up").click()
    learner.get_by_role("dialog").get_by_role("button", name="Give up").click()
    expect(learner.locator("#revealed")).to_contain_text("RANK()")
    expect(learner.locator("#grading-why")).to_contain_text("You gave up. Proposed: Again.")
    expect(learner.get_by_role("button", name="Submit", exact=True)).to_be_hidden()
    write(learner, prompt.solutions[0])
    learner.locator("#attempts-list summary").last.click()
    learner.get_by_role("button", name="Put this code into the editor").click()
    expect(learner.locator(".cm-content")).to_have_text("SELECT category FROM sales")
    assert [one.kind for one in attempts(database)] == ["run", "give-up"]


def test_code_outlives_a_reload_and_two_windows_lose_nothing(
    learner: Page, server: Server, database: Database
) -> None:
    card_id, prompt = exercises(database)[ISLANDS]
    open_exercise(learner, server, card_id)
    other = learner.context.new_page()
    open_exercise(other, server, card_id)
    write(learner, "one = 1\n")

    def stored() -> str:
        found = rows(database, Practice)
        return found[0].code if found else ""

    eventually(lambda: stored() == "one = 1\n", "the code is stored")
    other.locator(".cm-content").focus()
    other.keyboard.press("ControlOrMeta+End")
    other.keyboard.insert_text("\ntwo = 2\n")
    eventually(lambda: "two = 2" in stored() and "one = 1" in stored(), "both are stored")
    expect(other.locator("#said")).to_contain_text("another window")
    learner.reload()
    learner.wait_for_selector("html[data-ready=yes]")
    expect(learner.locator(".cm-content")).to_contain_text("two = 2")
    expect(learner.locator("#clock")).to_contain_text("of 15:00")
    learner.get_by_role("button", name="Reset").click()
    learner.get_by_role("dialog").get_by_role("button", name="Reset").click()
    eventually(lambda: stored() == prompt.starter, "the starter is back")


def test_the_keyboard_alone_is_enough(learner: Page, server: Server, database: Database) -> None:
    card_id, _ = exercises(database)[ISLANDS]
    open_exercise(learner, server, card_id)
    write(learner, "def islands():\n")
    learner.keyboard.press("ControlOrMeta+End")
    learner.keyboard.press("Tab")
    learner.keyboard.insert_text("return [")
    expect(learner.locator(".cm-content")).to_contain_text("    return [")
    learner.keyboard.press("Escape")
    expect(learner.get_by_text("Press Tab now to leave the editor.")).to_be_attached()
    learner.keyboard.press("Tab")
    expect(learner.get_by_role("button", name="Run the tests")).to_be_focused()
    learner.keyboard.press("Enter")
    expect(learner.locator(".code-status")).to_contain_text("does not load")
    link = learner.locator(".code-status a")
    expect(link).to_have_text("line 2")
    link.press("Enter")
    expect(learner.locator(".cm-activeLine")).to_contain_text("return [")
    expect(learner.locator(".cm-content")).to_be_focused()


def test_loading_is_shown_and_a_runner_that_does_not_come_costs_nothing(
    learner: Page, server: Server, database: Database
) -> None:
    card_id, prompt = exercises(database)[ISLANDS]
    files = re.compile(r"python_stdlib-")
    learner.route(files, lambda route: route.abort())
    learner.goto(f"{server.address}/exercises/{card_id}")
    expect(learner.locator(".code-loading")).to_contain_text("could not be loaded")
    write(learner, prompt.solutions[0])
    for button in ("Submit", "Run the tests"):
        learner.get_by_role("button", name=button, exact=True).click()
        expect(learner.locator(".code-status")).to_contain_text(
            "Your code is still here; try again."
        )
    assert not attempts(database)
    learner.unroute(files)
    held: list[Route] = []
    learner.route(files, lambda route: held.append(route))
    learner.get_by_role("button", name="Submit", exact=True).click()
    expect(learner.locator(".code-loading")).to_contain_text(re.compile(r"of 1\d\.\d MB"))
    expect(learner.get_by_role("progressbar", name="Loading Python")).to_be_visible()
    eventually(lambda: bool(held), "the page asks again")
    for route in held:
        route.continue_()
    expect(learner.locator(".code-status")).to_contain_text("All", timeout=RUN_MS)
    assert [one.kind for one in attempts(database)] == ["submit"]


def test_the_page_can_be_read_without_a_script(
    learner: Page,
    server: Server,
    database: Database,
    new_context: Callable[..., BrowserContext],
) -> None:
    card_id, prompt = exercises(database)[ISLANDS]
    state = learner.context.storage_state()
    page = new_context(java_script_enabled=False, storage_state=state).new_page()
    page.goto(f"{server.address}/exercises/{card_id}")
    expect(page.locator("main")).to_contain_text(prompt.starter.strip().split("\n")[0])
    expect(page.locator("main")).to_contain_text("def test_")
    assert "<noscript" in page.content()


def test_axe_finds_nothing_grave_in_any_state(
    learner: Page, server: Server, database: Database
) -> None:
    card_id, prompt = exercises(database)[ISLANDS]
    wrong: list[str] = []

    def look(name: str) -> None:
        for width in (1280, 390):
            learner.set_viewport_size({"width": width, "height": 844})
            for theme in ("light", "dark"):
                learner.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
                for found in Axe().run(learner).response["violations"]:
                    if found["impact"] in ("serious", "critical"):
                        nodes = [node["html"][:120] for node in found["nodes"][:3]]
                        wrong.append(f"{name}, {width}, {theme}: {found['id']}: {nodes}")
            if learner.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append(f"{name}: wider than {width} px")

    learner.goto(f"{server.address}/exercises")
    look("list")
    open_exercise(learner, server, card_id)
    look("fresh")
    write(learner, "def count_islands(grid):\n    print('here')\n    return grid[99]\n# note\n")
    finish(learner, "Run the tests")
    look("failed")
    write(learner, prompt.solutions[0])
    finish(learner, "Submit")
    expect(learner.locator("#grading")).to_be_visible()
    for summary in learner.locator("#revealed summary, #attempts summary").all():
        if summary.is_visible():
            summary.click()
    look("passed")
    learner.locator("[data-grade=good]").click()
    expect(learner.locator("#graded-said")).to_contain_text("Graded Good")
    look("graded")
    assert not wrong, "\n".join(wrong)
