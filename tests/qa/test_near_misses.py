"""Near misses: each rule asks for what the passage leaves out, and gives the answer where it does not."""

from __future__ import annotations

import pytest

from index.articles import Article
from index.splitter import split
from qa.training.near_misses import near_miss_groups

BARE = Article(
    "bare",
    "Attack on a camp",
    "Velden condemned the attack. The rockets killed a British medic, and the soldiers fled. "
    "General Ada Quill said it was a red line. Ada Quill said no more.",
)
TOLD = Article(
    "told",
    "Attack on a camp",
    "On Monday Velden condemned the attack in Norwick because two soldiers were killed there. "
    "They left the medic, John Reyes, behind. Ada Quill, 54, said no more.",
)


def asked(article: Article, seed: int = 1) -> dict[str, list[str]]:
    """Each question with the answers in its passage."""
    groups = list(near_miss_groups([article], seed, each=9))
    assert all(group.source == "near-miss" for group in groups)
    return {
        group.question: [group.candidates[0].text[start:end] for start, end in group.candidates[0].golds]
        for group in groups
    }


@pytest.mark.parametrize(
    "question",
    [
        "What was the name of the British medic?",
        "How old is Ada Quill?",
        "How many soldiers were there?",
        "When did Velden condemn the attack?",
        "Where did Velden condemn the attack?",
        "Why did Velden condemn the attack?",
    ],
)
def test_what_is_left_out(question: str) -> None:
    found: dict[str, list[str]] = {}
    for seed in range(12):  # each rule picks one of its questions
        found |= asked(BARE, seed)
    assert found[question] == []


def test_what_is_told_is_answered_or_not_asked() -> None:
    found = asked(TOLD)
    assert found == {"How old is Ada Quill?": ["54"], "What is the name of the medic?": ["John Reyes"]}


def test_groups_hold_whole_passages() -> None:
    texts = {passage.text for article in (BARE, TOLD) for passage in split(article)}
    for group in near_miss_groups([BARE, TOLD], seed=1):
        assert {candidate.text for candidate in group.candidates} <= texts
