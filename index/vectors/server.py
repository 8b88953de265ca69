"""Vectors on a Chroma server, or in Chroma Cloud.

As in a folder, what is read is never written to: a change is made in a copy (`ServerDraft`), a collection of
its own, whose name the catalog publishes when it is complete. The collections of an archive begin with a
prefix of its own, so that many archives can share a server.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, urlsplit
from uuid import uuid4

from index.errors import ArchiveError, SettingsError
from index.vectors.collection import Vectors, VectorsDamagedError

if TYPE_CHECKING:
    from chromadb.api.client import Client

FOLDER = "folder"  # what the setting says for the archive's own folder
_FIRST_ANSWER_SECONDS = 10.0
_ANSWER_SECONDS = 120.0
_COLLECTIONS = 100  # Chroma Cloud lists no more at once


@dataclass(frozen=True, slots=True)
class ChromaAddress:
    """Where vectors are to be. `url` None: where the archive has them; "folder": in its own folder.

    `token` is sent in both headers that servers look for it in; it is never stored.
    """

    url: str | None = None
    token: str | None = field(default=None, repr=False)
    tenant: str | None = None
    database: str | None = None

    def __post_init__(self) -> None:
        if self.url in (None, FOLDER):
            return
        parts = urlsplit(str(self.url))
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or "@" in parts.netloc:
            raise SettingsError(
                f"The setting 'chroma' cannot be {self.url!r}; write the server's address as "
                f"http://HOST:PORT (a token goes into BYLINE_CHROMA_TOKEN), or {FOLDER!r}."
            )

    def resolved(self, meta: dict[str, str]) -> ChromaAddress:
        """This address, or where it says none the one that the archive's `meta` has. `url` None: folder."""
        if self.url == FOLDER:
            return ChromaAddress()
        url = self.url or meta.get("chroma")
        if url is None:
            return ChromaAddress()
        return replace(
            self,
            url=url.rstrip("/"),
            tenant=self.tenant or meta.get("chroma_tenant") or "default_tenant",
            database=self.database or meta.get("chroma_database") or "default_database",
        )


