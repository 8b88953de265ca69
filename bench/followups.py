"""How often retrieval with a follow-up finds what its stand-alone rewrite finds (CANARD).

    python bench/followups.py followups_canard.json [--questions 1000] [--archive DIR]

Every conversation becomes an article of the answers given in it, under its title; all of them are searched.
For each follow-up the passage that a person's stand-alone rewrite of it finds first is looked for in what is
found (a) by the follow-up as it was asked, (b) by what Byline makes of it, (c) by the follow-up with all that
was said behind it. Titles and sections of the conversations are never given to a search.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from index.archive import Archive
from index.articles import Article
from index.retriever import HybridRetriever
from qa.conversation import History, understand

AT = (1, 8)


def conversations(rows: Sequence[Mapping[str, Any]]) -> list[Article]:
    """An article of each conversation's answers, as far as later turns tell them."""
    longest: dict[str, list[str]] = {}
    for row in rows:
        name, said = row["QuAC_dialog_id"], row["History"]
        if len(said) > len(longest.get(name, [])):
            longest[name] = said
    return [
        Article(name, f"{said[0]}: {said[1]}", "\n\n".join(said[3::2]))
        for name, said in sorted(longest.items())
        if said[3:]
    ]


def history_of(row: Mapping[str, Any]) -> History:
    """The turns before a question, oldest first."""
    turns = row["History"][2:]
    return list(zip(turns[::2], turns[1::2], strict=False))


def ways(question: str, history: History) -> dict[str, str]:
    """What is searched for, by the way it is made."""
    behind = " ".join(f"{asked} {said}" for asked, said in history)
    return {
        "as asked": question,
        "as Byline understands it": understand(question, history).searched[-1],
        "with all that was said": f"{question} {behind}",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("questions_file", type=Path)
    parser.add_argument("--questions", type=int, default=1000, help="how many, chosen by seed 1")
    parser.add_argument("--archive", type=Path, help="keep the archive here for the next run")
    arguments = parser.parse_args()
    rows = json.loads(arguments.questions_file.read_text(encoding="utf-8"))
    asked = [row for row in rows if row["Question_no"] > 1]
    asked = random.Random(1).sample(asked, min(arguments.questions, len(asked)))
    with tempfile.TemporaryDirectory() as folder, Archive.open(arguments.archive or Path(folder)) as archive:
        archive.ingest(conversations(rows))
        retriever = HybridRetriever(archive)
        found: dict[str, list[int]] = {}
        for row in asked:
            wanted = retriever.retrieve(row["Rewrite"], 1)[0].passage.passage_id
            for way, searched in ways(row["Question"], history_of(row)).items():
                names = [item.passage.passage_id for item in retriever.retrieve(searched, max(AT))]
                found.setdefault(way, []).append(names.index(wanted) if wanted in names else max(AT))
        print(f"{len(asked):,} follow-ups over {archive.status().passages:,} passages")
    for way, places in found.items():
        shares = "  ".join(f"@{at} {sum(place < at for place in places) / len(places):.3f}" for at in AT)
        print(f"{way:28} {shares}")


if __name__ == "__main__":
    main()
