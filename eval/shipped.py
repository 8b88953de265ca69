"""The suites that come with Byline, by name: `byline eval sample` works without a checkout."""

from __future__ import annotations

from pathlib import Path

from index.errors import SuiteError

FOLDER = Path(__file__).parent / "suites"


def names() -> list[str]:
    """The names of the shipped suites."""
    return sorted(path.stem for path in FOLDER.glob("*.jsonl") if not path.stem.endswith("-articles"))


def locate(suite: str | Path) -> Path:
    """The file of a suite, given by path or by a shipped one's name; a file of that name comes first.

    Raises SuiteError where there is neither.

    >>> locate("sample").name
    'sample.jsonl'
    """
    path = Path(suite)
    if path.exists():
        return path
    if str(suite) in names():
        return FOLDER / f"{suite}.jsonl"
    raise SuiteError(
        f"There is no suite {str(suite)!r}; give the path of one, or the name of one that ships with"
        f" Byline: {', '.join(names())}."
    )
