"""News pages: the article, its title, author, date, source and address; nothing of what surrounds it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import Article
from index.errors import SourceError
from index.identity import Origin
from index.sources import read_source
from index.sources.formats import sniff
from index.sources.html import parse_html

PARAGRAPHS = (
    "The city council voted 7-2 on Tuesday to build a new bridge over the river, ending ten years of debate "
    "between the people of both its banks.",
    "“We did not expect it,” said Mayor Ann Lee, who had asked for the vote twice before and lost it twice.",
    "Work on the bridge begins in May and will cost the city some forty million dollars, all of it borrowed.",
)
PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Council backs new bridge | The Gazette</title>
<meta property="og:title" content="Council backs new bridge">
<meta property="og:site_name" content="The Gazette">
<meta name="author" content="Jane Doe">
<meta property="article:published_time" content="2021-03-03T18:05:00+02:00">
<link rel="canonical" href="https://gazette.example/news/bridge">
<script>var tracking = "do not read this script";</script><style>.x {{color: red}}</style></head><body>
<nav><ul><li><a href="/">Home of navigation</a></li><li><a href="/s">Sport of navigation</a></li></ul></nav>
<article><h1>Council backs new bridge</h1>
<figure><img src="b.jpg"><figcaption>The old bridge, seen on March 1, 2021.</figcaption></figure>
<p>{PARAGRAPHS[0]}</p><h2>What it costs</h2><p>{PARAGRAPHS[1]}</p><p>{PARAGRAPHS[2]}</p>
<p>The notice reads &lt;b&gt;closed&lt;/b&gt; &amp; stays up until the work is over, the council said.</p>
</article>
<aside><h3>Related stories of other days</h3><a href="/1">Ten dogs who vote</a></aside>
<footer>Copyright of the footer. Terms of use. Cookies.</footer></body></html>"""


def read(path: Path, page: bytes) -> Article:
    path.write_bytes(page)
    (article,) = read_source(path)
    assert isinstance(article, Article)
    return article


def test_what_a_page_says_of_its_article(tmp_path: Path) -> None:
    article = read(tmp_path / "page.html", PAGE.encode())
    assert article.title == "Council backs new bridge"
    assert article.author == "Jane Doe"
    assert article.published in ("2021-03-03T18:05:00+02:00", "2021-03-03")
    assert article.source == "The Gazette"
    assert article.url == "https://gazette.example/news/bridge"
    assert article.inferred == ()


META = '<meta property="article:modified_time" content="2021-03-04T09:00:00Z">'
LINKED = """<script type="application/ld+json">{"@graph": [{"@type": "WebSite"}, {"@type": ["NewsArticle"],
"dateModified": "2021-03-05T10:00:00+01:00", "articleSection": ["Local", "Traffic"]}]}</script>"""


@pytest.mark.parametrize(
    ("added", "modified", "section"),
    [
        (META + '<meta property="article:section" content="City">', "2021-03-04T09:00:00Z", "City"),
        (LINKED, "2021-03-05T10:00:00+01:00", "Local"),
        (META + LINKED, "2021-03-04T09:00:00Z", "Local"),
        ('<script type="application/ld+json">{"@type": </script>', None, None),
        ("", None, None),
    ],
)
def test_section_and_last_change(
    tmp_path: Path, added: str, modified: str | None, section: str | None
) -> None:
    article = read(tmp_path / "page.html", PAGE.replace("</head>", f"{added}</head>").encode())
    assert (article.modified, article.section) == (modified, section)
    assert article.inferred == ()


BARE = "".join(
    line
    for line in PAGE.splitlines(keepends=True)
    if not any(mark in line for mark in ("og:site_name", 'name="author"', "published_time", "<figure>"))
)


def test_what_only_the_address_says_is_marked_as_inferred(tmp_path: Path) -> None:
    dated = BARE.replace("/news/bridge", "/2021/03/03/bridge").replace("//gazette", "//www.gazette")
    article = read(tmp_path / "page.html", dated.encode())
    assert (article.published, article.source) == ("2021-03-03", "gazette.example")
    assert article.inferred == ("published", "source")


def test_what_the_page_states_stands_above_its_address(tmp_path: Path) -> None:
    page = PAGE.replace("/news/bridge", "/2021/03/02/bridge")
    article = read(tmp_path / "page.html", page.encode())
    assert (article.published, article.inferred) == ("2021-03-03T18:05:00+02:00", ())


@pytest.mark.parametrize(
    "added",
    [
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2021-03-03"}</script>',
        '<meta name="dc.date.issued" content="2021-03-03">',
        '<meta itemprop="datePublished" content="2021-03-03">',
    ],
)
def test_the_day_of_publication_as_pages_state_it(tmp_path: Path, added: str) -> None:
    article = read(tmp_path / "page.html", BARE.replace("</head>", f"{added}</head>").encode())
    assert (article.published, article.inferred) == ("2021-03-03", ("source",))


