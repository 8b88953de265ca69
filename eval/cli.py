"""`byline eval SUITE`, `byline eval compare RUN_A RUN_B` and `byline eval harvest`.

Figures go to stdout, progress and errors to stderr. Exit codes: 0 when the run is sound and no bound fell
short; 1 for a crashed case, a quote that is not in its article, a bound of --fail-under, or an error the
user can mend; 2 for wrong usage. Whatever is slow to import is imported by the command that needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from index.errors import BylineError

if TYPE_CHECKING:
    from typer._click import Context


class _SuiteByDefault(TyperGroup):
    """A group whose first word is a suite unless it is the name of a command."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in {"--help", "-h"}:
            args = ["run", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    name="eval",
    cls=_SuiteByDefault,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Measure the answers to a suite of questions.\n\nbyline eval SUITE, byline eval compare RUN_A RUN_B",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Tuning = "What is asked"
Running = "How it runs"


@app.command("run")
def run(  # noqa: PLR0913, PLR0917 - one parameter for each option, as typer wants them
    ctx: typer.Context,
    suite: Annotated[
        str, typer.Argument(help="sample, adversarial, or a file: JSONL, SQuAD JSON, questions with context.")
    ],
    articles: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="Articles to run over, for those the suite names; repeatable."),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option("--only", "--split", metavar="TAG", help="Only the cases that carry this tag."),
    ] = None,
    scope: Annotated[
        str | None,
        typer.Option(help="open: retrieve from all articles; given: only from those that the case names."),
    ] = None,
    undated: Annotated[
        bool, typer.Option("--undated", help="Ask as today, not as on the day that a case is dated.")
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="The day on which undated cases are asked.  [default: today]"),
    ] = None,
    withhold: Annotated[
        bool,
        typer.Option(
            "--withhold-evidence",
            help="Ask every answerable case again with each article that bears its answer withheld.",
        ),
    ] = False,
    judge: Annotated[
        str | None,
        typer.Option(metavar="LLM", help="Ask this LLM of each answer whether it says what the gold says."),
    ] = None,
    reader: Annotated[
        str | None, typer.Option(metavar="NAME", help="trained, sentence, or a model's folder.")
    ] = None,
    retrieval: Annotated[str, typer.Option(help="fused, bm25 or dense.")] = "fused",
    baseline: Annotated[
        str | None, typer.Option(metavar="NAME", help="first-sentence or llama-index, in place of Byline.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Confidence from which to answer.")
    ] = None,
    k: Annotated[int | None, typer.Option("-k", min=1, max=100, help="Passages to read.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The run's folder; an interrupted run goes on there.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start the run in --out anew.")] = False,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="Cases asked at once.")] = None,
    fail_under: Annotated[
        str | None, typer.Option(metavar="METRIC=VALUE,…", help="Exit 1 where a figure is less.")
    ] = None,
) -> None:
    """Run a suite and say how good the answers are."""
    from eval.bars import shown
    from eval.bounds import parse_bounds, shortfalls
    from eval.candidates import Choice
    from eval.evaluation import Options, evaluate, new_folder
    from eval.terminal import print_report

    bounds = _usage(parse_bounds, fail_under)
    folder = out or new_folder(Path(suite).name.split(".")[0])
    with _sentences(f"--out {folder}"):
        options = Options(
            suite=suite,
            articles=tuple(articles or ()),
            out=folder,
            only=only,
            scope=_one_of("--scope", scope, ("open", "given")),
            dated=not undated,
            as_of=_day(as_of),
            withhold=withhold,
            judge=_judge(judge),
            choice=Choice(
                reader, _one_of("--retrieval", retrieval, ("fused", "bm25", "dense")), baseline, threshold, k
            ),
            workers=workers,
            fresh=fresh,
            settings=ctx.obj or {},
        )
        with shown() as progress:
            report = evaluate(options, progress)
    print_report(report)
    failed = shortfalls(report, bounds)
    for sentence in failed:
        typer.echo(sentence, err=True)
    if failed:
        raise typer.Exit(1)


@app.command("compare")
def compare(
    run_a: Annotated[Path, typer.Argument(help="The run to compare with: the folder that --out gave.")],
    run_b: Annotated[Path, typer.Argument(help="The run that may be better.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the page goes.  [default: RUN_B/compare.html]")
    ] = None,
) -> None:
    """Say whether the second run is really better than the first."""
    from eval.compare import compare_runs, write_comparison
    from eval.terminal import print_comparison

    with _sentences():
        comparison = compare_runs(run_a, run_b)
        page = out or run_b / "compare.html"
        write_comparison(comparison, page)
    print_comparison(comparison, page)


@app.command("harvest")
def harvest(
    ctx: typer.Context,
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="The suite to add to; what it holds stays.")
    ] = Path("harvest.jsonl"),
) -> None:
    """Turn the thumbs that people gave in the chat into draft cases to complete."""
    from eval.harvest import harvest as add_cases
    from qa.feedback import kept
    from qa.settings import load_settings

    with _sentences():
        archive = load_settings(**(ctx.obj or {})).archive
        thumbs = kept(archive)
        if not thumbs:
            typer.echo(f"No thumbs are kept in the archive {str(archive)!r}; give some in the chat first.")
            return
        done = add_cases(thumbs, out)
    held = f" {done.held} of the thumbs were there before." if done.held else ""
    typer.echo(f"Added to {out}: {done.added}, of which {done.to_complete} have no gold yet.{held}")
    if done.to_complete:
        typer.echo("Write their `answers` and, word for word, their `evidence`; then run `byline eval`.")


def _usage(parse: Any, value: str | None) -> Any:
    try:
        return parse(value or "")
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--fail-under") from error


def _one_of(option: str, value: Any, known: tuple[str, ...]) -> Any:
    if value is not None and value not in known:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(known)}.", param_hint=option)
    return value


def _judge(given: str | None) -> str | None:
    """The LLM that is named as a judge; `none` is none."""
    from qa.providers import NONE, checked_name

    try:
        return None if given in {None, NONE} else checked_name(str(given))
    except ValueError as error:
        raise typer.BadParameter(f"{given!r} is no LLM; {error}.", param_hint="--judge") from error


def _day(given: str | None) -> str | None:
    try:
        return date.fromisoformat(given).isoformat() if given else None
    except ValueError as error:
        raise typer.BadParameter(
            f"{given!r} is not a day; write it as 2020-03-13.", param_hint="--as-of"
        ) from error


@contextmanager
def _sentences(again: str = "") -> Iterator[None]:
    """Errors that the user can mend end in their own words: a suite's malformed rows keep their lines."""
    try:
        yield
    except BylineError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except KeyboardInterrupt as stop:
        how = f" Run it again with {again}, and it goes on from here." if again else ""
        typer.echo(f"Stopped.{how}", err=True)
        raise typer.Exit(130) from stop
