"""The password before everything else: a page and a session for people, a header for programs."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from hashlib import sha256
from hmac import compare_digest
from math import ceil
from pathlib import Path
from string import Template
from time import monotonic

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ui.guards import Asgi, Message, Receive, Send, headers_of, refuse
from ui.markup import escape
from ui.password import matches
from ui.rates import CLIENT, Rates, client_of, retry_after

SESSION_SECONDS = 12 * 3600
ATTEMPTS = 10  # passwords that one address may try in a minute
COOKIE = "byline_session"
OWNER_COOKIE = "byline_owner"  # whose conversations they are: it outlives the session
OWNER_SECONDS = 365 * 24 * 3600
OWNER = "byline.owner"  # in the scope of a request that was let in
CONVERSATION = re.compile("[0-9a-f]{32}")
PAGE = Path(__file__).parent / "static" / "login.html"
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
ENDED = "Your session has ended; log in again, and the conversation goes on."
WRONG = "That is not the password; try again."
NOBODYS = "Conversations are kept for who has logged in; log in at /login."
LOCKED = "This needs the password: log in at /login, or send it as `Authorization: Bearer PASSWORD`."


class Sessions:
    """Who has logged in, until it expires; forgotten when the server stops. Holds no token itself."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._until: dict[bytes, float] = {}

    def begin(self) -> str:
        """A new session's token, that nobody can guess."""
        now = self._clock()
        self._until = {name: until for name, until in self._until.items() if until > now}
        token = secrets.token_urlsafe(32)
        self._until[_digest(token)] = now + SESSION_SECONDS
        return token

    def holds(self, token: str) -> bool:
        """Whether this session goes on."""
        return self._until.get(_digest(token), 0.0) > self._clock()

    def end(self, token: str) -> None:
        """Log out."""
        self._until.pop(_digest(token), None)


class Door:
    """Knows the password's hash, and lets in whoever gives the password or has a session."""

    def __init__(self, kept: str, clock: Callable[[], float] = monotonic) -> None:
        self.sessions = Sessions(clock)
        self._kept = kept
        self._attempts = Rates(ATTEMPTS, clock)
        self._hashing = CapacityLimiter(1)  # each takes 64 MB and a tenth of a second
        self._salt = secrets.token_bytes(16)
        self._right: bytes | None = None  # of the password, once it was given: programs send it every time

    async def knows(self, password: str, client: str) -> bool:
        """Whether it is the password; raises TooManyAttempts where `client` has tried too often."""
        given = _digest(password, self._salt)
        if self._right is not None and compare_digest(given, self._right):
            return True
        if seconds := self._attempts.wait(client):
            raise TooManyAttemptsError(seconds)
        right = await to_thread.run_sync(matches, self._kept, password, limiter=self._hashing)
        if right:
            self._right = given
        return right


class TooManyAttemptsError(Exception):
    """The password was tried too often; `seconds` until it may be tried again."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"Too many passwords were tried from here; try again in {ceil(seconds)} s.")


class PasswordFirst:
    """Lets nobody further without a session or the password; only `/login` is open."""

    def __init__(self, app: Asgi, *, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] == "/login":
            await self._app(scope, receive, send)
            return
        headers = headers_of(scope)
        token = _cookie(COOKIE, headers.get("cookie", ""))
        owner = _cookie(OWNER_COOKIE, headers.get("cookie", ""))
        scope[OWNER] = _digest(owner).hex() if owner else None
        if token and self._door.sessions.holds(token):
            scope[CLIENT] = _digest(token).hex()
            await self._app(scope, receive, send)
            return
        scheme, _, password = headers.get("authorization", "").partition(" ")
        try:
            if scheme.lower() == "bearer" and await self._door.knows(_utf8(password), client_of(scope)):
                await self._app(scope, receive, send)
                return
        except TooManyAttemptsError as error:
            await refuse(scope, receive, send, str(error), 429, retry_after(error.seconds))
            return
        if scope["type"] == "http" and scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
            query = scope["query_string"].decode("latin-1") if scope["path"] == "/" else ""
            await RedirectResponse(f"/login?{query}" if query else "/login", 303)(scope, receive, send)
        else:
            await refuse(scope, receive, send, LOCKED, 401, {"www-authenticate": "Bearer"})


def owner_of(scope: Message) -> str | None:
    """Whose conversations a request may see. None: nobody's.

    Where there is no password, all are of one owner; else each is of the browser that it was had in.
    """
    owner: str | None = scope.get(OWNER, "")
    return owner


def add_login(app: FastAPI, door: Door) -> None:
    """Serve the page that asks for the password, and take what it sends."""
    router = APIRouter(include_in_schema=False)

    @router.get("/login")
    def page(request: Request) -> HTMLResponse:
        return _page(ENDED if "ended" in request.query_params else "")

    @router.post("/login")
    async def log_in(request: Request) -> Response:
        given = (await request.form()).get("password")
        try:
            right = isinstance(given, str) and await door.knows(given, client_of(request.scope))
        except TooManyAttemptsError as error:
            return _page(str(error), 429, retry_after(error.seconds))
        if not right:
            return _page(WRONG, 401)
        answer = RedirectResponse(_back(request), 303)
        owner = request.cookies.get(OWNER_COOKIE) or secrets.token_urlsafe(32)
        for name, value, seconds in (
            (COOKIE, door.sessions.begin(), SESSION_SECONDS),
            (OWNER_COOKIE, owner, OWNER_SECONDS),
        ):
            answer.set_cookie(
                name,
                value,
                max_age=seconds,
                secure=request.url.scheme == "https",
                httponly=True,
                samesite="lax",
            )
        return answer

    @router.post("/logout")
    def log_out(request: Request) -> Response:
        door.sessions.end(request.cookies.get(COOKIE, ""))
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE)
        return answer

    app.include_router(router)


def _back(request: Request) -> str:
    """The page, at the conversation that was on it."""
    conversation = request.query_params.get("conversation", "")
    return f"/?conversation={conversation}" if CONVERSATION.fullmatch(conversation) else "/"


def _page(said: str = "", status: int = 200, headers: dict[str, str] | None = None) -> HTMLResponse:
    html = Template(PAGE.read_text(encoding="utf-8")).substitute(said=escape(said))
    given = {"content-security-policy": POLICY, "cache-control": "no-store", **(headers or {})}
    return HTMLResponse(html, status, given)


def _cookie(wanted: str, cookies: str) -> str:
    pairs = (cookie.strip().partition("=") for cookie in cookies.split(";"))
    return next((value for name, _, value in pairs if name == wanted), "")


def _utf8(header: str) -> str:
    """A header's value, read as latin-1, as what it stood for."""
    return header.encode("latin-1").decode("utf-8", "replace")


def _digest(text: str, salt: bytes = b"") -> bytes:
    return sha256(salt + text.encode("utf-8", "surrogatepass")).digest()
