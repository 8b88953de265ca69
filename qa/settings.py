"""byline.toml and BYLINE_* -> Settings. Unknown keys are refused by name.

What is given in the call stands above the environment, the environment above `byline.toml` in the
working folder (or the file that BYLINE_CONFIG names), and that above the defaults.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from index.errors import SettingsError
from index.vectors.server import ChromaAddress
from qa.providers import ADDRESS_KEY, NONE, checked_name, key_variable

PREFIX = "BYLINE_"
_OF_ONE = ("model", "context", "price")  # of one LLM, and not of another
_SECRET = re.compile(r"key|token$|secret|password", re.IGNORECASE)


def _default_archive() -> Path:
    return Path(platformdirs.user_data_dir("byline", appauthor=False)) / "archive"


def _pair(value: Any) -> Any:
    """Two numbers, which the environment writes with a comma."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


Price = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


def _names(value: Any) -> Any:
    """A list of names, which the environment writes with commas; without case, as hosts are."""
    if isinstance(value, str):
        value = [name.strip() for name in value.split(",") if name.strip()]
    if not isinstance(value, list | tuple):
        return value
    return [name.lower() if isinstance(name, str) else name for name in value]


class LlmSettings(BaseModel):
    """The table `[llm]`: which LLM writes the answers, if any, and how. Its key is never kept here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    use: Annotated[str, AfterValidator(checked_name)] = Field(
        default=NONE,
        description="'local', 'openai:MODEL' or another provider's, the address of a server, or 'none'.",
    )
    model: str | None = Field(
        default=None, description="The model at an address, where it serves several; none: its first."
    )
    context: int | None = Field(
        default=None,
        ge=1024,
        le=10_000_000,
        description="Tokens that the model can take; none: as it says itself.",
    )
    tokens: int = Field(default=512, ge=16, le=100_000, description="Tokens that an answer may have.")
    temperature: float | None = Field(
        default=None,
        ge=0.0,
        le=2.0,
        description="How freely it writes; none: not at all, or as the provider has it.",
    )
    timeout: float = Field(default=120.0, gt=0.0, le=3600.0, description="Seconds that an answer may take.")
    price: Annotated[tuple[Price, Price] | None, BeforeValidator(_pair)] = Field(
        default=None,
        description="What a million tokens cost, read and written, in any currency; none: no cost is shown.",
    )
    failing: Literal["strike", "drop"] = Field(
        default="strike",
        description="What becomes of a sentence that cannot be checked: struck through, or left out.",
    )


class Settings(BaseModel):
    """Everything that can be set, with its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    archive: Path = Field(default_factory=_default_archive, description="The archive's folder.")
    embedding_model: str | None = Field(
        None, description="A sentence-transformers model; none: the shipped one."
    )
    chroma: str | None = Field(
        None, description="A Chroma server for the vectors, http://HOST:PORT; 'folder': the archive's own."
    )
    chroma_tenant: str | None = Field(None, description="Its tenant, where it has several.")
    chroma_database: str | None = Field(None, description="Its database, where it has several.")
    chroma_token: str | None = Field(None, repr=False, description="Its token; best from the environment.")
    allow_hosts: Annotated[tuple[str, ...], BeforeValidator(_names)] = Field(
        (), description="Hosts of a private network, or this machine, that may be fetched from."
    )
    threads: int = Field(0, ge=0, le=256, description="Threads for the models; 0: one for each core.")
    k: int = Field(8, ge=1, le=100, description="How many passages are read for a question.")
    threshold: float | None = Field(
        None, ge=0.0, le=1.0, description="Confidence from which an answer is given; none: the reader's own."
    )
    llm: LlmSettings = Field(
        default_factory=LlmSettings, description="The LLM that writes the answers, if any."
    )
    host: str = Field("127.0.0.1", description="The address that the chat is served on.")
    port: int = Field(7860, ge=0, le=65535, description="The port that the chat is served on.")
    password_hash: str | None = Field(
        None, description="The chat's password, as `byline password --print` prints it; none: as it was kept."
    )
    rate: int | None = Field(
        None,
        ge=0,
        le=100_000,
        description="Questions a minute from one client, 0: any; none: any on this machine, else 60.",
    )

    @property
    def vectors(self) -> ChromaAddress:
        """Where the archive's vectors are to be. Raises SettingsError for what is no address."""
        return ChromaAddress(self.chroma, self.chroma_token, self.chroma_tenant, self.chroma_database)


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; an override of None counts as not given.

    Raises SettingsError, naming the key or value and where it came from.
    """
    path = Path(os.environ.get(PREFIX + "CONFIG", "byline.toml"))
    values = _from_file(path)
    values["llm"] = _llm_of_file(values.get("llm", {}), path)
    for name, value in os.environ.items():
        if name.startswith(PREFIX) and name not in (PREFIX + "CONFIG", ADDRESS_KEY):
            key = name.removeprefix(PREFIX).lower()
            part = key.removeprefix("llm_")
            if key in Settings.model_fields:
                _set(values, key, value)
            elif key != part and part in LlmSettings.model_fields and part != "use":
                values["llm"][part] = value
            else:
                raise SettingsError(f"The environment sets {name!r}, which is no setting; {_known(key)}")
    for key, value in overrides.items():
        if value is not None:
            _set(values, key, value)
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise SettingsError(f"{str(path)!r} sets {key!r}, which is no setting; {_known(key)}") from error
        raise SettingsError(
            f"The setting {key!r} cannot be {first['input']!r} ({first['msg'].lower()}); mend it."
        ) from error


def _set(values: dict[str, Any], key: str, value: Any) -> None:
    """Set a value above what is there. Another LLM leaves what is of the one below: model, context, price."""
    if key != "llm":
        values[key] = value
        return
    below = values["llm"]
    if below.get("use") not in (None, value):
        below = {name: kept for name, kept in below.items() if name not in _OF_ONE}
    values["llm"] = {**below, "use": value}


def _llm_of_file(table: Any, path: Path) -> dict[str, Any]:
    """The table `[llm]`, or `llm = "NAME"` for short; raises SettingsError where it holds a key."""
    if isinstance(table, str):
        return {"use": table}
    if not isinstance(table, dict):
        raise SettingsError(f"{str(path)!r} sets 'llm' to {table!r}; write 'local', or a table [llm].")
    for name in table:
        if _SECRET.search(name):
            variable = key_variable(str(table.get("use")))
            raise SettingsError(
                f"{str(path)!r} sets 'llm.{name}', and no key is taken from a file; set {variable} in the "
                "environment, and take it out there."
            )
    return dict(table)


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if PREFIX + "CONFIG" in os.environ:
            raise SettingsError(
                f"BYLINE_CONFIG names {str(path)!r}, which does not exist; unset it or write it."
            ) from None
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{str(path)!r} cannot be read as TOML ({error}); mend or move it.") from error


def _known(key: str) -> str:
    """Which settings there are beside a wrong one: those of the LLM where it was to be one of them."""
    fields = LlmSettings.model_fields if key.startswith(("llm.", "llm_")) else Settings.model_fields
    return "known are " + ", ".join(sorted(fields)) + "."
