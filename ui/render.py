"""What the commands print: answers, reports, lists. Text only; nothing here opens an archive.

Articles are other people's text: what could steer a terminal (escape codes and other controls) is replaced
by U+FFFD, and none of it is read as rich's own markup.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from index.articles import Article, IngestReport
from index.stories import Kin, Telling
from qa.answers import Answer, Checked, Citation
from ui.markup import visible
from ui.message import dated, holding, signed
from ui.words import (
    ABSTENTION,
    NEAREST,
    STRUCK,
    confidence_in_words,
    count,
    day,
    excerpt,
    overtaken,
    place,
    quote_marks,
    updated,
)

if TYPE_CHECKING:
    from index.status import Status

NEAREST_SHOWN = 3
EXCERPT = 160
SKIPPED_SHOWN = 20
UNBROKEN = 1_000_000  # columns: no line of an article is as long


def console() -> Console:
    """Standard output at the terminal's width; in a pipe lines are whole, and without colours."""
    width = None if sys.stdout.isatty() else UNBROKEN
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False, width=width)


def answer(found: Answer, today: date | None = None, *, begun: bool = False) -> RenderableType:
    """The short answer first, then each quote with the answer marked in it, and where it stands.

    An answer that is old on the day it is asked, `today`, says of when it is. Where an LLM wrote, its
    sentences take the short answer's place, unless they are on the screen already: `begun`.
    """
    taken = [Text(f"Understood as: {visible(found.understood)}", style="dim")] if found.understood else []
    written = [*taken, *([] if begun else (sentence(one) for one in found.sentences))]
    note = [Text(visible(found.note), style="yellow")] if found.note else []
    if found.writer and found.text is not None:
        sources = (part for citation in found.citations for part in _citation(citation))
        return Group(*written, *note, Text(visible(signed(found, today)), style="dim"), *sources)
    return Group(*written, *note, *_read(found, today))


def sentence(checked: Checked) -> RenderableType:
    """One sentence of an LLM's: with the numbers of its quotes, or struck through with the reason."""
    if checked.reason is None:
        line = Text(visible(checked.text), style="bold")
        for citation in checked.citations:
            line.append(f" [{citation.number}]", style="not bold cyan")
        return line
    line = Text(f"{STRUCK} ", style="red")
    line.append(visible(checked.text), style="default strike")
    return line.append(f"\n    {visible(checked.reason)}", style="dim")


def _read(found: Answer, today: date | None) -> list[RenderableType]:
    if found.text is None:
        return [Text(ABSTENTION, style="bold"), *_nearest(found)]
    head = Text(visible(found.text), style="bold")
    for citation in holding(found):
        head.append(f" [{citation.number}]", style="cyan")
    sure = f"{confidence_in_words(found.confidence)} ({found.confidence:.0%})"
    head.append("   " + ", ".join(filter(None, (sure, dated(holding(found), today)))), style="dim")
    return [head, *(part for citation in found.citations for part in _citation(citation))]


def _citation(citation: Citation) -> list[RenderableType]:
    before, after = quote_marks(citation.quote)
    quote = Text(before)
    left, right = citation.answer_start - citation.start, citation.answer_end - citation.start
    quote.append(visible(citation.quote[:left]))
    whole = right - left == len(citation.quote)  # an LLM's sentence stands on all of it
    quote.append(visible(citation.quote[left:right]), style="default" if whole else "bold yellow")
    quote.append(visible(citation.quote[right:]) + after)
    where = Text(f"[{citation.number}] ", style="cyan")
    where.append(visible(citation.title or citation.article_id), style="italic")
    if facts := place(citation.source, citation.published):
        where.append(f", {visible(facts)}", style="default")
    where.append(f"\n    {_span_of(citation.article_id, citation.start, citation.end)}", style="dim")
    if citation.url:
        where.append(f"\n    {visible(citation.url)}", style="dim")
    for line in kin_lines(citation, citation.told):
        where.append(f"\n    {visible(line)}", style="default")
    return [Text(), Padding(quote, (0, 0, 0, 2), expand=False), Text(), where]


def kin_lines(kin: Citation | Kin, told: str | None) -> list[str]:
    """Where else the same is told, and of which other versions there are; `told` is the day of this one."""
    copies = "; ".join(_telling(copy) for copy in kin.also_in)
    lines = [f"Also in {copies}"] if copies else []
    for said, versions in ((updated(told, kin.earlier), kin.earlier), (overtaken(kin.later), kin.later)):
        if said:
            named = ", ".join(version.article_id for version in versions)
            lines.append(f"{said[0].upper()}{said[1:]} (article {named})")
    return lines


def _telling(copy: Telling) -> str:
    return f"{place(copy.source, copy.published) or copy.title} (article {copy.article_id})"


def _span_of(article_id: str, start: int, end: int) -> str:
    return f"article {article_id}, characters {start} to {end}"


