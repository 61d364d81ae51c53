from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters

from interviewprep.errors import Invalid
from interviewprep.services.passwords import check_password, hash_password, matches, outdated

EMAIL = "ann.smith1@example.org"


@pytest.mark.parametrize(
    "password",
    [
        "",
        "nine char",
        "a" * 1_001,
        "aaaaaaaaaaaaaaa",
        "ababababababab",
        "Password123",
        "QWERTYUIOP",
        "Ann.Smith1@example.org",
        "ANN.SMITH1",
    ],
)
def test_a_password_that_would_be_guessed_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_password(password, EMAIL)
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password", ["ten chars.", "a few plain words", "пароль из слов", "x1" * 4 + "yz"]
)
def test_any_other_is_taken(password: str) -> None:
    check_password(password, EMAIL)
    assert matches(hash_password(password), password)


def test_hashes_are_argon2id_with_the_parameters_of_the_house_and_salted() -> None:
    first, second = hash_password("a few plain words"), hash_password("a few plain words")
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert not outdated(first)


def test_a_hash_of_other_parameters_still_matches_and_is_to_be_made_anew() -> None:
    weak = PasswordHasher(memory_cost=8_192, time_cost=1, parallelism=1).hash("a few plain words")
    assert matches(weak, "a few plain words")
    assert extract_parameters(weak).memory_cost == 8_192
    assert outdated(weak)


@pytest.mark.parametrize("stored", [None, "", "!", "not a hash"])
def test_no_password_matches_where_there_is_no_hash(stored: str | None) -> None:
    assert not matches(stored, "a password that nobody has")
    assert not matches(stored, "")


def test_an_accent_may_be_typed_in_either_of_its_forms() -> None:
    composed, decomposed = "caf\u00e9 au lait", "cafe\u0301 au lait"
    assert matches(hash_password(composed), decomposed)


def test_a_password_of_a_megabyte_is_refused_without_being_hashed_in_full() -> None:
    assert not matches(hash_password("a few plain words"), "x" * 1_000_000)
