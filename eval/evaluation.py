"""One evaluation from a suite's file to its report: articles, archive, system, run, figures."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from eval.archives import suite_archive
from eval.candidates import Choice, candidate
from eval.environment import code_hash, versions
from eval.records import read_draft
from eval.report import Report, build_report, write_report
from eval.run import Asking, RunFolder, read_run, run_cases, workers_here
from eval.shipped import locate
from eval.suite import Draft, Scope, Suite, settle
from eval.systems import System
from eval.verdicts import Judge
from eval.withholding import with_twins
from index.archive import Archive, is_archive
from index.articles import Article, Skipped
from index.errors import SuiteError
from index.progress import Progress, silent
from index.sources import SAMPLE, read_sources, sample_article
from qa.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class Options:
    """What to evaluate, and how. `articles` stand in place of those that the suite names.

    `suite` is a path or a shipped suite's name. `scope` None: as the suite's form has it; `out` None: a new
    folder under `runs/`. `withhold` asks every answerable case once more without its evidence (see
    `eval.withholding`). `judge` names an LLM that judges every answer too. `settings` go to
    `qa.settings.load_settings`. `fresh` starts a run anew where `out` holds one.
    """

    suite: str | Path
    articles: tuple[str, ...] = ()
    out: Path | None = None
    only: str | None = None
    scope: Scope | None = None
    dated: bool = True
    as_of: str | None = None
    withhold: bool = False
    judge: str | None = None
    choice: Choice = field(default_factory=Choice)
    workers: int | None = None
    fresh: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)


def evaluate(options: Options, progress: Progress = silent) -> Report:
    """Run a suite and write its report into `out`; raises a BylineError for whatever the user can mend."""
    draft = read_draft(locate(options.suite))
    settings = load_settings(**options.settings)
    with _opened(options, draft, settings, progress) as (whole, archive, articles):
        suite = whole.only(options.only) if options.only else whole
        scope = options.scope or suite.scope
        _check_scope(suite, scope)
        workers = options.workers or workers_here()
        found = candidate(options.choice, archive, articles, settings, workers, progress)
        if options.withhold:
            _check_withholding(found.system, scope)
            suite = with_twins(suite, articles, progress)
        judge = _judge(options, found.system)
        whole_dated = options.dated and all(case.date for case in suite.cases)
        day = None if whole_dated else options.as_of or _kept_day(options) or date.today().isoformat()
        decided = {
            "suite": suite.name,
            "suite_digest": suite.digest,
            "cases": len(suite.cases),
            "only": options.only,
            "scope": scope,
            "dated": options.dated,
            "as_of": day,
            "evidence_withheld": options.withhold,
            **found.settings,
            **({"judge": judge.settings} if judge else {}),
            "code": code_hash(),
            "versions": versions(),
        }
        about = {"suite_path": str(draft.path), "articles": len(articles), "workers": workers}
        return _run(options, suite, found.system, judge, decided, about, progress)


def _run(
    options: Options,
    suite: Suite,
    system: System,
    judge: Judge | None,
    decided: dict[str, Any],
    about: dict[str, Any],
    progress: Progress,
) -> Report:
    out = options.out or new_folder(suite.name)
    workers = about["workers"]
    asking = Asking(decided["scope"], options.dated, decided["as_of"])
    began, started = time.monotonic(), datetime.now(UTC)
    with RunFolder(out, decided, fresh=options.fresh) as folder:
        results = run_cases(suite, system, folder, asking, judge=judge, workers=workers, progress=progress)
        about |= {
            "folder": str(out),
            "started": started.isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - began, 2),
        }
        report = build_report(results, decided, about)
        write_report(report, out)
    return report


@contextmanager
def _opened(
    options: Options, draft: Draft, settings: Settings, progress: Progress
) -> Iterator[tuple[Suite, Archive, Sequence[Article]]]:
    """The suite, the archive it runs over, and that archive's articles."""
    model, threads = settings.embedding_model, settings.threads
    if not (options.articles or draft.contexts or draft.locations):
        bare = SuiteError(
            f"{str(options.suite)!r} names no articles and there are none in the archive"
            f" {str(settings.archive)!r}; give --articles PATH, or ingest some first."
        )
        if not is_archive(settings.archive):  # a mistyped folder is not made
            raise bare
        with Archive.open(
            settings.archive, embedding_model=model, threads=threads, chroma=settings.vectors
        ) as archive:
            held = archive.articles()
            if not held:
                raise bare
            yield settle(draft, held), archive, held
        return
    articles = _articles(options, draft, progress)
    suite = settle(draft, articles)  # a malformed suite is refused before anything is ingested
    with suite_archive(articles, embedding_model=model, threads=threads, progress=progress) as archive:
        yield suite, archive, articles


def _articles(options: Options, draft: Draft, progress: Progress) -> list[Article]:
    if not options.articles and draft.contexts:
        return list(draft.contexts)
    articles: dict[str, Article] = {}
    for item in _read(options.articles or draft.locations):
        if isinstance(item, Skipped):
            raise SuiteError(
                f"An article at {item.origin!r} cannot be used ({item.reason}); mend it or take it out."
            )
        articles[item.article_id] = item
        if len(articles) % 100 == 0:
            progress("reading articles", len(articles), None)
    return list(articles.values())


def _read(locations: Sequence[str | Path]) -> Iterable[Article | Skipped]:
    """The articles there; Byline's own sample as users get it, whose id is the same on every machine."""
    if [Path(location).resolve() for location in locations] == [SAMPLE]:
        return [sample_article()]
    return read_sources(locations)


def _check_scope(suite: Suite, scope: Scope) -> None:
    bare = next((case for case in suite.cases if not case.articles), None)
    if scope == "given" and bare is not None:
        raise SuiteError(
            f"Case {bare.id!r} names no articles to be read against; use --scope open, or give it `articles`."
        )


def _check_withholding(system: System, scope: Scope) -> None:
    if not system.answers:
        raise SuiteError(f"{system.name!r} only retrieves and cannot refuse; leave out --withhold-evidence.")
    if scope == "given":
        raise SuiteError(
            "Where each case is asked over its own articles, nothing is left once the evidence is withheld;"
            " add --scope open."
        )


def _judge(options: Options, system: System) -> Judge | None:
    """The judge that is named, which takes questions: an LLM like any other, by the same settings."""
    if options.judge is None:
        return None
    if not system.answers:
        raise SuiteError(f"{system.name!r} only retrieves, which leaves nothing to judge; leave out --judge.")
    settings = load_settings(**{**options.settings, "llm": options.judge})
    judge = Judge(settings.llm, settings.threads)
    judge.reach()
    return judge


def _kept_day(options: Options) -> str | None:
    """The day of the run that is to go on: one that began before midnight stays what it was."""
    if options.out is None or options.fresh or not (options.out / "run.json").exists():
        return None
    settings, _ = read_run(options.out)
    day: str | None = settings.get("as_of")
    return day


def new_folder(name: str) -> Path:
    """Where a run goes that was given no folder: under `runs/`, by the suite's name and the time."""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    plain = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name)
    return Path("runs") / f"{plain}-{stamp}"
