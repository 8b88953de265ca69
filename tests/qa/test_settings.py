"""Settings: where each value comes from, and what is refused by name."""

from pathlib import Path

import pytest

from index.errors import SettingsError
from qa.settings import load_settings


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ARCHIVE", "CONFIG", "K", "PORT", "THRESHOLD"):
        monkeypatch.delenv(f"BYLINE_{name}", raising=False)


def test_call_above_environment_above_file_above_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().k == 8
    Path("byline.toml").write_text("k = 3\nport = 9000\n")
    assert load_settings().k == 3
    monkeypatch.setenv("BYLINE_K", "4")
    assert load_settings().k == 4
    assert load_settings(k=5, port=None) == load_settings(k=5)
    assert load_settings(k=5).port == 9000


def test_another_file_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("k = 6")
    monkeypatch.setenv("BYLINE_CONFIG", "other.toml")
    assert load_settings().k == 6
    monkeypatch.setenv("BYLINE_CONFIG", "nowhere.toml")
    with pytest.raises(SettingsError, match=r"'nowhere\.toml'.*does not exist"):
        load_settings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour = 'red'", "'colour'.*no setting.*known are allow_hosts"),
        ("k = 0", "'k' cannot be 0"),
        ("port = 'seven'", "'port' cannot be 'seven'"),
        ("k = ", "cannot be read as TOML"),
    ],
)
def test_what_is_wrong_is_named(text: str, message: str) -> None:
    Path("byline.toml").write_text(text)
    with pytest.raises(SettingsError, match=message):
        load_settings()


def test_an_unknown_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_COLOUR", "red")
    with pytest.raises(SettingsError, match="'BYLINE_COLOUR'"):
        load_settings()


def test_an_llm_by_its_name_or_in_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().llm.use == "none"
    Path("byline.toml").write_text("llm = 'local'")
    assert load_settings().llm.use == "local"
    Path("byline.toml").write_text(
        "[llm]\nuse = 'http://127.0.0.1:8080/v1'\nmodel = 'qwen'\ntimeout = 30\nprice = [0.4, 1.6]\n"
    )
    named = load_settings().llm
    assert (named.model, named.timeout) == ("qwen", 30.0)
    monkeypatch.setenv("BYLINE_LLM_TIMEOUT", "40")
    monkeypatch.setenv("BYLINE_LLM_KEY", "secret")
    assert load_settings(llm=named.use).llm.model == "qwen"
    assert load_settings().llm.timeout == 40.0
    assert "secret" not in repr(load_settings())
    other = load_settings(llm="openai:gpt-4.1-mini").llm
    assert (other.use, other.model, other.timeout) == ("openai:gpt-4.1-mini", None, 40.0)
    assert (named.price, other.price) == ((0.4, 1.6), None)
    monkeypatch.setenv("BYLINE_LLM", "none")
    assert load_settings().llm.use == "none"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[llm]\nuse = 'openai:x'\napi_key = 'sk-1'", r"'llm\.api_key'.*no key.*set OPENAI_API_KEY in"),
        ("[llm]\nuse = 'http://h/v1'\ntoken = 'sk-1'", r"'llm\.token'.*set BYLINE_LLM_KEY in"),
        ("[llm]\nuse = 'gpt'", r"'llm\.use' cannot be 'gpt'.*'local'"),
        ("[llm]\nuse = 'openai:'", r"'llm\.use' cannot be 'openai:'"),
        ("[llm]\nuse = 'http://me:sk-1@host/v1'", r"'llm\.use' cannot be"),
        ("[llm]\ncolour = 'red'", r"'llm\.colour'.*no setting"),
        ("[llm]\ncontext = 3", r"'llm\.context' cannot be 3"),
        ("[llm]\nprice = [1, -1]", r"'llm\.price\.1' cannot be -1"),
        ("[llm]\nprice = [1]", r"'llm\.price\.1' cannot be"),
        ("llm = 3", "sets 'llm' to 3"),
    ],
)
def test_what_is_wrong_with_an_llm_is_named(text: str, message: str) -> None:
    Path("byline.toml").write_text(text)
    with pytest.raises(SettingsError, match=message) as caught:
        load_settings()
    assert "sk-1" not in str(caught.value) or "@" in text
