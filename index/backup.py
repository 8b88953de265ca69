"""A copy of an archive, taken while it serves and while it is written to.

The catalog is copied by SQLite's own backup, which gives it as it stood at one moment. The vectors that it
names are never written to, so that their files can be copied as they are; they are copied, and not made
again, because embedding a newsroom's archive takes hours. Vectors on a Chroma server stay there: the copy
has none, and `byline check --repair` makes them.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from index.archive import CATALOG, Archive
from index.changes import Changes
from index.errors import ArchiveError
from index.rebuild import UNFINISHED
from index.vectors.folder import copy_directory, to_disk

VECTORS = "vectors"
_FILES = "*.jsonl"  # what else people have put in: thumbs, and the like
_DATABASES = "*.sqlite3"  # and conversations: whole ones, also while they are written to
_TRIES = 10  # a writer publishes other vectors every half minute, and copying is quicker than that


def back_up(archive: Archive, destination: Path) -> None:
    """Copy the archive to the folder `destination`, which must not exist: all of it or nothing.

    Raises ArchiveError where there is something already, or where it cannot be written.
    """
    if destination.exists():
        raise ArchiveError(f"There is something at {str(destination)!r} already; name a folder that is new.")
    draft = destination.with_name(f".{destination.name}-{uuid4().hex}")
    try:
        draft.mkdir(parents=True)
        _copy(archive, draft)
        for path in (*draft.rglob("*"), draft):
            to_disk(path)
        draft.rename(destination)
        to_disk(destination.parent)
    except (OSError, sqlite3.Error) as error:
        raise ArchiveError(
            f"The backup at {str(destination)!r} could not be written ({error}); free some space, or name a "
            "folder that you may write to."
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _copy(archive: Archive, draft: Path) -> None:
    """Catalog and vectors as one; again, where a writer has replaced the vectors before they were copied."""
    for _ in range(_TRIES):
        _copy_database(archive.path / CATALOG, draft / CATALOG)
        name = _named(draft / CATALOG)
        shutil.rmtree(draft / VECTORS, ignore_errors=True)
        try:
            if name:
                (draft / VECTORS).mkdir()
                copy_directory(archive.path / VECTORS / name, draft / VECTORS / name)
        except (OSError, sqlite3.Error) as error:  # files that vanish; anything else is raised
            if archive.catalog.meta().get("vectors") != name:
                continue
            gone = not (archive.path / VECTORS / str(name)).is_dir()
            if gone or re.search("malformed|not a database", str(error)):
                how = "gone" if gone else "damaged"
                raise ArchiveError(
                    f"The vectors of the archive at {str(archive.path)!r} are {how}; "
                    "make them again with `byline check --repair`, then run the same command again."
                ) from error
            raise
        if archive.catalog.meta().get("vectors") == name or name is None:
            break  # else they may have been half cleared away when they were copied
    else:
        raise ArchiveError(
            f"The archive at {str(archive.path)!r} was written to at every try; run this again later."
        )
    for path in archive.path.glob(_FILES):
        shutil.copy2(path, draft)
    for path in archive.path.glob(_DATABASES):
        if path.name != CATALOG:
            _copy_database(path, draft / path.name)


def _copy_database(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as held, closing(sqlite3.connect(target)) as copy:
        held.backup(copy)


def _named(catalog: Path) -> str | None:
    """The vectors that the copied catalog names; where they are on a server, it is made to name none.

    An unfinished rebuild of them is not copied: see `index.rebuild`.
    """
    with closing(sqlite3.connect(catalog, isolation_level=None)) as copy:
        meta = dict(copy.execute("SELECT key, value FROM meta"))
        copy.execute("BEGIN")
        changes = Changes(copy)
        changes.set_meta(**{UNFINISHED: None})
        if "chroma" in meta:
            changes.forget_vectors()
            changes.set_meta(chroma=None, chroma_tenant=None, chroma_database=None)
        copy.execute("COMMIT")
        return None if "chroma" in meta else meta.get("vectors")
