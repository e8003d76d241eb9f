"""Running the proofs with pytest, and reading what it wrote."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]
# pytest found tests, or found none that the marker chose.
FINISHED = {0, 1, 5}


@dataclass(frozen=True)
class Case:
    """One test that ran: where it is, how it ended ("passed", "skipped", "failed"), and the figures that it took."""

    place: str
    outcome: str
    seconds: float
    figures: tuple[tuple[str, str], ...] = ()

    def backs(self, proof: str) -> bool:
        """Whether a proof is this test, or the class or file that has it."""
        named = proof.removesuffix(".py").replace(".py::", "::").replace("/", ".").replace("::", ".")
        return self.place == named or self.place.startswith((f"{named}.", f"{named}["))


def run(proofs: Sequence[str], report: Path, *, on_postgresql: bool) -> list[Case]:
    """Run the tests once on one database; what has no data runs on SQLite alone. Raises where pytest cannot run."""
    command = [sys.executable, "-m", "pytest", "-n", "auto", "-q", f"--junit-xml={report}", *proofs]
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    if on_postgresql:
        command = [sys.executable, "-m", "tests.postgres", "--", *command, "-m", "django_db or data"]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=sys.stderr, check=False)
    if done.returncode not in FINISHED:
        raise SystemExit(f"The tests could not be run: pytest ended with {done.returncode}.")
    return cases(report.read_text(encoding="utf-8"))


def cases(xml: str) -> list[Case]:
    """Read what pytest wrote."""
    # pytest wrote it a moment ago.
    return [_case(found) for found in ElementTree.fromstring(xml).iter("testcase")]  # noqa: S314


def _case(found: ElementTree.Element) -> Case:
    ended = {child.tag for child in found}
    outcome = "failed" if ended & {"failure", "error"} else "skipped" if "skipped" in ended else "passed"
    figures = tuple((one.attrib["name"], one.attrib["value"]) for one in found.iter("property"))
    return Case(f"{found.attrib['classname']}.{found.attrib['name']}", outcome, float(found.attrib["time"]), figures)
