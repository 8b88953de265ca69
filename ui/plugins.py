"""Commands that other packages add to `byline`: the entry points of the group `byline.commands`.

Each names a typer app (`eval = "eval.cli:app"`). It is imported when it is called for, or for the list of
commands in `byline --help`; asking a question never pays for it.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from itertools import islice
from typing import TYPE_CHECKING

import typer
from typer.core import TyperGroup
from typer.main import get_group

if TYPE_CHECKING:
    from typer._click import Command, Context

GROUP = "byline.commands"
ORDER = ("ingest", "ask", "chat", "mcp", "articles", "status", "check", "backup", "password")


@cache
def _plugins() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}


class Commands(TyperGroup):
    """The commands of `byline`: our own in the order in which they are met, then those that plug in."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Options of `byline` itself may stand after the command too: `byline status --archive DIR`."""
        own = {
            name for option in self.params if not getattr(option, "is_flag", False) for name in option.opts
        }
        first: list[str] = []
        rest: list[str] = []
        words = iter(args)
        for word in words:
            if word == "--":
                rest += [word, *words]
            elif word in own:
                first += [word, *islice(words, 1)]
            else:
                (first if word.partition("=")[0] in own else rest).append(word)
        if first and first[-1] in own:  # the last word of all: its value is missing
            rest = []
        return super().parse_args(ctx, [*first, *rest])

    def list_commands(self, ctx: Context) -> list[str]:
        own = sorted(super().list_commands(ctx), key=ORDER.index)
        return [*own, *sorted(set(_plugins()) - set(own))]

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        command = super().get_command(ctx, cmd_name)
        if command is None and cmd_name in _plugins():
            home = typer.Typer(rich_markup_mode=None)
            home.add_typer(_plugins()[cmd_name].load(), name=cmd_name)
            command = get_group(home).commands[cmd_name]
            self.add_command(command, cmd_name)
        return command
