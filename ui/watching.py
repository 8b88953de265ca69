"""`byline ingest --watch`: a folder kept in step until Ctrl-C."""

from __future__ import annotations

from pathlib import Path

import typer

from index.articles import IngestReport
from ui.context import archive_of, show


def watch(ctx: typer.Context, locations: list[str], as_json: bool) -> None:
    """Keep the archive in step with a folder, and say what was done each time."""
    from index.watch import Watch
    from ui import render
    from ui.words import count

    if len(locations) != 1 or not Path(locations[0]).is_dir():
        raise typer.BadParameter(f"--watch takes one folder; {' '.join(locations)!r} is none.")

    said: list[str] = []

    def tell(report: IngestReport, removed: int) -> None:
        said.clear()
        if as_json:
            show(render.report_json(report) | {"removed": removed})
            return
        show(render.report(report))
        if removed:
            show(f"{count(removed, 'article')} removed.")

    def busy(why: str) -> None:
        if [why] != said:  # it is tried again every few seconds; once is enough to say
            said[:] = [why]
            typer.echo(why, err=True)

    with archive_of(ctx, new=True) as archive:
        watching = Watch(archive, Path(locations[0]))
        typer.echo(f"Watching {locations[0]!r}; stop with Ctrl-C.", err=True)
        try:
            watching.run(tell, busy)
        except KeyboardInterrupt:
            typer.echo("Stopped watching.", err=True)
