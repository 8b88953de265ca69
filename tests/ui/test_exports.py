"""A conversation as Markdown: the words as they are, and every source with its number."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from index.articles import Filters
from qa.answers import Answer, Checked, Citation
from qa.conversations import Conversation, Turn
from ui.exports import markdown


def shown(source: str) -> str:
    """What a reader of the Markdown sees, white space aside."""
    html = MarkdownIt("commonmark").render(source)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_an_export_has_questions_answers_and_numbered_sources(answer: Answer, abstention: Answer) -> None:
    other = replace(answer.citations[0], article_id="zz", title="Other", number=2, url=None)
    both = replace(answer, citations=(answer.citations[0], other))
    swapped = replace(answer, citations=(replace(other, number=1),))
    turns = (
        Turn("Who denied it?", both, good=True, filters=Filters("2020-01-01")),
        Turn("Who else?", swapped, good=False, reason="The *group*"),
        Turn("Who paid?", abstention),
        Turn("…", error="It has no words."),
    )
    text = markdown(Conversation(turns, name="Depots", touched="2020-04-02T10:00:00+00:00"))
    assert text.startswith("# Depots\n\nByline, 2 April 2020\n\n## Who denied it?\n\n")
    assert "Only articles from 1 January 2020" in text
    assert "**The group** [1] [2]" in text
    assert "**The group** [2]" in text  # the same article has the same number throughout
    assert "Called right" in text
    assert "Called wrong: The \\*group\\*" in text
    assert "The articles do not say." in text
    assert "It has no words." in text
    sources = text.partition("## Sources")[2]
    assert re.findall(r"^\[(\d)\] ", sources, re.MULTILINE) == ["1", "2"]
    assert "VOA, 13 March 2020, <https://example.org/a?b=1&c=2>" in sources
    assert "Depot <b>burns</b> [1]" in shown(sources)
    assert "High confidence (91%), as of 13 March 2020" in text


def test_an_llms_sentences_have_each_its_own_marks(answer: Answer) -> None:
    cited = answer.citations[0]
    other = replace(cited, article_id="zz", number=2, quote="It was late.", modified="2020-05-01")
    stands, more = Checked("It *denied* it.", (cited,), None), Checked("It was late.", (other, cited), None)
    struck = Checked("It paid.", (), "The passages do not say this.")
    written = replace(
        answer,
        text=f"{stands.text} {more.text}",
        citations=(cited, other),
        sentences=(stands, struck, more),
        writer="tiny",
    )
    text = markdown(Conversation((Turn("Q?", written),), name="Q?"))
    assert "\n\nIt \\*denied\\* it. [1] ~~It paid.~~ (struck: The passages do not say this.) It was" in text
    assert "It was late. [2] [1]\n\n" in text
    assert "Written by tiny; 2 of 3 sentences hold, as of 1 May 2020." in text
    assert "confidence" not in text and "**" not in text
    died = replace(written, writer=None, text="late", note="It broke off.", sentences=(stands,))
    died = replace(died, citations=(cited_whole(cited), replace(other, answer_end=other.answer_start + 4)))
    text = markdown(Conversation((Turn("Q?", died),), name="Q?"))
    assert "It \\*denied\\* it. [1]\n\nIt broke off.\n\n**late** [2]\n\n" in text
    assert "High confidence (91%), as of 1 May 2020" in text


def cited_whole(citation: Citation) -> Citation:
    return replace(citation, answer_start=citation.start, answer_end=citation.end)


def test_an_export_lists_no_source_where_none_is_cited(abstention: Answer) -> None:
    assert "Sources" not in markdown(Conversation((Turn("Who paid?", abstention),), name="Who paid?"))


def test_an_address_that_is_none_of_the_web_is_no_link(answer: Answer) -> None:
    cited = replace(answer.citations[0], url="javascript:alert(1)")
    text = markdown(Conversation((Turn("Q?", replace(answer, citations=(cited,))),), name="Q?"))
    assert "javascript" not in text


@settings(deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc"]), min_size=1))
def test_words_are_shown_as_they_are(words: str) -> None:
    text = markdown(Conversation((Turn("Q?", error=f"x {words} x"),), name=words))
    assert shown(text) == " ".join(f"{words} Q? x {words} x".split())
