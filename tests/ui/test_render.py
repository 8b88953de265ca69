"""What the commands print, at any width, whatever the articles hold."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console, RenderableType

from index.articles import Article, IngestReport, Skipped
from index.stories import Kin
from qa.answers import Answer
from ui import render


def printed(what: RenderableType, width: int = 80, *, colour: bool = False) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream, width=width, highlight=False, markup=False, emoji=False, force_terminal=colour or None
    )
    console.print(what)
    return stream.getvalue()


def test_an_answer_comes_first_then_its_quote_and_its_place(answer: Answer) -> None:
    lines = printed(render.answer(answer), 200).splitlines()
    assert lines[0] == "The group [1]   High confidence (91%), as of 13 March 2020"
    of_that_week = printed(render.answer(answer, date(2020, 3, 16)), 200).splitlines()
    assert of_that_week[0] == "The group [1]   High confidence (91%)"
    assert lines[2] == "  “The group [red] denied it was responsible, a \ufffd[31mspokesman said.”"
    assert lines[4:] == [
        "[1] Depot <b>burns</b> [1], VOA, 13 March 2020",
        "    article a1b2, characters 19 to 84",
        "    https://example.org/a?b=1&c=2",
    ]


def test_an_answer_is_as_of_the_day_on_which_its_article_was_told(answer: Answer) -> None:
    updated = replace(answer, citations=(replace(answer.citations[0], modified="2020-05-01"),))
    assert "as of 1 May 2020" in printed(render.answer(updated), 200)
    assert "as of" not in printed(render.answer(updated, date(2020, 5, 3)), 200)


def test_a_question_that_was_taken_otherwise_stands_before_the_answer(answer: Answer) -> None:
    lines = printed(render.answer(replace(answer, understood="Who denied \x1b[31mit?")), 200).splitlines()
    assert lines[0].startswith("Understood as: Who denied ") and "\x1b" not in lines[0]
    assert lines[1].startswith("The group [1]")


@pytest.mark.parametrize("width", [20, 34, 60, 120])
def test_an_answer_wraps_at_any_width(answer: Answer, width: int) -> None:
    out = printed(render.answer(answer), width)
    assert all(len(line) <= width for line in out.splitlines())
    quote = " ".join(out.split())
    assert "denied it was" in quote


def test_no_escape_code_of_an_article_reaches_the_terminal(answer: Answer, article: Article) -> None:
    assert "\x1b" not in printed(render.answer(answer))
    assert "\x1b" not in printed(render.whole_article(article))
    assert "\x1b" not in "\n".join(render.article_lines([article]))


def test_the_answer_is_marked_in_the_quote_where_there_are_colours(answer: Answer) -> None:
    assert "\x1b[1;33mThe group\x1b[0m [red] denied" in printed(render.answer(answer), 200, colour=True)


def test_an_abstention_names_the_nearest_passages_as_such(abstention: Answer) -> None:
    out = printed(render.answer(abstention))
    assert out.splitlines()[0] == "The articles do not say."
    assert "The nearest passages, which do not answer it:" in out
    assert "The depot burned." in out
    assert "article a1b2, characters 0 to 17" in out


def test_a_report_counts_and_names_what_was_left_out() -> None:
    skipped = tuple(Skipped(f"line {n} of big.jsonl", "It is not JSON.") for n in range(25))
    out = printed(render.report(IngestReport(4959, 1, 0, 12_000, 61.5, skipped)), 100)
    assert out.splitlines()[0] == (
        "4,959 articles added, 1 updated, 0 unchanged; 12,000 passages embedded in 61.5 s."
    )
    assert "25 items left out:" in out
    assert "  line 0 of big.jsonl: It is not JSON." in out
    assert "line 20 of" not in out
    assert "and 5 more (all with --json)" in out
    assert printed(render.report(IngestReport(added=1, passages=3))).count("\n") == 1


def test_articles_for_a_pipe_stand_one_on_a_line(article: Article) -> None:
    odd = Article("c3d4", "Two\nlines\tand a tab", "Text.")
    assert list(render.article_lines([article, odd])) == [
        "a1b2\t2020-03-13\tVOA\tDepot <b>burns</b> [1]",
        "c3d4\t\t\tTwo lines and a tab",
    ]


def test_articles_for_a_terminal_keep_their_ids_whole(article: Article) -> None:
    out = printed(render.article_table([article]), 50)
    assert "a1b2" in out
    assert "2020-03-13" in out


def test_a_citation_names_the_copies_and_the_other_versions(told_elsewhere: Answer) -> None:
    assert printed(render.answer(told_elsewhere), 200).splitlines()[-3:] == [
        "    Also in Courier, 15 March 2020 (article c3)",
        "    Updated 13 March 2020; an earlier version of 12 March 2020 is in the archive (article v1)",
        "    An earlier version; a later one of 16 March 2020 is in the archive (article v3)",
    ]


def test_a_list_tells_of_copies_and_versions(article: Article, told_elsewhere: Answer) -> None:
    cited = told_elsewhere.citations[0]
    kin = {"a1b2": Kin(cited.also_in, cited.earlier, cited.later)}
    note = "copy of c3; later version of v1; earlier version of v3"
    assert next(iter(render.article_lines([article], kin))).split("\t")[4:] == [note]
    assert note in " ".join(printed(render.article_table([article], kin), 200).split())
    shown = printed(render.whole_article(article, kin["a1b2"]), 200)
    assert "An earlier version; a later one of 16 March 2020 is in the archive (article v3)" in shown
