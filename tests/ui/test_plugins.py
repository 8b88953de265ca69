"""Commands of other packages join the list, and are imported only when they are called for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ui import plugins
from ui.cli import app

MODULE = '''
import typer
app = typer.Typer(help="Weigh the answers.")

@app.command("run")
def run(ctx: typer.Context, suite: str) -> None:
    """Run a suite."""
    print("ran", suite, ctx.obj)

@app.command("compare")
def compare() -> None:
    """Compare two runs."""
'''


@pytest.fixture
def plugged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (tmp_path / "weighing_plugin.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    entry = EntryPoint("weigh", "weighing_plugin:app", plugins.GROUP)
    monkeypatch.setattr(plugins, "entry_points", lambda group: [entry] if group == plugins.GROUP else [])
    plugins._plugins.cache_clear()
    yield "weighing_plugin"
    plugins._plugins.cache_clear()
    sys.modules.pop("weighing_plugin", None)


def test_a_plugin_is_listed_and_runs_with_the_global_options(plugged_in: str, tmp_path: Path) -> None:
    listed = CliRunner().invoke(app, ["--help"])
    assert "Weigh the answers." in listed.output
    ran = CliRunner().invoke(app, ["--archive", str(tmp_path), "--threads", "2", "weigh", "run", "sample"])
    assert ran.exit_code == 0, ran.output
    assert ran.output.startswith("ran sample {")
    assert "'threads': 2" in ran.output


def test_a_plugin_is_not_imported_for_another_command(plugged_in: str) -> None:
    assert CliRunner().invoke(app, ["ask", "--help"]).exit_code == 0
    assert plugged_in not in sys.modules


def test_an_unknown_command_is_wrong_usage(plugged_in: str) -> None:
    assert CliRunner().invoke(app, ["wiegh"]).exit_code == 2
