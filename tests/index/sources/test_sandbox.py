"""The child process that parses documents: what it may use, and what happens when it dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.articles import Article
from index.errors import SourceError
from index.identity import Origin
from index.sources import cell
from index.sources import sandbox as module
from index.sources.sandbox import Sandbox

ORIGIN = Origin("a.nitf", "a.nitf", "a")
GOOD = b"<nitf><body><body.content><p>A fact stands here.</p></body.content></body></nitf>"
# A cell with a parser that does what a hostile file might make one do.
HOSTILE = """
import time
from index.sources import cell
from index.sources import sandbox as module
def parse(data, origin):
    {deed}
    yield from ()
real = cell.parser_of
cell.parser_of = lambda kind: parse if kind == "hostile" else real(kind)
cell.CPU_SECONDS = 1
cell.main()
"""


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    box = Sandbox(seconds=60)
    yield box
    box.close()


def hostile(monkeypatch: pytest.MonkeyPatch, deed: str) -> None:
    """Let the sandbox start a cell whose parser of "hostile" files does the deed."""
    start = subprocess.Popen
    code = HOSTILE.format(deed=deed)
    monkeypatch.setattr(subprocess, "Popen", lambda _, **given: start([sys.executable, "-c", code], **given))


def test_one_child_serves_many_files(sandbox: Sandbox) -> None:
    children = set()
    for number in range(5):
        (article,) = sandbox.parse("wire", GOOD, Origin(f"{number}.nitf", str(number), "a"))
        assert isinstance(article, Article)
        assert article.text == "A fact stands here."
        assert sandbox._child is not None
        children.add(sandbox._child.pid)
    assert len(children) == 1


def test_an_article_comes_through_whole(sandbox: Sandbox) -> None:
    (direct,) = cell.parser_of("wire")(GOOD, ORIGIN)
    assert sandbox.parse("wire", GOOD, ORIGIN) == [direct]


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("import os; os.abort()", "breaks its reader"),
        ("import ctypes; ctypes.string_at(0)", "breaks its reader"),
        ("x = bytearray(8_000_000_000)", "more memory than one file may have"),
        ("x = [0]\n    while True: x += x", "more memory than one file may have"),
        ("\n    while True: pass", "longer than the"),
        ("open('written', 'wb', buffering=0).write(b'x')", "is damaged|breaks its reader"),
        ("raise KeyError('x')", r"is damaged \(KeyError\)"),
    ],
    ids=["abort", "segmentation fault", "one large object", "many objects", "endless", "a file", "a fault"],
)
def test_what_a_file_may_not_do(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, deed: str, said: str
) -> None:
    deed = deed.replace("written", str(tmp_path / "written"))
    hostile(monkeypatch, deed)
    with pytest.raises(SourceError, match=f"'a.nitf' .*({said})"):
        sandbox.parse("hostile", b"x", ORIGIN)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) == 0
    (article,) = sandbox.parse("wire", GOOD, ORIGIN)
    assert isinstance(article, Article)


def test_waiting_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile(monkeypatch, "time.sleep(600)")
    box = Sandbox(seconds=3)
    with pytest.raises(SourceError, match="longer than the"):
        box.parse("hostile", b"x", ORIGIN)
    box.close()


def test_a_child_that_has_gone_meanwhile_is_replaced(sandbox: Sandbox) -> None:
    sandbox.parse("wire", GOOD, ORIGIN)
    assert sandbox._child is not None
    sandbox._child.kill()
    sandbox._child.wait()
    assert len(sandbox.parse("wire", GOOD, ORIGIN)) == 1


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="children do not end when idle here")
def test_a_child_that_ends_idle_as_a_file_comes_costs_no_file(sandbox: Sandbox) -> None:
    sandbox.parse("wire", GOOD, ORIGIN)
    assert sandbox._child is not None
    idle = sandbox._child.pid
    os.kill(idle, signal.SIGSTOP)
    os.waitpid(idle, os.WUNTRACED)
    os.kill(idle, signal.SIGALRM)  # is delivered when it goes on: the file is on its way by then
    threading.Timer(0.5, os.kill, (idle, signal.SIGCONT)).start()
    assert len(sandbox.parse("wire", GOOD, ORIGIN)) == 1
    assert sandbox._child.pid != idle


def test_what_interrupts_the_waiting_leaves_no_reply_for_the_next_file(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = module._send

    def interrupted(*request: object) -> bytes:
        send(*request)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_send", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sandbox.parse("wire", GOOD, ORIGIN)
    monkeypatch.setattr(module, "_send", send)
    (article,) = sandbox.parse("wire", GOOD.replace(b"A fact", b"Another fact"), ORIGIN)
    assert isinstance(article, Article)
    assert article.text == "Another fact stands here."


def test_a_child_that_goes_as_a_file_comes_is_replaced(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = module._send

    def gone(child: subprocess.Popen[bytes], header: bytes, data: bytes) -> bytes:
        monkeypatch.setattr(module, "_send", send)
        child.send_signal(signal.SIGALRM)  # as its own alarm does after a minute without files
        child.wait()
        return send(child, header, data)

    monkeypatch.setattr(module, "_send", gone)
    assert len(sandbox.parse("wire", GOOD, ORIGIN)) == 1


def test_the_child_ends_with_its_parent() -> None:
    script = (
        "import json, os\nfrom index.sources.sandbox import _sandbox, parse_document\n"
        "from index.identity import Origin\n"
        f"parse_document('wire', {GOOD!r}, Origin('a', 'a', 'a'))\n"
        "print(json.dumps(_sandbox._child.pid), flush=True)\nos.kill(os.getpid(), 9)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False
    )
    child = Path(f"/proc/{json.loads(ran.stdout)}")
    for _ in range(100):
        if not child.exists() or "Z" in (child / "stat").read_text().rpartition(")")[2].split()[0]:
            return
        subprocess.run(["sleep", "0.1"], check=True)
    pytest.fail("the child is still there")