def test_a_day_that_the_text_tells_of_is_not_that_of_publication(tmp_path: Path) -> None:
    page = BARE.replace("Work on the bridge begins in May", "Work on the bridge begins on 2021-05-01")
    assert read(tmp_path / "page.html", page.encode()).published is None


def test_what_a_page_does_not_say_is_taken_from_its_text_and_marked(tmp_path: Path) -> None:
    top = "<p>By Jane Doe</p><p>Updated March 4, 2021</p><p>RIVERTON, March 3, 2021 (Reuters) - It is so.</p>"
    page = BARE.replace(f"<p>{PARAGRAPHS[0]}", f"{top}<p>{PARAGRAPHS[0]}")
    article = read(tmp_path / "page.html", page.encode())
    assert (article.author, article.source) == ("Jane Doe", "Reuters")
    assert (article.published, article.modified) == ("2021-03-03", "2021-03-04")
    assert article.inferred == ("author", "modified", "published", "source")


def test_the_article_and_nothing_around_it(tmp_path: Path) -> None:
    lines = read(tmp_path / "page.html", PAGE.encode()).text.split("\n\n")
    assert all(paragraph in lines for paragraph in PARAGRAPHS)
    assert "What it costs" in lines
    assert "The old bridge, seen on March 1, 2021." in lines
    text = "\n".join(lines)
    for outside in ("navigation", "script", "footer", "Cookies", "Related", "dogs", "color"):
        assert outside not in text


def test_what_a_page_shows_as_markup_is_kept_as_text(tmp_path: Path) -> None:
    assert "reads <b>closed</b> & stays" in read(tmp_path / "page.html", PAGE.encode()).text


def test_one_address_is_one_article_wherever_it_is_saved(tmp_path: Path) -> None:
    one = read(tmp_path / "a.html", PAGE.encode())
    tracked = PAGE.replace("/news/bridge", "/news/bridge/?utm_source=mail#top")
    assert read(tmp_path / "b.html", tracked.encode()).article_id == one.article_id


def test_a_page_is_known_by_its_start_whatever_its_name(tmp_path: Path) -> None:
    assert read(tmp_path / "page.php", PAGE.encode()).title == "Council backs new bridge"


@pytest.mark.parametrize(("end", "kind"), [(b"<html>", "html"), (b"<article>x", "text"), (b"<!--", "text")])
def test_comments_before_a_page_cost_no_time(end: bytes, kind: str) -> None:
    assert sniff(b"<!---->" * 10_000 + end) == kind
    assert sniff(b"<!-- - -->\n" * 10_000 + end) == kind


def test_spaces_in_the_name_of_an_encoding_cost_no_time(tmp_path: Path) -> None:
    page = b"<meta charset" * 20 + b"=" + b" " * 3800 + b"?" + PAGE.encode()
    assert read(tmp_path / "page.html", page).title == "Council backs new bridge"


def test_an_encoding_that_the_page_names_is_used(tmp_path: Path) -> None:
    page = PAGE.replace("utf-8", "iso-8859-1").replace("Ann Lee", "Ána Łee".replace("Ł", "L"))
    page = page.replace("“", '"').replace("”", '"')
    assert "Ána Lee" in read(tmp_path / "latin.html", page.encode("latin-1")).text


@pytest.mark.parametrize(
    "page",
    [
        "<!doctype html><html><body></body></html>",
        "<html><body><nav><a href='/'>Home</a><a href='/s'>Sport</a></nav></body></html>",
        "<html><body><p>You need to enable JavaScript to run this app.</p></body></html>",
        "<html><head><title>x</title><script>1</script></head></html>",
    ],
)
def test_a_page_without_an_article_is_refused_in_a_sentence(tmp_path: Path, page: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8")
    with pytest.raises(SourceError, match="holds no article that stands out"):
        list(read_source(path))


@given(
    st.text(max_size=400), st.sampled_from(["<p>", "<div>", "</p>", "<table><tr><td>", "<!--", "<![CDATA["])
)
@settings(max_examples=40, deadline=None)
def test_any_markup_is_read_or_refused(text: str, mark: str) -> None:
    page = f"<html><body><article>{mark}{text}<p>{PARAGRAPHS[0]}</p></article></body></html>"
    try:
        article = parse_html(page.encode("utf-8", "replace"), Origin("x.html", "x", "x"))
    except SourceError:
        return
    article.text.encode()


@pytest.mark.parametrize("page", ["<svg><p><p>", "<div>" * 5000 + "x"])
def test_a_page_that_a_library_stumbles_over_is_refused(page: str) -> None:
    with pytest.raises(SourceError, match=r"x\.html"):
        parse_html(page.encode(), Origin("x.html", "x", "x"))
