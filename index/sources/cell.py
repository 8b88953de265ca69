"""The child process in which documents are parsed: `python -m index.sources.cell`.

A PDF or a Word file is written by anybody, and its parser is a large program. Here it may use so much memory
and so much time, may write no file, and if it dies, it dies alone. `index.sources.sandbox` speaks to it: a
line of JSON that names the format and the size, then the bytes; the reply is a line of JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from io import BufferedReader
from typing import Any

from index.articles import Article, Skipped
from index.errors import SourceError
from index.identity import Origin

MEMORY = 1_000_000_000  # bytes of addresses, of which Python and PDFium take some 60 MB
CPU_SECONDS = 30
_IDLE_SECONDS = 60  # after which it goes; another is started when it is needed

Parser = Callable[[bytes, Origin], Iterator[Article | Skipped]]


def parser_of(kind: str) -> Parser:
    """Return the parser of a format. Each is imported when the first file of its kind comes."""
    if kind == "pdf":
        from index.sources.pdf import parse_pdf

        return parse_pdf
    if kind == "docx":
        from index.sources.docx import parse_docx

        return parse_docx
    if kind == "epub":
        from index.sources.epub import parse_epub

        return parse_epub
    if kind == "mail":
        from index.sources.mail import parse_mail

        return parse_mail
    from index.sources.wire import parse_wire

    return parse_wire


def parse(kind: str, data: bytes, origin: Origin) -> dict[str, Any]:
    """Return the reply: `items` (articles and what is skipped), or `refused`, the sentence that says why."""
    try:
        items = list(parser_of(kind)(data, origin))
    except SourceError as error:
        return {"refused": str(error)}
    except MemoryError:
        return {
            "refused": f"{origin.shown!r} needs more memory than one file may have; split it.",
            "last": True,
        }
    except Exception as error:  # noqa: BLE001 (a parser of other people's files: any fault is the file's)
        why = type(error).__name__
        return {
            "refused": f"{origin.shown!r} is damaged ({why}); open it and save it again, or leave it out."
        }
    return {"items": [asdict(item) for item in items]}


def main() -> None:
    """Answer one request after another until there are no more, or none comes for a minute."""
    requests, replies = os.fdopen(sys.stdin.fileno(), "rb", closefd=False), sys.stdout.buffer
    _bound_memory_and_files()
    while _await(requests) and (line := requests.readline()):
        request = json.loads(line)
        data = requests.read(request.pop("size"))
        _bound_time()
        reply = parse(request.pop("kind"), data, Origin(**request))
        replies.write(json.dumps(reply).encode() + b"\n")
        replies.flush()
        if reply.get("last"):
            return


def _await(requests: BufferedReader) -> bool:
    """Wait for a request; the alarm ends this process if none comes."""
    if hasattr(signal, "alarm"):
        signal.alarm(_IDLE_SECONDS)
        requests.peek(1)
        signal.alarm(0)
    return True


def _bound_memory_and_files() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the time that the parent waits is bounded there too
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bound_time() -> None:
    """Allow this file so many seconds of the processor; the system ends the process at the limit."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS, hard))


if __name__ == "__main__":
    main()
