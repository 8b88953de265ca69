"""What the archive refuses or cannot do: one sentence that says what to do, and nothing lost."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index.archive import Archive
from index.articles import Article
from index.errors import ArchiveBusyError, ArchiveError, ArchiveVersionError, BylineError
from index.lock import WriterLock
from index.schema import connect

MakeUp = Callable[..., list[Article]]
Open = Callable[..., Archive]
HERE = Path(__file__).parent


def run(program: str, *values: object) -> subprocess.Popen[str]:
    """Another Python process, with this folder's conftest to import from."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, values)],
        cwd=HERE.parents[1],
        env=os.environ | {"PYTHONPATH": f"{HERE.parents[1]}{os.pathsep}{HERE}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def one_sentence(error: BylineError) -> str:
    message = str(error)
    assert "\n" not in message
    assert message.endswith(".")
    return message


HOLD = """
import sys
from pathlib import Path
from index.lock import WriterLock
with WriterLock(Path(sys.argv[1])).held():
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_second_writer_is_told_who_writes_and_a_reader_is_not_kept_out(
    opened: Open, made_up: MakeUp, tmp_path: Path
) -> None:
    archive = opened()
    archive.ingest(made_up(3))
    with run(HOLD, tmp_path / "archive") as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "held\n"
        writers: list[Callable[[], object]] = [
            lambda: archive.ingest(made_up(5)),
            lambda: archive.remove(["report-1"]),
            archive.check,
        ]
        for write in writers:
            with pytest.raises(ArchiveBusyError) as caught:
                write()
            assert f"(process {other.pid}, since 20" in one_sentence(caught.value)
            assert "run this again when it has finished" in str(caught.value)
        writer = archive.status().writer
        assert writer is not None
        assert writer.pid == other.pid
        assert archive.catalog.search("town1", 1, archive_filters())
        other.kill()  # a writer that dies leaves no lock behind, only its note
    assert archive.status().writer is None
    assert archive.status().articles == 3
    assert archive.ingest(made_up(5)).added == 2


def archive_filters() -> object:
    from index.articles import Filters

    return Filters()


def test_two_threads_of_one_process_write_one_after_the_other(tmp_path: Path) -> None:
    with WriterLock(tmp_path).held(), pytest.raises(ArchiveBusyError), WriterLock(tmp_path).held():
        pass
    with WriterLock(tmp_path).held():
        pass


def test_a_catalog_that_another_process_writes_to(
    opened: Open, made_up: MakeUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.catalog.connect", impatient)
    archive = opened()
    with closing(sqlite3.connect(archive.path / "catalog.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveBusyError, match=r"by another process .*run the same command again"):
            archive.ingest(made_up(1))
    assert archive.ingest(made_up(1)).added == 1


def impatient(path: Path) -> sqlite3.Connection:
    db = connect(path)
    db.execute("PRAGMA busy_timeout = 50")
    return db


def test_an_archive_of_a_newer_version(tmp_path: Path, opened: Open, made_up: MakeUp) -> None:
    opened().ingest(made_up(1))
    db = sqlite3.connect(tmp_path / "archive" / "catalog.sqlite3")
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(ArchiveVersionError, match=r"newer Byline.*update Byline") as caught:
        Archive.open(tmp_path / "archive")
    one_sentence(caught.value)


@pytest.mark.parametrize("other", [("other", 64), ("words", 32), ("words", 64)])
def test_an_archive_made_with_another_model(
    opened: Open, made_up: MakeUp, embedder: object, other: tuple[str, int]
) -> None:
    archive = opened()
    archive.ingest(made_up(2))
    another = type(embedder)(*other)  # type: ignore[call-arg]
    another.fingerprint = "of-another-version"  # type: ignore[attr-defined]
    wrong = opened(embedder=another)
    for use in (lambda: wrong.ingest(made_up(3)), lambda: wrong.embedder):
        with pytest.raises(ArchiveVersionError, match=r"byline check --repair") as caught:
            use()
        assert "'words'" in one_sentence(caught.value)
    assert archive.status().articles == 2
    assert archive.check() == []
    # The way that the sentence names: everything is embedded anew.
    problems = wrong.check(repair=True)
    assert [problem.repaired for problem in problems] == [True]
    assert wrong.check() == []
    assert wrong.ingest(made_up(3)).added == 1


def test_a_model_named_otherwise_than_the_archives_is_refused_before_it_is_loaded(
    tmp_path: Path, opened: Open, made_up: MakeUp
) -> None:
    opened().ingest(made_up(1))
    with (
        Archive.open(tmp_path / "archive", embedding_model="no/such-model") as archive,
        pytest.raises(ArchiveVersionError, match=r"'words', not with 'no/such-model'"),
    ):
        archive.ingest(made_up(2))


def test_a_file_where_the_archive_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ArchiveError, match=r"choose another folder with --archive"):
        Archive.open(tmp_path / "file")
    with pytest.raises(ArchiveError, match=r"choose another folder with --archive"):
        Archive.open(tmp_path / "file" / "below")


@pytest.mark.parametrize(
    "content", [b"this is no database at all, but a text file" * 100, b"SQLite format 3\0" + b"x" * 5000]
)
def test_a_catalog_that_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "catalog.sqlite3").write_bytes(content)
    with pytest.raises(ArchiveError, match=r"damaged or not a catalog.*ingest the articles again") as caught:
        Archive.open(tmp_path)
    one_sentence(caught.value)
    assert (tmp_path / "catalog.sqlite3").read_bytes() == content


AS_NOBODY = """
import os, sys
from pathlib import Path
from conftest import WordEmbedder, made_up_article
from index.archive import Archive
from index.errors import BylineError
import chromadb
if os.geteuid() == 0:
    os.seteuid(65534)
try:
    with Archive.open(Path(sys.argv[1]), embedder=WordEmbedder()) as archive:
        archive.ingest([made_up_article(1)])
    print("stored")
except BylineError as error:
    print(error)
"""


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_that_may_not_be_written(tmp_path: Path, opened: Open, made_up: MakeUp, there: bool) -> None:
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(0o755)
    target = tmp_path / "archive"
    if there:
        archive = opened()
        archive.ingest(made_up(1))
        archive.close()
        for path in (target, *target.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
    else:
        tmp_path.chmod(0o555)
    said, _ = run(AS_NOBODY, target).communicate()
    tmp_path.chmod(0o755)
    assert said.count("\n") == 1
    assert repr(str(target)) in said
    if there:
        assert "may not be written to by this user, which reading needs too" in said
        assert "check that you may write to the folder and its files, or ask through" in said
    else:
        assert "choose another folder" in said


FULL = """
import json, resource, sys
from pathlib import Path
from conftest import WordEmbedder, made_up_article
from index.archive import Archive
from index.errors import BylineError
import chromadb
with Archive.open(Path(sys.argv[1]), embedder=WordEmbedder(dim=384)) as archive:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    try:
        archive.ingest([made_up_article(number) for number in range(60)])
        print(json.dumps(None))
    except BylineError as error:
        print(json.dumps(str(error)))
"""


@pytest.mark.slow
def test_a_full_disk_loses_nothing(tmp_path: Path, opened: Open, made_up: MakeUp, embedder: object) -> None:
    """Files may grow to a limit and no further, which fails a write as a full disk does, at every stage."""
    wide = type(embedder)(dim=384)  # type: ignore[call-arg]
    archive = opened(embedder=wide)
    archive.ingest(made_up(20))
    told = set()
    for limit in (4096, 100_000, 250_000, 400_000, 700_000, 1_000_000, 1_500_000):
        said = json.loads(run(FULL, tmp_path / "archive", limit).communicate()[0])
        assert said is None or ("no room left" in said and "free some space" in said and "\n" not in said)
        told.add(said is None)
        found = {article.article_id for article in archive.articles()}
        assert {article.article_id for article in made_up(20)} <= found
    assert False in told
    archive.ingest(made_up(60))
    assert archive.status().articles == 60
    assert archive.check() == []


FULL_WHILE = """
import resource, shutil, sys
from pathlib import Path
from conftest import WordEmbedder
from index.archive import Archive
from index.backup import back_up
from index.errors import BylineError
import chromadb
folder, what = Path(sys.argv[1]), sys.argv[2]
with Archive.open(folder, embedder=WordEmbedder(dim=384)) as archive:
    if what == "repair":
        shutil.rmtree(folder / "vectors")
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
    try:
        archive.check(repair=True) if what == "repair" else back_up(archive, folder.with_name("copy"))
    except BylineError as error:
        print(error)
"""


@pytest.mark.parametrize("what", ["repair", "backup"])
def test_a_disk_that_is_full_while_mending_or_copying(
    tmp_path: Path, opened: Open, made_up: MakeUp, embedder: object, what: str
) -> None:
    wide = type(embedder)(dim=384)  # type: ignore[call-arg]
    archive = opened(embedder=wide)
    archive.ingest(made_up(20))
    said, _ = run(FULL_WHILE, tmp_path / "archive", what).communicate()
    assert said.count("\n") == 1
    assert "free some space" in said
    assert [path.name for path in tmp_path.iterdir()] == ["archive"]  # no half copy
    assert archive.status().articles == 20
    assert archive.catalog.search("town1", 1, archive_filters())
    archive.check(repair=True)
    assert archive.check() == []
