"""A saved mail (.eml) into one Article: a newsletter, a release; read inside `index.sources.sandbox`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr

from index.articles import Article, Skipped
from index.errors import SourceError
from index.identity import Origin, web_url
from index.sources.blocks import block_texts, parse_markup
from index.sources.cleaning import clean, one_line
from index.sources.dates import iso_date
from index.sources.decoding import decode
from index.sources.masthead import Masthead
from index.sources.text import build, tidy

_MORE = 4  # times as many words as the plain text: then that is no more than a pointer to the page
_SIGNATURE = "\n-- \n"


def parse_mail(data: bytes, origin: Origin) -> Iterator[Article | Skipped]:
    """Read a mail's subject, sender, date and text (RFC 5322); the plain text, else the HTML.

    A mail is known by its Message-ID, wherever it is saved. Its attachments are Skipped, by name. Raises
    SourceError where there is no header, or no text.
    """
    mail = message_from_bytes(data, policy=policy.default)
    if not any(mail.get(name) for name in ("From", "Subject", "Date", "Message-ID")):
        raise SourceError(f"{origin.shown!r} is no mail: it has no header; save it as .txt if it is a text.")
    text = _text(mail, origin)
    name, address = parseaddr(_header(mail, "From"))
    fields = Masthead(
        title=_header(mail, "Subject") or None,
        author=one_line(name) or one_line(address) or None,
        published=iso_date(_header(mail, "Date").partition(" (")[0]),
        source=_header(mail, "Organization") or None,
        url=web_url(_header(mail, "Archived-At").strip("<>")),
    )
    key = _header(mail, "Message-ID") or origin.key
    yield build(text, fields, replace(origin, key=key))
    for part in mail.iter_attachments():
        if attached := part.get_filename() or _forwarded(part):
            yield Skipped(
                f"{origin.shown}/{one_line(attached)}", "is attached to a mail; save it and give the file."
            )


def _header(mail: EmailMessage, name: str) -> str:
    """Return a header on one line; "" where it is not there, or so broken that it cannot be decoded."""
    try:
        return one_line(str(mail.get(name, "")))
    except (
        ValueError,
        LookupError,
        IndexError,
        AttributeError,
        TypeError,
    ):  # faults of the email package's parser
        return ""


def _forwarded(part: MIMEPart) -> str:
    """Return the subject of a mail that hangs on another; "" of anything else."""
    held = part.get_payload()
    inner = held[0] if isinstance(held, list) and held else None
    if part.get_content_type() != "message/rfc822" or not isinstance(inner, EmailMessage):
        return ""
    return _header(inner, "Subject") or "a mail without a subject"


def _text(mail: EmailMessage, origin: Origin) -> str:
    """Return the plain text; the page's where there is none, or it only says where the page is."""
    plain, page = _plain(mail, origin), _page(mail, origin)
    return plain if plain.strip() and len(page.split()) < _MORE * len(plain.split()) else page


def _plain(mail: EmailMessage, origin: Origin) -> str:
    part = mail.get_body(("plain",))
    if part is None:
        return ""
    text = _content(part, origin)
    if part.get_param("format") == "flowed":
        text = _unflowed(text, str(part.get_param("delsp")).lower() == "yes")
    return tidy(clean(text.replace("\r\n", "\n").partition(_SIGNATURE)[0]))


def _page(mail: EmailMessage, origin: Origin) -> str:
    part = mail.get_body(("html",))
    text = _content(part, origin) if part is not None else ""
    tree = parse_markup(text) if text.strip() else None
    return "\n\n".join(block_texts(tree)) if tree is not None else ""


def _content(part: MIMEPart, origin: Origin) -> str:
    data = part.get_payload(decode=True)
    return decode(data, origin.shown, part.get_content_charset())[0] if isinstance(data, bytes) else ""


def _unflowed(text: str, drop_space: bool) -> str:
    """Join the lines that end in a space, which a mailer broke (RFC 3676)."""
    whole = ""
    for line in text.replace("\r\n", "\n").split("\n"):
        soft = line.endswith(" ") and line != "-- "
        whole += line[:-1] if soft and drop_space else line if soft else f"{line}\n"
    return whole
