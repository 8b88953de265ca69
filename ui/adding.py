"""Adding articles from the page: what was dropped, pasted or is at an address goes into the archive.

The limits are those of `index.sources`: bytes by type, time and bytes of an address, public hosts only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from index.articles import Article, IngestReport, Skipped
from index.errors import BylineError, SourceError
from ui.guards import LARGEST_UPLOAD
from ui.markup import escape
from ui.words import count, excerpt

if TYPE_CHECKING:
    from index.archive import Archive
    from index.sources import Web

SECONDS_BETWEEN_LINES = 0.3
SKIPPED_SHOWN = 5
TITLE = 80  # characters of a pasted text that stand for a title where it has none
NOTHING = "There is nothing to add yet; drop files, or paste an article’s text or its address."
TAKEN = (
    "Taken are text (.txt), Markdown, web pages (.html), PDF, DOCX, EPUB, mails (.eml), NITF and NewsML, "
    "records in JSONL, JSON or CSV, and .zip and .gz of these."
)
LARGEST_FILE = 100_000_000  # bytes, to be sent from the page
TOO_LARGE = (  # said after its name
    f"is larger than the {LARGEST_FILE // 1_000_000} MB that a file may have here; split it, or add it with "
    "`byline ingest`."
)
TOO_MUCH = (
    f"These files are larger together than the {LARGEST_UPLOAD // 1_000_000} MB that can be sent at a time; "
    "send them a few at a time, or add them with `byline ingest`."
)
PANEL = (
    f"<h2>Add articles</h2><p>{TAKEN} They stay on this machine.</p>"
    f'<p id="too-large" class="error" role="alert" data-most="{LARGEST_FILE}" '
    f'data-said="{TOO_LARGE}" data-most-together="{LARGEST_UPLOAD}" data-together="{TOO_MUCH}" hidden></p>'
)


def add(
    archive: Archive, files: Sequence[Path], pasted: str, allow_hosts: tuple[str, ...] = ()
) -> Iterator[tuple[str, bool]]:
    """Ingest `files` and what was pasted (a text, or web addresses, one a line).

    `allow_hosts` may be private. Gives HTML, and whether it is done: how far it is, now and then, and at last
    what became of it, or the one sentence of an error (which is not done). Only when it is done are the files
    taken away: until then they can be added once more.
    """
    if not files and not pasted.strip():
        yield _error(NOTHING), False
        return
    from index.remembered import Remembered
    from index.sources import Web

    memory = Remembered(archive.catalog)
    articles = _articles(files, pasted, Web(allow_hosts, memory))
    said = [_line("Reading…")]

    def progress(stage: str, done: int, total: int | None) -> None:
        said[0] = _line(f"{stage.capitalize()} {done:,}" + (f" of {total:,}" if total else "") + "…")

    try:
        with ThreadPoolExecutor(1, thread_name_prefix="add") as pool:
            work = pool.submit(lambda: archive.ingest(articles, progress, memory.keep))
            while True:
                yield said[0], False
                with suppress(StillRunning):
                    report = work.result(timeout=SECONDS_BETWEEN_LINES)
                    break
    except BylineError as error:
        yield _named(_error(str(error)) + (_line(TAKEN) if files else ""), files), False
        return
    for path in files:
        path.unlink(missing_ok=True)
    yield _named(draw_report(report), files), True


def draw_report(report: IngestReport) -> str:
    """What one ingest did, as HTML: the counts, then what was left out and why."""
    counts = {"added": report.added, "updated": report.updated, "there already": report.unchanged}
    done = [f"{count(number, 'article')} {what}" for what, number in counts.items() if number]
    parts = [_line(f"{', '.join(done) or 'Nothing added'}.")]
    if report.skipped:
        lines = [f"{skipped.origin}: {skipped.reason}" for skipped in report.skipped[:SKIPPED_SHOWN]]
        if more := len(report.skipped) - len(lines):
            lines.append(f"and {more:,} more")
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        parts.append(f"<p>{count(len(report.skipped), 'item')} left out:</p><ul>{items}</ul>{_line(TAKEN)}")
    return "".join(parts)


def pasted_article(text: str) -> Article:
    """The article in a text that was pasted, plain or HTML; raises SourceError where there is none."""
    from index.identity import Origin
    from index.sources.formats import parse, sniff

    data = text.encode("utf-8", "replace")
    kind = "html" if sniff(data) == "html" else "text"
    first_line = text.strip().split("\n", 1)[0]
    return parse(data, kind, Origin(shown="The pasted text", key=text, name=excerpt(first_line, TITLE)))


def _articles(files: Sequence[Path], pasted: str, web: Web) -> Iterator[Article | Skipped]:
    """Everything that was given, one thing at a time; what cannot be used costs itself alone."""
    from index.sources import read_sources

    lines = pasted.split()
    are_addresses = bool(lines) and all(
        line.lower().startswith(("http://", "https://"))
        for line in pasted.strip().splitlines()
        if line.strip()
    )
    text = "" if are_addresses else pasted.strip()
    places: list[str | Path] = [*files, *(lines if are_addresses else ())]
    if places:
        try:
            yield from read_sources(places, web=web)
        except SourceError as error:
            if not text:
                raise
            yield Skipped("Files", str(error))
    if text:
        yield pasted_article(text)


def _named(html: str, files: Sequence[Path]) -> str:
    """Call each file by the name that its owner knows, not by where it was kept meanwhile."""
    for path in files:
        html = html.replace(escape(str(path)), escape(path.name))
    return html


def _line(sentence: str) -> str:
    return f"<p>{escape(sentence)}</p>"


def _error(sentence: str) -> str:
    return f'<p class="error" role="alert">{escape(sentence)}</p>'
