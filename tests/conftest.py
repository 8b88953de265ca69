"""What the tests of several rooms share."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

PAGE = (
    "<!doctype html><html><head><title>Harbour of Velden reopens</title></head><body><article>"
    "<h1>Harbour of Velden reopens</h1>"
    "<p>The harbour of Velden reopened on Monday, two years after the storm that closed it, and the first "
    "ship to enter was the trawler Marigold.</p>"
    "<p>Ada Quill, the harbour master of Velden, said that eleven cranes had been repaired and that the quay "
    "had been raised by a metre. Fishermen had asked for that since the storm, she added.</p>"
    "</article></body></html>"
)


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        known = self.path == "/harbour"
        body = PAGE.encode() if known else b"nothing here"
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def news_site() -> Iterator[str]:
    """A site on this machine with one article, at /harbour; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
