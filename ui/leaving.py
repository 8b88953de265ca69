"""A client that goes away before it has its answer: what was asked for it is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from typing import TypeVar, cast

from fastapi import HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Send

T = TypeVar("T")
STOPPED = "Byline was stopped before it had an answer; ask again when it serves"
GONE = Response(status_code=499)  # nginx's code for it; nobody is there to read it


class Streamed(StreamingResponse):
    """Sends a generator's pieces, and closes it where the client goes away while one is sent."""

    async def stream_response(self, send: Send) -> None:
        async with aclosing(cast(AsyncGenerator[str], self.body_iterator)):
            await super().stream_response(send)


async def unless_gone(request: Request, work: Awaitable[T]) -> T | None:
    """What the work gives, or None where the client has gone away first. The request's body has been read.

    Raises HTTPException where the server is stopped meanwhile, which cancels what it waits for.
    """
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        return await working if working.done() else None
    except asyncio.CancelledError:
        raise HTTPException(503, STOPPED, {"retry-after": "10"}) from None
    finally:
        working.cancel()
        leaving.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
