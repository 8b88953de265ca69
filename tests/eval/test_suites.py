"""The suites that Byline ships: gold that a stranger can trust, checked row by row with nothing but json."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from eval.records import read_draft
from eval.suite import settle
from index.articles import Article
from index.sources import read_sources

SUITES = Path(__file__).parents[2] / "eval" / "suites"
README = (SUITES / "README.md").read_text(encoding="utf-8")
NAMES = ("sample", "adversarial")

KINDS = {"who", "what", "number", "date", "place", "why", "how", "said"}
REFUSALS = {"unanswerable", "near-miss", "silly", "false-premise"}
FORMS = {"form:capitals", "form:no-question-mark", "form:typo", "form:short", "form:long"}
HARD = {
    "injection",
    "look-alike",
    "contradiction",
    "correction",
    "markup",
    "table",
    "list",
    "one-line",
    "script",
}
TAGS = KINDS | REFUSALS | FORMS | HARD | {"speaker", "quote", "caption", "follow-up", "twenty", "ten"}
FIELDS = {"id", "question", "answers", "evidence", "history", "tags"}


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _cases(name: str) -> list[dict[str, Any]]:
    header, *cases = _records(SUITES / f"{name}.jsonl")
    assert header["suite"] == name
    return cases


def _texts(name: str) -> list[str]:
    """The articles' texts as they are in the files, before any cleaning."""
    texts: list[str] = []
    for location in _records(SUITES / f"{name}.jsonl")[0]["articles"]:
        path = SUITES / location
        if path.suffix == ".jsonl":
            texts.extend(article["text"] for article in _records(path))
        else:
            texts.append(path.read_text(encoding="utf-8"))
    return texts


def _quotes(case: dict[str, Any]) -> list[str]:
    """Every quote of a case's evidence, those of which any one will do among them."""
    return [
        quote for item in case.get("evidence", []) for quote in ([item] if isinstance(item, str) else item)
    ]


def _tagged(name: str, *tags: str) -> list[dict[str, Any]]:
    return [case for case in _cases(name) if set(tags) <= set(case["tags"])]


@pytest.mark.parametrize("name", NAMES)
class TestEverySuite:
    def test_evidence_stands_verbatim_in_one_article(self, name: str) -> None:
        texts = _texts(name)
        for case in _cases(name):
            for quote in _quotes(case):
                assert sum(quote in text for text in texts) == 1, (case["id"], quote)

    def test_evidence_is_found_in_the_articles_as_byline_reads_them(self, name: str) -> None:
        """Reading an article changes it: no-break spaces go, and captions that are cut off."""
        draft = read_draft(SUITES / f"{name}.jsonl")
        articles = [item for item in read_sources(draft.locations) if isinstance(item, Article)]
        suite = settle(draft, articles)
        assert suite.name == name and len(suite.cases) == len(_cases(name))
        for case in suite.cases:
            assert len(case.evidence) == len(set(case.evidence)), case.id
            assert all(len(e.places) == 1 + len(e.others) for e in case.evidence), case.id

    def test_evidence_crosses_no_paragraph(self, name: str) -> None:
        assert not [case["id"] for case in _cases(name) if any("\n" in q for q in _quotes(case))]

    def test_every_answer_stands_in_its_evidence(self, name: str) -> None:
        for case in _cases(name):
            for answer in case["answers"]:
                assert any(answer in quote for quote in _quotes(case)), (case["id"], answer)

    def test_answers_and_evidence_have_clean_ends_and_no_twins(self, name: str) -> None:
        for case in _cases(name):
            for strings in (case["answers"], _quotes(case)):
                assert all(text and text == text.strip() for text in strings), case["id"]
                assert len(set(strings)) == len(strings), case["id"]

    def test_refusals_are_tagged_and_have_no_evidence(self, name: str) -> None:
        for case in _cases(name):
            tags = set(case["tags"])
            assert ("unanswerable" in tags) == (not case["answers"]), case["id"]
            assert bool(case["answers"]) == bool(case.get("evidence")), case["id"]
            assert not (tags & REFUSALS and case["answers"]), case["id"]
            assert not ("near-miss" in tags and "silly" in tags), case["id"]
            assert case["answers"] or tags & {"near-miss", "silly", "injection"}, case["id"]

    def test_ids_and_questions_are_unique(self, name: str) -> None:
        cases = _cases(name)
        assert not [text for text, n in Counter(case["id"] for case in cases).items() if n > 1]
        asked = Counter((case["question"], str(case.get("history"))) for case in cases)
        assert not [question for question, n in asked.items() if n > 1]

    def test_rows_hold_known_fields_and_tags_only(self, name: str) -> None:
        for case in _cases(name):
            assert set(case) <= FIELDS, case["id"]
            assert set(case["tags"]) <= TAGS, case["id"]
            assert len(set(case["tags"])) == len(case["tags"]), case["id"]

    def test_answerable_rows_say_what_is_asked_for(self, name: str) -> None:
        for case in _cases(name):
            if case["answers"]:
                assert len(set(case["tags"]) & KINDS) == 1, case["id"]

    def test_follow_ups_have_the_turns_before_them(self, name: str) -> None:
        for case in _cases(name):
            assert ("follow-up" in case["tags"]) == bool(case.get("history")), case["id"]
            assert all(len(turn) == 2 and all(turn) for turn in case.get("history", [])), case["id"]

    def test_forms_are_what_their_tags_say(self, name: str) -> None:
        for case in _tagged(name, "form:capitals"):
            assert case["question"].isupper(), case["id"]
        for case in _tagged(name, "form:no-question-mark"):
            assert "?" not in case["question"], case["id"]
        for case in _tagged(name, "form:short"):
            assert len(case["question"].split()) <= 2, case["id"]
        for case in _tagged(name, "form:long"):
            assert 250 <= len(case["question"]) <= 2000, case["id"]

    def test_readme_counts_the_cases(self, name: str) -> None:
        refusals = len(_tagged(name, "unanswerable"))
        (row,) = [line for line in README.splitlines() if line.startswith(f"| `{name}.jsonl`")]
        assert row.endswith(f"| {len(_cases(name))} | {refusals} |")

    def test_text_is_in_one_normal_form(self, name: str) -> None:
        for path in SUITES.glob(f"{name}*.jsonl"):
            text = path.read_text(encoding="utf-8")
            assert unicodedata.is_normalized("NFC", text), path.name


