"""The command line: `byline ingest`, `ask`, `chat`, `articles`, `status`, `check`, and what plugs in.

Results go to stdout, progress and errors to stderr. Exit codes: 0 for an answer and for an honest "The
articles do not say."; 1 with one line on stderr for an error the user can mend; 2 for wrong usage.
Whatever is slow to import is imported by the command that needs it.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.articles import Filters
from index.errors import ArchiveError, BylineError
from ui import articles as articles_commands
from ui.context import After, AsJson, AsOf, Before, Sources, archive_of, assistant_of, settings_of, show
from ui.password import password
from ui.plugins import Commands

if TYPE_CHECKING:
    from index.archive import Archive

app = typer.Typer(
    name="byline",
    epilog='Begin with: byline ingest PATH, then byline ask "QUESTION" or byline chat.',
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich would read "[default: 8]" as its own markup, and leave it out
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(articles_commands.app, name="articles")
app.command()(password)


def main() -> None:
    """Run the command line and exit with its code."""
    code: int | str | None = 0
    try:
        app()
    except SystemExit as stop:
        code = stop.code
    except BylineError as error:
        typer.echo(" ".join(str(error).split()), err=True)
        code = 1
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, `head` say, has seen enough; what is left goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"byline {version('byline')}")
        raise typer.Exit


@app.callback()
def settings_given(
    ctx: typer.Context,
    archive: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The archive's folder (or BYLINE_ARCHIVE).")
    ] = None,
    embedding_model: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="A sentence-transformers model in place of the shipped one."),
    ] = None,
    threads: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="Threads for the models; 0: they choose.")
    ] = None,
    llm: Annotated[
        str | None,
        typer.Option(metavar="LLM", help="An LLM to write: local, PROVIDER:MODEL or an address; none."),
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Ask your news archive. Answers in the articles' own words, every quote exact."""
    given = {"archive": archive, "embedding_model": embedding_model, "threads": threads, "llm": llm}
    # A plain dict, so that a plugged-in command can call load_settings(**ctx.obj) too.
    ctx.obj = {name: value for name, value in given.items() if value is not None}


@app.command()
def ingest(
    ctx: typer.Context,
    locations: Annotated[
        list[str], typer.Argument(metavar="PATH|URL", help="Files, folders or web addresses.")
    ],
    as_json: AsJson = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep in step with one folder, until Ctrl-C.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Stop with an error at the first thing that cannot be used.")
    ] = False,
) -> None:
    """Add articles from files, folders, web pages, feeds or sitemaps.

    Text, Markdown, HTML, PDF, DOCX, EPUB, EML, NITF, NewsML-G2; records (id, title, text, published,
    modified, author, source, section, url) in JSONL, JSON or CSV; .zip and .gz of these.
    What is in the archive already is left as it is; what has changed replaces its old text, and what bears a
    later date supersedes it.
    """
    if watch and strict:
        raise typer.BadParameter("--strict stops at what --watch goes on past; leave one of them out.")
    if watch:
        from ui.watching import watch as keep_in_step

        keep_in_step(ctx, locations, as_json)
        return
    from index.remembered import Remembered
    from index.sources import Web, check_locations, read_sources
    from ui import render
    from ui.bars import shown_progress

    check_locations(locations)  # a path that does not exist is refused before an archive is made
    with archive_of(ctx, new=True) as archive, shown_progress() as progress:
        memory = Remembered(archive.catalog)
        web = Web(settings_of(ctx).allow_hosts, memory)
        try:
            done = archive.ingest(read_sources(locations, web=web, strict=strict), progress, memory.keep)
        except KeyboardInterrupt as stop:
            typer.echo("Stopped. Run it again, and it goes on from here.", err=True)
            raise typer.Exit(130) from stop
    show(render.report_json(done) if as_json else render.report(done))
    if strict and done.skipped:  # what only the archive could see: the sources raise at once
        raise typer.Exit(1)


