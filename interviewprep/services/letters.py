"""The letters about accounts: plain text, one purpose each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one person, not yet sent."""

    to: str
    subject: str
    text: str


def reset_letter(to: str, link: str) -> Letter:
    return Letter(
        to,
        "Set a new password",
        "Somebody, probably you, asked for a new password for Interview Prep.\n\n"
        f"Set it here, within an hour:\n{link}\n\n"
        "If it was not you, there is nothing to do: your password stays as it is.\n",
    )


def confirm_letter(to: str, link: str) -> Letter:
    return Letter(
        to,
        "Confirm your address",
        "This address was given for an account of Interview Prep.\n\n"
        f"Confirm it here, within a day:\n{link}\n\n"
        "If it was not you, there is nothing to do: nothing has changed.\n",
    )


def address_notice(to: str, new_address: str, *, is_done: bool) -> Letter:
    happened = (
        f"The address of your account is now {new_address}."
        if is_done
        else f"A change of your account's address to {new_address} was asked for; it takes effect"
        " once it is confirmed there."
    )
    return Letter(
        to,
        "Your address is changing" if not is_done else "Your address was changed",
        f"{happened}\n\nIf it was not you, sign in, change your password, and tell the"
        " administrator of this server.\n",
    )


def password_notice(to: str) -> Letter:
    return Letter(
        to,
        "Your password was changed",
        "The password of your account at Interview Prep was changed, and all browsers were signed"
        " out.\n\nIf it was not you, ask for a new password on the sign-in page, or tell the"
        " administrator of this server.\n",
    )


def invitation_letter(to: str, link: str, invited_by: str) -> Letter:
    return Letter(
        to,
        "An invitation to Interview Prep",
        f"{invited_by} invites you to make an account on their server of Interview Prep.\n\n"
        f"Make it here, within seven days:\n{link}\n",
    )
