"""A connection to an address that has been checked, ended when its time is up."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import SplitResult

from index.sources.public import is_public


class RefusedError(ValueError):
    """Why something is not fetched, whoever asks, and what to do."""


def refuse(parts: SplitResult, allow_hosts: Collection[str]) -> None:
    """Raise RefusedError for a user or password in the address, and for a port that is not the web's."""
    host = parts.hostname or ""
    if parts.username is not None or parts.password is not None:
        raise RefusedError(
            f"an address with a user or password in it ({host!r}) is one where Byline does not fetch; leave "
            "them out"
        )
    if parts.port not in (None, 80, 443) and host not in allow_hosts:
        raise RefusedError(
            f"port {parts.port} of {host!r} is not the web's, and one where Byline does not fetch"
            f"{_allowing(host)}"
        )


def connect(host: str, port: int, deadline: float, *, public: bool) -> socket.socket:
    """Connect to the very address that was checked: a name looked up twice may answer differently."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, address in found if public else ():
        ip = ipaddress.ip_address(str(address[0]).partition("%")[0])
        if not is_public(ip):
            raise RefusedError(
                f"{host!r} ({ip}) is on this machine or a private network, where Byline does not fetch"
                f"{_allowing(host)}"
            )
    for family, kind, protocol, _, address in found:
        plug = socket.socket(family, kind, protocol)
        plug.settimeout(seconds_left(deadline))
        try:
            plug.connect(address)
        except OSError:
            plug.close()
            if address == found[-1][4]:
                raise
        else:
            return plug
    raise ValueError(f"{host!r} has no address")


@contextmanager
def hung_up_at(deadline: float, plug: socket.socket) -> Iterator[None]:
    """End the connection at the deadline, whatever waits for it.

    A timeout of the socket's counts from the last byte: one byte of a header a second would never meet it.
    """
    left = seconds_left(deadline)
    same = plug.dup()
    timer = threading.Timer(left, _hang_up, (same,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        same.close()


def _hang_up(plug: socket.socket) -> None:
    with suppress(OSError):  # the other side was quicker
        plug.shutdown(socket.SHUT_RDWR)


def seconds_left(deadline: float) -> float:
    """Return the seconds until the deadline. Raises TimeoutError where there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    return left


def _allowing(host: str) -> str:
    return f'; if it is to, set allow_hosts = ["{host}"] in byline.toml'
