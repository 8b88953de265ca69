"""The article that ships with Byline, for a first question and for the tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from index.articles import Article
from index.identity import Origin, short_hash
from index.sources.text import parse_text

SAMPLE = Path(__file__).resolve().parent.parent / "sample" / "us-strikes-kataib-hezbollah.txt"


def sample_article() -> Article:
    """Return the sample: a Voice of America story as pasted from its page, captions and all.

    Its id does not depend on where Byline is installed. Its publisher and day are known, though its text
    does not state them; its title is made from the file's name.
    """
    text = SAMPLE.read_text(encoding="utf-8")
    article = parse_text(text, Origin(shown=SAMPLE.name, key=SAMPLE.name, name=SAMPLE.stem))
    return replace(
        article,
        article_id=short_hash("byline", SAMPLE.name),
        published="2020-03-13",
        source="Voice of America",
    )
