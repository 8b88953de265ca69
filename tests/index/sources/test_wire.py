"""Wire copy: NITF and NewsML-G2, as agencies send it. The samples are made up, after IPTC's guidelines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from index.articles import Article, Skipped
from index.errors import SourceError
from index.sources import read_source

NITF = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nitf SYSTEM "http://www.nitf.org/IPTC/NITF/3.6/specification/dtd/nitf-3-6.dtd">
<nitf><head><title>Bridge vote</title>
<tobject><tobject.subject tobject.subject.type="Politics"/></tobject>
<docdata><doc-id id-string="gaz-2021-7" regsrc="gazette.example"/>
<date.issue norm="20210303T200500+0200"/></docdata>
<pubdata type="web" name="The Gazette" position.section="Local" ex-ref="https://gazette.example/news/bridge"/>
<revision-history norm="20210303T190000Z"/><revision-history norm="20210304T090000Z"/></head>
<body><body.head><hedline><hl1>Council backs&nbsp;bridge</hl1><hl2>Seven of nine for it</hl2></hedline>
<byline>By <person>Jane Doe</person> and <person>Bo Li</person></byline>
<dateline><location>RIVERTON</location>, March 3</dateline></body.head>
<body.content><block><p>The council voted 7&mdash;2 on
Tuesday.</p><!-- a note --><p>It was <em>long</em> awaited.</p>
<media media-type="image"><media-reference source="b.jpg">not this</media-reference>
<media-caption>The old bridge.</media-caption></media>
<table><tr><td>For</td><td>7</td></tr></table></block></body.content>
<body.end><tagline>Doe covers the city.</tagline></body.end></body></nitf>"""

ITEM = """<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:gaz:{number}" version="2">
<itemMeta><itemClass qcode="ninat:text"/><provider literal="gaz"><name>The Gazette</name></provider>
<versionCreated>2021-03-04T09:00:00Z</versionCreated><firstCreated>2021-03-03T20:05:00+02:00</firstCreated>
<pubStatus qcode="stat:{status}"/><service qcode="svc:city"><name>City desk</name></service></itemMeta>
<contentMeta><headline>Council backs bridge {number}</headline><by>By Jane Doe</by></contentMeta>
<contentSet>{content}</contentSet></newsItem>"""
XHTML = """<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">
<head><title>x</title></head><body><p>The council voted.</p><p>It was long.</p></body></html></inlineXML>"""


def item(number: int = 1, status: str = "usable", content: str = XHTML) -> str:
    return ITEM.format(number=number, status=status, content=content)


def message(*items: str) -> str:
    inside = "".join(items)
    space = "http://iptc.org/std/nar/2006-10-01/"
    return f'<newsMessage xmlns="{space}"><header/><itemSet>{inside}</itemSet></newsMessage>'


def read(path: Path, markup: str | bytes) -> list[Article | Skipped]:
    path.write_bytes(markup.encode() if isinstance(markup, str) else markup)
    return list(read_source(path))


def read_one(path: Path, markup: str) -> Article:
    (article,) = read(path, markup)
    assert isinstance(article, Article)
    return article


def test_nitf(tmp_path: Path) -> None:
    article = read_one(tmp_path / "a.xml", NITF)
    assert article.text.split("\n\n") == [
        *("Seven of nine for it", "RIVERTON, March 3", "The council voted 7—2 on Tuesday."),
        *("It was long awaited.", "The old bridge.", "For | 7", "Doe covers the city."),
    ]
    assert (article.title, article.author) == ("Council backs bridge", "Jane Doe, Bo Li")
    assert (article.published, article.modified) == ("2021-03-03T20:05:00+02:00", "2021-03-04T09:00:00Z")
    assert (article.source, article.section) == ("The Gazette", "Local")
    assert article.url == "https://gazette.example/news/bridge"
    assert article.inferred == ()


def test_nitf_with_little_said(tmp_path: Path) -> None:
    article = read_one(
        tmp_path / "bridge-vote.nitf", "<nitf><body><body.content><p>A fact.</p></body.content></body></nitf>"
    )
    assert (article.text, article.title, article.inferred) == ("A fact.", "Bridge vote", ("title",))


def test_newsml_g2(tmp_path: Path) -> None:
    article = read_one(tmp_path / "a.xml", item())
    assert article.text == "The council voted.\n\nIt was long."
    assert (article.title, article.author) == ("Council backs bridge 1", "Jane Doe")
    assert (article.published, article.modified) == ("2021-03-03T20:05:00+02:00", "2021-03-04T09:00:00Z")
    assert (article.source, article.section, article.inferred) == ("The Gazette", "City desk", ())


@pytest.mark.parametrize(
    "content",
    [
        '<inlineData contenttype="text/plain">The council voted.\n\nIt was long.</inlineData>',
        '<inlineData contenttype="text/html">&lt;p&gt;The council voted.&lt;p&gt;It was long.</inlineData>',
        "<inlineXML>"
        + "<nitf><body><body.content><p>The council voted.</p><p>It was long.</p></body.content></body>"
        "</nitf></inlineXML>",
        '<remoteContent href="b.jpg"/>' + XHTML,
    ],
    ids=["plain", "html", "nitf", "picture first"],
)
def test_newsml_content_of_every_kind(tmp_path: Path, content: str) -> None:
    article = read_one(tmp_path / "a.xml", item(content=content))
    assert article.text == "The council voted.\n\nIt was long."
    assert article.title == "Council backs bridge 1"


