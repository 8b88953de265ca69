"""What a run was made with and on: versions, commit, machine. Without it a figure cannot be made again."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

PACKAGES = (
    "byline",
    "chromadb",
    "ir-measures",
    "llama-index-core",
    "llama-index-embeddings-huggingface",
    "llama-index-vector-stores-chroma",
    "numpy",
    "onnxruntime",
    "scipy",
    "sentence-transformers",
    "tokenizers",
    "torch",
)
ROOT = Path(__file__).parent.parent


def versions() -> dict[str, str]:
    """The versions of Python and of what the figures depend on."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def machine() -> dict[str, str | int]:
    """The processor, the cores this process may use, the memory and the system."""
    facts: dict[str, str | int] = {"system": platform.platform(), "processor": _processor(), "cores": cores()}
    if "SC_PHYS_PAGES" in os.sysconf_names:
        facts["memory_mb"] = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1_000_000
    return facts


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def commit() -> str | None:
    """The commit of Byline's own source, with "+" where files differ from it; None outside a checkout."""
    head = _git("rev-parse", "HEAD")
    if head is None:
        return None
    return f"{head}+" if _git("status", "--porcelain", "--", "index", "qa", "eval") else head


def _git(*words: str) -> str | None:
    if not (ROOT / ".git").exists():
        return None
    try:
        done = subprocess.run(
            ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def code_hash() -> str:
    """One hash of the code that answers and scores, so that a run never goes on under changed code."""
    total = hashlib.sha256()
    for folder in ("index", "qa", "eval"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "training" not in path.parts:
                total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:16]


def folder_hash(folder: Path) -> str:
    """One hash of a model's files, by name and content."""
    total = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.is_file():
            with path.open("rb") as file:
                total.update(f"{path.name} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return total.hexdigest()[:16]
