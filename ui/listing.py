"""Articles as JSON, for `byline articles --json` and for `/api/articles`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from index.articles import Article
from index.stories import Kin


def whole_json(article: Article, kin: Mapping[str, Kin]) -> dict[str, Any]:
    """An article, and who tells its story too: `also_in`, `earlier` and `later`, each a list."""
    return asdict(article) | asdict(kin.get(article.article_id, Kin()))


def listed_json(article: Article, kin: Mapping[str, Kin]) -> dict[str, Any]:
    """The same without the text."""
    whole = whole_json(article, kin)
    del whole["text"]
    return whole
