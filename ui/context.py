"""What every command shares: the settings it was given, the archive they name, and how it prints a result."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.errors import ArchiveError

if TYPE_CHECKING:
    from index.archive import Archive
    from qa.assistant import Assistant
    from qa.settings import Settings


def iso_day(given: str) -> str:
    """A day as the filters want it, from the command line; raises `typer.BadParameter` where it is none."""
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError as error:
        raise typer.BadParameter(f"{given!r} is not a day; write it as 2020-03-13.") from error


NO_ARCHIVE = "There is no archive at {!r}; make it with `byline ingest PATH`, or name another with --archive."

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
After = Annotated[
    str | None, typer.Option(metavar="DAY", parser=iso_day, help="Only articles from this day on.")
]
Before = Annotated[
    str | None, typer.Option(metavar="DAY", parser=iso_day, help="Only articles up to this day.")
]
AsOf = Annotated[
    str | None,
    typer.Option(metavar="DAY", parser=iso_day, help="Asked on this day: what “this week” means."),
]
Sources = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="NAME", help="Only articles of this source; repeatable."),
]


def settings_of(ctx: typer.Context) -> Settings:
    """The settings from byline.toml and the environment, with what the command line gave on top."""
    from qa.settings import load_settings

    return load_settings(**ctx.obj)


def archive_of(ctx: typer.Context, *, new: bool = False) -> Archive:
    """The archive that the settings name, opened; close it with `with`.

    Only with `new` is it made where there is none: a mistyped folder is otherwise an ArchiveError.
    """
    from index.archive import Archive, is_archive

    settings = settings_of(ctx)
    if not new and not is_archive(settings.archive):
        raise ArchiveError(NO_ARCHIVE.format(str(settings.archive)))
    return Archive.open(
        settings.archive,
        embedding_model=settings.embedding_model,
        threads=settings.threads,
        chroma=settings.vectors,
    )


def assistant_of(archive: Archive, settings: Settings) -> Assistant:
    """Whoever answers from the archive: with the trained reader, or the plain one where that is not there;
    and with an LLM, where the settings name one."""
    from qa.assistant import Assistant
    from qa.providers import NONE
    from qa.reader import Reader
    from qa.span_reader import SHIPPED, load_reader

    reader: Reader
    if SHIPPED.is_dir():
        reader = load_reader(threads=settings.threads)
    else:
        from qa.sentence_reader import SentenceReader

        reader = SentenceReader(archive.embedder.embed_passages)
    writer = None
    if settings.llm.use != NONE:
        from qa.writer import writer_of

        writer = writer_of(archive, reader, settings.llm, settings.threads)
    return Assistant(archive, reader=reader, writer=writer, k=settings.k, threshold=settings.threshold)


def show(result: Any) -> None:
    """Print a result on stdout: a dict or list as JSON, a string or something that rich draws as text."""
    if isinstance(result, dict | list):
        # Neither a lone surrogate nor a terminal without UTF-8 may cost the answer.
        plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
        text = json.dumps(result, ensure_ascii=plain, indent=2)
        typer.echo(text.encode("utf-8", "backslashreplace").decode("utf-8"))
        return
    from ui import render

    render.console().print(result)
