"""A server in OpenAI's shape on loopback that does as it is told: fakes only to inject a failure."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "faulty"


@dataclass
class Script:
    """What the server does with the next completions, and what it has been asked.

    `texts` are the answers, one a completion, the last one again and again, each sent in pieces of three
    characters; `finish` is why they end, `usage` the tokens in and out that are told to whoever asks.
    `dies_after` breaks the connection after so many pieces, `waits` stops in the middle until released,
    `silent` says nothing at all, and sees whether whoever asked goes away.
    """

    texts: list[str] = field(default_factory=list)
    status: int = 200
    error: str = ""
    dies_after: int | None = None
    waits: bool = False
    silent: bool = False
    finish: str = "stop"
    usage: tuple[int, int] | None = None
    raw: bytes | None = None
    context: int | None = 8192
    model: str = MODEL
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    address: str = ""
    released: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)

    def prompts(self) -> list[str]:
        """All that was said in each completion that was asked for."""
        return ["\n".join(message["content"] for message in one["messages"]) for one in self.asked]


def _usage(read: int, written: int) -> dict[str, int]:
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


@contextmanager
def faulty(script: Script) -> Iterator[str]:
    """Serve the script; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            meta = {} if script.context is None else {"max_model_len": script.context}
            self._send(200, json.dumps({"object": "list", "data": [{"id": script.model, **meta}]}).encode())

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            script.asked.append(body)
            script.keys.append(self.headers["authorization"])
            if script.silent:
                if not self.connection.recv(1):
                    script.gone.set()
                return
            if script.status != 200:
                self._send(script.status, json.dumps({"error": {"message": script.error}}).encode())
                if script.status == 400:
                    script.status = 200  # for whoever asks for less
                return
            text = script.texts.pop(0) if len(script.texts) > 1 else script.texts[0]
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            if script.raw is not None:
                self.wfile.write(script.raw)
                return
            told = body.get("stream_options", {}).get("include_usage")
            self._stream([text[at : at + 3] for at in range(0, len(text), 3)], bool(told))

        def _stream(self, pieces: Sequence[str], told: bool) -> None:
            try:
                self._event({"role": "assistant", "content": ""})
                for number, piece in enumerate(pieces):
                    if number == script.dies_after:
                        self.connection.close()
                        return
                    self._event({"content": piece})
                    if script.waits and number == len(pieces) // 2:
                        while not script.released.wait(0.05):
                            self._event({"content": ""})
                self._event({}, script.finish)
                if told and script.usage:
                    self._chunk([], usage=_usage(*script.usage))
                self.wfile.write(b"data: [DONE]\n\n")
            except OSError:
                script.gone.set()

        def _event(self, delta: dict[str, Any], finish: str | None = None) -> None:
            self._chunk([{"index": 0, "delta": delta, "finish_reason": finish}])

        def _chunk(self, choices: list[Any], **more: Any) -> None:
            chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": MODEL}
            self.wfile.write(f"data: {json.dumps({**chunk, 'choices': choices, **more})}\n\n".encode())
            self.wfile.flush()

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    script.address = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield script.address
    finally:
        script.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