def _nearest(found: Answer) -> list[RenderableType]:
    if not found.passages:
        return []
    parts: list[RenderableType] = [
        Text(),
        Text(f"{NEAREST}:"),
    ]
    for scored in found.passages[:NEAREST_SHOWN]:
        passage = scored.passage
        title = Text(f"  {visible(scored.title or passage.article_id)}", style="italic")
        title.append(f", {day(scored.published)}" if scored.published else "", style="default")
        title.append(f"\n  {_span_of(passage.article_id, passage.start, passage.end)}", style="dim")
        text = Text(excerpt(visible(passage.text), EXCERPT))
        parts += [Text(), title, Padding(text, (0, 0, 0, 4), expand=False)]
    return parts


def report_json(done: IngestReport) -> dict[str, Any]:
    """The same as JSON: added, updated, unchanged, passages, seconds, skipped [{origin, reason}]."""
    return asdict(done)


def report(done: IngestReport) -> RenderableType:
    """What one ingest did: the counts, then each thing left out and why."""
    counts = f"{count(done.added, 'article')} added, {done.updated:,} updated, {done.unchanged:,} unchanged"
    line = Text(f"{counts}; {count(done.passages, 'passage')} embedded in {done.seconds:.1f} s.")
    if not done.skipped:
        return line
    parts: list[RenderableType] = [line, Text(f"{count(len(done.skipped), 'item')} left out:")]
    for skipped in done.skipped[:SKIPPED_SHOWN]:
        parts.append(Text(f"  {visible(skipped.origin)}: {visible(skipped.reason)}"))
    if more := len(done.skipped) - SKIPPED_SHOWN:
        parts += [Text(f"  and {more:,} more (all with --json)")] if more > 0 else []
    return Group(*parts)


def article_table(
    articles: Sequence[Article], kin: Mapping[str, Kin] = MappingProxyType({})
) -> RenderableType:
    """One article a line: id, day, source, title, and what it is to others where it tells their story."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("Id", no_wrap=True)
    table.add_column("Published", no_wrap=True)
    table.add_column("Source", overflow="fold")
    table.add_column("Title", overflow="fold", ratio=1)
    for article in articles:
        table.add_row(
            article.article_id,
            (article.published or "")[:10],
            Text(visible(article.source or "")),
            Text(visible(article.title)).append(_dim(kin_note(kin.get(article.article_id, Kin())))),
        )
    return table


def _dim(note: str) -> Text:
    return Text(f" [{note}]" if note else "", style="dim")


def kin_note(kin: Kin) -> str:
    """What an article is to the others of its story: "copy of a1, b2; earlier version of c3"."""
    notes = (("copy", kin.also_in), ("later version", kin.earlier), ("earlier version", kin.later))
    said = (f"{name} of {', '.join(t.article_id for t in tellings)}" for name, tellings in notes if tellings)
    return "; ".join(said)


def article_lines(
    articles: Iterable[Article], kin: Mapping[str, Kin] = MappingProxyType({})
) -> Iterable[str]:
    """The same for a pipe: tab-separated, every article on one line; the fifth column only where needed."""
    for article in articles:
        note = kin_note(kin.get(article.article_id, Kin()))
        facts = [article.article_id, (article.published or "")[:10], article.source or "", article.title]
        facts += [note] if note else []
        yield "\t".join(" ".join(visible(fact).split()) for fact in facts)


def whole_article(article: Article, kin: Kin = Kin()) -> RenderableType:
    """One article as it stands in the archive: its title and particulars, then its text, unchanged."""
    facts = [
        place(article.source, article.published),
        article.author or "",
        f"Section: {article.section}" if article.section else "",
        f"Modified: {day(article.modified)}" if article.modified else "",
        article.url or "",
        f"Inferred: {', '.join(article.inferred)}" if article.inferred else "",
        article.article_id,
        *kin_lines(kin, article.told),
    ]
    head = Text(visible(article.title), style="bold")
    below = Text("\n".join(visible(fact) for fact in facts if fact), style="dim")
    return Group(head, below, Text(), Text(visible(article.text)))


def status_json(now: Status) -> dict[str, Any]:
    """What the archive holds as JSON, under the names of `Status`."""
    return {**asdict(now), "path": str(now.path)}


def status(now: Status) -> RenderableType:
    """What the archive holds, one fact a line."""
    rows = [
        ("Archive", str(now.path)),
        ("Articles", f"{now.articles:,}"),
        ("Passages", f"{now.passages:,}, {now.embedded:,} embedded"),
        ("Words", f"{now.words:,}"),
        ("Published", _span(now.first_published, now.last_published)),
        ("Sources", ", ".join(f"{name} ({number:,})" for name, number in now.sources.items())),
        ("Model", str(now.model or "")),
        ("Size", f"{now.size_bytes / 1_000_000:,.1f} MB"),
        ("Writing now", f"process {now.writer.pid}, since {now.writer.since}" if now.writer else ""),
    ]
    lines = (Text.assemble((f"{name:<13}", "dim"), visible(value)) for name, value in rows if value)
    return Group(*lines)


def _span(first: str | None, last: str | None) -> str:
    if not first or not last:
        return ""
    return day(first) if day(first) == day(last) else f"{day(first)} to {day(last)}"
