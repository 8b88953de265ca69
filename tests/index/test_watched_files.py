"""Files of a folder kept in step that give one id: whose article is held, and whose comes in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.archive import Archive
from index.watch import Watch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "news").mkdir()
    return tmp_path / "news"


def titles(archive: Archive) -> set[str]:
    return {article.title for article in archive.articles()}


def test_an_article_that_another_file_still_gives_stays(folder: Path, archive: Archive) -> None:
    record = (
        '{"id": "r1", "title": "Bridge", "text": "The council voted to build a bridge over the river."}\n'
    )
    for name in ("a.jsonl", "b.jsonl"):
        (folder / name).write_text(record)
    watch = Watch(archive, folder, settle=0.05)
    watch.step()
    (folder / "a.jsonl").unlink()
    watch.step()
    assert titles(archive) == {"Bridge"}
    (folder / "b.jsonl").unlink()
    watch.step()
    assert titles(archive) == set()


def csv(folder: Path, name: str, title: str) -> Path:
    path = folder / f"{name}.csv"
    path.write_text(f"id,title,text\n1,{title},The council of {title} voted on Tuesday.\n")
    return path


@pytest.mark.parametrize("together", [True, False])
def test_of_two_files_that_give_one_id_the_one_that_is_left_is_read(
    folder: Path, archive: Archive, together: bool
) -> None:
    watch = Watch(archive, folder, settle=0.05)
    first = csv(folder, "a", "Alpha")
    told = watch.step() if not together else None
    csv(folder, "b", "Beta")
    told = watch.step()
    assert told is not None and "'Beta'" in told[0].skipped[0].reason
    assert titles(archive) == {"Alpha"}
    first.unlink()
    watch.step()
    assert titles(archive) == {"Beta"}
    assert watch.step() is None
    csv(folder, "a", "Alpha")
    watch.step()
    assert titles(archive) == {"Beta"}
    (folder / "b.csv").unlink()
    watch.step()
    assert titles(archive) == {"Alpha"} and archive.check() == []


def test_an_edit_stays_with_the_file_that_gave_the_article(folder: Path, archive: Archive) -> None:
    watch = Watch(archive, folder, settle=0.05)
    csv(folder, "b", "Beta")
    watch.step()
    for title in ("Alpha", "Alpha the second"):  # as it comes, and as it is edited
        csv(folder, "a", title)
        told = watch.step()
        assert told is not None and repr(title) in told[0].skipped[0].reason
        assert titles(archive) == {"Beta"}
    csv(folder, "b", "Beta the second")
    told = watch.step()
    assert told is not None and "'Alpha the second'" in told[0].skipped[0].reason
    assert titles(archive) == {"Beta the second"}
    (folder / "b.csv").write_text("id,title,text\n2,Gamma,The council of Gamma voted on Tuesday.\n")
    watch.step()
    assert titles(archive) == {"Alpha the second", "Gamma"} and archive.check() == []


def test_where_the_file_of_a_later_version_goes_the_earlier_one_is_the_present(
    folder: Path, archive: Archive
) -> None:
    paths = [folder / f"{day}.txt" for day in (13, 14)]
    for path in paths:
        path.write_text(
            f"Title: Bridge\nURL: https://gazette.example/bridge\nPublished: 2020-03-{path.stem}\n\n"
            f"The council voted for {path.stem} bridges over the river. The mayor was pleased with it.\n"
        )
    watch = Watch(archive, folder, settle=0.05)
    watch.step()
    assert len(archive.articles()) == 2
    paths[1].unlink()
    watch.step()
    assert [article.published for article in archive.articles()] == ["2020-03-13"]
    assert watch.step() is None and archive.check() == []
