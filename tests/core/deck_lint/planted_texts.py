"""One card among clean ones, in as few words as a table needs."""

from __future__ import annotations

from tests.core.deck_lint.linting import deck


def card(body: str, meta: str = "", card_id: str = "a-card") -> str:
    return deck(f"## {card_id}\nlevel: 1\n{meta}\n{body}")


def asked(question: str, answer: str = "They follow noise.", meta: str = "") -> str:
    return card(f"Q: {question}\nA: {answer}\n", meta)


def cloze(text: str, meta: str = "") -> str:
    return card(f"C: {text}\n", meta)


def term(name: str, definition: str) -> str:
    return card(f"T: {name}\nD: {definition}\n")


def noted(note: str) -> str:
    return card(f"Q: Why do trees overfit?\nA: They follow noise.\n\nN: {note}\n")
