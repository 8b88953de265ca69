"""The password: only its hash is kept, for its owner's eyes alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.errors import SettingsError
from qa.settings import Settings
from ui.cli import app
from ui.password import hash_password, kept_hash, matches


@pytest.fixture(autouse=True)
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "settings" / "password"
    monkeypatch.setattr("ui.password.password_file", lambda: path)
    return path


def test_it_is_kept_as_a_hash_that_its_owner_alone_may_read(file: Path) -> None:
    assert CliRunner().invoke(app, ["password"], input="correct horse\n").exit_code == 0
    assert "correct" not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = kept_hash(Settings())
    assert kept is not None
    assert matches(kept, "correct horse")
    assert not matches(kept, "Correct horse")


def test_another_takes_its_place_and_it_can_be_taken_away(file: Path) -> None:
    for given in ("correct horse", "battery staple"):
        CliRunner().invoke(app, ["password"], input=f"{given}\n")
    assert matches(kept_hash(Settings()) or "", "battery staple")
    assert CliRunner().invoke(app, ["password", "--remove"]).exit_code == 0
    assert kept_hash(Settings()) is None
    assert not file.exists()


def test_printed_it_is_not_kept(file: Path) -> None:
    printed = CliRunner().invoke(app, ["password", "--print"], input="correct horse\n").output.strip()
    assert not file.exists()
    assert kept_hash(Settings(password_hash=printed)) == printed


@pytest.mark.parametrize("given", ["", "seven77", "x" * 1001])
def test_too_short_or_far_too_long(given: str) -> None:
    with pytest.raises(SettingsError, match=f"of {len(given):,} characters cannot be set"):
        hash_password(given)


def test_what_cannot_be_read_is_no_open_door(file: Path) -> None:
    file.mkdir(parents=True)
    with pytest.raises(SettingsError, match="cannot be read"):
        kept_hash(Settings())
