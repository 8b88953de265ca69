"""An LLM, whoever lends it: messages in, text out piece by piece. llama-index's integrations do the talking.

They and the libraries under them each raise errors of their own: here all become a ModelError.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from importlib import import_module
from math import inf
from queue import Empty, Queue
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

import httpx

from index.errors import BylineError, ModelError, SettingsError
from qa import local_llm
from qa.llm_errors import CutOffError, OverlongError, cut_off, told
from qa.llm_server import UNKNOWN_CONTEXT, Reached, Server, asked
from qa.providers import ADDRESS_KEY, LOCAL, PROVIDERS, Provider, is_address, key_in
from qa.settings import LlmSettings
from qa.thinking import Thoughts
from qa.usage import Usage, counted, finish_of, usage_of

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

__all__ = ["CutOffError", "Llm", "OverlongError", "Said", "tokens_of"]

BYTES_A_TOKEN = 3  # of UTF-8: fewer than any tokenizer needs for English, about right for Chinese
_LOOK = 0.1  # seconds between two looks at whether it was stopped
_THINKING = 4096  # tokens: Gemini thinks within those of its answer, and not every model can be told not to
_CUT_OFF = ("length", "max_tokens", "model_length", "model_context_window_exceeded")
_FILTERED = ("content_filter", "refusal", "safety")
_ONCE = {"Connection": "close"}  # each answer has a connection of its own

_Pieces = Queue[str | Usage | ModelError | None]


def tokens_of(text: str) -> int:
    """About how many tokens a text has; rather too many than too few."""
    return len(text.encode("utf-8", "replace")) // BYTES_A_TOKEN + 1


@dataclass(frozen=True, slots=True)
class Said:
    """One message to an LLM."""

    role: str  # "system", "user" or "assistant"
    text: str


class Llm:
    """One LLM, opened at its first use. Safe to ask from several threads.

    Making one raises SettingsError where a package or a key is missing: both are known without asking it.
    `spent` is told what each answer took, on the thread that asked.
    """

    def __init__(
        self, settings: LlmSettings, threads: int = 0, spent: Callable[[Usage], None] | None = None
    ) -> None:
        self.settings = settings
        self._threads = threads
        self._spent = spent
        self._thoughts = Thoughts()
        use = settings.use
        self._server = Reached(self._reach, inf if use == LOCAL else settings.timeout)
        self._provider = None if is_address(use) else PROVIDERS.get(use.partition(":")[0])
        if use == LOCAL:
            local_llm.model_file()
        elif self._provider and not key_in(self._provider.key):
            raise SettingsError(f"The LLM {use!r} needs a key; set {self._provider.key} in the environment.")
        elif not self._provider:
            key_in(ADDRESS_KEY)  # raises where it is none, as early as that
        _class_of(self._provider or _OPENAI_LIKE, use)

    @property
    def name(self) -> str:
        """What a reader is told of who wrote."""
        return self._server.get().model if self._provider is None else self.settings.use.partition(":")[2]

    def open(self, stop: Event | None = None) -> None:
        """Ask a server what it has, where that is not known yet. ModelError as soon as `stop` is set."""
        if self._provider is None:
            self._server.get(stop)

    @property
    def context(self) -> int:
        """How many tokens it takes, question and answer together."""
        if self.settings.context:
            return self.settings.context
        if self._provider is None:
            return self._server.get().context
        try:
            return self._opened(None).metadata.context_window
        except ValueError:  # llama-index does not know this model
            return UNKNOWN_CONTEXT
        except Exception as error:
            raise told(error, self.settings.use) from error

    def stream(
        self,
        messages: Sequence[Said],
        *,
        passages: int = 0,
        timeout: float | None = None,
        stop: Event | None = None,
    ) -> Generator[str, None, None]:
        """What it answers, piece by piece as it comes.

        The LLM that runs here is held to sentences with marks, where there are `passages` to cite. Ends early
        where `stop` is set; closing it stops the LLM too, though it has said nothing yet. Raises ModelError
        where it cannot be had, breaks off, or takes longer than `timeout` seconds (None: as set);
        OverlongError for too much, CutOffError at the end of what had to end too early, be it a thought.
        """
        with closing(self._pieces(messages, passages, timeout or self.settings.timeout, stop)) as pieces:
            if (yield from self._thoughts.without(pieces)):
                raise cut_off(self.settings.use)

    def _pieces(
        self, messages: Sequence[Said], passages: int, limit: float, stop: Event | None
    ) -> Generator[str, None, None]:
        """All that it writes, as it comes, the thoughts of some models among it."""
        deadline = monotonic() + limit
        pieces: _Pieces = Queue()
        ended = Event()
        said: list[str] = []
        usage = None
        loop = asyncio.new_event_loop()
        speaking = loop.create_task(self._speak(messages, passages, pieces, ended))
        Thread(target=_run, args=(loop, speaking), daemon=True).start()
        try:
            while not (stop and stop.is_set()):
                if monotonic() > deadline:
                    raise ModelError(
                        f"The LLM {self.settings.use!r} took over {limit:g} seconds; raise 'llm.timeout'."
                    )
                try:
                    piece = pieces.get(timeout=_LOOK)
                except Empty:
                    continue
                if piece is None:
                    return
                if isinstance(piece, ModelError):
                    if not isinstance(piece, (CutOffError, OverlongError)):
                        self._server.forget()  # another model may be there by the next question
                    raise piece
                if isinstance(piece, Usage):
                    usage = piece
                    continue
                said.append(piece)
                yield piece
        finally:
            ended.set()
            with suppress(RuntimeError):  # it has ended by itself
                loop.call_soon_threadsafe(speaking.cancel)
            if self._spent and (usage or said):
                self._spent(usage or counted([one.text for one in messages], "".join(said)))

    async def _speak(self, messages: Sequence[Said], passages: int, pieces: _Pieces, ended: Event) -> None:
        """On a thread of its own: a server that says nothing must not keep who waits for it.

        Cancelled, whichever integration it is, it takes the connection down, and the server stops writing.
        """
        try:
            from llama_index.core.llms import ChatMessage

            asked = [ChatMessage(role=message.role, content=message.text) for message in messages]
            held: dict[str, Any] = {}
            if self._as_openai:
                held["stream_options"] = {"include_usage": True}
            if passages and self.settings.use == LOCAL:
                held["extra_body"] = {"grammar": local_llm.marked_text(passages)}
            timeout, trusts = self.settings.timeout, self.settings.use != LOCAL
            async with httpx.AsyncClient(timeout=timeout, trust_env=trusts) as client:
                finish = usage = None
                async for response in await self._opened(client).astream_chat(asked, **held):
                    if ended.is_set():  # where a library has swallowed the cancelling
                        return
                    if response.delta:
                        pieces.put(response.delta)
                    finish = finish_of(response) or finish
                    usage = usage_of(response) or usage
            if usage:
                pieces.put(usage)
            pieces.put(self._ended(finish))
        except BylineError as error:
            pieces.put(error if isinstance(error, ModelError) else ModelError(str(error)))
        except Exception as error:  # noqa: BLE001 - each integration has errors of its own
            pieces.put(told(error, self.settings.use))

    def _ended(self, finish: str | None) -> ModelError | None:
        """What to say of the end of a stream; Google's integration raises where that is not as it should."""
        use = self.settings.use
        if finish in _CUT_OFF:
            return cut_off(use)
        if finish in _FILTERED:
            return ModelError(f"The filter of the LLM {use!r} ended its answer ({finish}); ask otherwise.")
        if finish is None and self._provider is not PROVIDERS["google"]:
            return ModelError(f"The LLM {use!r} broke off in the middle; see that it runs.")
        return None

    @property
    def _as_openai(self) -> bool:
        """Whether what it sends has OpenAI's shape."""
        return self._provider in (None, PROVIDERS["openai"])

    def _opened(self, client: httpx.AsyncClient | None) -> LLM:
        """The integration's own object; it talks through `client` where it can be given one."""
        settings = self.settings
        given: dict[str, Any] = {"max_tokens": settings.tokens, "max_retries": 1}
        if settings.temperature is not None:
            given["temperature"] = settings.temperature
        if self._provider is None:
            server = self._server.get()
            given = {"temperature": 0.0, "is_chat_model": True, "timeout": settings.timeout, **given}
            given |= {"model": server.model, "api_base": server.address, "api_key": server.key}
            given |= {"context_window": server.context}
        else:
            given |= {"model": self.name, "api_key": key_in(self._provider.key)}
        if self._as_openai:
            given["async_http_client"] = client
        elif self._provider is PROVIDERS["google"]:
            given["max_tokens"] += _THINKING
            given["http_options"] = {"httpx_async_client": client}
        elif self._provider is PROVIDERS["anthropic"]:
            given["default_headers"] = _ONCE
        else:
            given["additional_kwargs"] = {"http_headers": _ONCE}
        opened: LLM = _class_of(self._provider or _OPENAI_LIKE, settings.use)(**given)
        return opened

    def _reach(self) -> Server:
        """The server at an address, or the one that runs here."""
        settings = self.settings
        if settings.use == LOCAL:
            running = local_llm.start(settings.context or local_llm.CONTEXT, self._threads)
            return asked(running.address, running.key, settings)
        # Without one of its own the client would send OPENAI_API_KEY, to whatever server this is.
        return asked(settings.use.rstrip("/"), key_in(ADDRESS_KEY) or "none", settings)


def _run(loop: asyncio.AbstractEventLoop, speaking: asyncio.Task[None]) -> None:
    with closing(loop):
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(speaking)
        loop.run_until_complete(loop.shutdown_asyncgens())


_OPENAI_LIKE = Provider("llama_index.llms.openai_like", "OpenAILike", "llm", ADDRESS_KEY)


def _class_of(provider: Provider, use: str) -> Any:
    try:
        return getattr(import_module(provider.module), provider.name)
    except ImportError as error:
        raise SettingsError(
            f"The LLM {use!r} needs the extra {provider.extra!r}, which is not here; install it with "
            f"`pip install 'byline[{provider.extra}]'`."
        ) from error
