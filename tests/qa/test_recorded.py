"""What SmolLM2 really wrote (bench/completions.py): whatever it is, what stands has an exact quote.

completions_judged.tsv has a person's verdict on each of its sentences, by the passages that it cites: true,
or what is wrong with it. Where that is a number, a date, a name or a quotation, no model is needed to see it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.archive import Archive
from index.articles import Article, Passage, ScoredPassage
from qa.assistant import Assistant
from qa.checking import Checker, Source, finished, marked_sentences

HERE = Path(__file__).parent
RECORDED = [
    json.loads(line) for line in (HERE / "completions.jsonl").read_text(encoding="utf-8").split("\n") if line
]
JUDGED = [
    (int(place), verdict, sentence)
    for place, verdict, sentence in (
        line.split("\t")
        for line in (HERE / "completions_judged.tsv").read_text(encoding="utf-8").splitlines()[1:]
    )
]
TO_THE_LETTER = ("numbers", "dates", "names", "quotation")


def shown(one: dict[str, Any]) -> tuple[dict[str, Article], list[Source]]:
    """The articles by id and the passages of one completion."""
    articles, sources = {}, []
    for number, told in enumerate(one["passages"], 1):
        article = Article(f"a{number}", told["title"], told["text"], told["published"], None, told["source"])
        passage = Passage(f"p{number}", article.article_id, article.text, 0, len(article.text))
        sources.append(Source(number, ScoredPassage(passage, 1.0, article.title, article.published)))
        articles[article.article_id] = article
    return articles, sources


def judged(*verdicts: str) -> list[Any]:
    return [
        pytest.param(place, sentence, id=f"{place}-{verdict}")
        for place, verdict, sentence in JUDGED
        if verdict in verdicts
    ]


def test_every_sentence_has_a_verdict() -> None:
    assert [(place, sentence) for place, _, sentence in JUDGED] == [
        (place, sentence)
        for place, one in enumerate(RECORDED)
        for sentence in marked_sentences(one["completion"])
    ]


@pytest.mark.parametrize(("place", "sentence"), judged(*TO_THE_LETTER, "unmarked"))
def test_what_is_wrong_to_the_letter_is_struck_without_a_model(place: int, sentence: str) -> None:
    def none(*_: object) -> Any:
        pytest.fail("no model should be asked")

    articles, sources = shown(RECORDED[place])
    checked = Checker(articles.__getitem__, none, none).check(sentence, sources)  # type: ignore[arg-type]
    assert not checked.stands


@pytest.mark.slow
@pytest.mark.parametrize("one", RECORDED, ids=range(len(RECORDED)))
def test_what_was_recorded_is_checked(one: dict[str, Any], archive: Archive, assistant: Assistant) -> None:
    articles, sources = shown(one)
    checker = Checker(articles.__getitem__, archive.embedder.embed_passages, assistant.reader)
    verdicts = {sentence: verdict for place, verdict, sentence in JUDGED if RECORDED[place] is one}
    for sentence in marked_sentences(one["completion"]):
        checked = checker.check(sentence, sources)
        assert not checked.stands or verdicts[sentence] in ("true", "otherwise")
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
