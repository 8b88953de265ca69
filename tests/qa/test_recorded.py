"""What SmolLM2 really wrote (bench/completions.py): whatever it is, what stands has an exact quote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.archive import Archive
from index.articles import Article, Passage, ScoredPassage
from qa.assistant import Assistant
from qa.checking import Checker, Source, finished, marked_sentences

_LINES = Path(__file__).with_name("completions.jsonl").read_text(encoding="utf-8").split("\n")
RECORDED = [json.loads(line) for line in _LINES if line]


@pytest.mark.slow
@pytest.mark.parametrize("one", RECORDED, ids=range(len(RECORDED)))
def test_what_was_recorded_is_checked(one: dict[str, Any], archive: Archive, assistant: Assistant) -> None:
    articles, sources = {}, []
    for number, told in enumerate(one["passages"], 1):
        article = Article(f"a{number}", told["title"], told["text"], told["published"], None, told["source"])
        passage = Passage(f"p{number}", article.article_id, article.text, 0, len(article.text))
        sources.append(Source(number, ScoredPassage(passage, 1.0, article.title, article.published)))
        articles[article.article_id] = article
    checker = Checker(articles.__getitem__, archive.embedder.embed_passages, assistant.reader)
    for sentence in marked_sentences(one["completion"]):
        checked = checker.check(sentence, sources)
        assert checked.stands == bool(checked.citations)
        assert "[" in sentence or checked.reason == "It cites no passage."
        for citation in checked.citations:
            text = articles[citation.article_id].text
            assert text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize("one", RECORDED, ids=range(len(RECORDED)))
def test_a_stream_gives_the_same_sentences(one: dict[str, Any]) -> None:
    done, rest = [], ""
    for piece in one["completion"]:
        more, rest = finished((rest + piece).lstrip())
        done += more
    assert [*done, *marked_sentences(rest)] == marked_sentences(one["completion"])