@app.command()
def ask(
    ctx: typer.Context,
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help='In quotes: "Who denied responsibility?"')
    ],
    as_json: AsJson = False,
    after: After = None,
    before: Before = None,
    as_of: AsOf = None,
    source: Sources = None,
    k: Annotated[
        int | None, typer.Option("-k", metavar="N", min=1, max=100, help="Passages to read.  [default: 8]")
    ] = None,
) -> None:
    """Answer a question, with the quote that says so.

    The exit code is 0 for an answer, and for "The articles do not say." too.
    """
    from qa.answers import Answer
    from ui import render
    from ui.words import unembedded

    settings = settings_of(ctx)
    with archive_of(ctx) as archive:
        _require_articles(archive)
        assistant = assistant_of(archive, settings)
        filters = Filters(after, before, tuple(source or ()), as_of=as_of)
        try:
            for part in assistant.stream(question, filters=filters, k=k):
                if isinstance(part, Answer):
                    found = part
                elif not as_json:
                    show(render.sentence(part))
        except KeyboardInterrupt as stop:
            typer.echo("Stopped.", err=True)
            raise typer.Exit(130) from stop
        behind = unembedded(archive.catalog.unembedded())
    day = date.fromisoformat(as_of) if as_of else None
    show(found.to_json() if as_json else render.answer(found, day, begun=True))
    if behind:
        typer.echo(f"{behind}; `byline status` says how far that is.", err=True)


@app.command()
def chat(
    ctx: typer.Context,
    host: Annotated[
        str | None, typer.Option(metavar="HOST", help="Address to listen on.  [default: 127.0.0.1]")
    ] = None,
    port: Annotated[
        int | None, typer.Option(metavar="PORT", min=1, max=65535, help="Port.  [default: 7860]")
    ] = None,
) -> None:
    """Serve the chat as a web page on this machine.

    An empty archive is given the sample article first, so that there is something to ask about.
    """
    from ui.server import serve

    given = {"host": host, "port": port}
    ctx.obj |= {name: value for name, value in given.items() if value is not None}
    settings = settings_of(ctx)
    with archive_of(ctx, new=True) as archive:
        serve(archive, settings)


@app.command()
def mcp(ctx: typer.Context) -> None:
    """Serve the archive to an assistant, over MCP on stdin and stdout.

    The tools are ask, search and read_article. `byline chat` serves the same ones under /mcp.
    """
    from ui.tools import serve_tools

    settings = settings_of(ctx)
    with archive_of(ctx) as archive:
        serve_tools(archive, assistant_of(archive, settings))


@app.command()
def status(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Say what the archive holds."""
    from ui import render

    with archive_of(ctx) as archive:
        now = archive.status()
    show(render.status_json(now) if as_json else render.status(now))


@app.command()
def backup(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DEST", help="A folder that does not exist yet.")],
) -> None:
    """Copy the archive, while it serves and is written to.

    The copy is an archive: ask it with --archive DEST.
    """
    from index.backup import back_up

    with archive_of(ctx) as archive:
        back_up(archive, folder)
    show(f"Copied to {str(folder)!r}.")


@app.command()
def check(
    ctx: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
) -> None:
    """Look for damage in the archive, and mend it.

    Compares the catalog, the word index and the vectors. The exit code is 1 while anything is left to mend.
    """
    from ui.bars import shown_progress
    from ui.words import count

    with archive_of(ctx) as archive, shown_progress() as progress:
        problems = archive.check(repair=repair, progress=progress)
    for problem in problems:
        show(f"{'Mended' if problem.repaired else 'Found'}: {problem.message}")
    left = sum(not problem.repaired for problem in problems)
    if left and repair:
        raise ArchiveError(
            f"{count(left, 'problem')} could not be mended; ingest the articles into a new archive."
        )
    if left:
        raise ArchiveError(f"{count(left, 'problem')} found; mend with `byline check --repair`.")
    if not problems:
        show("No problems found.")


def _require_articles(archive: Archive) -> None:
    if not archive.articles(limit=1):
        raise ArchiveError(
            f"The archive {str(archive.path)!r} is empty; add articles with `byline ingest PATH`."
        )
