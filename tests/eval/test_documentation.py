"""docs/evaluation.md is held true: every figure in the code's own words, every command a possible one."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from eval.cli import app
from eval.glossary import GLOSSARY
from eval.judge import Bucket
from eval.records import CaseRow

PAGE = (Path(__file__).parents[2] / "docs" / "evaluation.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    (byline eval .*?)(?:  .*)?$|`(byline eval [^`]*)`", PAGE, re.MULTILINE)


def test_every_figure_is_explained_in_the_words_of_the_report() -> None:
    table = PAGE.split("| figure | what it says |")[1].split("\n\n")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", table, re.MULTILINE))
    told = {name for name in GLOSSARY if not re.search(r"_at_(?!8$)\d+$", name) or name == "ndcg_at_10"}
    assert {name: rows[name] for name in told} == {name: GLOSSARY[name] for name in told}


def test_every_bucket_is_explained() -> None:
    table = PAGE.split("| bucket |")[1].split("\n\n")[0]
    assert [bucket for bucket in Bucket.__args__ if bucket not in table] == []  # type: ignore[attr-defined]


def test_the_row_shown_is_a_row() -> None:
    (row,) = re.findall(r"^    (\{.*\})$", PAGE, re.MULTILINE)
    assert CaseRow.model_validate_json(row).case().answerable


@pytest.mark.parametrize("command", sorted({one or other for one, other in COMMANDS}))
def test_commands_can_be_given(command: str) -> None:
    words = shlex.split(command)[2:]
    if "--llm" in words:  # an option of `byline` itself, which may stand after the command
        at = words.index("--llm")
        del words[at : at + 2]
    group: Any = get_command(app)
    name, *rest = words if words[0] in group.commands else ["run", *words]
    group.commands[name].make_context(name, rest)  # raises where an option is wrong


def test_there_are_commands() -> None:
    assert len(COMMANDS) > 20
