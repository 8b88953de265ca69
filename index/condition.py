"""Filters as SQL."""

from __future__ import annotations

import json

from index.articles import Filters


def condition_of(filters: Filters) -> tuple[str, tuple[str, ...]]:
    """The filters as SQL over `articles`, and its values. Lists go in as JSON: no limit on their length."""
    clauses: list[str] = []
    values: list[str] = []
    if filters.after:
        clauses.append("day >= ?")
        values.append(filters.after)
    if filters.before:
        clauses.append("day <= ?")
        values.append(filters.before)
    if filters.sources:
        clauses.append("source_key IN (SELECT value FROM json_each(?))")
        values.append(json.dumps([source.casefold() for source in filters.sources]))
    if filters.article_ids:
        clauses.append("article_id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(list(filters.article_ids)))
    if filters.without:
        clauses.append("article_id NOT IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(list(filters.without)))
    return " AND ".join(clauses) or "1", tuple(values)
