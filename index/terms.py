"""The words of a question as an FTS5 query: any of them may match, and none can be read as syntax."""

from __future__ import annotations

import re

MOST_TERMS = 64  # a pasted page is searched by its first words

_TERM = re.compile(r"(?:[^\W_]\.){2,}[^\W_]?|[^\W_]+(?:['’][^\W_]+)?")


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_STOPWORDS = _words(
    "a about after all also am an and any are as at be because been before being between both but by can "
    "could did do does doing down during each few for from further had has have having he her here hers "
    "him his how i if in into is it its itself just me more most my no nor not now of off on once only or "
    "other our out over own same she should so some such than that the their them then there these they "
    "this those through to too under until up very was we were what when where which while who whom whose "
    "why will with would you your"
)


def fts_terms(question: str) -> list[str]:
    """The question's words as FTS5 takes them, each once; none when it holds no word.

    Initials are one word to a reader but several to the tokenizer, and are written both ways in the news:
    "U.S." and "US" each look for either.

        >>> fts_terms("Who denied the U.S. claims?")
        ['"denied"', '"u s"', '"us"', '"claims"']
    """
    found = [match[0] for match in _TERM.finditer(question)]
    shouted = question.isupper() and len(found) > 2  # else WHO and IT in capitals are names
    named = [word for word in found if word.isupper() and not shouted]
    words = [word for word in found if word in named or word.lower() not in _STOPWORDS] or found
    terms = dict.fromkeys(term for word in words for term in _spellings(word))
    return [f'"{term}"' for term in list(terms)[:MOST_TERMS]]


def fts_query(question: str) -> str:
    """The passages with any of the question's words, for FTS5's MATCH; empty when it holds no word."""
    return " OR ".join(fts_terms(question))


def content_words(text: str) -> set[str]:
    """The words of a text in lower case, without the small ones that say nothing about its subject."""
    return {word.lower() for word in _TERM.findall(text)} - _STOPWORDS


def _spellings(word: str) -> list[str]:
    letters = word.replace(".", "")
    if "." in word or (word.isupper() and len(word) == 2 and word.isalpha()):
        return [" ".join(letters.lower()), letters.lower()]
    return [re.split("['’]", word)[0].lower()]
