"""What is told of an article that goes in all the same."""

from __future__ import annotations

from dataclasses import dataclass

from index.articles import Skipped


@dataclass(frozen=True, slots=True)
class Remark(Skipped):
    """Something of an article that was left out, while the article goes in: it ends no strict ingest."""
