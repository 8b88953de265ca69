"""A folder kept in step: what goes in, what goes out, and what is left alone."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.archive import Archive
from index.articles import Article, IngestReport
from index.errors import SourceError
from index.watch import Watch

STORY = "The council voted to build bridge {0} over the river. The mayor of town {0} was pleased with it."


def write(folder: Path, name: str, text: str = "") -> Path:
    path = folder / f"{name}.txt"
    path.write_text(f"Bridge {name}\n\n{STORY.format(text or name)}\n")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "news").mkdir()
    return tmp_path / "news"


def titles(archive: Archive) -> set[str]:
    return {article.title for article in archive.articles()}


def test_new_changed_and_removed_files(folder: Path, archive: Archive) -> None:
    watch = Watch(archive, folder, settle=0.05)
    archive.ingest([Article("other", "Another", STORY)])
    gone = write(folder, "a")
    kept = write(folder, "b")
    first = watch.step()
    assert first is not None and first[0].added == 2
    assert watch.step() is None
    gone.unlink()
    write(folder, "b", "b, which was mended")
    second = watch.step()
    assert second is not None and (second[0].updated, second[1]) == (1, 1)
    assert titles(archive) == {"Another", "Bridge b"}
    assert kept.exists() and archive.check() == []


def test_a_file_that_cannot_be_read_is_told_once(folder: Path, archive: Archive) -> None:
    (folder / "empty.txt").write_text("")
    watch = Watch(archive, folder, settle=0.05)
    first = watch.step()
    assert first is not None and first[0].skipped[0].origin.endswith("empty.txt")
    assert watch.step() is None


def test_a_file_that_is_still_written_waits(folder: Path, archive: Archive) -> None:
    path = write(folder, "a")
    watch = Watch(archive, folder, settle=0.5)
    growing = threading.Timer(0.1, lambda: path.write_text(path.read_text() * 2))
    growing.start()
    assert watch.step() is None
    growing.join()
    again = watch.step()
    assert again is not None and again[0].added == 1


def test_a_folder_that_is_gone_empties_nothing(folder: Path, archive: Archive) -> None:
    write(folder, "a")
    watch = Watch(archive, folder, settle=0.05)
    watch.step()
    shutil.rmtree(folder)
    with pytest.raises(SourceError, match="news"):
        watch.step()
    assert titles(archive) == {"Bridge a"}


@pytest.mark.parametrize("device", [False, True])
def test_a_drive_that_is_taken_away_empties_nothing(
    folder: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch, device: bool
) -> None:
    files = [write(folder, "a")] if device else [write(folder, "a"), write(folder, "b")]
    here = {f"Bridge {path.stem}" for path in files}
    watch = Watch(archive, folder, settle=0.05)
    watch.step()
    for path in files:
        path.unlink()
    if device:
        write(folder, "below the drive")
        monkeypatch.setattr("index.watch._device", lambda _: 7)
    for _ in range(2):
        with pytest.raises(SourceError, match=r"news' holds none .* `byline articles remove`"):
            watch.step()
        assert titles(archive) == here
    if not device:
        write(folder, "a")
        watch.step()  # it is back, without one of its files
        assert titles(archive) == {"Bridge a"}


def test_a_folder_that_was_emptied_may_be_once_its_articles_are_gone(folder: Path, archive: Archive) -> None:
    files = [write(folder, "a"), write(folder, "b")]
    watch = Watch(archive, folder, settle=0.05)
    watch.step()
    for path in files:
        path.unlink()
    archive.remove([article.article_id for article in archive.articles()])
    watch.step()
    assert archive.catalog.watched(str(folder.resolve())) == {}


def test_a_file_that_is_renamed_alone_in_its_folder(folder: Path, archive: Archive) -> None:
    write(folder, "a")
    write(folder, "b")
    watch = Watch(archive, folder, settle=0.05)
    watch.step()
    for name in "ab":
        (folder / f"{name}.txt").rename(folder / f"new-{name}.txt")
    second = watch.step()
    assert second is not None and (second[0].added, second[1]) == (2, 2)


def test_a_linked_folder_is_told_once(folder: Path, archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    write(folder, "a")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    watch = Watch(archive, folder, settle=0.05)
    first = watch.step()
    assert first is not None and "is a link to a folder" in first[0].skipped[0].reason
    assert watch.step() is None


def test_a_subfolder_that_cannot_be_opened_is_told_once_and_empties_nothing(
    folder: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut = folder / "shut"
    shut.mkdir()
    write(shut, "a")
    gone = write(folder, "b")
    watch = Watch(archive, folder, settle=0.05)
    watch.step()
    opening = Path.iterdir

    def refusing(path: Path) -> Iterator[Path]:
        if path == shut:
            raise PermissionError(13, "Permission denied")
        return opening(path)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "iterdir", refusing)
        gone.unlink()
        second = watch.step()
        assert second is not None and second[1] == 1
        assert [skipped.origin for skipped in second[0].skipped] == [str(shut)]
        assert watch.step() is None
        assert titles(archive) == {"Bridge a"}
    shutil.rmtree(shut)
    watch.step()
    assert titles(archive) == set()


def test_a_file_that_cannot_be_looked_at_is_not_gone(
    folder: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(folder, "a")
    watch = Watch(archive, folder, settle=0.05)
    watch.step()
    looking = Path.stat

    def failing(here: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if here == path:
            raise OSError(116, "Stale file handle")
        return looking(here, follow_symlinks=follow_symlinks)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "stat", failing)
        write(folder, "b")
        watch.step()
    assert titles(archive) == {"Bridge a", "Bridge b"}


def test_a_name_that_is_no_utf_8(folder: Path, archive: Archive) -> None:
    path = folder / os.fsdecode(b"caf\xe9.txt")
    try:
        path.write_text(STORY)
    except OSError:
        pytest.skip("this file system takes no such name")
    watch = Watch(archive, folder, settle=0.05)
    assert watch.step() is not None
    assert watch.step() is None
    path.unlink()
    write(folder, "b")
    watch.step()
    assert titles(archive) == {"Bridge b"}


def test_what_could_not_be_read_stays_and_is_tried_again(
    folder: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(folder, "a")
    Watch(archive, folder, settle=0.05).step()
    write(folder, "a", "a, which was mended")

    def broken(self: Path, *_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", broken)
        watch = Watch(archive, folder, settle=0.05)
        told = watch.step()
        assert told is not None and "nput/output error" in told[0].skipped[0].reason
        assert watch.step() is None
    assert titles(archive) == {"Bridge a"}
    again = Watch(archive, folder, settle=0.05).step()
    assert again is not None and again[0].updated == 1
    assert path.exists() and Watch(archive, folder, settle=0.05).step() is None


def test_what_could_not_be_read_is_tried_again_while_watching(
    folder: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "a")
    monkeypatch.setattr("index.watch.AGAIN_EVERY", 0.0)
    watch = Watch(archive, folder, settle=0.05)

    def broken(self: Path, *_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", broken)
        assert watch.step() is not None
        assert watch.step() is None  # tried again, and told once
    again = watch.step()
    assert again is not None and again[0].added == 1
    assert watch.step() is None


def test_an_archive_inside_the_folder_is_not_read(archive: Archive, tmp_path: Path) -> None:
    write(tmp_path, "a")
    watch = Watch(archive, tmp_path, settle=0.05)  # it is in archive/
    told = watch.step()
    assert told is not None and told[0].skipped == ()
    assert watch.step() is None


@pytest.mark.slow
def test_it_runs_until_it_is_stopped_and_frees_the_lock(
    folder: Path, archive: Archive, opened: Callable[..., Archive]
) -> None:
    stop, told = threading.Event(), list[IngestReport]()
    watch = Watch(archive, folder, settle=0.1)
    thread = threading.Thread(
        target=watch.run, args=(lambda report, _: told.append(report), lambda _: None, stop)
    )
    thread.start()
    time.sleep(1)
    write(folder, "a")
    until = time.monotonic() + 60
    while not told and time.monotonic() < until:
        time.sleep(0.1)
    opened().ingest([Article("other", "Another", STORY)])  # ArchiveBusyError while the lock were held
    stop.set()
    thread.join()
    assert titles(archive) == {"Bridge a", "Another"}