class VectorServer:
    """The collections at `address` (a resolved one); new ones begin with `prefix`. See `VectorStore`."""

    def __init__(self, address: ChromaAddress, prefix: str) -> None:
        self._address = address
        self._prefix = prefix
        self._connecting = threading.Lock()
        self._connected: Client | None = None

    @property
    def place(self) -> dict[str, str | None]:
        at = self._address
        return {"chroma": at.url, "chroma_tenant": at.tenant, "chroma_database": at.database}

    def open(self, name: str, dim: int) -> Vectors:
        with self._explained():
            return self._vectors(self._client().get_collection(name, embedding_function=None), dim)

    def verify(self, name: str) -> None:
        """The server looks after its own files."""

    def draft(self, base: str | None, dim: int, keep: Collection[str] = ()) -> ServerDraft:
        self.clear_away({*keep, *([base] if base else [])})
        return ServerDraft(self, base, dim)

    def create(self, dim: int) -> Vectors:
        """An empty collection of this archive."""
        with self._explained():
            collection = self._client().create_collection(
                f"{self._prefix}{uuid4().hex}",
                configuration={"hnsw": {"space": "cosine"}},
                embedding_function=None,
            )
            return self._vectors(collection, dim)

    def delete(self, name: str) -> None:
        from chromadb.errors import NotFoundError

        with self._explained(), suppress(NotFoundError):
            self._client().delete_collection(name)

    def clear_away(self, keep: Collection[str] = ()) -> None:
        names: list[str] = []
        with self._explained():
            while page := self._client().list_collections(limit=_COLLECTIONS, offset=len(names)):
                names.extend(collection.name for collection in page)
        for name in names:
            if name.startswith(self._prefix) and name not in keep:
                self.delete(name)

    def close(self) -> None:
        with self._connecting:
            if self._connected is not None:
                sessions = _sessions(self._connected)
                self._connected.close()
                for session in sessions:  # Chroma leaves its connections open
                    session.close()
            self._connected = None

    def _vectors(self, collection: Any, dim: int) -> Vectors:
        batch = self._client().get_max_batch_size()
        return Vectors(collection.name, dim, collection, self._explained, batch=batch, page=batch)

    def _client(self) -> Client:
        with self._connecting:
            if self._connected is None:
                self._connected = self._connect()
            return self._connected

    def _connect(self) -> Client:
        from chromadb import HttpClient
        from chromadb.config import Settings
        from httpx import Timeout

        at, token = self._address, self._address.token
        headers = {"Authorization": f"Bearer {token}", "X-Chroma-Token": token} if token else {}
        self._knock(headers)
        client = HttpClient(
            host=str(at.url),
            ssl=str(at.url).startswith("https:"),
            headers=headers,
            settings=Settings(anonymized_telemetry=False),
            tenant=str(at.tenant),
            database=str(at.database),
        )
        for session in _sessions(client):  # Chroma's own would wait for ever for a server that has stopped
            session.timeout = Timeout(_ANSWER_SECONDS, connect=_FIRST_ANSWER_SECONDS)
        return cast("Client", client)

    def _knock(self, headers: dict[str, str]) -> None:
        """Ask for the database, with a limit on the time. ArchiveError, which says what is wrong with it."""
        import httpx

        at = self._address
        tenant, database = quote(str(at.tenant), safe=""), quote(str(at.database), safe="")
        url = f"{at.url}/api/v2/tenants/{tenant}/databases/{database}"
        status = httpx.get(url, headers=headers, timeout=_FIRST_ANSWER_SECONDS).status_code
        if status in (401, 403):
            raise ArchiveError(self._refused())
        if status != 200:
            raise ArchiveError(
                f"The server at {at.url!r} has no database {at.database!r} of tenant {at.tenant!r} (it "
                f"answered {status}); check that it is a Chroma server, or mend the settings chroma, "
                "chroma_tenant and chroma_database."
            )

    def _refused(self) -> str:
        wrong = "the token in BYLINE_CHROMA_TOKEN" if self._address.token else "to be asked without a token"
        return (
            f"The Chroma server at {self._address.url!r} refuses {wrong}; set BYLINE_CHROMA_TOKEN to one "
            "that it takes."
        )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        from chromadb import errors
        from httpx import TransportError

        url = self._address.url
        try:
            yield
        except TransportError as error:
            raise ArchiveError(
                f"The Chroma server at {url!r} cannot be reached ({error or type(error).__name__}); start it "
                "(`chroma run --host HOST --port PORT`), or name another with the setting chroma."
            ) from error
        except (errors.AuthorizationError, errors.ChromaAuthError) as error:
            raise ArchiveError(self._refused()) from error
        except (errors.QuotaError, errors.RateLimitError) as error:
            raise ArchiveError(
                f"The Chroma server at {url!r} takes no more ({error}); wait or have its limit raised, and "
                "run the same command again, what was stored before is kept."
            ) from error
        except errors.ChromaError as error:
            raise VectorsDamagedError(
                f"The vectors at the Chroma server {url!r} cannot be read or written ({error}); run `byline "
                "check --repair` to make them there from the articles."
            ) from error
        except Exception as error:
            if type(error) is not Exception:  # Chroma raises a plain one for an answer that is not its own
                raise
            raise ArchiveError(
                f"The Chroma server at {url!r} failed ({' '.join(str(error).split())[:200]}); look at its "
                "own messages, and try again."
            ) from error


def _sessions(client: Any) -> list[Any]:
    """The HTTP clients inside Chroma's client: its own, and that of its administrator."""
    parts = (client, getattr(client, "_admin_client", None))
    found = (getattr(getattr(part, "_server", None), "_session", None) for part in parts)
    return [session for session in found if session is not None]


class ServerDraft:
    """A copy of the collection called `base`, in one of its own. See `Draft`."""

    def __init__(self, server: VectorServer, base: str | None, dim: int) -> None:
        self._server = server
        self.vectors = server.create(dim)
        self.name = self.vectors.name
        try:
            if base:
                for names, rows in server.open(base, dim).pages():
                    self.vectors.add(names, rows)
        except BaseException:
            self.abandon()
            raise

    def seal(self) -> None:
        """The server has stored what it has taken."""

    def abandon(self) -> None:
        with suppress(ArchiveError):  # the next draft clears it away
            self._server.delete(self.name)
