"""Who may reach the chat: this machine alone, or others, who then need the password."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from index.errors import SettingsError
from ui.password import kept_hash

if TYPE_CHECKING:
    from fastapi import FastAPI

    from qa.settings import Settings

PER_MINUTE = 60  # questions of one client, where others can reach the chat


@dataclass(frozen=True, slots=True)
class Access:
    """The host served on, the password's hash, and the questions a minute of one client (0: any number)."""

    host: str = "127.0.0.1"
    password_hash: str | None = None
    per_minute: int = 0

    @classmethod
    def of(cls, settings: Settings) -> Access:
        """As it is set; raises SettingsError where others could reach the chat and there is no password."""
        kept = kept_hash(settings)
        local = is_loopback(settings.host)
        if not local and kept is None:
            raise SettingsError(
                f"Others can reach the host {settings.host!r}, and there is no password; set one with "
                "`byline password`, or serve on 127.0.0.1."
            )
        usual = 0 if local and kept is None else PER_MINUTE  # behind a proxy, others come from here too
        return cls(settings.host, kept, usual if settings.rate is None else settings.rate)

    @property
    def adding(self) -> bool:
        """Others may ask; what is asked about is for this machine's own to say, which needs no password."""
        return is_loopback(self.host) and self.password_hash is None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def guard(app: FastAPI, access: Access) -> None:
    """Put everything in front of `app` that a request passes; the last that is added is met first."""
    from ui.guards import Headers, OwnNameOnly, OwnPagesOnly, SmallBodies
    from ui.login import Door, PasswordFirst, add_login
    from ui.rates import RateLimit

    if access.per_minute:
        app.add_middleware(RateLimit, per_minute=access.per_minute)
    if access.password_hash:
        door = Door(access.password_hash)
        add_login(app, door)
        app.add_middleware(PasswordFirst, door=door)
    app.add_middleware(SmallBodies, adding=access.adding)
    app.add_middleware(OwnPagesOnly)
    if not access.password_hash:  # a stranger's name has no session, and does not know the password
        app.add_middleware(OwnNameOnly, host=access.host)
    app.add_middleware(Headers)
