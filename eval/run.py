"""Running a suite: every case asked once, by as many workers as help, each kept as soon as it is done.

A run's folder holds `run.json` (what was run) and `cases.jsonl` (a line for each case as it finished). An
interrupted run goes on from there; one made with other settings is refused, never mixed.
"""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from pydantic import ValidationError

from eval.environment import cores
from eval.results import CaseResult, answered, crashed, retrieved
from eval.suite import Case, Scope, Suite
from eval.systems import System, cited_articles
from eval.verdicts import Judge
from index.articles import Filters
from index.errors import SuiteError
from index.progress import Progress, silent

Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asking:
    """How each case is put: as on the day it is asked, where it has one, otherwise as on the day `as_of`.

    `dated` False: all of them as on `as_of` (None: today).
    """

    scope: Scope = "open"
    dated: bool = True
    as_of: str | None = None

    def filters(self, case: Case) -> Filters:
        """Which articles this case may be answered from."""
        day = (case.date if self.dated else None) or self.as_of
        given = case.articles if self.scope == "given" else ()
        return Filters(article_ids=given, without=case.without, as_of=day)


def settings_key(settings: Settings) -> str:
    """One hash for all that decides the results."""
    return hashlib.sha256(json.dumps(dict(settings), sort_keys=True).encode()).hexdigest()


class RunFolder:
    """Where a run is kept, held by one process at a time; a context manager."""

    def __init__(self, path: Path, settings: Settings, *, fresh: bool = False) -> None:
        self.path = path
        self._settings = dict(settings)
        self._fresh = fresh
        self._lock = FileLock(path / ".lock", timeout=0)

    def __enter__(self) -> RunFolder:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout as error:
            raise SuiteError(f"Another run is writing to {str(self.path)!r}; give another --out.") from error
        except OSError as error:
            raise SuiteError(
                f"{str(self.path)!r} cannot hold a run ({error.strerror}); give another --out."
            ) from error
        try:
            self._claim()
        except SuiteError:
            self._lock.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    @property
    def cases(self) -> Path:
        """The file of finished cases."""
        return self.path / "cases.jsonl"

    def _claim(self) -> None:
        named = self.path / "run.json"
        if self.cases.exists() and not named.exists():
            raise SuiteError(f"{str(self.cases)!r} belongs to no run; give another --out.")
        if self._fresh or not named.exists():
            self.cases.unlink(missing_ok=True)
            text = json.dumps({"key": settings_key(self._settings), "settings": self._settings}, indent=1)
            named.write_text(text + "\n", encoding="utf-8")
            return
        held = _json_object(named)
        if held.get("key") != settings_key(self._settings):
            other = held.get("settings", {})
            names = sorted(n for n in {*other, *self._settings} if other.get(n) != self._settings.get(n))
            raise SuiteError(
                f"{str(self.path)!r} holds a run made with another {', '.join(names) or 'form'};"
                " give another --out, or --fresh to start it again."
            )

    def results(self) -> dict[str, CaseResult]:
        """The cases that are done, by id; crashed ones are left out, to be asked again."""
        whole = self.cases.read_bytes() if self.cases.exists() else b""
        kept, _, torn = whole.rpartition(b"\n")
        if torn:  # cut off in the middle of a write: that case is asked again
            self.cases.write_bytes(kept + b"\n" if kept else b"")
        return {name: result for name, result in _finished(self.cases).items() if result.error is None}

    def append(self, result: CaseResult) -> None:
        """Keep one finished case."""
        with self.cases.open("ab") as file:
            file.write(result.model_dump_json().encode() + b"\n")


def read_run(folder: Path) -> tuple[Settings, dict[str, CaseResult]]:
    """A run's settings and its cases by id; raises SuiteError where the folder holds no run."""
    settings = _json_object(folder / "run.json").get("settings")
    if not isinstance(settings, dict):
        raise SuiteError(f"{str(folder)!r} holds no run; give the folder that --out gave.")
    return settings, _finished(folder / "cases.jsonl")


def _finished(path: Path) -> dict[str, CaseResult]:
    """The whole lines of a file of cases; a case asked twice counts as the last time."""
    results: dict[str, CaseResult] = {}
    lines = path.read_bytes().split(b"\n") if path.exists() else [b""]
    for number, line in enumerate(lines[:-1], 1):
        try:
            result = CaseResult.model_validate_json(line)
        except ValidationError as error:
            raise SuiteError(
                f"Line {number} of {str(path)!r} is damaged; start that run again with --fresh."
            ) from error
        results[result.id] = result
    return results


def _json_object(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SuiteError(f"{str(path)!r} cannot be read ({why}); give the folder of a run.") from error
    if not isinstance(value, dict):
        raise SuiteError(f"{str(path)!r} does not describe a run; give the folder of a run.")
    return value


def workers_here() -> int:
    """As many workers as there are cores for this process."""
    return min(8, cores())


def run_cases(
    suite: Suite,
    system: System,
    folder: RunFolder,
    asking: Asking,
    *,
    judge: Judge | None = None,
    workers: int = 1,
    progress: Progress = silent,
) -> list[CaseResult]:
    """Ask all cases that are not done yet; results in the suite's order, whatever order they finished in."""
    done = folder.results()
    waiting = [case for case in suite.cases if case.id not in done]
    total = len(suite.cases)
    progress("asking", total - len(waiting), total)
    pool = ThreadPoolExecutor(workers, thread_name_prefix="case")
    try:
        if waiting:  # models load at the first question; it is asked twice so that no latency includes that
            pool.submit(examine, system, waiting[0], asking).exception()
        futures = {pool.submit(examine, system, case, asking, judge): case for case in waiting}
        for number, future in enumerate(as_completed(futures), total - len(waiting) + 1):
            result = _outcome(future, futures[future])
            done[result.id] = result
            folder.append(result)
            progress("asking", number, total)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return [done[case.id] for case in suite.cases]


def examine(system: System, case: Case, asking: Asking, judge: Judge | None = None) -> CaseResult:
    """Ask one case and judge what comes back, by the gold and where there is a `judge` by that too."""
    outcome = system.ask(case.question, case.history, asking.filters(case))
    answer, relevant = outcome.answer, _relevant_ids(system, case)
    if not system.answers:
        return retrieved(case, answer, relevant)
    articles = cited_articles(system, answer)
    result = answered(case, answer, outcome.best, articles, relevant, outcome.written)
    return judge.judged(result) if judge else result


def _relevant_ids(system: System, case: Case) -> Sequence[str]:
    places = [place for item in case.evidence for place in item.places]
    article_ids = dict.fromkeys(place.article_id for place in places)
    return [
        passage.passage_id
        for article_id in article_ids
        for passage in system.passages(article_id)
        if any(place.overlaps(article_id, passage.start, passage.end) for place in places)
    ]


def _outcome(future: Future[CaseResult], case: Case) -> CaseResult:
    error = future.exception()
    if error is None:
        return future.result()
    return crashed(case, "".join(traceback.format_exception(error, limit=-6)))
