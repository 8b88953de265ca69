"""The chat's password: kept only as a hash (Argon2id, RFC 9106), in a file that its owner alone may read.

`password_hash` in the settings (BYLINE_PASSWORD_HASH) stands in place of the file, for a server that is set
up from outside.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import platformdirs
import typer

from index.errors import SettingsError

if TYPE_CHECKING:
    from qa.settings import Settings

SHORTEST = 8  # characters
LONGEST = 1000


def hash_password(password: str) -> str:
    """The hash to keep of `password`; raises SettingsError for one that is too short, or far too long."""
    from argon2 import PasswordHasher

    if not SHORTEST <= len(password) <= LONGEST:
        raise SettingsError(
            f"A password of {len(password):,} characters cannot be set; choose one of {SHORTEST} to "
            f"{LONGEST:,}."
        )
    return PasswordHasher().hash(password.encode("utf-8", "surrogatepass"))


def matches(kept: str, password: str) -> bool:
    """Whether `password` is the one that was hashed, in a time that tells nothing of how near it came."""
    from argon2 import PasswordHasher
    from argon2.exceptions import VerifyMismatchError

    try:
        return PasswordHasher().verify(kept, password[:LONGEST].encode("utf-8", "surrogatepass"))
    except VerifyMismatchError:
        return False


def kept_hash(settings: Settings) -> str | None:
    """The hash that is set, in the settings or in the file; None: there is no password.

    Raises SettingsError for something that is no hash, so that a slip never leaves the door open or shut.
    """
    from argon2 import extract_parameters
    from argon2.exceptions import InvalidHashError

    where, kept = "password_hash", settings.password_hash
    if kept is None:
        try:
            where, kept = str(password_file()), password_file().read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{where!r} cannot be read ({error}); mend or remove it.") from error
    try:
        extract_parameters(kept)
    except InvalidHashError as error:
        raise SettingsError(
            f"{where!r} holds no password's hash; make one with `byline password`."
        ) from error
    return kept


def password_file() -> Path:
    """Where the hash is kept: the platform's folder for settings."""
    return Path(platformdirs.user_config_dir("byline", appauthor=False)) / "password"


def keep(hashed: str) -> Path:
    """Write the hash, whole or not at all, readable by its owner alone; gives the file."""
    path = password_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(hashed + "\n")
    new.replace(path)
    return path


def password(
    remove: Annotated[bool, typer.Option("--remove", help="Ask for none any more.")] = False,
    only_print: Annotated[
        bool, typer.Option("--print", help="Print the hash, for BYLINE_PASSWORD_HASH, and keep nothing.")
    ] = False,
) -> None:
    """Set the password that the chat asks for.

    Only a hash of it is kept. In a pipe it is read from the first line of stdin.
    """
    if remove:
        password_file().unlink(missing_ok=True)
        typer.echo("Removed: the chat asks for no password, and is served on this machine alone.")
        return
    hashed = hash_password(_asked_for())
    if only_print:
        typer.echo(hashed)
        return
    typer.echo(f"Kept in {keep(hashed)}; a chat that runs takes it when it is started again.")


def _asked_for() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    given: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return given
