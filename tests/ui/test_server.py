"""On which port the page is served, and at which address."""

from __future__ import annotations

import socket

import pytest

from index.errors import SettingsError
from ui.server import address, listening


def test_a_free_port_is_listened_on() -> None:
    with listening("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert address("127.0.0.1", listener) == f"http://127.0.0.1:{port}"
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass


def test_a_port_in_use_is_one_sentence() -> None:
    with listening("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"127\.0\.0\.1:{port} .*in use.*--port"):
            listening("127.0.0.1", port)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1"])
def test_a_host_that_is_not_ours_is_one_sentence(host: str) -> None:
    with pytest.raises(SettingsError, match="--host"):
        listening(host, 0)


def test_an_ipv6_address_is_written_in_brackets() -> None:
    with listening("127.0.0.1", 0) as listener:
        assert address("::1", listener).startswith("http://[::1]:")
