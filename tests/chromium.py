"""The browser of the browser tests: where it is, and how to get one.

``python -m tests.chromium`` finds or installs it: Debian's package where we are root, else
Playwright's own download. The headless shell comes first: it is the same browser without a
window, whose many short visits cost three fifths of the processor time.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The fonts are for stories in Japanese and with emoji: without them screenshots show boxes.
PACKAGES = (SHELL, "fonts-noto-core", "fonts-noto-cjk", "fonts-noto-color-emoji")
NONE = (
    "NO BROWSER could be found or installed, so the browser tests will fail. Install Chromium,"
    " or set CHROMIUM to its path.\n"
)


def system_chromium() -> str | None:
    """Return the path of a Chromium of the system: CHROMIUM, or the first of NAMES on the PATH."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def launch_arguments() -> dict[str, Any]:
    """Return what Playwright needs to launch the browser; without a path it takes its own."""
    arguments: dict[str, Any] = {}
    if path := system_chromium():
        arguments["executable_path"] = path
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # Chromium refuses to run as root inside its sandbox.
        arguments["args"] = ["--no-sandbox"]
    return arguments


def main() -> int:
    """Find or install a browser. Without one the browser tests fail; they are never skipped."""
    if not (os.environ.get("CHROMIUM") or shutil.which(SHELL)):
        _install_package()
    path = system_chromium() or _playwright_chromium() or _download()
    sys.stdout.write(f"Browser for the tests: {path}\n" if path else NONE)
    sys.stdout.flush()
    return 0


def _playwright_chromium() -> str | None:
    # Playwright is asked only where the system has no browser: its import starts a program.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _install_package() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    if subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False).returncode == 0:
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
        subprocess.run(command, env=quiet, check=False)


def _download() -> str | None:
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return _playwright_chromium()


if __name__ == "__main__":
    sys.exit(main())
