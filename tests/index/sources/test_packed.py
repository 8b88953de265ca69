"""Zip and gzip files: read in memory, member by member, and no further than they may go."""

from __future__ import annotations

import gzip
import json
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from index.articles import Article, Skipped
from index.errors import SourceError
from index.sources import packed, read_source

FACT = "The harbor was fined on Tuesday."
LINES = "\n".join(json.dumps({"id": f"r{n}", "title": f"T{n}", "text": f"Fact {n}."}) for n in range(3))


def zipped(path: Path, members: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def read(path: Path) -> tuple[list[Article], dict[str, str]]:
    items = list(read_source(path))
    skipped = {item.origin: item.reason for item in items if isinstance(item, Skipped)}
    return [item for item in items if isinstance(item, Article)], skipped


def test_members_of_every_format(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "week.zip",
        {
            "a.txt": FACT,
            "sub/b.md": "# Bridge opened\n\nThe bridge opened.",
            "c.jsonl": LINES,
            "d.json": json.dumps([{"title": "D", "text": "Fact d."}]),
            "e.csv": "title,text\nE,Fact e.\n",
            "f.nitf": "<nitf><body><body.content><p>Fact f.</p></body.content></body></nitf>",
            ".hidden": FACT,
            "__MACOSX/a.txt": FACT,
        },
    )
    articles, skipped = read(path)
    assert [a.text for a in articles] == [
        *(FACT, "Bridge opened\n\nThe bridge opened.", "Fact 0.", "Fact 1.", "Fact 2."),
        *("Fact d.", "Fact e.", "Fact f."),
    ]
    assert skipped == {}
    assert len({a.article_id for a in articles}) == len(articles)
    assert [a.article_id for a in read(path)[0]] == [a.article_id for a in articles]


def test_a_member_that_cannot_be_used_is_named_and_the_others_go_in(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"x.txt": FACT}).read_bytes()
    members = {
        "empty.txt": b"",
        "picture.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        "inner.zip": inner,
        "inner.txt.gz": gzip.compress(FACT.encode()),
        "broken.jsonl": LINES.encode() + b'\n{"title": "half',
        "a.txt": FACT.encode(),
    }
    path = zipped(tmp_path / "week.zip", members)
    articles, skipped = read(path)
    assert [a.text for a in articles] == ["Fact 0.", "Fact 1.", "Fact 2.", FACT]
    assert set(skipped) == {
        f"{path}/{name}"
        for name in ("empty.txt", "picture.png", "inner.zip", "inner.txt.gz", "broken.jsonl:4")
    }
    assert "packed inside a packed file" in skipped[f"{path}/inner.zip"]
    assert "packed inside a packed file" in skipped[f"{path}/inner.txt.gz"]


@pytest.mark.parametrize("name", ["../../outside.txt", "/outside.txt", "..\\outside.txt"])
def test_a_member_that_would_lie_outside_is_written_nowhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "deep" / "in").mkdir(parents=True)
    path = zipped(tmp_path / "deep" / "in" / "week.zip", {name: FACT})
    before = sorted(tmp_path.rglob("*"))
    articles, _ = read(path)
    assert [a.text for a in articles] == [FACT]
    assert sorted(tmp_path.rglob("*")) == before
    assert not Path("/outside.txt").exists()


def test_two_members_of_one_name(tmp_path: Path) -> None:
    path = tmp_path / "week.zip"
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "w") as file:
        file.writestr("a.txt", FACT)
        file.writestr("a.txt", "Another fact.")
    articles, skipped = read(path)
    assert [a.text for a in articles] == [FACT]
    assert "twice" in skipped[f"{path}/a.txt"]


def test_a_locked_and_a_damaged_member(tmp_path: Path) -> None:
    path = zipped(tmp_path / "week.zip", {"a.txt": "locked", "b.txt": "damaged " * 100, "c.txt": FACT})
    data = bytearray(path.read_bytes())
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 1  # the flag that says a.txt is locked
    second = data.index(b"PK\x03\x04", 4)
    data[second + 35 : second + 40] = b"\xff" * 5
    path.write_bytes(data)
    articles, skipped = read(path)
    assert [a.text for a in articles] == [FACT]
    assert "locked with a password" in skipped[f"{path}/a.txt"]
    assert "breaks off" in skipped[f"{path}/b.txt"]


def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.zip", {"zeros.txt": b"0" * 50_000_000})
    assert path.stat().st_size < 100_000
    with pytest.raises(SourceError, match="unpacks to 50,000,000 bytes, more than 200 times its size"):
        list(read_source(path))


def test_a_member_that_is_a_bomb_among_others(tmp_path: Path) -> None:
    noise = bytes(range(256)) * 4
    path = tmp_path / "week.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("padding.png", b"\x89PNG" + noise * 1000)
        file.writestr("zeros.txt", b"a fact " * 2_000_000, zipfile.ZIP_DEFLATED)
        file.writestr("a.txt", FACT)
    articles, skipped = read(path)
    assert [a.text for a in articles] == [FACT]
    assert "unpacks to more than 200 times its size" in skipped[f"{path}/zeros.txt"]


def test_a_bomb_of_records_ends_where_it_goes_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "ALLOWED", 100_000)
    record = json.dumps({"id": "r", "title": "T", "text": "Fact. " * 100}) + "\n"
    path = tmp_path / "bomb.jsonl.gz"
    path.write_bytes(gzip.compress(record.encode() * 20_000))
    articles, skipped = read(path)
    assert 100 <= len(articles) < 20_000
    (reason,) = skipped.values()
    assert "unpacks to more than 200 times its size" in reason


def test_gzip_of_any_format(tmp_path: Path) -> None:
    for name, data in {
        "a.txt": FACT,
        "b.csv": f"title,text\nB,{FACT}\n",
        "c.nitf": f"<nitf><p>{FACT}</p></nitf>",
    }.items():
        path = tmp_path / f"{name}.gz"
        path.write_bytes(gzip.compress(data.encode()))
        if name != "c.nitf":
            assert [a.text for a in read(path)[0]] == [FACT]
    with pytest.raises(SourceError, match="holds no text"):
        list(read_source(tmp_path / "c.nitf.gz"))


def test_gzip_inside_gzip_and_a_broken_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(gzip.compress(FACT.encode())))
    with pytest.raises(SourceError, match="packed inside a packed file"):
        list(read_source(path))
    path.write_bytes(gzip.compress(FACT.encode() * 1000)[:40])
    with pytest.raises(SourceError, match="breaks off here"):
        list(read_source(path))


@pytest.mark.parametrize("data", [b"PK\x05\x06" + bytes(18), b"PK\x03\x04 nothing", b"no zip"])
def test_what_is_no_zip(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=r"holds nothing to read|damaged, or no zip file"):
        list(read_source(path))


def test_a_tar_archive_is_named_for_what_it_is(tmp_path: Path) -> None:
    inner, path = tmp_path / "a.txt", tmp_path / "news.tar.gz"
    inner.write_text("The council voted on Tuesday to build a bridge over the river.\n" * 3000)
    with tarfile.open(path, "w:gz") as packed:
        packed.add(inner, "a.txt")
    with pytest.raises(SourceError, match="is a tar archive"):
        list(read_source(path))