def test_a_message_of_many_items(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    items = read(path, message(item(1), item(2, "canceled"), item(3, content=""), item(4)))
    assert [i.title for i in items if isinstance(i, Article)] == [
        "Council backs bridge 1",
        "Council backs bridge 4",
    ]
    withdrawn, empty = (i for i in items if isinstance(i, Skipped))
    assert withdrawn.origin == f"{path}, item 2"
    assert "withdrawn by its agency (stat:canceled)" in withdrawn.reason
    assert (empty.origin, empty.reason[:13]) == (f"{path}, item 3", "holds no text")


def test_what_may_not_be_used_yet_is_left_out(tmp_path: Path) -> None:
    for until, used in (("2099-12-31T00:00:00Z", False), ("2021-03-03T00:00:00Z", True)):
        markup = item().replace("<pubStatus", f"<embargoed>{until}</embargoed><pubStatus")
        (kept, *_) = read(tmp_path / "a.xml", message(markup, item(2)))
        assert isinstance(kept, Article) is used
        if isinstance(kept, Skipped):
            assert f"may not be used before {until}" in kept.reason


@pytest.mark.parametrize("status", ["canceled", "withheld", "held", " Embargoed ", "usable"])
def test_nitf_that_its_agency_holds_back(tmp_path: Path, status: str) -> None:
    path = tmp_path / "a.xml"
    path.write_text(NITF.replace("<docdata", f'<docdata management-status="{status}"', 1), encoding="utf-8")
    if status == "usable":
        assert list(read_source(path))
        return
    with pytest.raises(SourceError, match=rf"not to be used, says its agency \({status.strip()}\)"):
        list(read_source(path))


@pytest.mark.parametrize(("day", "used"), [("20991231T000000Z", False), ("20210303T000000Z", True)])
def test_nitf_that_is_released_later(tmp_path: Path, day: str, used: bool) -> None:
    path = tmp_path / "a.xml"
    release = f'<docdata><date.release norm="{day}"/>'
    path.write_text(re.sub("<docdata[^>]*>", release, NITF, count=1), encoding="utf-8")
    if used:
        assert list(read_source(path))
        return
    with pytest.raises(SourceError, match="may not be used before 2099-12-31"):
        list(read_source(path))


@pytest.mark.parametrize(
    ("stated", "said"),
    [("", "does not say until when"), ("until further notice", "'until further notice' was not understood")],
)
def test_an_embargo_without_an_end_has_not_ended(tmp_path: Path, stated: str, said: str) -> None:
    markup = item().replace("<pubStatus", f"<embargoed>{stated}</embargoed><pubStatus")
    (left_out, *_) = read(tmp_path / "a.xml", message(markup, item(2)))
    assert isinstance(left_out, Skipped) and said in left_out.reason


def test_a_status_given_as_an_address(tmp_path: Path) -> None:
    status = 'uri="http://cv.iptc.org/newscodes/pubstatusg2/canceled"'
    markup = re.sub(r'qcode="stat:\w+"', status, item(1))
    assert status in markup
    (left_out, *_) = read(tmp_path / "a.xml", message(markup, item(2)))
    assert isinstance(left_out, Skipped) and "withdrawn" in left_out.reason


def test_an_item_is_itself_wherever_it_is_saved(tmp_path: Path) -> None:
    (one, *_) = read(tmp_path / "a.xml", message(item(7), item(8)))
    other = read_one(tmp_path / "b.xml", item(7))
    assert isinstance(one, Article)
    assert one.article_id == other.article_id


def test_a_page_that_is_called_xml(tmp_path: Path) -> None:
    words = "The council voted for the bridge. " * 9
    page = f"<?xml version='1.0'?><html><body><article><p>{words}</p></article></body></html>"
    assert read_one(tmp_path / "a.xml", page).text.startswith("The council voted")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    markup = NITF.replace("UTF-8", encoding.replace("-sig", "")).replace("Jane Doe", "Jané Doe")
    (article,) = read(tmp_path / "a.xml", markup.encode(encoding))
    assert isinstance(article, Article)
    assert article.author == "Jané Doe, Bo Li"


LAUGHS = '<!DOCTYPE nitf [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
FILES = '<!DOCTYPE nitf [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
PARAMETERS = '<!DOCTYPE nitf [<!ENTITY % a SYSTEM "http://127.0.0.1:1/x.dtd"> %a;]>'


@pytest.mark.parametrize("declared", [LAUGHS, FILES, PARAMETERS])
def test_entities_are_refused(tmp_path: Path, declared: str) -> None:
    markup = f"{declared}<nitf><body><body.content><p>&a;</p></body.content></body></nitf>"
    with pytest.raises(SourceError, match="declares XML entities"):
        read(tmp_path / "a.xml", '<?xml version="1.0"?>' + markup)


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("<rss><channel/></rss>", "is a feed"),
        (
            "<?xml version='1.0'?><NewsML/>",
            "is XML that Byline does not read (<newsml>); give it as NITF, NewsML-G2 or text.",
        ),
        ("<?xml version='1.0'?><nitf><body>", "not well-formed XML"),
        ("<nitf><body/></nitf>", "holds no text"),
        (message(), "holds no newsItem; give the files of the items that it names"),
    ],
)
def test_what_is_no_wire_copy(tmp_path: Path, markup: str, said: str) -> None:
    with pytest.raises(SourceError) as refused:
        read(tmp_path / "a.xml", markup)
    assert said in str(refused.value)
