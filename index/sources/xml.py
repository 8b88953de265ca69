"""XML from outside, parsed without entities of its own and without fetching anything."""

from __future__ import annotations

from html.entities import html5
from typing import TYPE_CHECKING

from index.errors import SourceError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_NAMED = {name.removesuffix(";"): value for name, value in html5.items() if name.endswith(";")}


def parse_xml(data: bytes, shown: str) -> Element:
    """Return the root element. HTML's named characters (&eacute;) are known, since old DTDs declare them.

    Raises SourceError for what is not well-formed, and for a document that declares entities: those can
    grow without end, and read files.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    parser = DefusedXMLParser(forbid_dtd=False, forbid_entities=True, forbid_external=True)
    parser.entity.update(_NAMED)
    try:
        parser.feed(data)
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise SourceError(
            f"{shown!r} declares XML entities, which are not read; save it without them."
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise SourceError(f"{shown!r} is not well-formed XML ({error}); mend it or leave it out.") from error
    return root
