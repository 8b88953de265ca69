"""The sample article in an archive, with the models that ship; made once for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.archive import Archive
from index.sources import read_source
from qa.assistant import Assistant

SAMPLE = Path(__file__).parents[2] / "index" / "sample"


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive.open(tmp_path_factory.mktemp("sample"), threads=2) as archive:
        archive.ingest(read_source(SAMPLE))
        yield archive


@pytest.fixture(scope="session")
def assistant(archive: Archive) -> Assistant:
    return Assistant(archive)
