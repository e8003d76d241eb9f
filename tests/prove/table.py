"""The table: each promise, what backs it, and how that went."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from tests.prove.promises import PROMISES, Promise
from tests.prove.running import ROOT, Case

HEADER = "| | promise | backed by | SQLite | PostgreSQL | figures | not built, or not proven here |"


def table(runs: Sequence[list[Case]]) -> str:
    """Return the table in Markdown, with the day and the machine above it."""
    rows = [
        f"| P{number} | {' | '.join([promise.words, backed(promise), *results(promise, runs), figures(promise, runs)])}"
        f" | {promise.missing} |"
        for number, promise in enumerate(PROMISES, 1)
    ]
    return "\n".join([f"{where()}\n", HEADER, "|---|---|---|---|---|---|---|", *rows, ""])


def holds(runs: Sequence[list[Case]]) -> bool:
    """Whether nothing failed, and every proof ran on SQLite at least."""
    failed = any(case.outcome == "failed" for cases in runs for case in cases)
    proofs = {proof for promise in PROMISES for proof in promise.proofs}
    return not failed and all(any(case.backs(proof) for case in runs[0]) for proof in proofs)


def backed(promise: Promise) -> str:
    """Return the proofs as they stand in the table."""
    return ", ".join(f"`{proof}`" for proof in promise.proofs)


def results(promise: Promise, runs: Sequence[list[Case]]) -> list[str]:
    """Return how the proofs of a promise went on each database."""
    return [_result(of(promise, cases)) or ("NOT RUN" if place == 0 else "–") for place, cases in enumerate(runs)]


def _result(cases: Sequence[Case]) -> str:
    ended = Counter(case.outcome for case in cases)
    counts = [f"{ended[outcome]} {outcome}" for outcome in ("passed", "skipped") if ended[outcome]]
    failed = [f"FAILED {case.place}" for case in cases if case.outcome == "failed"]
    seconds = [f"{sum(case.seconds for case in cases):.0f} s"] if cases else []
    return ", ".join([*failed, *counts, *seconds])


def figures(promise: Promise, runs: Sequence[list[Case]]) -> str:
    """Return the figures that the proofs of a promise took, with the test's own words for its case."""
    found = [
        f"{case.place.rpartition('.')[2]}: {', '.join(f'{value} {name}' for name, value in case.figures)}"
        for cases in runs
        for case in of(promise, cases)
        if case.figures
    ]
    return "; ".join(found)


def of(promise: Promise, cases: Sequence[Case]) -> list[Case]:
    """Return the tests that back a promise."""
    return [case for case in cases if any(case.backs(proof) for proof in promise.proofs)]


def where() -> str:
    """Return the day, the version and the machine."""
    git = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, newsnotes {git.stdout.strip() or 'without git'};"
        f" {platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB;"
        f" Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}."
    )
