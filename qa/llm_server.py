"""The server at an address: which model it has, and how much that takes. llama.cpp and vLLM say so."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from time import monotonic

import httpx

from index.errors import ModelError
from qa.llm_errors import told
from qa.providers import LOCAL
from qa.settings import LlmSettings

UNKNOWN_CONTEXT = 4096  # tokens, where neither the server nor the settings say
_CONNECT = 10.0  # seconds
_REMEMBERED = 10.0  # seconds: whoever asks meanwhile need not wait for the same failure
_LOOK = 0.1  # seconds between two looks at whether it was stopped


@dataclass(frozen=True, slots=True)
class Server:
    """A server's address, its key, its model, and the tokens that the model takes."""

    address: str
    key: str = field(repr=False)
    model: str
    context: int


def asked(address: str, key: str, settings: LlmSettings) -> Server:
    """Ask a server what it has. Raises ModelError where it does not answer, or has not what is wanted."""
    try:
        answer = httpx.get(
            f"{address}/models",
            headers={"authorization": f"Bearer {key}"},
            timeout=min(_CONNECT, settings.timeout),
            trust_env=settings.use != LOCAL,  # a proxy knows nothing of this machine's own ports
        ).raise_for_status()
        models = [model for model in answer.json()["data"] if isinstance(model["id"], str)]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, KeyError) as error:
        raise told(error, settings.use) from error
    wanted = [model for model in models if settings.model in (None, model["id"])]
    if not wanted:
        raise ModelError(
            f"There is no model {settings.model!r} at {address!r}; it has "
            f"{', '.join(repr(model['id']) for model in models[:10]) or 'none'}."
        )
    meta = wanted[0].get("meta")
    said = [wanted[0].get("max_model_len"), meta.get("n_ctx") if isinstance(meta, dict) else None]
    context = settings.context or next((n for n in said if isinstance(n, int) and n > 0), UNKNOWN_CONTEXT)
    return Server(address, key, wanted[0]["id"], context)


class Reached:
    """A server that is asked once, by a thread of its own, for all who wait for it.

    What it said holds until it is forgotten; that it could not be reached, for ten seconds. One that has not
    said all of it after `patience` seconds counts as such: it may send a byte now and then for ever.
    """

    def __init__(self, reach: Callable[[], Server], patience: float) -> None:
        self._reach = reach
        self._patience = patience
        self._lock = Lock()
        self._found: Future[Server] | None = None
        self._failed = 0.0

    def get(self, stop: Event | None = None) -> Server:
        """The server. Raises what reaching it raised; ModelError as soon as `stop` is set."""
        with self._lock:
            found = self._found
            lost = found and found.done() and found.exception() and monotonic() - self._failed > _REMEMBERED
            if found is None or lost:
                found = self._found = Future()
                Thread(target=self._look, args=(found,), daemon=True).start()
        deadline = monotonic() + self._patience
        while not (stop and stop.is_set()):
            try:
                return found.result(timeout=_LOOK)
            except TimeoutError:
                if monotonic() > deadline:
                    self._give_up(found)
        raise ModelError("The LLM was stopped.")

    def forget(self) -> None:
        """Ask it anew the next time: it may be another by now."""
        with self._lock:
            self._found = None

    def _look(self, found: Future[Server]) -> None:
        try:
            server = self._reach()
        except Exception as error:  # noqa: BLE001 (raised where it is waited for)
            self._fail(found, error)
            return
        with suppress(InvalidStateError):
            found.set_result(server)

    def _give_up(self, found: Future[Server]) -> None:
        self._fail(
            found,
            ModelError(
                f"The LLM's server cannot be reached: in {self._patience:g} s it has not said which model it "
                "has; see that it runs."
            ),
        )

    def _fail(self, found: Future[Server], error: Exception) -> None:
        with suppress(InvalidStateError):  # it has said so, or was given up, meanwhile
            found.set_exception(error)
            self._failed = monotonic()
