"""The errors that Byline raises on purpose. Each message names the value and the next thing to do.

Faces catch `BylineError`, print its one sentence, and exit with code 1.
"""

from __future__ import annotations


class BylineError(Exception):
    """Anything a user can mend. `str(error)` is one sentence to show them as it is."""


class SourceError(BylineError):
    """A file, folder or address that cannot be read as articles."""


class UnreachableError(SourceError):
    """A site that does not answer, or answers that it cannot; `why` in a few words. Later it may."""

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why


class ArchiveError(BylineError):
    """The archive cannot be opened or written as asked."""


class ArchiveBusyError(ArchiveError):
    """Another process is writing to the archive."""


class ArchiveVersionError(ArchiveError):
    """The archive was made by another version of Byline, or with another embedding model."""


class ModelError(BylineError):
    """A model's files are missing, damaged, or cannot be had."""


class QuestionError(BylineError):
    """A question that cannot be asked as it is (empty, or far too long)."""


class SettingsError(BylineError):
    """An unknown setting, or a value that it cannot take."""


class SuiteError(BylineError):
    """A suite of gold questions, or a run of one, that cannot be used as it is."""
