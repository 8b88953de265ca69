"""How well one story is known in several articles: pairs made from real articles, and real look-alikes.

    python bench/duplicates.py ARTICLES.jsonl.gz [--pairs 600] [--others 800] [--seed 1] [--list]

A copy is made as another source makes one: cut from the end by paragraphs, re-titled, its words edited, with
a lead or a boilerplate of the source's own, with other quote marks and spelling; one to five of these at
once. All articles and all copies go into one catalog, and the archive's own finder runs over it.

Recall is of the copies. Every other pair that the finder takes for one story counts against precision: of two
real articles, or of a copy and an article that it was not made from. Left out of both is what is one story by
right: pairs with one address or one title, and those that were read and judged to be one story
(duplicates_judged.tsv, which was written after the bounds were chosen). To show how hard it was, the nearest
pairs are counted on their own: of the same event (the nearest to an article's first words by BM25), of one
series (the nearest of the same section of a source, in its address), and templated (titles such as "live
updates" or "mortgage rates").

`--list` prints what it takes for one story among the real articles, to be judged by eye.
"""

from __future__ import annotations

import argparse
import random
import re
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from index.articles import Article, Filters
from index.catalog import Catalog
from index.identity import url_identity
from index.ingest import Storing, compare
from index.progress import silent
from index.sources import read_source

Pair = frozenset[str]
NEAREST = 12  # articles by words, of which the first that fits is taken
JUDGED = Path(__file__).with_name("duplicates_judged.tsv")
KEPT = (0.4, 1.0)  # of the words, where the end is cut
EDITED = (0.0, 0.08)  # of the words
FEWEST_WORDS = 80
LEADS = (
    "Our correspondent has been following the events. Here is what is known so far, and what it means for "
    "readers in this part of the country.",
    "(Wire report) The following account reached our newsroom this morning and has been edited for length "
    "and clarity by our desk.",
    "In a development that was widely expected, officials and residents alike spoke out this week, as our "
    "partners report in detail below.",
)
BOILERPLATE = (
    "This story was first published by a partner of this newspaper. All rights reserved. Sign up for our "
    "morning newsletter to have the day's news sent to you before breakfast.",
    "Read more: ten stories you may have missed. Follow us for breaking news, sport and weather. Have you "
    "seen a mistake? Write to our editors.",
)
BRITISH = {
    "color": "colour", "center": "centre", "organization": "organisation", "program": "programme",
    "defense": "defence", "labor": "labour", "percent": "per cent", "toward": "towards",
    "neighbor": "neighbour", "traveling": "travelling", "gray": "grey", "favorite": "favourite",
}  # fmt: skip
TEMPLATED = re.compile(
    r"live updates|5 things|winning numbers|how to watch|forecast|mortgage rates|stocks|premarket|"
    r"full moon|start time|what to watch|week ahead|gas prices|recap|odds|power rankings|crossword|quiz",
    re.IGNORECASE,
)


def copied(article: Article, rng: random.Random, vocabulary: Sequence[str]) -> Article:
    """The same story as another source would run it."""
    paragraphs = [line for line in article.text.split("\n") if line.strip()]
    changes = rng.sample([cut, edited, led, signed, respelled], rng.randint(1, 5))
    for change in (cut, edited, led, signed, respelled):
        if change in changes:
            paragraphs = change(paragraphs, rng, vocabulary)
    return replace(
        article,
        article_id=f"copy-{article.article_id}",
        title=" ".join(rng.sample(vocabulary, 6)).capitalize() if rng.random() < 0.5 else article.title,
        text="\n\n".join(paragraphs),
        source="The Courier",
        url=None,
    )


def cut(paragraphs: Sequence[str], rng: random.Random, _: Sequence[str]) -> list[str]:
    words = [len(line.split()) for line in paragraphs]
    left = sum(words) * rng.uniform(*KEPT)
    kept = 0
    while kept < len(words) and (left > 0 or sum(words[:kept]) < FEWEST_WORDS):
        left -= words[kept]
        kept += 1
    return list(paragraphs[:kept])


def edited(paragraphs: Sequence[str], rng: random.Random, vocabulary: Sequence[str]) -> list[str]:
    rate = rng.uniform(*EDITED)

    def edit(word: str) -> str:
        if rng.random() >= rate:
            return word
        return rng.choice(("", rng.choice(vocabulary), f"{word} {rng.choice(vocabulary)}"))

    return [" ".join(filter(None, map(edit, line.split()))) for line in paragraphs]


def led(paragraphs: Sequence[str], rng: random.Random, _: Sequence[str]) -> list[str]:
    return [rng.choice(LEADS), *paragraphs]


def signed(paragraphs: Sequence[str], rng: random.Random, _: Sequence[str]) -> list[str]:
    return [*paragraphs, *rng.sample(BOILERPLATE, rng.randint(1, 2))]


def respelled(paragraphs: Sequence[str], rng: random.Random, _: Sequence[str]) -> list[str]:
    marks = str.maketrans("“”‘’—", "\"\"''-") if rng.random() < 0.5 else str.maketrans("\"'", "”’")
    british = re.compile(rf"\b({'|'.join(BRITISH)})\b")
    return [british.sub(lambda found: BRITISH[found[0]], line.translate(marks)) for line in paragraphs]


def vocabulary_of(articles: Sequence[Article], rng: random.Random) -> list[str]:
    some = rng.sample(articles, min(200, len(articles)))
    return sorted({word for article in some for word in article.text.split()})


