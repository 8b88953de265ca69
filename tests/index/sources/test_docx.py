"""Word documents, written here with python-docx."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index.articles import Article
from index.errors import SourceError
from index.sources import read_source

PARAGRAPHS = [
    "The council voted 7-2 on Tuesday to build a bridge.",
    "“We did not expect it,” said Mayor Lee.",
]


def written() -> Document:
    document = docx.Document()
    document.core_properties.author = "Jane Doe"
    document.core_properties.title = ""
    document.core_properties.created = datetime(2021, 3, 3, 18, 5)
    document.core_properties.modified = datetime(2021, 3, 4, 9, 0)
    document.add_heading("Council backs bridge", 0)
    for paragraph in PARAGRAPHS:
        document.add_paragraph(paragraph)
    return document


def read(path: Path, document: Document) -> Article:
    document.save(str(path))
    (article,) = read_source(path)
    assert isinstance(article, Article)
    return article


def test_paragraphs_and_particulars(tmp_path: Path) -> None:
    document = written()
    document.core_properties.category = "Local"
    article = read(tmp_path / "a.docx", document)
    assert article.text.split("\n\n") == ["Council backs bridge", *PARAGRAPHS]
    assert (article.title, article.author, article.section) == ("Council backs bridge", "Jane Doe", "Local")
    assert (article.published, article.modified) == ("2021-03-03T18:05:00Z", "2021-03-04T09:00:00Z")
    assert article.inferred == ("published",)


def test_the_company_is_a_hint_of_the_source(tmp_path: Path) -> None:
    document = written()
    part = document.part.package.part_related_by(RELATIONSHIP_TYPE.EXTENDED_PROPERTIES)
    assert b"<Company/>" in part.blob
    part._blob = part.blob.replace(b"<Company/>", b"<Company>The  Gazette</Company>")
    article = read(tmp_path / "a.docx", document)
    assert (article.source, article.inferred) == ("The Gazette", ("published", "source"))
    part._blob = b"<Properties><Company>The Gazette"
    assert read(tmp_path / "b.docx", document).source is None


def test_what_stands_in_the_fields_of_a_template(tmp_path: Path) -> None:
    document = written()
    said = "<w:p><w:r><w:t>The mayor denied it.</w:t></w:r></w:p>"
    field = f"<w:sdt {nsdecls('w')}><w:sdtContent>{said}</w:sdtContent></w:sdt>"
    document.paragraphs[-1]._p.addnext(parse_xml(field))
    assert read(tmp_path / "a.docx", document).text.endswith("The mayor denied it.")


def test_fields_within_a_table_and_those_left_empty(tmp_path: Path) -> None:
    document = written()
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    prompt = "<w:sdtPr><w:showingPlcHdr/></w:sdtPr>"
    field = "<w:sdt>{}<w:sdtContent>{}</w:sdtContent></w:sdt>"
    rows = [
        f"<w:tr>{field.format('', cell.format('City'))}{cell.format('Cost')}</w:tr>",
        field.format("", f"<w:tr>{cell.format('Lee')}{cell.format('40')}</w:tr>"),
        f"<w:tr>{cell.format('Roe')}{field.format(prompt, cell.format('Click here.'))}</w:tr>",
    ]
    table = f"<w:tbl {nsdecls('w')}>{''.join(rows)}</w:tbl>"
    document.paragraphs[-1]._p.addnext(parse_xml(table))
    assert read(tmp_path / "a.docx", document).text.endswith("City | Cost\nLee | 40\nRoe")


def test_tables_links_and_changes(tmp_path: Path) -> None:
    document = written()
    table = document.add_table(2, 2)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells], ("City", "Cost", "Lee", "40"), strict=True
    ):
        cell.text = text
    paragraph = document.add_paragraph("The bank ")
    for markup in (
        "<w:ins {0}><w:r><w:t>has </w:t></w:r></w:ins>",
        "<w:del {0}><w:r><w:delText>had </w:delText></w:r></w:del>",
        "<w:hyperlink {0}><w:r><w:t>agreed</w:t></w:r></w:hyperlink>",
        "<w:r {0}><w:t>.</w:t></w:r>",
    ):
        paragraph._p.append(parse_xml(markup.format(nsdecls("w"))))
    text = read(tmp_path / "a.docx", document).text
    assert "City | Cost\nLee | 40" in text
    assert text.endswith("The bank has agreed.")


def test_headers_and_footers_are_left_out(tmp_path: Path) -> None:
    document = written()
    document.sections[0].header.paragraphs[0].text = "Confidential header"
    document.sections[0].footer.paragraphs[0].text = "Page of footer"
    text = read(tmp_path / "a.docx", document).text
    assert "header" not in text
    assert "footer" not in text


@pytest.mark.parametrize("data", [b"PK\x03\x04 nothing", b"no zip at all", b""])
def test_what_is_no_word_document(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=r"no Word document|is empty"):
        list(read_source(path))
