from __future__ import annotations

import pytest

from interviewprep.core.addresses import clean_address
from interviewprep.errors import Invalid


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("  Ann@Example.ORG\n", "ann@example.org"),
        ("ann+prep@mail.example.co.uk", "ann+prep@mail.example.co.uk"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("ann@localhost", "ann@localhost"),
        ("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
    ],
)
def test_an_address_is_trimmed_and_kept_in_lower_case(text: str, address: str) -> None:
    assert clean_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "ann",
        "@example.org",
        "ann@",
        "ann@@example.org",
        "ann example@example.org",
        "ann@example..org",
        "ann@-example.org",
        ".ann@example.org",
        "ann@example.org\nBcc: all@example.org",
        "ann\x00@example.org",
        "änn@example.org",
        "ann@bücher.example",
        '"ann smith"@example.org',
        "ann@[127.0.0.1]",
        "a" * 65 + "@example.org",
        "a@" + "b." * 130 + "org",
    ],
)
def test_what_reaches_nobody_or_bends_a_header_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_address(text)
    assert refused.value.field == "email"