def look_alikes(
    catalog: Catalog, articles: Sequence[Article], some: Sequence[Article]
) -> dict[str, set[Pair]]:
    """Pairs of different stories, by kind: each of `some` articles with its nearest of that kind."""
    by_id = {article.article_id: article for article in articles}
    pairs: dict[str, set[Pair]] = {"same event": set(), "same series": set(), "templated": set()}
    for article in some:
        near = [by_id[name] for name in nearest(catalog, article) if name in by_id]
        fitting = {
            "same event": near,
            "same series": [other for other in near if section(other) == section(article)],
            "templated": [o for o in near if TEMPLATED.search(article.title) and TEMPLATED.search(o.title)],
        }
        for kind, others in fitting.items():
            for other in others:
                pair = frozenset((article.article_id, other.article_id))
                if not same_by_right(article, other):
                    pairs[kind].add(pair)
                    break
    return pairs


def nearest(catalog: Catalog, article: Article) -> list[str]:
    """Other articles by the words of its title and beginning, nearest first."""
    asked = f"{article.title} {article.text[:200]}"
    found = [item.passage_id for item in catalog.search(asked, 3 * NEAREST, Filters())]
    listed = catalog.passages(found)
    names = dict.fromkeys(listed[name].passage.article_id for name in found)
    return [name for name in names if name != article.article_id][:NEAREST]


def section(article: Article) -> tuple[str | None, str]:
    parts = [part for part in (article.url or "").split("/")[3:-1] if not part.isdigit()]
    return article.source, "/".join(parts[:2])


def same_by_right(one: Article, other: Article) -> bool:
    page = url_identity(one.url)
    return one.title == other.title or (page is not None and page == url_identity(other.url))


def judged_pairs() -> set[Pair]:
    lines = JUDGED.read_text(encoding="utf-8").splitlines()
    return {frozenset(line.split("\t")[:2]) for line in lines if line and not line.startswith("#")}


def found_pairs(catalog: Catalog, names: Iterable[str]) -> set[Pair]:
    """What the finder takes for twins, as pairs of ids."""
    with sqlite3.connect(catalog.path) as db:
        rows = db.execute(
            "SELECT a.article_id, b.article_id FROM twins JOIN articles a ON a.number = article "
            "JOIN articles b ON b.number = other WHERE a.number < b.number"
        ).fetchall()
    wanted = set(names)
    return {frozenset(row) for row in rows if wanted.issuperset(row)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path)
    parser.add_argument("--pairs", type=int, default=600)
    parser.add_argument("--others", type=int, default=800, help="articles whose look-alikes are counted")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="print the real pairs that are found, too")
    given = parser.parse_args()
    real = [item for item in read_source(given.articles) if isinstance(item, Article)]
    rng = random.Random(given.seed)
    vocabulary = vocabulary_of(real, rng)
    some = rng.sample(real, min(given.others, len(real)))
    some += [article for article in real if TEMPLATED.search(article.title) and article not in some]
    originals = rng.sample([a for a in real if len(a.text.split()) >= FEWEST_WORDS], given.pairs)
    copies = [copied(article, rng, vocabulary) for article in originals]
    with tempfile.TemporaryDirectory() as folder:
        catalog = Catalog(Path(folder) / "catalog.sqlite3")
        Storing(catalog).store(real, silent)
        others = look_alikes(catalog, real, some)
        Storing(catalog).store(copies, silent)
        began = time.process_time()
        compare(catalog, silent)
        each = (time.process_time() - began) / (len(real) + len(copies)) * 1000
        found = found_pairs(catalog, [a.article_id for a in (*real, *copies)])
        catalog.close()
    report(real, originals, copies, others, found)
    print(f"{each:.1f} ms of processor time an article to compare it with all others")
    if given.list:
        show_real(real, found)


def report(
    real: Sequence[Article],
    originals: Sequence[Article],
    copies: Sequence[Article],
    others: dict[str, set[Pair]],
    found: set[Pair],
) -> None:
    by_id = {article.article_id: article for article in real}
    made = {
        frozenset((one.article_id, copy.article_id)): one for one, copy in zip(originals, copies, strict=True)
    }
    origin = {copy.article_id: one.article_id for one, copy in zip(originals, copies, strict=True)}
    judged = judged_pairs()
    for kind, pairs in others.items():
        print(f"{kind:12} {len(pairs):6,} look-alikes, {len(pairs & found)} taken for one story")
    right = len(made.keys() & found)
    among = [pair for pair in found if pair <= by_id.keys()]
    wrong = [pair for pair in found - made.keys() if not of_one_story(pair, by_id, origin, judged)]
    by_right = sum(same_by_right(*(by_id[name] for name in pair)) for pair in among)
    print(
        f"among the {len(real):,} real articles: {len(among)} pairs, {by_right} of one address or title, "
        f"{len(set(among) & judged)} judged one story, {len(set(among) & set(wrong))} different stories"
    )
    print(f"copies       {len(copies):6,} made, {right} found; {len(wrong)} other pairs are wrong")
    print(f"precision {right / (right + len(wrong)):.3f} ({right} of {right + len(wrong)})")
    print(f"recall    {right / len(copies):.3f} ({right} of {len(copies)})")


def of_one_story(
    pair: Pair, by_id: Mapping[str, Article], origin: Mapping[str, str], judged: set[Pair]
) -> bool:
    """Whether two articles, or what they were copied from, are one story by right or as judged."""
    names = frozenset(origin.get(name, name) for name in pair)
    return len(names) == 1 or names in judged or same_by_right(*(by_id[name] for name in names))


def show_real(real: Sequence[Article], found: set[Pair]) -> None:
    by_id = {article.article_id: article for article in real}
    for pair in sorted(map(sorted, found)):
        if by_id.keys() >= set(pair):
            one, other = (by_id[name] for name in pair)
            mark = "=" if same_by_right(one, other) else " "
            print(
                mark,
                *(f"{a.article_id} {a.source} {a.published} {a.title[:60]}" for a in (one, other)),
                sep="\t",
            )


if __name__ == "__main__":
    main()
