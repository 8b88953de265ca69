"""Every parser against broken and hostile input: articles that are sound, or one sentence that says why not.

Inputs are real files of each format with pieces changed, cut out, doubled, and put in from a list of things
that parsers trip over; of packed formats also a member of theirs. A short run is part of the tests; the long
one: BYLINE_FUZZ=10000 python -m pytest tests/index/sources -k "any or whatever" --timeout=0
"""

from __future__ import annotations

import io
import json
import os
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.articles import Article, Skipped
from index.errors import SourceError
from index.identity import Origin
from index.sources import cell
from index.sources.cleaning import clean
from index.sources.dates import iso_date
from index.sources.files import File
from index.sources.formats import _read
from index.sources.layout import Line, Sheet, paragraphs, without_margins
from index.sources.sandbox import Sandbox
from tests.index.sources.mutations import SHORT, inputs, mutated
from tests.index.sources.seeds import FACTS, SEEDS

INPUTS = inputs(40)
HEALTHY = list(HealthCheck)
ORIGIN = Origin("a", "a", "a")


def check(items: list[Article | Skipped]) -> None:
    """What is always so of an article, and of what is left out."""
    for item in items:
        if isinstance(item, Skipped):
            assert item.reason
            assert "\n" not in item.reason
            continue
        assert any(character.isalnum() for character in item.text)
        assert clean(item.text) == item.text
        item.text.encode()
        item.title.encode()
        assert item.title
        assert "\n" not in item.title
        for moment in (item.published, item.modified):
            assert moment is None or iso_date(moment) == moment
        assert item.url is None or item.url.startswith(("http://", "https://"))


@cache
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture(scope="module", autouse=True)
def ended() -> Iterator[None]:
    yield
    sandbox().close()


def parse_here(kind: str, data: bytes) -> list[Article | Skipped]:
    """Parse in this process, as a cell does it. A library's own fault is the file's, one of ours is not."""
    try:
        return list(cell.parser_of(kind)(data, ORIGIN))
    except (SourceError, AssertionError):
        raise
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1].filename
        if f"{os.sep}index{os.sep}sources{os.sep}" in place:
            raise
        raise SourceError(f"'a' is damaged ({type(error).__name__})") from error


def parser(name: str) -> Callable[[bytes], list[Article | Skipped]]:
    kinds = {".docx": "docx", ".epub": "epub", ".eml": "mail", ".nitf": "wire", ".xml": "wire"}
    kind = kinds.get(Path(name).suffix)
    if kind:
        return partial(parse_here, kind)
    if name.endswith(".pdf"):
        return lambda data: sandbox().parse("pdf", data, ORIGIN)
    return lambda data: list(_read(File(ORIGIN, name, lambda: io.BytesIO(data))))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.sampled_from(FACTS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["id", "title", "text", "published", "modified", "author", "source", "section", "url", "x"]
)
MANY = st.lists(
    st.dictionaries(KEYS, VALUES | st.text(min_size=1, max_size=200), max_size=9) | VALUES, max_size=4
)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
@settings(max_examples=INPUTS, deadline=None, database=None, derandomize=SHORT, suppress_health_check=HEALTHY)
@given(records=MANY)
def test_any_records_give_articles_or_a_sentence(name: str, records: list[object]) -> None:
    data = json.dumps(records) if name == "a.json" else "\n".join(map(json.dumps, records))
    try:
        check(parser(name)(data.encode()))
    except SourceError as error:
        assert "\n" not in str(error)


LINES = st.builds(
    Line,
    text=st.sampled_from(
        [*FACTS, "• x", "7", "Page 7", "- 3 -", "state-", "owned", "a\ufffe", "b", "\ufffe", " "]
    ),
    left=st.floats(0, 600),
    right=st.floats(0, 600),
    bottom=st.floats(-10, 900),
    size=st.floats(0.1, 80),
)
SHEETS = st.lists(st.builds(Sheet, st.lists(LINES, max_size=12).map(tuple), st.floats(0, 900)), max_size=5)


@pytest.mark.slow
@settings(max_examples=INPUTS, deadline=None, database=None, derandomize=SHORT, suppress_health_check=HEALTHY)
@given(sheets=SHEETS)
def test_any_lines_give_paragraphs_with_the_same_words(sheets: list[Sheet]) -> None:
    kept = "".join(line.text for sheet in without_margins(sheets) for line in sheet.lines)
    letters = [letter for letter in "".join(paragraphs(sheets)) if letter.isalnum()]
    assert letters == [letter for letter in kept if letter.isalnum()]


@pytest.mark.slow
@pytest.mark.parametrize("name", SEEDS)
def test_any_input_gives_articles_or_a_sentence(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    parse = parser(name)
    seeds = SEEDS[name]()
    outcomes: Counter[str] = Counter()
    for seed in seeds:
        check(parse(seed))

    @settings(
        max_examples=INPUTS,
        deadline=None,
        database=None,
        derandomize=SHORT,
        suppress_health_check=HEALTHY,
    )
    @given(mutated(seeds))
    def any_input(data: bytes) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a library may warn of a file that is broken
            try:
                items = parse(data)
            except SourceError as error:
                assert "\n" not in str(error)
                assert not (name.endswith(".pdf") and "is damaged (" in str(error)), str(error)
                outcomes["breaks" if "breaks its reader" in str(error) else "refused"] += 1
                return
        check(items)
        outcomes["read"] += 1

    any_input()
    with capsys.disabled():
        if INPUTS > 1000:
            print(f"\n{name}: {outcomes.total():,} inputs, {dict(outcomes)}")
