"""PDFs, written here with fpdf2: paragraphs whole, words whole, nothing of the page around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fpdf import FPDF
from fpdf.enums import AccessPermission, EncryptionMethod

from index.articles import Article, Skipped
from index.errors import SourceError
from index.sources import read_source
from index.sources.layout import HYPHEN, Line, Sheet, paragraphs

PARAGRAPHS = (
    "The city council voted 7-2 on Tuesday to build a new bridge over the river, ending ten years of debate "
    "between the people of both its banks, who had never agreed on where it was to stand.",
    "It will be long.",
    '"We did not expect it," said Mayor Ann Lee, who had asked for the vote twice before and lost it twice, '
    "first by three votes and then, in a night that nobody in town has forgotten, by one.",
    "Work on the bridge begins in May and will cost the city some forty million dollars, all of it borrowed "
    "from a state-owned bank, whose governors said that they were satisfied with the city's accounts.",
)


class Gazette(FPDF):
    """Pages with a running head and a page number."""

    def header(self) -> None:
        self.set_font("Times", "I", 9)
        self.cell(0, 8, "The Gazette - Monday edition", align="C")
        self.ln(12)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Times", size=9)
        self.cell(0, 8, f"Page {self.page_no()}", align="C")


def printed(
    paragraphs: Sequence[str], *, align: str = "L", indent: bool = False, width: float = 0, times: int = 1
) -> FPDF:
    """The paragraphs as pages, `times` over: apart by space, or by an indent."""
    pdf = Gazette()
    pdf.set_creation_date(datetime(2021, 3, 3, 18, 5, tzinfo=UTC))
    pdf.add_page()
    pdf.set_font("Times", "B", 18)
    pdf.multi_cell(0, 9, "Council backs a new bridge over the river", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(4)
    pdf.set_font("Times", size=11)
    for paragraph in list(paragraphs) * times:
        text = f"      {paragraph}" if indent else paragraph
        pdf.multi_cell(width, 5, text, align=align, new_x="LMARGIN", new_y="NEXT")
        if not indent:
            pdf.ln(3)
    return pdf


def read(path: Path, pdf: FPDF) -> Article:
    path.write_bytes(bytes(pdf.output()))
    (article,) = read_source(path)
    assert isinstance(article, Article)
    return article


@pytest.mark.parametrize("indent", [False, True], ids=["space", "indent"])
@pytest.mark.parametrize("align", ["L", "J"], ids=["ragged", "justified"])
@pytest.mark.parametrize("width", [0, 70], ids=["page", "column"])
def test_paragraphs_are_whole_again(tmp_path: Path, align: str, indent: bool, width: float) -> None:
    article = read(tmp_path / "a.pdf", printed(PARAGRAPHS, align=align, indent=indent, width=width))
    assert [line for line in article.text.split("\n\n") if "Gazette" not in line] == [
        "Council backs a new bridge over the river",
        *PARAGRAPHS,
    ]


def test_over_pages_and_without_what_stands_around_them(tmp_path: Path) -> None:
    article = read(tmp_path / "a.pdf", printed(PARAGRAPHS, times=12))
    assert "Gazette" not in article.text
    assert "Page" not in article.text
    assert article.text.split("\n\n")[1:] == list(PARAGRAPHS) * 12


def test_two_columns(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Times", size=11)
    with pdf.text_columns(ncols=2, gutter=8, text_align="J") as columns:
        for paragraph in PARAGRAPHS * 8:
            written = columns.paragraph(bottom_margin=3)
            written.write(paragraph)
            columns.end_paragraph()
    assert read(tmp_path / "a.pdf", pdf).text.split("\n\n") == list(PARAGRAPHS) * 8


def test_broken_words_are_whole_and_compounds_keep_their_hyphen(tmp_path: Path) -> None:
    soft = "The munici\u00adpality of the old town said so.\nA state-owned bank lent it the money."
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Times", size=12)
    pdf.multi_cell(38, 5, soft, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(5)
    pdf.multi_cell(38, 5, "It was a state-\nowned bank.", align="L")
    text = read(tmp_path / "a.pdf", pdf).text
    assert "The municipality of the old town said so." in text
    assert "It was a state-owned bank." in text


def test_a_word_without_end_before_a_broken_one_costs_no_time() -> None:
    first = Line("a" * 300_000 + " munici" + HYPHEN, left=0, right=500, bottom=100, size=10)
    second = Line("pality said so.", left=0, right=80, bottom=88, size=10)
    (paragraph,) = paragraphs([Sheet((first, second), 800.0)])
    assert paragraph.endswith(" municipality said so.")


def test_what_the_document_says_of_itself(tmp_path: Path) -> None:
    pdf = printed(PARAGRAPHS)
    pdf.set_title("Council backs bridge")
    pdf.set_author("Jane Doe")
    article = read(tmp_path / "a.pdf", pdf)
    assert (article.title, article.author) == ("Council backs bridge", "Jane Doe")
    assert article.published == "2021-03-03T18:05:00Z"
    assert article.inferred == ("published",)  # the day it was made, which need not be that of publication


@pytest.mark.parametrize(("subject", "section"), [("Local news", "Local news"), ("How it was. " * 9, None)])
def test_a_short_subject_is_a_hint_of_the_section(tmp_path: Path, subject: str, section: str | None) -> None:
    pdf = printed(PARAGRAPHS)
    pdf.set_subject(subject)
    article = read(tmp_path / "a.pdf", pdf)
    assert (article.section, "section" in article.inferred) == (section, section is not None)


def test_a_damaged_page_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    whole = bytes(printed(PARAGRAPHS, times=8).output())
    first, second = re.search(rb"/Kids \[(\d+) 0 R\s(\d+) 0 R", whole), b"/Kids [%b 0 R\n%b 0 R"
    assert first is not None
    path.write_bytes(whole.replace(first[0], second % (first[1], b"9" * len(first[2]))))
    article, skipped = read_source(path)
    assert isinstance(article, Article)
    assert isinstance(skipped, Skipped)
    assert PARAGRAPHS[0] in article.text
    assert skipped == Skipped(f"{path}, page 2", "is damaged; fetch the file again for it.")


def test_the_title_of_a_word_processor_is_none(tmp_path: Path) -> None:
    pdf = printed(PARAGRAPHS)
    pdf.set_title("Microsoft Word - bridge_final2.docx")
    article = read(tmp_path / "bridge-vote.pdf", pdf)
    assert "Microsoft" not in article.title
    assert "title" in article.inferred


def test_a_date_in_the_text_stands_above_the_day_the_file_was_made(tmp_path: Path) -> None:
    article = read(tmp_path / "a.pdf", printed(["March 1, 2019", *PARAGRAPHS]))
    assert article.published == "2019-03-01"


def test_pictures_of_pages_and_passwords_are_refused(tmp_path: Path) -> None:
    blank = FPDF()
    blank.add_page()
    with pytest.raises(SourceError, match="pictures of pages, not text; run OCR"):
        read(tmp_path / "a.pdf", blank)
    locked = printed(PARAGRAPHS)
    locked.set_encryption("owner", "user", EncryptionMethod.RC4, permissions=AccessPermission.none())
    with pytest.raises(SourceError, match="locked with a password"):
        read(tmp_path / "a.pdf", locked)


def test_what_is_no_pdf(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\n" + b"nothing of the kind " * 100)
    with pytest.raises(SourceError, match="cannot be read as a PDF"):
        list(read_source(path))


def test_a_pdf_is_known_by_its_start_whatever_its_name(tmp_path: Path) -> None:
    assert read(tmp_path / "download", printed(PARAGRAPHS)).text.endswith(PARAGRAPHS[-1])
