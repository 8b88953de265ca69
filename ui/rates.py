"""So many questions a minute from one client, so that nobody takes the others' turns."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from math import ceil
from time import monotonic

from index.errors import BylineError
from ui.guards import Asgi, Message, Receive, Send, refuse
from ui.words import count

PEOPLE = 10  # behind one address, each with a session of his own; more sessions bring no more questions
MOST_CLIENTS = 10_000  # remembered; then the one that was quiet for longest is forgotten
ASKING = ("/api/ask", "/v1/chat/completions", "/mcp")  # the page takes its own: few of its acts ask
TAKE = "byline.take"  # in a request's scope: takes one of the client's questions, or raises TooOftenError
CLIENT = "byline.client"  # in a request's scope: who asks, where that is known better than by address


class Rates:
    """A minute's worth at once, then evenly: the generic cell rate algorithm (ITU-T I.371), by client."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self._apart = 60 / per_minute
        self._clock = clock
        self._free: OrderedDict[str, float] = OrderedDict()  # when all that was taken has flowed back

    def wait(self, client: str) -> float:
        """Take one, and give 0; or the seconds after which there is one to take."""
        now = self._clock()
        free = max(self._free.get(client, now), now)
        if (over := free + self._apart - now - 60) > 1e-6:
            return over
        self._free[client] = free + self._apart
        self._free.move_to_end(client)
        if len(self._free) > MOST_CLIENTS:
            self._free.popitem(last=False)
        return 0.0


class TooOftenError(BylineError):
    """So many questions were asked from there that the next one has to wait, `seconds` long."""

    def __init__(self, per_minute: int, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(
            f"Only {count(per_minute, 'question')} a minute may be asked from here; ask again in "
            f"{ceil(seconds)} s."
        )


def take(scope: Message) -> None:
    """Take one of the questions that this request's client may ask; TooOftenError where it has to wait."""
    if takes := scope.get(TAKE):
        takes()


class RateLimit:
    """Refuses a client's questions beyond `per_minute`, and says when to come again."""

    def __init__(self, app: Asgi, *, per_minute: int) -> None:
        self._app = app
        self._per_minute = per_minute
        self._rates = Rates(per_minute)
        self._together = Rates(PEOPLE * per_minute)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        scope[TAKE] = lambda: self._take(scope)
        asks = scope["type"] == "http" and scope["method"] == "POST" and scope["path"].rstrip("/") in ASKING
        try:
            if asks:
                take(scope)
        except TooOftenError as error:
            await refuse(scope, receive, send, str(error), 429, retry_after(error.seconds))
            return
        await self._app(scope, receive, send)

    def _take(self, scope: Message) -> None:
        client, address = client_of(scope), address_of(scope)
        if seconds := self._rates.wait(client) or (client != address and self._together.wait(address)):
            raise TooOftenError(self._per_minute, seconds)


def client_of(scope: Message) -> str:
    """Who asks: a session, or else an address."""
    return str(scope.get(CLIENT) or address_of(scope))


def address_of(scope: Message) -> str:
    """Where it is asked from; of IPv6 the /64, which is one household's."""
    host = (scope.get("client") or ("",))[0]
    try:
        address = ip_address(host)
    except ValueError:
        return str(host)
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def retry_after(seconds: float) -> dict[str, str]:
    """The header that tells programs when to come again (RFC 9110, section 10.2.3)."""
    return {"retry-after": str(ceil(seconds))}
