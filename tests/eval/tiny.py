"""Two questions over three short articles, for runs with an LLM."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from index.articles import Article

ARTICLES = [
    Article("bridge", "Mayor quits", "The mayor of Halden, Maria Keller, resigned on Friday.", "2021-09-17"),
    Article("deputy", "Deputy leads", "Tomas Brandt leads the city until an election in November."),
    Article("soup", "Soup prize", "The cook Marie Blanc of Lyon won the national soup prize on Sunday."),
]


def write_suite(folder: Path) -> None:
    """`tiny.jsonl`: an answerable question, `quit`, and one that is not, `moon`."""
    records = [{"id": a.article_id, "title": a.title, "text": a.text} for a in ARTICLES]
    cases = [
        {"suite": "tiny", "articles": ["articles.jsonl"]},
        {"id": "quit", "question": "Who is the mayor of Halden?", "answers": ["Maria Keller"],
         "evidence": [ARTICLES[0].text]},
        {"id": "moon", "question": "Who walked on the moon?", "answers": []},
    ]  # fmt: skip
    for name, rows in (("articles", records), ("tiny", cases)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")


def figures(folder: str) -> dict[str, Any]:
    """The figures of the run there."""
    return json.loads((Path(folder) / "report.json").read_text(encoding="utf-8"))["metrics"]