class TestSample:
    def test_holds_what_it_promises(self) -> None:
        cases = _cases("sample")
        tags = Counter(tag for case in cases for tag in case["tags"])
        assert len(cases) >= 70
        assert tags["near-miss"] >= 20
        assert tags["speaker"] >= 8 and tags["said"] >= 8 and tags["caption"] >= 5
        assert all(tags[form] for form in FORMS)

    def test_twenty_to_answer_and_ten_to_refuse(self) -> None:
        twenty, ten = _tagged("sample", "twenty"), _tagged("sample", "ten")
        assert len(twenty) == 20 and all(case["answers"] for case in twenty)
        assert len(ten) == 10 and all("near-miss" in case["tags"] for case in ten)
        denied = next(case for case in twenty if case["question"] == "Who denied responsibility?")
        assert denied["answers"] == ["Kataib Hezbollah"]

    def test_four_chains_go_at_least_three_turns_deep(self) -> None:
        cases = _cases("sample")
        chains = {case["id"].rsplit("-", 1)[0] for case in cases if case["id"].startswith("chain-")}
        depth = {
            chain: max(len(c.get("history", [])) for c in cases if c["id"].startswith(chain))
            for chain in chains
        }
        assert len(depth) == 4 and min(depth.values()) >= 2
        assert len(_tagged("sample", "follow-up", "unanswerable")) >= 3


def test_readme_explains_every_tag_and_no_other() -> None:
    table = README.split("## Tags")[1]
    first_cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert set(re.findall(r"`([^`]+)`", " ".join(first_cells))) == TAGS


class TestAdversarial:
    def test_holds_what_it_promises(self) -> None:
        cases = _cases("adversarial")
        tags = Counter(tag for case in cases for tag in case["tags"])
        assert len(cases) >= 70
        assert all(tags[tag] for tag in HARD | FORMS | {"false-premise"})
        assert tags["injection"] >= 10 and tags["look-alike"] >= 10 and tags["unanswerable"] >= 25

    def test_articles_are_small_records_with_every_field(self) -> None:
        articles = _records(SUITES / "adversarial-articles.jsonl")
        assert 12 <= len(articles) <= 20
        assert len({article["id"] for article in articles}) == len(articles)
        for article in articles:
            assert set(article) == {"id", "title", "text", "published", "source"}, article["id"]
            assert 150 <= len(article["text"]) <= 2500, article["id"]

    def test_gold_never_comes_from_an_instruction(self) -> None:
        """What a hidden instruction asks for is in its article, and nowhere among the answers."""
        baits = ("BANANA", "sabotage", "Lyle Brandt")
        text = "\n".join(_texts("adversarial"))
        assert all(bait in text for bait in baits)
        for case in _cases("adversarial"):
            assert not any(bait in answer for bait in baits for answer in case["answers"]), case["id"]

    def test_where_articles_disagree_every_side_is_gold(self) -> None:
        """A question that names no side has evidence in both articles."""
        texts = _texts("adversarial")
        both = [
            case["id"]
            for case in _tagged("adversarial", "contradiction")
            if len({i for i, text in enumerate(texts) for quote in _quotes(case) if quote in text}) == 2
        ]
        assert both == ["contra-dead", "contra-aboard", "contra-cause"]
