"""Count the words of the news: qa/checking/words.txt, by which the checker knows rare words from common ones.

python bench/words.py ARTICLES.jsonl.gz...
"""

from __future__ import annotations

import argparse
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from index.articles import Article
from index.sources import read_source
from qa.checking.vocabulary import RAREST, WORDS

FEWEST = 20  # articles that use a word


def count_words(paths: Sequence[Path]) -> str:
    """What words.txt says: of how many of the articles each word is a part."""
    used: Counter[str] = Counter()
    count = 0
    for path in paths:
        for article in read_source(path):
            if isinstance(article, Article):
                count += 1
                used.update(set(re.findall(r"\b[a-z]+(?:'[a-z]+)?\b", article.text.replace("’", "'"))))
    classes = defaultdict(list)
    for word, times in used.items():
        if times >= FEWEST:
            classes[min(RAREST, round(-2 * math.log2(times / count)) / 2)].append(word)
    lines = [
        f"# bits: words of that rarity, in small letters; counted in {count} news articles of 2022 and 2023"
    ]
    lines += [f"{bits:g} {' '.join(sorted(classes[bits]))}" for bits in sorted(classes)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path, nargs="+")
    WORDS.write_text(count_words(parser.parse_args().articles), encoding="utf-8")
