"""Find a Chromium for the browser tests, or install Debian's. Run by `make browser`.

Exit code 0 with its path on stdout, or 1 with one sentence on stderr.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path of a Chromium on this machine (CHROMIUM_PATH names one that is not in the path), or None."""
    return os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, NAMES)), None)


def install_chromium() -> str | None:
    """Install Debian's chromium with apt-get; why that cannot be, or None when it is done."""
    if shutil.which("apt-get") is None:
        return "there is no apt-get here"
    if os.geteuid() != 0:
        return "only root may install it"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        done = subprocess.run(
            ["apt-get", "--quiet", *command], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            last = done.stderr.strip().splitlines()[-1:] or ["it gave no reason"]
            return f"apt-get {command[0]} failed: {last[0]}"
    return None


def main() -> int:
    reason = None
    if find_chromium() is None:
        print("No Chromium found for the browser tests; installing Debian's with apt-get.", file=sys.stderr)
        reason = install_chromium()
    found = find_chromium()
    if found is None:
        print(
            f"No Chromium for the browser tests ({reason or 'it is not in the path'}); install "
            "one (on Debian: sudo apt-get install chromium), or set CHROMIUM_PATH to the path of one.",
            file=sys.stderr,
        )
        return 1
    print(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
