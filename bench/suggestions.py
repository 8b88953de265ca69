"""How many next questions the page would suggest beside an answer, and what making them costs.

    byline --archive DIR ingest ARTICLES.jsonl.gz
    python bench/suggestions.py DIR QUESTIONS.jsonl [--questions 120] [--threads 0] [--list]

Each question is asked; where it is answered, the article that is cited first suggests what to ask next, as on
the page. Every article counts once. `--list` prints what was suggested, to be read.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from pathlib import Path

from corpus import questions

from index.archive import Archive
from qa.assistant import Assistant
from qa.span_reader import load_reader
from qa.suggestions import OFFERED, suggestions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--questions", dest="count", type=int, default=120)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--list", action="store_true", help="print what was suggested")
    given = parser.parse_args()
    counts: Counter[int] = Counter()
    seconds: list[float] = []
    cited: set[str] = set()
    with Archive.open(given.archive, threads=given.threads) as archive:
        assistant = Assistant(archive, reader=load_reader(threads=given.threads))
        for question in questions(given.questions, given.count):
            answer = assistant.ask(question)
            first = answer.citations[0] if answer.text and answer.citations else None
            if first is None or first.article_id in cited:
                continue
            cited.add(first.article_id)
            began = time.process_time()
            made = list(suggestions(assistant, archive.article(first.article_id), first, [question]))
            seconds.append(time.process_time() - began)
            counts[len(made)] += 1
            if given.list:
                print(f"{question}  ->  {answer.text}  [{first.title}]", *made, sep="\n    ")
    for number in range(OFFERED, -1, -1):
        print(f"{counts[number]:4} of {len(cited)} articles suggest {number}")
    print(f"processor: {statistics.median(seconds):.1f} s at the median, {max(seconds):.1f} s at the most")


if __name__ == "__main__":
    main()
