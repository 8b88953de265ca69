"""A real file of each format, small: what the fuzzing of `test_fuzz.py` begins with."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from email.message import EmailMessage

import docx
from ebooklib import epub
from fpdf import FPDF

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
