"""The page of a round in every state one would want to see: each walk yields where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import select

from interviewprep.services.stories import StoryText, write_story
from interviewprep.storage import User

from .conftest import Server
from .mocks import ADA, begin, go_on, let_pass, open_round, prompts_of, round_of

STORY = StoryText(
    title="The migration nobody wanted",
    situation="Three systems of record disagreed, and every quarter somebody lost a week to it.",
    task="Bring them together in six weeks, without a stop.",
    action="I wrote the invariants down first. Then I moved one reader at a time.",
    result="No stop; the disagreements fell from forty a week to none.",
    numbers="40 a week to 0; 6 weeks; 3 systems",
    competencies=("ownership",),
)
LINES = "users = 20 M\nwrites = 3 * users / day\n5 year * writes * 1 KB in TB\n2 GB + 3 s"


def keep_story(server: Server, email: str = ADA) -> None:
    """Write the story down for the account."""
    database = server.database()
    with database.writing() as session:
        user_id = session.execute(select(User.id).where(User.email == email)).scalar_one()
        write_story(session, user_id, STORY, datetime.now(UTC))
    database.close()


def walk_through_rounds(page: Page, server: Server, email: str) -> Iterator[str]:
    """Go through rounds of all families as somebody who is signed in."""
    yield from _coding(page, server, email)
    yield from _design(page, server, email)
    yield from _concepts_and_break(page, server, email)
    yield from _behavioral(page, server, email)


def _coding(page: Page, server: Server, email: str) -> Iterator[str]:
    mock_id = begin(server, "coding", email, "Longest shift with few products")
    open_round(page, server, mock_id)
    yield "round, introduction"
    for label in ("Clarify", "Approaches and complexity", "Code"):
        go_on(page, label)
    page.keyboard.press("Alt+h")
    expect(page.get_by_role("region", name="Hints").get_by_role("listitem")).to_be_visible()
    page.get_by_role("button", name="Run the tests").click()
    expect(page.locator('.code-test[data-state="failed"]').first).to_be_visible()
    expect(page.get_by_role("button", name="Submit")).to_be_visible()
    yield "round, code and a hint"
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("Now that it is submitted")).to_be_visible()
    page.get_by_text("A solution", exact=True).click()
    yield "round, code submitted"
    page.keyboard.press("Alt+p")
    expect(page.get_by_role("heading", name="Paused")).to_be_visible()
    yield "round, paused"


def _design(page: Page, server: Server, email: str) -> Iterator[str]:
    mock_id = begin(server, "ml-system-design", email)
    (prompt,) = prompts_of(server, mock_id)
    stages = round_of(server, mock_id)["stages"]
    open_round(page, server, mock_id)
    for asked in (prompt.facts[0].asked, "Does it come in lilac?"):
        page.get_by_label("Your question").fill(asked)
        page.keyboard.press("Enter")
        expect(page.get_by_label("Your question")).to_have_value("")
    with_change = max(n for n, one in enumerate(stages) if "change" in one["panels"])
    for one in stages[1 : with_change + 1]:
        go_on(page, one["label"])
    page.get_by_role("button", name="Sequence", exact=True).click()
    expect(page.get_by_role("img", name="Your diagram")).to_be_visible()
    if "calculator" in stages[with_change]["panels"]:
        page.get_by_label("Lines to reckon").fill(LINES)
    let_pass(server, mock_id, timedelta(minutes=30))
    expect(page.get_by_role("button", name="Hear it")).to_be_visible()
    yield "round, design over its time, with news"
    page.get_by_role("button", name="Hear it").click()
    expect(
        page.get_by_role("region", name="Something has changed").locator(".prose")
    ).to_be_visible()
    page.get_by_label("The diagram as text").fill("flowchart LR\n  a[ --> b")
    expect(page.get_by_text("Not drawn yet")).to_be_visible()
    yield "round, design with a change and a mistake in the diagram"
    page.keyboard.press("Alt+k")
    yield "round, keys"
    page.keyboard.press("Escape")


def _concepts_and_break(page: Page, server: Server, email: str) -> Iterator[str]:
    mock_id = begin(server, "loop", email, rounds=(("concepts", 30), ("behavioral", 30)))
    open_round(page, server, mock_id)
    go_on(page, "Questions")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Good")).to_be_visible()
    yield "round, question with its answer"
    page.keyboard.press("3")
    expect(page.get_by_role("button", name="Show answer")).to_be_visible()
    page.get_by_text("Questions so far").click()
    yield "round, second question"
    page.get_by_role("button", name="Your questions").click()
    page.get_by_role("button", name="Finish and score").click()
    page.get_by_role("dialog").get_by_role("button", name="End the round").click()
    page.wait_for_url("**/score")
    page.goto(f"{server.address}/mocks/{mock_id}/rounds/1")
    expect(page.get_by_role("heading", name="Break")).to_be_visible()
    yield "round, break"


def _behavioral(page: Page, server: Server, email: str) -> Iterator[str]:
    keep_story(server, email)
    open_round(page, server, begin(server, "behavioral", email))
    go_on(page, "Question 1")
    page.get_by_label("Which one do you tell?").select_option(label=STORY.title)
    expect(page.get_by_text(STORY.task)).to_be_visible()
    page.get_by_role("button", name="First follow-up").click()
    expect(page.get_by_role("button", name="Missed")).to_be_visible()
    page.get_by_label("Your notes").fill("Say the number early.")
    yield "round, behavioral question with a story"
