"""`byline articles list | show | remove`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from index.articles import Filters
from index.errors import ArchiveError
from index.stories import Kin
from ui.context import After, AsJson, Before, Sources, archive_of, show
from ui.listing import listed_json, whole_json
from ui.words import count

app = typer.Typer(no_args_is_help=True, help="List, read or remove articles.")


@app.command("list")
def list_articles(
    ctx: typer.Context,
    as_json: AsJson = False,
    after: After = None,
    before: Before = None,
    source: Sources = None,
    limit: Annotated[int | None, typer.Option(metavar="N", min=1, help="At most this many.")] = None,
    offset: Annotated[int, typer.Option(metavar="N", min=0, help="Leave out the first N.")] = 0,
) -> None:
    """List articles, newest first.

    Id, day, source and title, and which others tell the same story: copies, earlier and later versions. In a
    pipe one article a line, tab-separated.
    """
    from ui import render

    with archive_of(ctx) as archive:
        articles = archive.articles(Filters(after, before, tuple(source or ())), limit=limit, offset=offset)
        kin = archive.kin([article.article_id for article in articles])
    if as_json:
        show([listed_json(article, kin) for article in articles])
    elif sys.stdout.isatty():
        show(render.article_table(articles, kin) if articles else "No articles.")
    else:
        for line in render.article_lines(articles, kin):
            typer.echo(line)


@app.command("show")
def show_article(
    ctx: typer.Context,
    article_id: Annotated[str, typer.Argument(metavar="ID", help="As `byline articles list` shows it.")],
    as_json: AsJson = False,
) -> None:
    """Print one article as it stands in the archive."""
    from ui import render

    with archive_of(ctx) as archive:
        article = archive.article(article_id)
        kin = archive.kin([article_id])
    show(whole_json(article, kin) if as_json else render.whole_article(article, kin.get(article_id, Kin())))


@app.command("remove")
def remove_articles(
    ctx: typer.Context,
    article_ids: Annotated[
        list[str], typer.Argument(metavar="ID", help="As `byline articles list` shows them.")
    ],
) -> None:
    """Remove articles with their earlier versions, passages and vectors."""
    with archive_of(ctx) as archive:
        removed = archive.remove(article_ids)
    missing = [article_id for article_id in article_ids if article_id not in removed]
    show(f"{count(len(removed), 'article')} removed.")
    if missing:
        raise ArchiveError(
            f"No article {missing[0]!r} in the archive; `byline articles list` shows their ids."
        )
