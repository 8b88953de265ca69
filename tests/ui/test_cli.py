"""The command line, end to end, with the models that ship: what it prints, where, and its exit codes."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from index.archive import Archive
from index.articles import Article
from index.sources import SAMPLE
from ui.cli import main

QUESTION = "Who denied responsibility?"


@dataclass(frozen=True)
class Ran:
    """What one run of `byline` left: its exit code, and what it printed."""

    code: int
    out: str
    err: str


Byline = Callable[..., Ran]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but a test's own: an empty working folder, no BYLINE_* but one thread."""
    for name in ("BYLINE_ARCHIVE", "BYLINE_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BYLINE_THREADS", "1")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.fixture
def byline(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Byline:
    """Run `byline` with these arguments, in this process."""

    def run(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["byline", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        code = stop.value.code
        return Ran(code if isinstance(code, int) else 0, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the sample article, made once."""
    from index.archive import Archive
    from index.sources import sample_article

    folder = tmp_path_factory.mktemp("ingested") / "archive"
    with Archive.open(folder, threads=1) as archive:
        archive.ingest([sample_article()])
    return folder


@pytest.fixture
def archive(ingested: Path, tmp_path: Path) -> Path:
    """The sample's archive, to be changed as a test likes."""
    return Path(shutil.copytree(ingested, tmp_path / "archive"))


def one_sentence(ran: Ran, *words: str) -> None:
    """An error the user can mend: exit code 1, nothing on stdout, one line with these words on stderr."""
    assert ran.code == 1, ran
    assert ran.out == ""
    said = [line for line in ran.err.splitlines() if not line.startswith(("reading:", "embedding:"))]
    assert len(said) == 1, ran.err
    for word in words:
        assert word in said[0]


# Asking


def test_ingest_then_ask(byline: Byline, tmp_path: Path) -> None:
    there = tmp_path / "new" / "archive"
    first = byline("--archive", there, "ingest", SAMPLE)
    assert first.code == 0
    assert first.out.startswith("1 article added, 0 updated, 0 unchanged; ")
    assert "embedding: " in first.err
    again = byline("--archive", there, "ingest", SAMPLE)
    assert again.out.startswith("0 articles added, 0 updated, 1 unchanged; 0 passages embedded in ")
    asked = byline("--archive", there, "ask", QUESTION)
    assert asked.code == 0
    assert asked.err == ""
    assert "Kataib Hezbollah" in asked.out.splitlines()[0]
    assert "denied it was responsible" in asked.out
    assert "US strikes Kataib Hezbollah, Voice of America, 13 March 2020" in asked.out


def test_ask_as_json_keeps_its_contract(byline: Byline, archive: Path) -> None:
    from index.sources import sample_article

    ran = byline("--archive", archive, "ask", QUESTION, "--json", "-k", "8")
    found = json.loads(ran.out)
    assert {"question", "answer", "confidence", "citations", "passages", "timings"} <= found.keys()
    assert found["question"] == QUESTION
    assert found["timings"].keys() == {"retrieve_ms", "read_ms", "total_ms"}
    assert len(found["passages"]) == 8
    assert found["passages"][0].keys() == {
        *("passage_id", "article_id", "text", "start", "end", "title", "source", "published", "score")
    }
    (citation,) = found["citations"]
    assert citation["number"] == 1
    assert citation["quote"] == sample_article().text[citation["start"] : citation["end"]]
    wanted = {"article_id", "title", "source", "published", "url", "quote", "start", "end"}
    assert wanted <= citation.keys()


def test_an_honest_no_is_no_error(byline: Byline, archive: Path) -> None:
    question = "What is the recipe for a good onion soup?"
    ran = byline("--archive", archive, "ask", question)
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "The articles do not say."
    assert "The nearest passages, which do not answer it:" in ran.out
    found = json.loads(byline("--archive", archive, "ask", question, "--json").out)
    assert found["answer"] is None
    assert found["citations"] == []


@pytest.mark.parametrize(
    ("option", "found"),
    [
        (("--after", "2020-03-13"), True),
        (("--after", "2020-03-14"), False),
        (("--before", "2020-03-12"), False),
        (("--as-of", "2020-03-13"), True),
        (("--as-of", "2015-01-01"), True),
        (("--as-of", "2020-03-13", "--before", "2020-03-12"), False),
        (("--source", "voice of america"), True),
        (("--source", "CNN"), False),
    ],
)
def test_ask_reads_only_the_articles_that_pass(
    byline: Byline, archive: Path, option: tuple[str, ...], found: bool
) -> None:
    ran = byline("--archive", archive, "ask", QUESTION, "--json", *option)
    assert bool(json.loads(ran.out)["passages"]) is found


def test_a_cold_ask_imports_nothing_heavy(archive: Path) -> None:
    script = (
        "import sys\nfrom ui.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = 'torch transformers sentence_transformers gradio llama_index pandas scipy trafilatura'\n"
        "print([name for name in heavy.split() if name in sys.modules])"
    )
    command = [sys.executable, "-c", script, "--archive", str(archive), "ask", QUESTION]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.splitlines()[-1] == "[]"


# Articles, status, check

STORY = (
    "A fire at a depot in Riverton killed three people on Friday night, the fire service said. Chief Anna "
    "Lindqvist told reporters that the fire began in a loading bay and spread to two halls before crews "
    "could bring it under control. Residents within a mile were told to keep their windows closed until noon."
)


def test_articles_are_listed_shown_and_removed(byline: Byline, archive: Path) -> None:
    listed = byline("--archive", archive, "articles", "list").out
    article_id, published, source, title = listed.rstrip("\n").split("\t")
    assert (published, source, title) == ("2020-03-13", "Voice of America", "US strikes Kataib Hezbollah")
    (record,) = json.loads(byline("--archive", archive, "articles", "list", "--json").out)
    assert record["article_id"] == article_id
    assert "text" not in record
    shown = byline("--archive", archive, "articles", "show", article_id).out
    assert "denied it was responsible" in shown
    removed = byline("--archive", archive, "articles", "remove", article_id)
    assert removed.out == "1 article removed.\n"
    assert byline("--archive", archive, "articles", "list").out == ""
    assert "is empty" in byline("--archive", archive, "ask", QUESTION).err


def test_copies_and_versions_in_every_form_of_the_commands(byline: Byline, tmp_path: Path) -> None:
    old = {"id": "old", "title": "Depot fire", "published": "2020-03-13", "source": "Gazette", "text": STORY}
    new = old | {"id": "new", "published": "2020-03-14", "text": STORY.replace("three", "five")}
    copy = new | {"id": "copy", "published": "2020-03-15", "source": "Courier"}
    records = tmp_path / "records.jsonl"
    records.write_text("\n".join(map(json.dumps, (old, new, copy))))
    folder = tmp_path / "stories"
    byline("--archive", folder, "ingest", records)
    listed = byline("--archive", folder, "articles", "list").out.splitlines()
    notes = {line.split("\t")[0]: line.split("\t")[4] for line in listed}
    assert notes["new"] == "copy of copy; later version of old"
    shown = byline("--archive", folder, "articles", "show", "old").out
    assert "An earlier version; a later one of 14 March 2020 is in the archive (article new)" in shown
    shown_json = json.loads(byline("--archive", folder, "articles", "show", "new", "--json").out)
    assert [version["article_id"] for version in shown_json["earlier"]] == ["old"]
    answer = byline(
        "--archive", folder, "ask", "Who told reporters that the fire began in a loading bay?", "--json"
    )
    (cited,) = json.loads(answer.out)["citations"]
    assert cited["article_id"] == "new"
    assert [copy["article_id"] for copy in cited["also_in"]] == ["copy"]


def test_status(byline: Byline, archive: Path) -> None:
    told = byline("--archive", archive, "status").out
    assert "Articles" in told
    assert "all-MiniLM-L6-v2" in told
    status = json.loads(byline("--archive", archive, "status", "--json").out)
    assert status["articles"] == 1
    assert status["passages"] == status["embedded"] > 0
    assert status["writer"] is None


def test_asking_while_vectors_fill_in_behind_says_how_far_it_is(byline: Byline, archive: Path) -> None:
    with Archive.open(archive) as opened, opened.catalog.writing() as changes:
        changes.put(Article("b", "A bridge", "Mayor Lee denied that the bridge had closed on Sunday."))
    asked = byline("--archive", archive, "ask", "What did Mayor Lee deny?")
    assert asked.code == 0
    assert "the bridge had closed" in asked.out
    assert asked.err == (
        "1 passage is found by words alone until it is embedded; `byline status` says how far that is.\n"
    )
    assert "10, 9 embedded" in byline("--archive", archive, "status").out
    byline("--archive", archive, "check", "--repair")
    assert byline("--archive", archive, "ask", QUESTION).err == ""


def test_check_finds_and_mends(byline: Byline, archive: Path) -> None:
    assert byline("--archive", archive, "check").out == "No problems found.\n"
    shutil.rmtree(archive / "vectors")
    found = byline("--archive", archive, "check")
    assert found.code == 1
    assert found.out.startswith("Found: ")
    assert "byline check --repair" in found.err
    mended = byline("--archive", archive, "check", "--repair")
    assert mended.code == 0
    assert mended.out.startswith("Mended: ")
    assert byline("--archive", archive, "check").out == "No problems found.\n"


# What goes wrong


@pytest.mark.parametrize(
    "command", [("ask", "Who?"), ("status",), ("check",), ("articles", "list"), ("articles", "show", "x")]
)
def test_an_archive_that_is_not_there_is_named_and_not_made(
    byline: Byline, tmp_path: Path, command: tuple[str, ...]
) -> None:
    there = tmp_path / "mistyped"
    one_sentence(byline("--archive", there, *command), repr(str(there)), "byline ingest PATH")
    assert not there.exists()


def test_a_missing_path(byline: Byline, tmp_path: Path) -> None:
    there = tmp_path / "new"
    one_sentence(byline("--archive", there, "ingest", "no-such-file.txt"), "'no-such-file.txt'")
    assert not there.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("picture.txt", bytes(range(256)) * 40),
        ("empty.txt", b""),
        ("empty.jsonl", b"\n\n"),
        ("broken.jsonl", b'{"title": "No end"\n'),
    ],
)
def test_what_is_no_article(byline: Byline, archive: Path, tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    one_sentence(byline("--archive", archive, "ingest", tmp_path / name), name)
    assert byline("--archive", archive, "check").code == 0


def test_one_broken_line_is_named_and_the_others_go_in(byline: Byline, archive: Path, tmp_path: Path) -> None:
    records = [
        json.dumps({"title": f"Report {n}", "text": f"Mayor Lee opened bridge {n}."}) for n in range(20)
    ]
    records.insert(7, '{"title": "Half a rec')
    (tmp_path / "many.jsonl").write_text("\n".join(records))
    ran = byline("--archive", archive, "ingest", tmp_path / "many.jsonl")
    assert ran.code == 0
    assert ran.out.startswith("20 articles added")
    assert "1 item left out:" in ran.out
    assert "8" in ran.out.splitlines()[2]
    report = json.loads(byline("--archive", archive, "ingest", tmp_path / "many.jsonl", "--json").out)
    assert (report["unchanged"], len(report["skipped"])) == (20, 1)


def test_strict_ends_at_the_first_thing_that_cannot_be_used(
    byline: Byline, archive: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text("Mayor Lee opened a bridge.")
    (folder / "b.txt").write_bytes(b"")
    (folder / "c.txt").write_text("Mayor Lee closed a bridge.")
    ran = byline("--archive", archive, "ingest", "--strict", folder)
    one_sentence(ran, repr(str(folder / "b.txt")), "is empty")
    listed = byline("--archive", archive, "articles", "list").out.splitlines()
    assert len(listed) == 2  # the sample, and what was read before
    assert byline("--archive", archive, "ingest", folder).out.startswith("1 article added, 0 updated, 1 unch")
    (folder / "b.txt").unlink()
    assert byline("--archive", archive, "ingest", "--strict", folder).code == 0


def test_two_files_that_number_their_articles_alike_lose_none_of_them_in_silence(
    byline: Byline, tmp_path: Path
) -> None:
    folder, archive = tmp_path / "news", tmp_path / "new"
    folder.mkdir()
    for name, town in (("a", "Riverton"), ("b", "Lakeside")):
        record = {"id": 1, "title": f"{town} votes", "text": f"The council of {town} voted on Tuesday."}
        (folder / f"{name}.jsonl").write_text(json.dumps(record))
    ran = byline("--archive", archive, "ingest", folder)
    assert ran.code == 0
    assert "The id '1' of 'Lakeside votes' came with another article in the same ingest" in ran.out
    with Archive.open(archive) as opened:
        assert [article.title for article in opened.articles()] == ["Riverton votes"]
    assert byline("--archive", archive, "ingest", "--strict", folder).code == 1


def test_a_folder_kept_in_step_is_not_strict(byline: Byline, archive: Path, tmp_path: Path) -> None:
    ran = byline("--archive", archive, "ingest", "--watch", "--strict", tmp_path)
    assert ran.code == 2
    assert "--strict stops at what --watch goes on past; leave one of them out." in " ".join(ran.err.split())


def test_section_and_last_change_are_shown(byline: Byline, archive: Path, tmp_path: Path) -> None:
    nitf = (
        '<nitf><head><docdata><date.issue norm="20210303"/></docdata><pubdata position.section="Local"/>'
        '<revision-history norm="20210304"/></head><body>'
        "<body.content><p>Mayor Lee opened a bridge.</p></body.content></body></nitf>"
    )
    (tmp_path / "bridge.nitf").write_text(nitf)
    assert byline("--archive", archive, "ingest", tmp_path / "bridge.nitf").out.startswith("1 article added")
    listed = byline("--archive", archive, "articles", "list").out.splitlines()[0]
    shown = byline("--archive", archive, "articles", "show", listed.split("\t")[0]).out
    assert "Section: Local" in shown
    assert "Modified: 4 March 2021" in shown
    assert "Inferred: title" in shown


def test_a_second_writer(byline: Byline, archive: Path) -> None:
    with FileLock(archive / "writer.lock"):
        one_sentence(byline("--archive", archive, "ingest", SAMPLE), repr(str(archive)), "being written to")
        assert byline("--archive", archive, "ask", QUESTION).code == 0


def test_an_unknown_article(byline: Byline, archive: Path) -> None:
    one_sentence(byline("--archive", archive, "articles", "show", "nope"), "'nope'", "articles list")
    ran = byline("--archive", archive, "articles", "remove", "nope")
    assert ran.code == 1
    assert "'nope'" in ran.err


def test_a_port_in_use(byline: Byline, archive: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        one_sentence(byline("--archive", archive, "chat", "--port", str(port)), str(port), "--port")


def test_an_unknown_setting(byline: Byline, archive: Path) -> None:
    Path("byline.toml").write_text('archve = "there"\n')
    one_sentence(byline("status"), "'archve'", "'byline.toml'", "archive")


def test_a_question_without_words(byline: Byline, archive: Path) -> None:
    one_sentence(byline("--archive", archive, "ask", " ?! "), "no words")


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("wiegh",),
        ("ingest",),
        ("ask",),
        ("ask", "Who?", "-k", "0"),
        ("ask", "Who?", "--after", "yesterday"),
        ("chat", "--port", "99999"),
    ],
)
def test_wrong_usage(byline: Byline, wrong: tuple[str, ...]) -> None:
    assert byline(*wrong).code == 2


def test_options_of_byline_may_stand_after_the_command(byline: Byline, archive: Path) -> None:
    assert json.loads(byline("status", "--json", "--archive", archive).out)["path"] == str(archive)
    listed = byline("articles", "list", f"--archive={archive}", "--json", "--threads", "1")
    assert len(json.loads(listed.out)) == 1
    missing = byline("status", "--archive")
    assert missing.code == 2
    assert "'--archive' requires an argument" in missing.err
    one_sentence(byline("--archive", archive, "articles", "show", "--", "--archive"), "'--archive'")


def test_help_names_every_command_and_keeps_its_defaults(byline: Byline) -> None:
    told = byline("--help").out
    for command in ("ingest", "ask", "chat", "articles", "status", "check", "eval"):
        assert f"\n  {command} " in told
    assert "..." not in told.split("Commands:")[1]  # no summary is cut short
    assert "[default: 8]" in byline("ask", "--help").out
    assert "[default: 7860]" in byline("chat", "--help").out
    assert "--fail-under" in byline("eval", "run", "--help").out
    assert byline("--version").out.startswith("byline ")
