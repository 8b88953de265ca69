"""Every parser against broken and hostile input: articles that are sound, or one sentence that says why not.

Inputs are real files of each format with pieces changed, cut out, doubled, and put in from a list of things
that parsers trip over; of packed formats also a member of theirs. A short run is part of the tests; the long
one: BYLINE_FUZZ=10000 python -m pytest tests/index/sources/test_fuzz.py --timeout=0
"""

from __future__ import annotations

import gzip
import io
import json
import os
import traceback
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from functools import cache, partial
from pathlib import Path

import docx
import pytest
from ebooklib import epub
from fpdf import FPDF
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

INPUTS = int(os.environ.get("BYLINE_FUZZ", "40"))
SHORT = "BYLINE_FUZZ" not in os.environ  # the same inputs in every run
HEALTHY = list(HealthCheck)
ORIGIN = Origin("a", "a", "a")
FACTS = (
    "Council backs bridge",
    "By Jane Doe",
    "March 3, 2021",
    "The council — all nine — voted for it.",
    "“No,” she said.",
)

TEXT = "\n\n".join(FACTS).encode()
MARKDOWN = (
    b"---\ntitle: A\ndate: 2021-03-03\n---\n# A\n\n* x\n* y\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> a `b`\n"
    + TEXT
)
PAGE = (
    '<!doctype html><html><head><meta charset="utf-8"><title>A</title><meta name="section" content="City">'
    '<script type="application/ld+json">{"@type": "Article", "dateModified": "2021"}</script></head><body>'
    f"<article><h1>A</h1><figure><img src='b.jpg'><figcaption>{FACTS[3]}</figcaption></figure>"
    + "".join(f"<p>{fact} {FACTS[3]} {FACTS[4]}</p>" for fact in FACTS)
    + "<table><tr><td>1</td><td>2</td></tr></table><ul><li>x</li></ul></article></body></html>"
).encode()
RECORDS = [
    {"id": n, "title": "A", "text": FACTS[3], "published": "2021-03-03", "author": ["B"]} for n in range(3)
]
JSON = json.dumps({"articles": RECORDS}).encode()
JSONL = "\n".join(map(json.dumps, RECORDS)).encode()
TABLE = f'title,text,Date,Section\nA,"{FACTS[3]}",2021-03-03,City\nB,"x\ny",,\n'.encode()
NITF = (
    '<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "nitf.dtd"><nitf><head><docdata><doc-id id-string="1"/>'
    '<date.issue norm="20210303T200500+0200"/></docdata><pubdata name="G" position.section="C"/></head><body>'
    "<body.head><hedline><hl1>A&nbsp;b</hl1></hedline><byline>By <person>J</person></byline></body.head>"
    "<body.content>"
    f"<p>{FACTS[3]}</p><table><tr><td>1</td></tr></table></body.content></body></nitf>"
).encode()
NEWSML = (
    '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><newsItem guid="urn:1"><itemMeta>'
    '<provider literal="g"/><versionCreated>2021-03-04T09:00Z</versionCreated><pubStatus qcode="a:usable"/>'
    "</itemMeta><contentMeta><headline>A</headline></contentMeta><contentSet>"
    f'<inlineData contenttype="text/html">&lt;p&gt;{FACTS[3]}</inlineData>'
    "</contentSet></newsItem></itemSet></newsMessage>"
).encode()


def _pdf(compressed: bool) -> bytes:
    pdf = FPDF()
    pdf.set_compression(compressed)
    pdf.set_title("A")
    for _ in range(2):
        pdf.add_page()
        pdf.set_font("Times", size=12)
        for fact in FACTS:
            pdf.multi_cell(
                60, 6, fact.encode("latin-1", "replace").decode("latin-1"), new_x="LMARGIN", new_y="NEXT"
            )
    return bytes(pdf.output())


def _docx() -> bytes:
    document = docx.Document()
    for fact in FACTS:
        document.add_paragraph(fact)
    document.add_table(2, 2).rows[0].cells[0].text = "x"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _epub() -> bytes:
    book = epub.EpubBook()
    book.set_title("A")
    page = epub.EpubHtml(
        title="A", file_name="a.xhtml", content=f"<html><body><h1>A</h1><p>{FACTS[3]}</p></body></html>"
    )
    book.add_item(page)
    book.add_item(epub.EpubNcx())
    book.add_item(epub.EpubNav())
    book.spine = ["nav", page]
    out = io.BytesIO()
    epub.write_epub(out, book)
    return out.getvalue()


