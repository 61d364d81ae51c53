"""Settings: defaults that work, and refusals that name the setting."""

from __future__ import annotations

import stat
from ipaddress import ip_network
from pathlib import Path

import pytest

from interviewprep.config import SignUp, read_settings
from interviewprep.errors import UnusableSetting


def read(tmp_path: Path, **values: str) -> object:
    named = {f"INTERVIEWPREP_{name}": value for name, value in values.items()}
    return read_settings({"INTERVIEWPREP_DATA_DIR": str(tmp_path), **named})


def test_the_defaults_work_on_a_laptop(tmp_path: Path) -> None:
    settings = read_settings({"INTERVIEWPREP_DATA_DIR": str(tmp_path / "data")})
    assert settings.database_url == f"sqlite:///{tmp_path / 'data' / 'interviewprep.db'}"
    assert settings.sign_up is SignUp.CLOSED
    assert settings.base_url == "http://127.0.0.1:8000" and not settings.is_https
    assert settings.smtp_url is None and settings.trusted_proxies == ()


def test_the_secret_key_is_made_once_and_for_this_user_alone(tmp_path: Path) -> None:
    first, second = (read_settings({"INTERVIEWPREP_DATA_DIR": str(tmp_path)}) for _ in range(2))
    path = tmp_path / "secret-key"
    assert first.secret_key == second.secret_key == path.read_text()
    assert len(first.secret_key) >= 48
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [left.name for left in tmp_path.iterdir()] == ["secret-key"]
    assert first.secret_key not in repr(first)


def test_postgresql_is_reached_through_psycopg(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "INTERVIEWPREP_DATA_DIR": str(tmp_path),
            "INTERVIEWPREP_DATABASE_URL": "postgresql://prep:secret@db.example.org/prep",
            "INTERVIEWPREP_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8",
            "INTERVIEWPREP_BASE_URL": "https://prep.example.org/",
        }
    )
    assert settings.database_url == "postgresql+psycopg://prep:secret@db.example.org/prep"
    assert settings.trusted_proxies == (ip_network("127.0.0.1"), ip_network("10.0.0.0/8"))
    assert settings.base_url == "https://prep.example.org" and settings.is_https


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://localhost/prep"),
        ("DATABASE_URL", "nonsense"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", ""),
        ("BASE_URL", "prep.example.org"),
        ("BASE_URL", "ftp://prep.example.org"),
        ("BASE_URL", "https://example.org/prep"),
        ("BASE_URL", "https://prep.example.org/?next=1"),
        ("BASE_URL", "http://[::1"),
        ("SMTP_URL", "mail.example.org"),
        ("SMTP_URL", "http://mail.example.org"),
        ("SMTP_URL", "smtp://mail.example.org:port"),
        ("SIGN_UP", "maybe"),
        ("TRUSTED_PROXIES", "proxy.example.org"),
        ("COLOUR", "green"),
    ],
)
def test_an_unusable_value_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(UnusableSetting, match=f"INTERVIEWPREP_{name}"):
        read(tmp_path, **{name: value})


def test_a_data_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnusableSetting, match="INTERVIEWPREP_DATA_DIR"):
        read_settings({"INTERVIEWPREP_DATA_DIR": str(tmp_path / "file" / "data")})
