"""Holding an LLM's sentences to the passages that they cite."""

from qa.answers import Checked
from qa.checking.checker import Checker
from qa.checking.marks import finished, marked_sentences
from qa.checking.sources import Source

__all__ = ["Checked", "Checker", "Source", "finished", "marked_sentences"]
