"""Who may reach the chat: without a password this machine alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import SettingsError
from qa.settings import Settings
from ui.access import PER_MINUTE, Access, is_loopback
from ui.password import hash_password

HASH = hash_password("correct horse")


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("ui.password.password_file", lambda: tmp_path / "password")


@pytest.mark.parametrize(
    ("host", "ours"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("news.example", False)],
)
def test_loopback(host: str, ours: bool) -> None:
    assert is_loopback(host) is ours


def test_this_machine_needs_no_password_and_is_not_counted() -> None:
    assert Access.of(Settings()) == Access("127.0.0.1", None, 0)
    assert Access.of(Settings()).adding


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "news.example", "::"])
def test_others_need_one(host: str) -> None:
    with pytest.raises(SettingsError, match=f"'{host}'.*`byline password`"):
        Access.of(Settings(host=host))
    access = Access.of(Settings(host=host, password_hash=HASH))
    assert access == Access(host, HASH, PER_MINUTE)
    assert not access.adding  # others may ask; what is asked about is not theirs to change


def test_where_there_is_a_password_others_may_come_through_a_proxy() -> None:
    access = Access.of(Settings(password_hash=HASH))
    assert access == Access("127.0.0.1", HASH, PER_MINUTE)
    assert not access.adding


def test_a_rate_that_is_set_holds_everywhere() -> None:
    assert Access.of(Settings(rate=7)).per_minute == 7
    assert Access.of(Settings(host="0.0.0.0", password_hash=HASH, rate=0)).per_minute == 0


def test_a_slip_in_the_hash_opens_no_door() -> None:
    with pytest.raises(SettingsError, match="'password_hash' holds no password's hash") as error:
        Access.of(Settings(host="0.0.0.0", password_hash="correct horse"))
    assert "horse" not in str(error.value)