def _mail() -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["Date"] = (
        "Café",
        "Jané <j@x.example>",
        "Wed, 03 Mar 2021 20:05:00 +0200",
    )
    mail.set_content("\n".join(FACTS))
    mail.add_alternative(PAGE.decode(), subtype="html")
    mail.add_attachment(b"x", maintype="image", subtype="png", filename="ä.png")
    return bytes(mail)


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in {"a.txt": TEXT, "b/c.jsonl": JSONL, "d.csv": TABLE, "e.zip": b"PK\x03\x04"}.items():
            packed.writestr(name, data)
    return out.getvalue()


SEEDS: dict[str, Callable[[], list[bytes]]] = {
    "a.txt": lambda: [TEXT, TEXT.decode().encode("utf-16")],
    "a.md": lambda: [MARKDOWN],
    "a.html": lambda: [PAGE],
    "a.jsonl": lambda: [JSONL],
    "a.json": lambda: [JSON],
    "a.csv": lambda: [TABLE],
    "a.jsonl.gz": lambda: [gzip.compress(JSONL, mtime=0)],
    "a.zip": lambda: [_zip()],
    "a.pdf": lambda: [_pdf(False), _pdf(True)],
    "a.docx": lambda: [_docx()],
    "a.epub": lambda: [_epub()],
    "a.eml": lambda: [_mail()],
    "a.nitf": lambda: [NITF],
    "a.xml": lambda: [NEWSML],
}
TRIPS = [
    *(
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xc3",
        b"\xed\xa0\xbd",
        b"\r",
        b"\x85",
        b"\n---\n",
        b"\n\n\n",
        b"\x1a",
    ),
    *(
        b"<",
        b">",
        b"&",
        b"&#0;",
        b"&#xD800;",
        b"&#x110000;",
        b"&nbsp;",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"<p>" * 300,
    ),
    *(
        b'<!DOCTYPE a [<!ENTITY b "c">]>',
        b"<?xml version='1.0' encoding='utf-7'?>",
        b"xmlns:x='y'",
        b"</body>",
    ),
    *(b"[" * 2000, b'{"text":' * 500, b"1e999", b"-0", b"NaN", b'"\\ud800"', b"null", b'"', b"\\"),
    *(b"99999999999999999999", b"-1", b"0", b"9999-12-31T23:59:59-23:59", b"0001-01-01", b"D:99999999999999"),
    *(
        b"=?utf-8?q?=ff?=",
        b"=?x?b?====?=",
        b"; charset=\xff",
        b"boundary=",
        b"\r\n\r\n",
        b"--",
        b"%PDF-",
        b"PK\x05\x06",
    ),
    *(
        b"<< /Length 99999999 >>",
        b"endstream",
        b"stream",
        b"obj",
        b"/Parent 1 0 R",
        b"/Kids [1 0 R 1 0 R]",
        b"BT",
        b"Tj",
    ),
    *(
        "\u202e".encode(),
        "\u0301".encode() * 50,
        "\u2028".encode(),
        "ﷺ".encode(),
        b"://",
        b"http://[",
        b",",
        b";",
        b"\t",
    ),
]


@st.composite
def mutated(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """A seed with one to six changes; of a zip file, in every second case, inside a member."""
    data = draw(st.sampled_from(seeds))
    if data.startswith(b"PK") and draw(st.booleans()):
        return _repacked(draw, data)
    for _ in range(draw(st.integers(1, 6))):
        data = _changed(draw, data)
    return data


def _changed(draw: st.DrawFn, data: bytes) -> bytes:
    start = draw(st.integers(0, len(data)))
    end = min(len(data), start + draw(st.integers(0, 40)))
    kind = draw(st.sampled_from(["put in", "replace", "cut", "double", "cut off", "move", "bytes"]))
    if kind == "put in":
        return data[:start] + draw(st.sampled_from(TRIPS)) + data[start:]
    if kind in ("replace", "bytes"):
        put = draw(st.sampled_from(TRIPS) if kind == "replace" else st.binary(max_size=8))
        return data[:start] + put + data[end:]
    if kind == "cut":
        return data[:start] + data[end:]
    if kind == "double":
        return data[:end] + data[start:]
    if kind == "move":
        return data[:start] + data[end:] + data[start:end]
    return data[:start] if draw(st.integers(0, 9)) == 0 else data


def _repacked(draw: st.DrawFn, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(out, "w") as copy:
        names = packed.namelist()
        chosen = draw(st.sampled_from(names))
        for name in names:
            member = packed.read(name)
            copy.writestr(name, _changed(draw, _changed(draw, member)) if name == chosen else member)
    return out.getvalue()


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
